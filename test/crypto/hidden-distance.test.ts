/** Distances under encryption: the holder of the key learns whether one counts, and the blinded rest tells nothing more. */
import { describe, expect, test } from 'vitest';
import {
  add,
  basePoint,
  decodePoint,
  identity,
  multiply,
  multiplyBase,
  one,
  type Point,
  randomScalar,
  type Scalar,
  subtract,
} from '../../src/crypto/group.ts';
import {
  ciphertextBytes,
  countMatches,
  DistanceAnswerer,
  distanceKeys,
  encryptEntry,
  entryBytes,
} from '../../src/crypto/hidden-distance.ts';
import type { RandomBytes } from '../../src/crypto/sodium.ts';
import { concatBytes } from '../../src/util/bytes.ts';
import { seededRng } from '../../src/util/rng.ts';

const rng = seededRng(1, 'hidden distance');
const random = (length: number): Uint8Array => rng.bytes(length);
const keys = distanceKeys(random);
const answerer = new DistanceAnswerer(keys.publicKey);
/** A hash so many bits away, the places drawn. */
const away = (hash: Uint8Array, flips: number): Uint8Array => {
  const out = hash.slice();
  for (const bit of rng.shuffle(Array.from({ length: hash.length * 8 }, (_, i) => i)).slice(0, flips))
    out[bit >> 3]! ^= 128 >> (bit & 7);
  return out;
};
const answers = (hash: Uint8Array, entry: Uint8Array, distances: readonly number[]): readonly Uint8Array[] => {
  const answered = answerer.answer(hash, entry, distances, random);
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
      expect(answerer.answer(hash, bad, [0], random)).toEqual({
        ok: false,
        reason: `an entry of ${bad.length} bytes where ${entryBytes(length)} are due`,
      });
    const refusal = { ok: false, reason: 'an entry holds what is no point' };
    expect(answerer.answer(hash, entry.slice().fill(255), [0], random)).toEqual(refusal);
  });

  test('one invalid point is refused, whether this hash needs it or not: a refusal says nothing about the hash', () => {
    for (const index of [0, 1, length * 8 - 1, length * 8])
      for (const half of [0, 32])
        for (const own of [hash, hash.map((byte) => ~byte)]) {
          const invalid = entry.slice();
          invalid.fill(255, index * ciphertextBytes + half, index * ciphertextBytes + half + 32);
          expect(answerer.answer(own, invalid, [0], random)).toEqual({
            ok: false,
            reason: 'an entry holds what is no point',
          });
        }
  });
});

/** What the answers are by definition, one operation of libsodium after the other. */
function byDefinition(
  hash: Uint8Array,
  entry: Uint8Array,
  distances: readonly number[],
  source: RandomBytes,
): Uint8Array {
  const part = (index: number, half: number): Point =>
    entry.subarray(64 * index + 32 * half, 64 * index + 32 * half + 32) as Point;
  const sum = [0, 1].map((half) => part(hash.length * 8, half));
  for (let i = 0; i < hash.length * 8; i++) {
    if (((hash[i >> 3]! >> (7 - (i & 7))) & 1) === 0) continue;
    for (const half of [0, 1]) sum[half] = subtract(subtract(sum[half]!, part(i, half)), part(i, half));
    sum[1] = add(sum[1]!, basePoint);
  }
  return concatBytes(
    ...distances.flatMap((distance) => {
      const [factor, fresh] = [randomScalar(source), randomScalar(source)];
      const less = subtract(sum[1]!, multiplyBase(one.with(0, distance) as Scalar));
      return [
        add(multiply(factor, sum[0]!), multiplyBase(fresh)),
        add(multiply(factor, less), multiply(fresh, keys.publicKey)),
      ];
    }),
  );
}

test('answers are those of the definition, computed by libsodium, byte for byte; also from entries that were kept', () => {
  const [first, second] = [seededRng(3, 'answers'), seededRng(3, 'answers')];
  for (const length of [1, 8, 32]) {
    const hash = random(length);
    const entry = encryptEntry(hash, keys, random);
    for (const own of [hash, away(hash, 3), new Uint8Array(length), new Uint8Array(length).fill(255), random(length)]) {
      const distances = [0, 1, 3, 31, 255];
      const answered = answerer.answer(own, entry, distances, (count) => first.bytes(count));
      if (!answered.ok) throw new Error(answered.reason);
      const due = byDefinition(own, entry, distances, (count) => second.bytes(count));
      expect(concatBytes(...answered.answers)).toEqual(due);
    }
  }
});

test('entries that begin alike are not taken for each other', () => {
  const hash = random(8);
  const entry = encryptEntry(hash, keys, random);
  const device = new DistanceAnswerer(keys.publicKey);
  const matches = (of: Uint8Array): number | string => {
    const answered = device.answer(hash, of, [0], random);
    return answered.ok ? countMatches(answered.answers, keys) : answered.reason;
  };
  const other = entry.slice();
  other.set(entry.subarray(0, ciphertextBytes), 64 * ciphertextBytes);
  const invalid = entry.slice().fill(255, ciphertextBytes);
  for (let i = 0; i < 2; i++) {
    expect(matches(entry)).toBe(1);
    expect(matches(other)).toBe(0);
    expect(matches(invalid)).toBe('an entry holds what is no point');
  }
});

test('kept entries take a bounded room, and one that does not fit is answered all the same', () => {
  const hash = random(1);
  const entries = Array.from({ length: 5 }, () => encryptEntry(hash, keys, random));
  const oneEntry = entries[0]!.length * (1 + 160 / 32);
  for (const [room, kept] of [
    [3.5, 3],
    [1, 1],
    [0.9, 0],
  ] as const) {
    const device = new DistanceAnswerer(keys.publicKey, room * oneEntry);
    for (const entry of [...entries, entries[4]!, entries[3]!, entries[0]!]) {
      const answered = device.answer(hash, entry, [0], random);
      expect(answered.ok && countMatches(answered.answers, keys)).toBe(1);
    }
    expect(device.keptBytes).toBe(kept * oneEntry);
  }
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
