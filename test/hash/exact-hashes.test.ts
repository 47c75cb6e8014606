/** Exact hashes: what the specifications say, and the same in a page as in Node. */
import { createHash } from 'node:crypto';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import { exactHashByName, exactHashes, isExact } from '../../src/hash/exact-hashes.ts';
import { hashes } from '../../src/hash/index.ts';
import { hashFactsOf } from '../../src/score/hash-facts.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { toHex } from '../../src/util/hex.ts';

const portable = { md5, sha1, sha256 } as const;

describe.each(Object.entries(exactHashes))('exact hash %s', (name, exact) => {
  test('RFC 1321 A.5 and FIPS 180: no bytes, abc', () => {
    expect(exact.name).toBe(name);
    expect(exact.examples.map((each) => each.length * 4)).toEqual([exact.bits, exact.bits]);
    expect([utf8(''), utf8('abc')].map((bytes) => toHex(exact.hash(bytes)))).toEqual(exact.examples);
  });

  test('in parts as whole, and as Node and the library of the page compute it', () => {
    const file = Uint8Array.from({ length: 100_003 }, (_, i) => (i * 7 + (i >> 8)) % 256);
    const digest = exact.start();
    for (let at = 0; at < file.length; at += 997) digest.update(file.subarray(at, at + 997));
    const whole = toHex(exact.hash(file));
    expect(toHex(digest.digest())).toBe(whole);
    expect(createHash(name).update(file).digest('hex')).toBe(whole);
    expect(toHex(portable[exact.name as keyof typeof portable](file))).toBe(whole);
  });

  test('only equality is a match: threshold 0, no quality', () => {
    expect(hashFactsOf(name, {})).toMatchObject({ bits: exact.bits, threshold: 0, minQuality: 0, exact: true });
  });
});

test('names are looked up with help, and are no names of perceptual hashes', () => {
  expect(exactHashByName('md5')).toBe(exactHashes.md5);
  expect(() => exactHashByName('md6')).toThrow(
    "Unknown exact hash 'md6'. Did you mean md5? Available: md5, sha1, sha256.",
  );
  expect(Object.keys(hashes).filter(isExact)).toEqual([]);
  expect(isExact('toString')).toBe(false);
});
