/** `presend/hash`: perceptual hashes of pictures in memory. Runs in Node and in a page. */
export * from '../hash/ahash.ts';
export * from '../hash/blockhash.ts';
export * from '../hash/colorhash.ts';
export * from '../hash/dhash.ts';
export { hammingDistance } from '../hash/hamming.ts';
export { type HashName, hashByName, hashes } from '../hash/index.ts';
export { ldaHash } from '../hash/lda-hash.ts';
export { bestMatch, type MultiHash, multiHashDifference, multiHashMatches } from '../hash/multi-hash.ts';
export { type MultiHashName, multiHashes } from '../hash/multi-hashes.ts';
export { dihedralNames, pdq, pdqDihedral } from '../hash/pdq.ts';
export type { HashResult, PerceptualHash } from '../hash/perceptual-hash.ts';
export { phash, phash16 } from '../hash/phash.ts';
export { phashSimple } from '../hash/phash-simple.ts';
export { whashDb4, whashHaar } from '../hash/whash.ts';
export type { Raster } from '../image/raster.ts';
export { UserError } from '../util/errors.ts';
export { fromHex, toHex } from '../util/hex.ts';
