/** Every hash that gives a picture several hashes. They have no single distance, so they are no PerceptualHash. */
import { cropResistant } from './crop-resistant.ts';
import type { MultiHash } from './multi-hash.ts';

/** Every multi-hash, in the order that tables list them. */
export const multiHashes = { 'crop-resistant': cropResistant } as const satisfies Record<string, MultiHash>;

/** Name of a multi-hash on the command line. */
export type MultiHashName = keyof typeof multiHashes;
