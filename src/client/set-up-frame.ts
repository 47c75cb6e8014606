/** A set-up as it crosses HTTP: public facts and packets, framed as packets are. */
import type { SetUp } from '../role/endpoint.ts';
import { encode } from '../role/wire.ts';
import { check } from '../schema/check.ts';
import { PublicParameters } from '../schema/public-parameters.ts';
import { answerLimits, type Blobs, frame, unframe } from '../util/framing.ts';

/** Public facts, and the bytes of the packets `list` and `set`, where there are such. */
interface SetUpBytes {
  readonly parameters: PublicParameters;
  readonly packets: Blobs;
}

/** A set-up as bytes. */
export const setUpFrame = ({ parameters, list, set }: SetUp): Uint8Array =>
  frame(
    { parameters },
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
  return {
    parameters: check(PublicParameters, (header as { parameters?: unknown }).parameters, 'The public parameters'),
    packets: blobs,
  };
}
