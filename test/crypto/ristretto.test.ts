/** The module for decoded points against libsodium and @noble/curves, on random values and on the edges; and what it refuses. */
import { ristretto255 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  basePoint,
  decodePoint,
  hashToGroup,
  identity,
  multiply,
  type Point,
  reduceScalar,
  type Scalar,
  subtract,
} from '../../src/crypto/group.ts';
import { order, toScalar } from '../../src/crypto/scalar-field.ts';
import {
  combinations,
  decodeAll,
  decoded,
  encoded,
  generatorTable,
  isMultiple,
  lastLessTwice,
  mixtures,
  tableOf,
} from '../../src/crypto/wasm/ristretto.ts';
import { concatBytes } from '../../src/util/bytes.ts';
import { fromHex } from '../../src/util/hex.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const negative = subtract(identity, basePoint);
/** Points: random ones, the identity, the generator and its negative. */
const point: fc.Arbitrary<Point> = fc.oneof(
  { weight: 6, arbitrary: bytes(64).map(hashToGroup) },
  { weight: 1, arbitrary: fc.constantFrom(identity, basePoint, negative) },
);
/** Scalars: random ones, small ones, those next to the order, and those whose digits in base 16 carry all the way. */
const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 4, arbitrary: bytes(64).map(reduceScalar) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        0n,
        1n,
        2n,
        7n,
        8n,
        9n,
        15n,
        16n,
        2n ** 252n,
        2n ** 252n - 1n,
        order - 1n,
        order - 8n,
        ((16n ** 63n - 1n) / 15n) * 8n,
      )
      .map(toScalar),
  },
);
const settings = { seed: 1, numRuns: 60 };

describe('equal to libsodium, byte for byte', () => {
  test('decoding and encoding', () => {
    fc.assert(
      fc.property(point, (each) => {
        expect(encoded(decoded(each))).toEqual(each);
        expect(decodeAll(each)).toHaveLength(160);
      }),
      settings,
    );
  });

  test('sums of multiples of one to three points; equal points and results that are the identity included', () => {
    const terms = fc.array(fc.tuple(point, scalar), { minLength: 1, maxLength: 3 });
    const check = (pairs: readonly (readonly [Point, Scalar])[]): void => {
      const tables = pairs.map(([base]) => tableOf(decoded(base)));
      const scalars = pairs.map(([, factor]) => factor);
      const due = pairs.reduce<Point>((sum, [base, factor]) => add(sum, multiply(factor, base)), identity);
      expect(combinations(tables, [scalars, scalars])).toEqual([due, due]);
    };
    fc.assert(fc.property(terms, check), settings);
    fc.assert(
      fc.property(point, scalar, (base, factor) => {
        check([
          [base, factor],
          [base, factor],
        ]);
        check([
          [base, factor],
          [subtract(identity, base), factor],
        ]);
      }),
      settings,
    );
    expect(combinations([], [[]])).toEqual([identity]);
  });

  test('the last point less twice those chosen', () => {
    const all = fc.array(fc.tuple(point, fc.boolean()), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(all, point, fc.integer({ min: 0, max: 2 }), (chosen, last, first) => {
        const points = decodeAll(
          concatBytes(...[...chosen.map(([each]) => each), last].flatMap((each) => [each, each, each])),
        );
        const choices = Uint8Array.from(chosen, ([, choice]) => Number(choice));
        const due = chosen.reduce<Point>(
          (sum, [each, choice]) => (choice ? subtract(subtract(sum, each), each) : sum),
          last,
        );
        expect(encoded(lastLessTwice(points!, first, 3, choices))).toEqual(due);
        expect(() => lastLessTwice(points!, first + 3, 3, choices)).toThrow(RangeError);
      }),
      settings,
    );
  });

  test('a multiple of a point plus a multiple of one with a table; equal points and results that are the identity included', () => {
    const mixture = fc.tuple(point, scalar, point, scalar);
    const check = (mixed: readonly (readonly [Point, Scalar, Point, Scalar])[]): void => {
      const due = mixed.map(([base, factor, other, tableFactor]) =>
        add(multiply(factor, base), multiply(tableFactor, other)),
      );
      const got = mixtures(
        mixed.map(([base, factor, other, tableFactor]) => ({
          factor,
          point: base,
          tableFactor,
          table: other === basePoint ? generatorTable() : tableOf(decoded(other)),
        })),
      );
      expect(got).toEqual(due);
    };
    fc.assert(fc.property(fc.array(mixture, { maxLength: 3 }), check), settings);
    fc.assert(
      fc.property(point, scalar, scalar, (base, factor, other) => {
        check([
          [base, factor, base, other],
          [base, factor, base, factor],
          [base, factor, subtract(identity, base), factor],
        ]);
      }),
      settings,
    );
  });

  test('whether a point is a multiple of another', () => {
    fc.assert(
      fc.property(point, scalar, point, (base, factor, other) => {
        const product = multiply(factor, base);
        expect(isMultiple(factor, base, product)).toBe(true);
        const same = product.every((byte, i) => byte === other[i]);
        expect(isMultiple(factor, base, other)).toBe(same);
      }),
      settings,
    );
  });
});

