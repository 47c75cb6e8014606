/** A set-up as it crosses HTTP: public facts and packets, framed as packets are. */
import type { SetUp } from '../role/desk.ts';
import { encode } from '../role/wire.ts';
import { Bulletin } from '../schema/bulletin.ts';
import { check } from '../schema/check.ts';
import { answerLimits, type Blobs, frame, unframe } from '../util/framing.ts';

/** Public facts, and the bytes of the packets `list` and `set`, where there are such. */
export interface SetUpBytes {
  readonly bulletin: Bulletin;
  readonly packets: Blobs;
}

/** A set-up as bytes. */
export const setUpFrame = ({ bulletin, list, set }: SetUp): Uint8Array =>
  frame(
    { bulletin },
    {
      ...(list ? { list: encode(list.draft, list.blobs) } : {}),
      ...(set ? { set: encode(set.draft, set.blobs) } : {}),
    },
  );

/** The set-up that bytes spell. Throws an Error where they spell none. */
export function readSetUp(bytes: Uint8Array): SetUpBytes {
  const read = unframe(bytes, answerLimits);
  if (!read.ok) throw new Error(`The services sent a set-up that cannot be read: ${read.reason}`);
  const { header, blobs } = read;
  return { bulletin: check(Bulletin, (header as { bulletin?: unknown }).bulletin, 'The bulletin'), packets: blobs };
}
