/** T3, the part about sharing: t points tell nothing, t + 1 everything. Shamir 1979. */
import { ristretto255 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { randomScalar, type Scalar, zero } from '../../src/crypto/group.ts';
import { toInteger, toScalar } from '../../src/crypto/scalar-field.ts';
import {
  combineShares,
  evaluateAll,
  evaluatePolynomial,
  interpolate,
  randomPolynomial,
  type Share,
  splitSecret,
} from '../../src/crypto/shamir.ts';
import { randomOf } from './seeded.ts';

const random = randomOf('shamir');
const { Fn } = ristretto255.Point;
const secret = randomScalar(random);
const sharesOf = (degree: number, count: number): Share[] => {
  const polynomial = randomPolynomial(degree, random, secret);
  return Array.from({ length: count }, () => {
    const x = randomScalar(random);
    return { x, y: evaluatePolynomial(polynomial, x) };
  });
};

test('evaluation is Horner’s, in @noble/curves', () => {
  for (const degree of [0, 1, 2, 10, 30]) {
    const polynomials = [0, 1, 2].map(() => randomPolynomial(degree, random));
    const x = randomScalar(random);
    const expected = polynomials.map((p) => p.reduceRight((sum, c) => Fn.add(Fn.mul(sum, toInteger(x)), c), 0n));
    expect(evaluateAll(polynomials, x).map(toInteger)).toEqual(expected);
  }
});

test('the value at 0 is the secret, and the coefficients do not repeat', () => {
  const polynomial = randomPolynomial(10, random, secret);
  expect(evaluatePolynomial(polynomial, zero)).toEqual(secret);
  expect(polynomial).toHaveLength(11);
  expect(new Set(polynomial).size).toBe(11);
});

describe('T3: threshold secrecy', () => {
  test.each([0, 1, 2, 10, 30])('degree %d: t + 1 shares give the secret, in any order', (degree) => {
    const shares = sharesOf(degree, degree + 4);
    expect(interpolate(shares.slice(0, degree + 1))).toEqual({ ok: true, value: secret });
    expect(interpolate(shares.slice(-degree - 1).toReversed())).toEqual({ ok: true, value: secret });
    expect(interpolate(shares)).toEqual({ ok: true, value: secret });
  });

  test.each([1, 2, 10, 30])(
    'degree %d: t shares fit every secret, with exactly one share to complete them',
    (degree) => {
      const shares = sharesOf(degree, degree);
      expect(interpolate(shares)).not.toEqual({ ok: true, value: secret });
      const missing = randomScalar(random);
      const completions = [secret, randomScalar(random), zero].map((claimed) => {
        const solved = interpolate([...shares, { x: zero, y: claimed }], missing);
        if (!solved.ok) throw new Error(solved.reason);
        // The completed shares do give the claimed secret.
        expect(interpolate([...shares, { x: missing, y: solved.value }])).toEqual({ ok: true, value: claimed });
        return solved.value.join();
      });
      expect(new Set(completions).size).toBe(3);
    },
  );
});

describe('split and combine', () => {
  test('any quorum recovers, fewer are refused', () => {
    const shares = splitSecret(secret, 3, 5, random);
    expect(shares.map(({ x }) => toInteger(x))).toEqual([1n, 2n, 3n, 4n, 5n]);
    for (let a = 0; a < 5; a++)
      for (let b = a + 1; b < 5; b++) {
        expect(combineShares([shares[a]!, shares[b]!], 3)).toEqual({ ok: false, reason: 'too few shares' });
        for (let c = b + 1; c < 5; c++)
          expect(combineShares([shares[c]!, shares[a]!, shares[b]!], 3)).toEqual({ ok: true, value: secret });
      }
    expect(combineShares(shares, 3)).toEqual({ ok: true, value: secret });
  });

  test('one holder of one, and impossible quorums', () => {
    expect(combineShares(splitSecret(secret, 1, 1, random), 1)).toEqual({ ok: true, value: secret });
    for (const [quorum, holders] of [
      [0, 3],
      [4, 3],
      [1.5, 3],
      [Number.NaN, 3],
    ] as const)
      expect(() => splitSecret(secret, quorum, holders, random)).toThrow(RangeError);
  });
});

describe('pitfall 3 and hostile shares: a reason, never a throw', () => {
  const shares = splitSecret(secret, 3, 5, random);
  const [a, b, c] = shares as [Share, Share, Share];

  test('two shares at one place, equal or not', () => {
    const reason = 'two shares at one place';
    expect(combineShares([a, b, a], 3)).toEqual({ ok: false, reason });
    expect(combineShares([a, b, { x: a.x, y: c.y }], 3)).toEqual({ ok: false, reason });
    expect(interpolate([a, a])).toEqual({ ok: false, reason });
  });

  test('a share at 0, unreduced, short', () => {
    const reason = 'malformed share';
    for (const bad of [
      { x: zero, y: a.y },
      { x: new Uint8Array(32).fill(255) as Scalar, y: a.y },
      { x: a.x, y: new Uint8Array(32).fill(255) as Scalar },
      { x: a.x.subarray(1) as Scalar, y: a.y },
      { x: a.x, y: new Uint8Array(0) as Scalar },
    ])
      expect(combineShares([b, c, bad], 3)).toEqual({ ok: false, reason });
  });

  test('none', () => {
    expect(interpolate([])).toEqual({ ok: false, reason: 'too few shares' });
    expect(combineShares([], 1)).toEqual({ ok: false, reason: 'too few shares' });
  });

  test('one wrong share gives a wrong secret: only its use can tell', () => {
    const wrong = combineShares([a, b, { x: c.x, y: toScalar(5n) }], 3);
    expect(wrong.ok).toBe(true);
    expect(wrong).not.toEqual({ ok: true, value: secret });
  });
});
