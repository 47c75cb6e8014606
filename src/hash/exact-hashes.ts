/**
 * Exact hashes: digests of a file's bytes. Two files match only if all their bytes are equal, so there is no distance and no quality, and no
 * picture matches by accident; any edit, and any messenger that compresses again, makes a new file. Industry's default for known files:
 * ThreatExchange shares MD5, SHA-1 and SHA-256 of files, NCMEC MD5 and SHA-1. MD5 and SHA-1 resist accidents, not adversaries: two files
 * with one digest can be made (Wang & Yu 2005; Stevens et al. 2017), a second file for a given digest cannot, as far as is known.
 */
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { nativeCrypto } from '../util/native-crypto.ts';
import { lookUp } from '../util/registry.ts';
import type { HashFacts } from './perceptual-hash.ts';

/** A digest that is given a file in parts. */
export interface ExactDigest {
  update(bytes: Uint8Array): unknown;
  /** The digest of all parts, bits / 8 bytes; called once. */
  digest(): Uint8Array;
}

/** A hash of a file's bytes. */
export interface ExactHash extends HashFacts {
  readonly name: string;
  readonly threshold: 0;
  readonly exact: true;
  readonly summary: string;
  readonly reference: string;
  /** Digests in lower-case hex: of no bytes, and of the three bytes `abc`. */
  readonly examples: readonly [empty: string, abc: string];
  /** A digest of no bytes yet. */
  start(): ExactDigest;
  /** The digest of a whole file. */
  hash(file: Uint8Array): Uint8Array;
}

/** By Node where there is Node, otherwise in JavaScript: WebCrypto has no MD5. */
function exactHash(
  about: Pick<ExactHash, 'name' | 'bits' | 'summary' | 'reference' | 'examples'>,
  portable: () => ExactDigest,
): ExactHash {
  const start = (): ExactDigest => {
    if (!nativeCrypto) return portable();
    const hash = nativeCrypto.createHash(about.name);
    return { update: (bytes) => hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
  };
  return {
    ...about,
    threshold: 0,
    minQuality: 0,
    exact: true,
    start,
    hash(file) {
      const digest = start();
      digest.update(file);
      return digest.digest();
    },
  };
}

/** Every exact hash, in the order of charts and tables. */
export const exactHashes = {
  md5: exactHash(
    {
      name: 'md5',
      bits: 128,
      summary: 'MD5 of the file: equal only for the same bytes.',
      reference: 'Rivest, RFC 1321 (1992)',
      examples: ['d41d8cd98f00b204e9800998ecf8427e', '900150983cd24fb0d6963f7d28e17f72'],
    },
    () => md5.create(),
  ),
  sha1: exactHash(
    {
      name: 'sha1',
      bits: 160,
      summary: 'SHA-1 of the file: equal only for the same bytes.',
      reference: 'FIPS 180-4',
      examples: ['da39a3ee5e6b4b0d3255bfef95601890afd80709', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    },
    () => sha1.create(),
  ),
  sha256: exactHash(
    {
      name: 'sha256',
      bits: 256,
      summary: 'SHA-256 of the file: equal only for the same bytes.',
      reference: 'FIPS 180-4',
      examples: [
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      ],
    },
    () => sha256.create(),
  ),
} as const satisfies Record<string, ExactHash>;

/** Name of an exact hash in experiment files, results and charts. */
export type ExactHashName = keyof typeof exactHashes;

/** Whether a hash of that name compares files for equality. */
export const isExact = (name: string): name is ExactHashName => Object.hasOwn(exactHashes, name);

/** The exact hash of that name. Throws a UserError if there is none. */
export const exactHashByName = (name: string): ExactHash => lookUp<ExactHash>(exactHashes, 'exact hash', name);
