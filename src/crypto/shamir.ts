/**
 * Secret sharing over the integers modulo the group order: a polynomial of degree t through the secret. Any t points reveal nothing; any t
 * + 1 points determine the secret. Shamir, "How to share a secret" (CACM 1979). In a field this large a hash may choose the points.
 */
import { byteKey } from '../util/bytes.ts';
import { decodeScalar, type Scalar, zero } from './group.ts';
import { inverse, order, randomResidue, residue, toInteger, toScalar } from './scalar-field.ts';
import type { RandomBytes } from './sodium.ts';

/** Coefficients as least residues, the constant first. */
export type Polynomial = readonly bigint[];

/** A point of a polynomial. */
export interface Share {
  readonly x: Scalar;
  readonly y: Scalar;
}

/** A value of the polynomial through some shares, or why there is none. */
export type Interpolated =
  | { readonly ok: true; readonly value: Scalar }
  | { readonly ok: false; readonly reason: 'too few shares' | 'two shares at one place' | 'malformed share' };

/** A uniform polynomial of at most that degree. `secret`, if given, is its value at 0. */
export const randomPolynomial = (degree: number, random: RandomBytes, secret?: Scalar): Polynomial =>
  Array.from({ length: degree + 1 }, (_, i) => (i === 0 && secret ? toInteger(secret) : randomResidue(random)));

/** Values of several polynomials at one place. */
export function evaluateAll(polynomials: readonly Polynomial[], x: Scalar): Scalar[] {
  const at = toInteger(x);
  const powers = [1n];
  const degree = Math.max(...polynomials.map((each) => each.length)) - 1;
  for (let i = 0; i < degree; i++) powers.push((powers[i]! * at) % order);
  // Reduced once at the end: BigInt handles the sum of products easily.
  return polynomials.map((each) => toScalar(each.reduce((sum, c, i) => sum + c * powers[i]!, 0n) % order));
}

/** Value of one polynomial. */
export const evaluatePolynomial = (polynomial: Polynomial, x: Scalar): Scalar => evaluateAll([polynomial], x)[0]!;

/**
 * Value at `at` (default 0) of the polynomial of least degree through the shares, by Lagrange's formula. Refuses two shares at one place,
 * equal or not, because they make the system singular.
 */
export function interpolate(shares: readonly Share[], at: Scalar = zero): Interpolated {
  if (shares.length === 0) return { ok: false, reason: 'too few shares' };
  if (new Set(shares.map(({ x }) => byteKey(x))).size < shares.length)
    return { ok: false, reason: 'two shares at one place' };
  const xs = shares.map(({ x }) => x);
  const sum = shares.reduce((total, { y }, i) => total + toInteger(y) * toInteger(lagrangeWeight(xs, i, at)), 0n);
  return { ok: true, value: toScalar(residue(sum)) };
}

/** Weight of the value at place `i` in the value at `at` (default 0), by Lagrange's formula. The places must differ. */
export function lagrangeWeight(places: readonly Scalar[], i: number, at: Scalar = zero): Scalar {
  const [place, own] = [toInteger(at), toInteger(places[i]!)];
  let numerator = 1n;
  let denominator = 1n;
  for (const [j, other] of places.entries()) {
    if (i === j) continue;
    const xj = toInteger(other);
    numerator = (numerator * residue(place - xj)) % order;
    denominator = (denominator * residue(own - xj)) % order;
  }
  return toScalar((numerator * inverse(denominator)) % order);
}

/** Splits a secret into shares for `holders` people at the places 1, 2, …; any `quorum` of them recover it. */
export function splitSecret(secret: Scalar, quorum: number, holders: number, random: RandomBytes): Share[] {
  if (!Number.isInteger(quorum) || !Number.isInteger(holders) || quorum < 1 || quorum > holders)
    throw new RangeError(`Expected a quorum from 1 to the number of holders but received ${quorum} of ${holders}`);
  const polynomial = randomPolynomial(quorum - 1, random, secret);
  return Array.from({ length: holders }, (_, i) => {
    const x = toScalar(BigInt(i + 1));
    return { x, y: evaluatePolynomial(polynomial, x) };
  });
}

/**
 * Recovers the secret from the holders' shares. Refuses fewer than the quorum, because interpolation would return a wrong secret; uses the
 * first `quorum` shares if there are more. It cannot detect a wrong share: use the secret to find out.
 */
export function combineShares(shares: readonly Share[], quorum: number): Interpolated {
  for (const { x, y } of shares)
    if (!decodeScalar(x).ok || !decodeScalar(y).ok || x.every((byte) => byte === 0))
      return { ok: false, reason: 'malformed share' };
  if (new Set(shares.map(({ x }) => byteKey(x))).size < shares.length)
    return { ok: false, reason: 'two shares at one place' };
  return shares.length < quorum ? { ok: false, reason: 'too few shares' } : interpolate(shares.slice(0, quorum));
}
