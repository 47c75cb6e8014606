/** The hash for each use: those of experiments/tradeoff. */
import { hashes } from '../../../hash/index.ts';
import type { PerceptualHash } from '../../../hash/perceptual-hash.ts';
import type { HashUse } from '../../../role/world.ts';

export const hashFor: Readonly<Record<HashUse, PerceptualHash>> = {
  near: hashes.pdq,
  equality: hashes['lda-hash'],
  second: hashes.dhash,
};
