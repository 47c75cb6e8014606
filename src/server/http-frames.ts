/** What crosses HTTP beside single packets: a set-up, and what a mailbox held; both framed as packets are. */
import type { SetUp } from '../role/desk.ts';
import { encode, type Outgoing } from '../role/wire.ts';
import { Bulletin } from '../schema/bulletin.ts';
import { check } from '../schema/check.ts';
import { type Blobs, frame, unframe } from '../util/framing.ts';

/** Media type of packets, and of these frames. */
export const octets = 'application/octet-stream';

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
  const { header, blobs } = unframed(bytes, 'set-up');
  return { bulletin: check(Bulletin, (header as { bulletin?: unknown }).bulletin, 'The bulletin'), packets: blobs };
}

/** Packets in their order as bytes. */
export const mailFrame = (mail: readonly Outgoing[]): Uint8Array =>
  // Numbered, so that the names of a JSON object keep the order.
  frame({}, Object.fromEntries(mail.map(({ draft, blobs }, i) => [String(i), encode(draft, blobs)])));

/** The bytes of the packets in their order. Throws an Error where there are none of that kind. */
export const readMail = (bytes: Uint8Array): Uint8Array[] => Object.values(unframed(bytes, 'mail').blobs);

function unframed(bytes: Uint8Array, what: string) {
  const read = unframe(bytes);
  if (!read.ok) throw new Error(`The services sent a ${what} that cannot be read: ${read.reason}`);
  return read;
}
