/**
 * The prime-order group ristretto255 (RFC 9496) from libsodium, with fixes for three gaps of libsodium 1.0.22: from_hash reads out of
 * bounds unless the input has 64 bytes, the validity check accepts the identity, and multiplications throw if the result is the identity.
 * Here operations on points and scalars are total, and received bytes are decoded to a typed result.
 */
import { concatBytes, utf8 } from '../util/bytes.ts';
import { type RandomBytes, sodium } from './sodium.ts';

declare const pointBrand: unique symbol;
declare const scalarBrand: unique symbol;

/** A group element in its only valid encoding, 32 bytes. Computations can return the identity; decoding never does. */
export type Point = Uint8Array & { readonly [pointBrand]: true };

/** An integer modulo the group order, 32 bytes, little-endian, reduced. */
export type Scalar = Uint8Array & { readonly [scalarBrand]: true };

/** Bytes of an encoded point, and of a scalar. */
export const elementBytes = 32;

/** Why bytes do not encode a point. */
export type PointFault = 'length' | 'identity' | 'invalid';

/** A received point, or why it is invalid. */
export type DecodedPoint =
  | { readonly ok: true; readonly point: Point }
  | { readonly ok: false; readonly reason: PointFault };

/** A received scalar, or why it is invalid. */
export type DecodedScalar =
  | { readonly ok: true; readonly scalar: Scalar }
  | { readonly ok: false; readonly reason: 'length' | 'range' };

/** The neutral element, encoded as 32 zero bytes. */
export const identity = new Uint8Array(elementBytes) as Point;

/** The scalars 0 and 1. */
export const zero = new Uint8Array(elementBytes) as Scalar;
export const one = zero.with(0, 1) as Scalar;

/** The generator. */
export const basePoint = sodium.crypto_scalarmult_ristretto255_base(one) as Point;

/** Always reads every byte, because its input can be secret. */
function isZero(bytes: Uint8Array): boolean {
  let any = 0;
  for (let i = 0; i < elementBytes; i++) any |= bytes[i]!;
  return any === 0;
}

/** Whether a point is the neutral element. */
export const isIdentity = (point: Point): boolean => isZero(point);

/** Decodes received bytes to a point other than the identity; a view of them, not a copy. */
export function decodePoint(bytes: Uint8Array): DecodedPoint {
  if (bytes.length !== elementBytes) return { ok: false, reason: 'length' };
  if (isZero(bytes)) return { ok: false, reason: 'identity' };
  if (!sodium.crypto_core_ristretto255_is_valid_point(bytes)) return { ok: false, reason: 'invalid' };
  return { ok: true, point: bytes as Point };
}

/** Decodes received bytes to a scalar (0 allowed); a view of them, not a copy. */
export function decodeScalar(bytes: Uint8Array): DecodedScalar {
  if (bytes.length !== elementBytes) return { ok: false, reason: 'length' };
  const reduced = reduceScalar(widen(bytes));
  return bytes.every((byte, i) => byte === reduced[i])
    ? { ok: true, scalar: bytes as Scalar }
    : { ok: false, reason: 'range' };
}

function widen(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(64);
  out.set(bytes);
  return out;
}

/** Maps 64 uniform bytes to a point (RFC 9496, section 4.3.4) whose logarithm nobody knows. Throws on another length. */
export function hashToGroup(uniform: Uint8Array): Point {
  expectWide(uniform);
  return sodium.crypto_core_ristretto255_from_hash(uniform) as Point;
}

/** Hashes data to a point whose logarithm nobody knows; the label separates protocols. */
export const pointOf = (label: string, data: Uint8Array): Point =>
  hashToGroup(sodium.crypto_generichash(64, concatBytes(utf8(`presend ${label}\n`), data), null));

/** A uniform point whose logarithm nobody knows, from 64 random bytes. */
export const randomPoint = (random: RandomBytes): Point => hashToGroup(random(64));

/** Reduces 64 little-endian bytes modulo the group order; uniform if the bytes are. Throws on another length. */
export function reduceScalar(uniform: Uint8Array): Scalar {
  expectWide(uniform);
  return sodium.crypto_core_ristretto255_scalar_reduce(uniform) as Scalar;
}

function expectWide(bytes: Uint8Array): void {
  if (bytes.length !== 64) throw new RangeError(`Expected 64 uniform bytes but received ${bytes.length}`);
}

/** A uniform scalar other than 0, from 64 random bytes. Throws if the bytes are all zeros, which is not random. */
export function randomScalar(random: RandomBytes): Scalar {
  const scalar = reduceScalar(random(64));
  if (isZero(scalar)) throw new RangeError('Expected random bytes for a scalar but received a multiple of the order');
  return scalar;
}

/** scalar · point. */
export const multiply = (scalar: Scalar, point: Point): Point =>
  isZero(scalar) || isZero(point) ? identity : (sodium.crypto_scalarmult_ristretto255(scalar, point) as Point);

/** scalar · generator, two to three times as fast as `multiply`. */
export const multiplyBase = (scalar: Scalar): Point =>
  isZero(scalar) ? identity : (sodium.crypto_scalarmult_ristretto255_base(scalar) as Point);

/** scalar · the point that bytes encode, for a scalar other than 0. Decoding costs nothing extra, because multiplication decodes anyway. */
export function multiplyEncoded(scalar: Scalar, bytes: Uint8Array): DecodedPoint {
  if (bytes.length === elementBytes && !isZero(bytes))
    try {
      return { ok: true, point: sodium.crypto_scalarmult_ristretto255(scalar, bytes) as Point };
    } catch {
      return { ok: false, reason: 'invalid' };
    }
  return { ok: false, reason: bytes.length === elementBytes ? 'identity' : 'length' };
}

/** a + b. */
export const add = (a: Point, b: Point): Point => sodium.crypto_core_ristretto255_add(a, b) as Point;

/** a − b. */
export const subtract = (a: Point, b: Point): Point => sodium.crypto_core_ristretto255_sub(a, b) as Point;

/** a + b of scalars. */
export const addScalars = (a: Scalar, b: Scalar): Scalar => sodium.crypto_core_ristretto255_scalar_add(a, b) as Scalar;

/** a − b of scalars. */
export const subtractScalars = (a: Scalar, b: Scalar): Scalar =>
  sodium.crypto_core_ristretto255_scalar_sub(a, b) as Scalar;

/** a · b of scalars. */
export const multiplyScalars = (a: Scalar, b: Scalar): Scalar =>
  sodium.crypto_core_ristretto255_scalar_mul(a, b) as Scalar;

/** 1 / scalar. Throws a RangeError on 0. */
export function invert(scalar: Scalar): Scalar {
  if (isZero(scalar)) throw new RangeError('Expected a scalar other than 0 to invert');
  return sodium.crypto_core_ristretto255_scalar_invert(scalar) as Scalar;
}
