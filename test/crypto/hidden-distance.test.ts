/** Distances under encryption: the holder of the key learns whether one counts, and the blinded rest tells nothing more. */
import { describe, expect, test } from 'vitest';
import {
  add,
  basePoint,
  decodePoint,
  identity,
  multiply,
  multiplyBase,
  randomScalar,
  subtract,
} from '../../src/crypto/group.ts';
import {
  answerEntry,
  ciphertextBytes,
  countMatches,
  distanceKeys,
  encryptEntry,
  entryBytes,
} from '../../src/crypto/hidden-distance.ts';
import { concatBytes } from '../../src/util/bytes.ts';
import { seededRng } from '../../src/util/rng.ts';

const rng = seededRng(1, 'hidden distance');
const random = (length: number): Uint8Array => rng.bytes(length);
const keys = distanceKeys(random);
/** A hash so many bits away, the places drawn. */
const away = (hash: Uint8Array, flips: number): Uint8Array => {
  const out = hash.slice();
  for (const bit of rng.shuffle(Array.from({ length: hash.length * 8 }, (_, i) => i)).slice(0, flips))
    out[bit >> 3]! ^= 128 >> (bit & 7);
  return out;
};
const answers = (hash: Uint8Array, entry: Uint8Array, distances: readonly number[]): readonly Uint8Array[] => {
  const answered = answerEntry(hash, entry, keys.publicKey, distances, random);
  if (!answered.ok) throw new Error(answered.reason);
  return answered.answers;
};

describe.each([1, 8, 32])('hashes of %d bytes', (length) => {
  const hash = random(length);
  const entry = encryptEntry(hash, keys, random);

  test('an entry is what ElGamal encryption under the public key gives, sum included', () => {
    const [seeded, again] = [seededRng(2, 'entry'), seededRng(2, 'entry')];
    const encrypted = encryptEntry(hash, keys, (count) => seeded.bytes(count));
    let sum = [identity, identity];
    for (let i = 0; i <= length * 8; i++) {
      const pair = encrypted.subarray(i * ciphertextBytes, (i + 1) * ciphertextBytes);
      if (i === length * 8) {
        expect(pair).toEqual(concatBytes(...sum));
        break;
      }
      const r = randomScalar((count) => again.bytes(count));
      const shared = multiply(r, keys.publicKey);
      const isOne = (hash[i >> 3]! >> (7 - (i & 7))) & 1;
      const due = [multiplyBase(r), isOne ? add(shared, basePoint) : shared];
      expect(pair).toEqual(concatBytes(...due));
      sum = sum.map((each, half) => add(each, due[half]!));
    }
  });

  test('the answer of the true distance opens to 0, and no other does', () => {
    for (const flips of [0, 1, 2, 5, length * 8].filter((each) => each <= length * 8)) {
      const other = away(hash, flips);
      for (const distances of [[flips], [0, flips, flips + 3], [flips + 1, flips + 7]])
        expect(countMatches(answers(other, entry, distances), keys), `${flips} in ${distances}`).toBe(
          new Set(distances).has(flips) ? distances.filter((each) => each === flips).length : 0,
        );
    }
  });

  test('an entry has its length, and any other is refused with a reason', () => {
    expect(entry).toHaveLength(entryBytes(length));
    for (const bad of [entry.subarray(1), new Uint8Array(0), new Uint8Array(entry.length + 64)])
      expect(answerEntry(hash, bad, keys.publicKey, [0], random)).toEqual({
        ok: false,
        reason: `an entry of ${bad.length} bytes where ${entryBytes(length)} are due`,
      });
    const invalid = entry.slice();
    // Every ciphertext, because only those of the own ones are read.
    invalid.fill(255);
    expect(answerEntry(hash, invalid, keys.publicKey, [0], random)).toEqual({
      ok: false,
      reason: 'an entry holds what is no point',
    });
  });
});

test('malformed answers match nothing and throw nothing', () => {
  const [good] = answers(new Uint8Array(1), encryptEntry(new Uint8Array(1), keys, random), [0]);
  expect(countMatches([good!], keys)).toBe(1);
  for (const bad of [new Uint8Array(0), good!.subarray(1), new Uint8Array(64), new Uint8Array(64).fill(255)])
    expect(countMatches([bad], keys)).toBe(0);
  expect(countMatches([new Uint8Array(3), good!], keys)).toBe(1);
});

test('what opens of a distance that does not count differs every time: blinding leaves no trace of it', () => {
  const hash = random(8);
  const entry = encryptEntry(hash, keys, random);
  const opened = Array.from({ length: 20 }, () => {
    const [answer] = answers(away(hash, 3), entry, [0]);
    const [c1, c2] = [decodePoint(answer!.subarray(0, 32)), decodePoint(answer!.subarray(32, ciphertextBytes))];
    return c1.ok && c2.ok ? subtract(c2.point, multiply(keys.secretKey, c1.point)).join() : '';
  });
  expect(new Set(opened).size).toBe(20);
});

test('another key opens nothing', () => {
  const hash = random(8);
  const found = answers(hash, encryptEntry(hash, keys, random), [0]);
  expect(countMatches(found, distanceKeys(random))).toBe(0);
  expect(countMatches(found, keys)).toBe(1);
});
