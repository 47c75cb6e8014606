/** Every perceptual hash. A new one is one file and one line here; the conformance tests find it automatically. */
import { lookUp } from '../util/registry.ts';
import { ahash, ahash16 } from './ahash.ts';
import { blockhash } from './blockhash.ts';
import { colorhash } from './colorhash.ts';
import { dhash, dhash16, dhashVertical } from './dhash.ts';
import { ldaHash } from './lda-hash.ts';
import { pdq } from './pdq.ts';
import type { PerceptualHash } from './perceptual-hash.ts';
import { phash, phash16 } from './phash.ts';
import { phashSimple } from './phash-simple.ts';
import { whashDb4, whashHaar } from './whash.ts';

/** Every perceptual hash, in the order of charts and tables. */
export const hashes = {
  pdq,
  phash,
  'phash-16': phash16,
  'phash-simple': phashSimple,
  dhash,
  'dhash-16': dhash16,
  'dhash-vertical': dhashVertical,
  ahash,
  'ahash-16': ahash16,
  'whash-haar': whashHaar,
  'whash-db4': whashDb4,
  colorhash,
  'lda-hash': ldaHash,
  blockhash,
} as const satisfies Record<string, PerceptualHash>;

/** Name of a perceptual hash in experiment files, results and charts. */
export type HashName = keyof typeof hashes;

/** The perceptual hash of that name. If it is unknown, a UserError suggests the nearest names and lists all. */
export const hashByName = (name: string): PerceptualHash => lookUp<PerceptualHash>(hashes, 'perceptual hash', name);
