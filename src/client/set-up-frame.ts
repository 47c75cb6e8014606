/** A set-up in its HTTP encoding: public parameters and packets, framed like packets. */
import type { SetUp } from '../role/endpoint.ts';
import { encode } from '../role/wire.ts';
import { check } from '../schema/check.ts';
import { PublicParameters } from '../schema/public-parameters.ts';
import { answerLimits, type Blobs, frame, unframe } from '../util/framing.ts';

/** Public parameters, and the bytes of the packets `list` and `set`, if there are any. */
interface SetUpBytes {
  readonly parameters: PublicParameters;
  readonly packets: Blobs;
}

/** Encodes a set-up. */
export const setUpFrame = ({ parameters, list, set }: SetUp): Uint8Array =>
  frame(
    { parameters },
    {
      ...(list ? { list: encode(list.draft, list.blobs) } : {}),
      ...(set ? { set: encode(set.draft, set.blobs) } : {}),
    },
  );

/** Decodes a set-up. Throws an Error if the bytes are malformed. */
export function readSetUp(bytes: Uint8Array): SetUpBytes {
  const read = unframe(bytes, answerLimits);
  if (!read.ok) throw new Error(`The services sent a set-up that cannot be read: ${read.reason}`);
  const { header, blobs } = read;
  return {
    parameters: check(PublicParameters, (header as { parameters?: unknown }).parameters, 'The public parameters'),
    packets: blobs,
  };
}
