/** T8: every operation of the group against @noble/curves, on random values and on the edges; and what decoding refuses. */
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import {
  add,
  addScalars,
  basePoint,
  decodePoint,
  decodeScalar,
  hashToGroup,
  identity,
  invert,
  isIdentity,
  multiply,
  multiplyBase,
  multiplyEncoded,
  multiplyScalars,
  one,
  type Point,
  randomPoint,
  randomScalar,
  reduceScalar,
  type Scalar,
  subtract,
  subtractScalars,
  zero,
} from '../../src/crypto/group.ts';
import { fromHex, toHex } from '../../src/util/hex.ts';
import { randomOf } from './seeded.ts';

const { Point: Noble } = ristretto255;
const { Fn } = Noble;
const noble = (point: Point) => Noble.fromBytes(point);
const scalarOf = (value: bigint): Scalar => Fn.toBytes(Fn.create(value)) as Scalar;
const big = (scalar: Scalar): bigint => Fn.fromBytes(scalar);

const random = randomOf('group');
// Edges: the identity, the generator, its negative; 0, 1, 2, -1, -2, 2^251, the largest power of two below the order.
const points: Point[] = [
  identity,
  basePoint,
  Noble.BASE.negate().toBytes() as Point,
  ...Array.from({ length: 64 }, () => randomPoint(random)),
];
const scalars: Scalar[] = [
  ...[0n, 1n, 2n, -1n, -2n, 1n << 251n, 1n << 252n].map(scalarOf),
  ...Array.from({ length: 64 }, () => randomScalar(random)),
];
const pairs = <T>(items: readonly T[]): [T, T][] => {
  // Each with the next, with itself, and the edges with each other.
  const edges = items.slice(0, 7);
  return [
    ...items.map((a, i): [T, T] => [a, items[(i + 1) % items.length]!]),
    ...items.map((a): [T, T] => [a, a]),
    ...edges.flatMap((a) => edges.map((b): [T, T] => [a, b])),
  ];
};

describe('T8: equal to @noble/curves, byte for byte', () => {
  test('constants', () => {
    expect(basePoint).toEqual(Noble.BASE.toBytes());
    expect(identity).toEqual(Noble.ZERO.toBytes());
    expect([big(zero), big(one)]).toEqual([0n, 1n]);
  });

  test('map of 64 bytes', () => {
    const edges = [new Uint8Array(64), new Uint8Array(64).fill(255), new Uint8Array(64).with(0, 1)];
    for (const uniform of [...edges, ...Array.from({ length: 64 }, () => random(64))])
      expect(hashToGroup(uniform)).toEqual(ristretto255_hasher.deriveToCurve!(uniform).toBytes());
  });

  test('multiply, also of encoded points', () => {
    const cases = [
      ...points.map((point, i): [Scalar, Point] => [scalars[(i * 7) % scalars.length]!, point]),
      ...scalars.slice(0, 7).flatMap((scalar) => points.slice(0, 5).map((point): [Scalar, Point] => [scalar, point])),
    ];
    for (const [scalar, point] of cases) {
      const expected = big(scalar) === 0n ? Noble.ZERO : noble(point).multiplyUnsafe(big(scalar));
      expect(multiply(scalar, point)).toEqual(expected.toBytes());
      if (big(scalar) === 0n) continue;
      expect(multiplyEncoded(scalar, point)).toEqual(
        isIdentity(point) ? { ok: false, reason: 'identity' } : { ok: true, point: expected.toBytes() },
      );
    }
  });

  test('multiplyBase', () => {
    for (const scalar of scalars) {
      const expected = big(scalar) === 0n ? Noble.ZERO : Noble.BASE.multiply(big(scalar));
      expect(multiplyBase(scalar)).toEqual(expected.toBytes());
      expect(multiply(scalar, basePoint)).toEqual(expected.toBytes());
    }
  });

  test('add and subtract', () => {
    for (const [a, b] of pairs(points)) {
      expect(add(a, b)).toEqual(noble(a).add(noble(b)).toBytes());
      expect(subtract(a, b)).toEqual(noble(a).subtract(noble(b)).toBytes());
    }
    expect(isIdentity(subtract(points[5]!, points[5]!))).toBe(true);
  });

  test('scalars: add, subtract, multiply, invert', () => {
    for (const [a, b] of pairs(scalars)) {
      expect(big(addScalars(a, b))).toBe(Fn.add(big(a), big(b)));
      expect(big(subtractScalars(a, b))).toBe(Fn.sub(big(a), big(b)));
      expect(big(multiplyScalars(a, b))).toBe(Fn.mul(big(a), big(b)));
    }
    for (const scalar of scalars)
      if (big(scalar) === 0n) expect(() => invert(scalar)).toThrow(RangeError);
      else expect(big(invert(scalar))).toBe(Fn.inv(big(scalar)));
  });

  test('reduce', () => {
    const edges = [new Uint8Array(64), new Uint8Array(64).fill(255), orderBytes(64)];
    for (const uniform of [...edges, ...Array.from({ length: 64 }, () => random(64))]) {
      const value = uniform.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      expect(big(reduceScalar(uniform))).toBe(Fn.create(value));
    }
  });
});

