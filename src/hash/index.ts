/** Every perceptual hash. A new one is one file and one line here; the conformance tests find it by itself. */
import { lookUp } from '../util/registry.ts';
import { ahash } from './ahash.ts';
import { blockhash } from './blockhash.ts';
import { dhash } from './dhash.ts';
import { pdq } from './pdq.ts';
import type { PerceptualHash } from './perceptual-hash.ts';
import { phash } from './phash.ts';

/** Every perceptual hash, in the order charts and tables list them. */
export const hashes = { pdq, phash, dhash, ahash, blockhash } as const satisfies Record<string, PerceptualHash>;

/** Name of a perceptual hash in experiment files, results and charts. */
export type HashName = keyof typeof hashes;

/** The perceptual hash of that name; a UserError names the nearest ones and lists all when there is none. */
export const hashByName = (name: string): PerceptualHash => lookUp<PerceptualHash>(hashes, 'perceptual hash', name);
