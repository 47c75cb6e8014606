/** Every hash that gives a picture several hashes. Such hashes have no single distance, so they do not implement PerceptualHash. */
import { cropResistant } from './crop-resistant.ts';
import type { MultiHash } from './multi-hash.ts';

/** Every multi-hash, in the order of tables. */
export const multiHashes = { 'crop-resistant': cropResistant } as const satisfies Record<string, MultiHash>;

/** Name of a multi-hash on the command line. */
export type MultiHashName = keyof typeof multiHashes;
