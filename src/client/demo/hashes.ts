/** The hash for each use, as in experiments/tradeoff, and how page and server hash a picture that each decodes by itself. */
import { hashes } from '../../hash/index.ts';
import type { PerceptualHash } from '../../hash/perceptual-hash.ts';
import type { Raster } from '../../image/raster.ts';
import type { HashOutcome, HashUse } from '../../role/world.ts';
import { UserError } from '../../util/errors.ts';

export const hashFor: Readonly<Record<HashUse, PerceptualHash>> = {
  near: hashes.pdq,
  equality: hashes['lda-hash'],
  second: hashes.dhash,
};

/** The hash of a picture for a use, or why there is none. `decoding` can fail. */
export async function hashOutcome(decoding: Promise<Raster>, use: HashUse = 'near'): Promise<HashOutcome> {
  let picture: Raster;
  try {
    picture = await decoding;
  } catch (error) {
    // A picture that cannot be decoded. Any other error is not the picture's fault.
    if (!(error instanceof UserError)) throw error;
    return { state: 'refused', reason: error.message };
  }
  const { hash, minQuality } = hashFor[use];
  const found = hash(picture);
  return found.quality < minQuality ? { state: 'refused', reason: 'too flat' } : { state: 'hashed', hash: found.hash };
}