test('a second opinion: multiples of the generator by @noble/curves', () => {
  const generator = tableOf(decoded(basePoint));
  const { BASE, ZERO } = ristretto255.Point;
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: order - 1n }), (factor) => {
      const due = factor === 0n ? ZERO : BASE.multiply(factor);
      expect(combinations([generator], [[toScalar(factor)]])[0]).toEqual(due.toBytes());
    }),
    settings,
  );
});

describe('what is no point', () => {
  // RFC 9496, appendix A.2: of each reason some.
  const invalid = [
    // Non-canonical.
    '00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    // Negative.
    '0100000000000000000000000000000000000000000000000000000000000000',
    '01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20',
    'c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562',
    // No square.
    '26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371',
    // Negative xy.
    '3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e',
    // s = −1, which causes y = 0.
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ].map((hex) => fromHex(hex));

  test('RFC 9496, appendix A.2: an invalid encoding is refused at any place among valid ones', () => {
    for (const each of invalid) {
      expect(decodeAll(each)).toBeUndefined();
      expect(() => decoded(each as Point)).toThrow(RangeError);
      expect(decodeAll(concatBytes(basePoint, each, basePoint))).toBeUndefined();
      const mixture = {
        factor: toScalar(1n),
        point: each as Point,
        tableFactor: toScalar(1n),
        table: generatorTable(),
      };
      expect(() => mixtures([mixture])).toThrow(RangeError);
      expect(isMultiple(toScalar(1n), each, basePoint)).toBeUndefined();
      expect(isMultiple(toScalar(1n), basePoint, each)).toBeUndefined();
    }
  });

  test('of random strings, and of points with one bit changed, the same are refused as by libsodium', () => {
    const changed = fc
      .tuple(point, fc.nat(255))
      .map(([each, bit]) => each.with(bit >> 3, each[bit >> 3]! ^ (1 << (bit & 7))));
    let valid = 0;
    fc.assert(
      fc.property(fc.oneof(bytes(32), changed), (each) => {
        const due = decodePoint(each);
        expect(decodeAll(each) !== undefined).toBe(due.ok || due.reason === 'identity');
        if (due.ok) valid++;
      }),
      { seed: 1, numRuns: 3000 },
    );
    expect(valid).toBeGreaterThan(60);
  });

  test('the identity is a point here: its encoding is 32 zero bytes', () => {
    expect(encoded(decoded(identity))).toEqual(identity);
    expect(isMultiple(toScalar(3n), identity, identity)).toBe(true);
  });

  test('other lengths are misuse', () => {
    expect(() => decodeAll(new Uint8Array(33))).toThrow(RangeError);
    expect(() => isMultiple(toScalar(1n), new Uint8Array(31), basePoint)).toThrow(RangeError);
    expect(decodeAll(new Uint8Array(0))).toHaveLength(0);
  });
});