function orderBytes(length: number): Uint8Array {
  const out = new Uint8Array(length);
  out.set(fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'));
  return out;
}

describe('pitfall 1: what decoding refuses, without a throw', () => {
  // RFC 9496, appendix A.2: non-canonical, negative, and non-square encodings.
  const invalid = [
    '00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20',
    '26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371',
    '3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e',
    'ff'.repeat(32),
  ].map((hex) => fromHex(hex));

  test.each(invalid.map((bytes) => [toHex(bytes), bytes] as const))('%s', (_, bytes) => {
    expect(decodePoint(bytes)).toEqual({ ok: false, reason: 'invalid' });
    expect(multiplyEncoded(one, bytes)).toEqual({ ok: false, reason: 'invalid' });
    expect(() => Noble.fromBytes(bytes)).toThrow();
  });

  test('the identity', () => {
    expect(decodePoint(identity)).toEqual({ ok: false, reason: 'identity' });
    expect(multiplyEncoded(one, identity)).toEqual({ ok: false, reason: 'identity' });
  });

  test('every other length', () => {
    for (const length of [0, 1, 31, 33, 64]) {
      expect(decodePoint(new Uint8Array(length))).toEqual({ ok: false, reason: 'length' });
      expect(multiplyEncoded(one, new Uint8Array(length))).toEqual({ ok: false, reason: 'length' });
      expect(decodeScalar(new Uint8Array(length))).toEqual({ ok: false, reason: 'length' });
    }
  });

  test('pitfall 2: of random strings one in sixteen is a point, as often as @noble/curves says so', () => {
    let valid = 0;
    for (let i = 0; i < 2000; i++) {
      const bytes = random(32);
      const ours = decodePoint(bytes).ok;
      let theirs = true;
      try {
        Noble.fromBytes(bytes);
      } catch {
        theirs = false;
      }
      expect(ours).toBe(theirs);
      if (ours) valid++;
    }
    // 125 expected; six standard deviations either side.
    expect(valid).toBeGreaterThan(60);
    expect(valid).toBeLessThan(190);
  });

  test('scalars that are not reduced', () => {
    const order = orderBytes(32);
    expect(decodeScalar(order)).toEqual({ ok: false, reason: 'range' });
    expect(decodeScalar(new Uint8Array(32).fill(255))).toEqual({ ok: false, reason: 'range' });
    for (const scalar of scalars) expect(decodeScalar(scalar)).toEqual({ ok: true, scalar });
  });
});

describe('misuse is an error, not undefined memory', () => {
  test('hashToGroup and reduceScalar take 64 bytes: libsodium 1.0.22 itself would read on behind 32', () => {
    for (const length of [0, 32, 63, 65, 128]) {
      expect(() => hashToGroup(new Uint8Array(length))).toThrow(RangeError);
      expect(() => reduceScalar(new Uint8Array(length))).toThrow(RangeError);
    }
  });

  test('randomness that is all zeros gives no key', () => {
    expect(() => randomScalar((length) => new Uint8Array(length))).toThrow(RangeError);
  });

  test('the same randomness gives the same scalars and points', () => {
    expect(randomScalar(randomOf('a'))).toEqual(randomScalar(randomOf('a')));
    expect(randomPoint(randomOf('a'))).toEqual(randomPoint(randomOf('a')));
    expect(randomPoint(randomOf('a'))).not.toEqual(randomPoint(randomOf('b')));
  });
});
