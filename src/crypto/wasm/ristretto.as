/**
 * The group ristretto255 (RFC 9496) on points that stay decoded, in AssemblyScript with SIMD; ristretto-wasm.ts holds what it compiles to and
 * says how. There is no allocator: the caller lays out the memory, from byte 4096 on, and calls `prepare` first.
 *
 * - An element of the field modulo 2^255 − 19 is 10 signed limbs of 32 bits, the i-th of weight 2^⌈25.5 i⌉ (Bernstein, "Curve25519", 2006,
 *   section 4). Products have limbs of at most 1.1 · 2^25 (even i) or 1.1 · 2^24 (odd i); factors may have 1.5 times twice that, so that sums
 *   of three products are multiplied without a carry.
 * - A point is X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z on −x² + y² = 1 + dx²y² (Hisil, Wong, Carter & Dawson, ASIACRYPT 2008): 160 bytes.
 * - An addend is a point prepared for addition: Y + X, Y − X, 2Z, 2dT: 160 bytes.
 *
 * No branch and no address depends on bytes of scalars, choices or points; only on their number. `decode` says in its result whether all
 * encodings are valid. An engine's compiler does not promise to keep it so, as with libsodium's own WebAssembly.
 */

// Bytes 0 to 4095 are the module's own: constants, and places that no call leaves anything in for the next one.
const d: usize = 0, d2: usize = 40, rootMinusOne: usize = 80, rootAMinusD: usize = 120, one: usize = 160, zero: usize = 200;
const powers: usize = 240, ratio: usize = 480, code: usize = 800, sum: usize = 1280, chosen: usize = 1600, bytes: usize = 2080;
const multiple: usize = 2112, digit: usize = 2272, left: usize = 2592;

const fieldBytes: usize = 40, pointBytes: usize = 160;
/** Multiples of a base in one window of a table: 1 to 8 times. */
const perWindow: usize = 8;
/** Digits of a scalar in base 16. */
const digitCount: usize = 64;

// Field.

// @ts-ignore: decorator
@inline function copy(to: usize, a: usize): void {
  for (let i: usize = 0; i < fieldBytes; i += 8) store<u64>(to + i, load<u64>(a + i));
}
// @ts-ignore: decorator
@inline function plus(to: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < fieldBytes; i += 4) store<i32>(to + i, load<i32>(a + i) + load<i32>(b + i));
}
// @ts-ignore: decorator
@inline function minus(to: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < fieldBytes; i += 4) store<i32>(to + i, load<i32>(a + i) - load<i32>(b + i));
}

/** `to` = `a` where `mask` is all ones, and stays where it is 0. */
// @ts-ignore: decorator
@inline function choose(to: usize, a: usize, mask: i64): void {
  for (let i: usize = 0; i < fieldBytes; i += 8) {
    const old = load<i64>(to + i);
    store<i64>(to + i, old ^ (mask & (old ^ load<i64>(a + i))));
  }
}

/** Stores limbs, carried: two chains from limb 0 and from limb 4, each rounding to the nearest. */
// @ts-ignore: decorator
@inline function carried(
  to: usize, h0: i64, h1: i64, h2: i64, h3: i64, h4: i64, h5: i64, h6: i64, h7: i64, h8: i64, h9: i64,
): void {
  let c = (h0 + (1 << 25)) >> 26, e = (h4 + (1 << 25)) >> 26;
  h0 -= c << 26; h1 += c; h4 -= e << 26; h5 += e;
  c = (h1 + (1 << 24)) >> 25; e = (h5 + (1 << 24)) >> 25;
  h1 -= c << 25; h2 += c; h5 -= e << 25; h6 += e;
  c = (h2 + (1 << 25)) >> 26; e = (h6 + (1 << 25)) >> 26;
  h2 -= c << 26; h3 += c; h6 -= e << 26; h7 += e;
  c = (h3 + (1 << 24)) >> 25; e = (h7 + (1 << 24)) >> 25;
  h3 -= c << 25; h4 += c; h7 -= e << 25; h8 += e;
  c = (h4 + (1 << 25)) >> 26; e = (h8 + (1 << 25)) >> 26;
  h4 -= c << 26; h5 += c; h8 -= e << 26; h9 += e;
  e = (h9 + (1 << 24)) >> 25;
  h9 -= e << 25; h0 += 19 * e;
  c = (h0 + (1 << 25)) >> 26;
  h0 -= c << 26; h1 += c;
  store<i32>(to, <i32>h0); store<i32>(to, <i32>h1, 4); store<i32>(to, <i32>h2, 8); store<i32>(to, <i32>h3, 12);
  store<i32>(to, <i32>h4, 16); store<i32>(to, <i32>h5, 20); store<i32>(to, <i32>h6, 24); store<i32>(to, <i32>h7, 28);
  store<i32>(to, <i32>h8, 32); store<i32>(to, <i32>h9, 36);
}

// @ts-ignore: decorator
@inline function limb(a: usize, i: usize): i64 {
  return <i64>load<i32>(a + 4 * i);
}

/** `to` = ab. Limbs i and j count twice where both are odd, and 19 times where i + j passes 9. */
function times(to: usize, a: usize, b: usize): void {
  const a0 = limb(a, 0), a1 = limb(a, 1), a2 = limb(a, 2), a3 = limb(a, 3), a4 = limb(a, 4);
  const a5 = limb(a, 5), a6 = limb(a, 6), a7 = limb(a, 7), a8 = limb(a, 8), a9 = limb(a, 9);
  const b0 = limb(b, 0), b1 = limb(b, 1), b2 = limb(b, 2), b3 = limb(b, 3), b4 = limb(b, 4);
  const b5 = limb(b, 5), b6 = limb(b, 6), b7 = limb(b, 7), b8 = limb(b, 8), b9 = limb(b, 9);
  const a1x2 = 2 * a1, a3x2 = 2 * a3, a5x2 = 2 * a5, a7x2 = 2 * a7, a9x2 = 2 * a9;
  const b1x19 = 19 * b1, b2x19 = 19 * b2, b3x19 = 19 * b3, b4x19 = 19 * b4, b5x19 = 19 * b5;
  const b6x19 = 19 * b6, b7x19 = 19 * b7, b8x19 = 19 * b8, b9x19 = 19 * b9;
  carried(
    to,
    a0 * b0 + a1x2 * b9x19 + a2 * b8x19 + a3x2 * b7x19 + a4 * b6x19
      + a5x2 * b5x19 + a6 * b4x19 + a7x2 * b3x19 + a8 * b2x19 + a9x2 * b1x19,
    a0 * b1 + a1 * b0 + a2 * b9x19 + a3 * b8x19 + a4 * b7x19
      + a5 * b6x19 + a6 * b5x19 + a7 * b4x19 + a8 * b3x19 + a9 * b2x19,
    a0 * b2 + a1x2 * b1 + a2 * b0 + a3x2 * b9x19 + a4 * b8x19
      + a5x2 * b7x19 + a6 * b6x19 + a7x2 * b5x19 + a8 * b4x19 + a9x2 * b3x19,
    a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + a4 * b9x19
      + a5 * b8x19 + a6 * b7x19 + a7 * b6x19 + a8 * b5x19 + a9 * b4x19,
    a0 * b4 + a1x2 * b3 + a2 * b2 + a3x2 * b1 + a4 * b0
      + a5x2 * b9x19 + a6 * b8x19 + a7x2 * b7x19 + a8 * b6x19 + a9x2 * b5x19,
    a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1
      + a5 * b0 + a6 * b9x19 + a7 * b8x19 + a8 * b7x19 + a9 * b6x19,
    a0 * b6 + a1x2 * b5 + a2 * b4 + a3x2 * b3 + a4 * b2
      + a5x2 * b1 + a6 * b0 + a7x2 * b9x19 + a8 * b8x19 + a9x2 * b7x19,
    a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3
      + a5 * b2 + a6 * b1 + a7 * b0 + a8 * b9x19 + a9 * b8x19,
    a0 * b8 + a1x2 * b7 + a2 * b6 + a3x2 * b5 + a4 * b4
      + a5x2 * b3 + a6 * b2 + a7x2 * b1 + a8 * b0 + a9x2 * b9x19,
    a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5
      + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + a9 * b0,
  );
}

/** `to` = a², or 2a² with `twice` = 1. */
function square(to: usize, a: usize, twice: i64 = 0): void {
  const a0 = limb(a, 0), a1 = limb(a, 1), a2 = limb(a, 2), a3 = limb(a, 3), a4 = limb(a, 4);
  const a5 = limb(a, 5), a6 = limb(a, 6), a7 = limb(a, 7), a8 = limb(a, 8), a9 = limb(a, 9);
  const a0x2 = 2 * a0, a1x2 = 2 * a1, a2x2 = 2 * a2, a3x2 = 2 * a3, a4x2 = 2 * a4, a5x2 = 2 * a5, a6x2 = 2 * a6, a7x2 = 2 * a7;
  const a8x2 = 2 * a8, a5x38 = 38 * a5, a6x19 = 19 * a6, a7x19 = 19 * a7, a7x38 = 38 * a7, a8x19 = 19 * a8;
  const a9x19 = 19 * a9, a9x38 = 38 * a9;
  carried(
    to,
    (a0 * a0 + a1x2 * a9x38 + a2x2 * a8x19 + a3x2 * a7x38 + a4x2 * a6x19 + a5 * a5x38) << twice,
    (a0x2 * a1 + a2x2 * a9x19 + a3x2 * a8x19 + a4x2 * a7x19 + a5x2 * a6x19) << twice,
    (a0x2 * a2 + a1 * a1x2 + a3x2 * a9x38 + a4x2 * a8x19 + a5x2 * a7x38 + a6 * a6x19) << twice,
    (a0x2 * a3 + a1x2 * a2 + a4x2 * a9x19 + a5x2 * a8x19 + a6x2 * a7x19) << twice,
    (a0x2 * a4 + a1x2 * a3x2 + a2 * a2 + a5x2 * a9x38 + a6x2 * a8x19 + a7 * a7x38) << twice,
    (a0x2 * a5 + a1x2 * a4 + a2x2 * a3 + a6x2 * a9x19 + a7x2 * a8x19) << twice,
    (a0x2 * a6 + a1x2 * a5x2 + a2x2 * a4 + a3 * a3x2 + a7x2 * a9x38 + a8 * a8x19) << twice,
    (a0x2 * a7 + a1x2 * a6 + a2x2 * a5 + a3x2 * a4 + a8x2 * a9x19) << twice,
    (a0x2 * a8 + a1x2 * a7x2 + a2x2 * a6 + a3x2 * a5x2 + a4 * a4 + a9 * a9x38) << twice,
    (a0x2 * a9 + a1x2 * a8 + a2x2 * a7 + a3x2 * a6 + a4x2 * a5) << twice,
  );
}

function squares(a: usize, count: i32): void {
  for (let i = 0; i < count; i++) square(a, a);
}

/** `to` = a^(2^252 − 3), that is, a^((p − 5)/8). Neither is in `powers`. */
function power(to: usize, a: usize): void {
  const a2 = powers, a9 = powers + 40, e5 = powers + 80, e10 = powers + 120, e50 = powers + 160, e = powers + 200;
  square(a2, a);
  square(a9, a2); square(a9, a9); times(a9, a9, a);
  times(a2, a2, a9); square(a2, a2);
  // From here on, eN is a^(2^N − 1).
  times(e5, a2, a9);
  copy(e10, e5); squares(e10, 5); times(e10, e10, e5);
  copy(e, e10); squares(e, 10); times(e, e, e10);
  copy(e50, e); squares(e50, 20); times(e50, e50, e); squares(e50, 10); times(e50, e50, e10);
  copy(e, e50); squares(e, 50); times(e, e, e50);
  copy(e10, e); squares(e10, 100); times(e, e10, e); squares(e, 50); times(e, e, e50);
  squares(e, 2); times(to, e, a);
}

/** Writes the least non-negative residue in 32 bytes, little-endian. */
function pack(to: usize, a: usize): void {
  let h0 = limb(a, 0), h1 = limb(a, 1), h2 = limb(a, 2), h3 = limb(a, 3), h4 = limb(a, 4);
  let h5 = limb(a, 5), h6 = limb(a, 6), h7 = limb(a, 7), h8 = limb(a, 8), h9 = limb(a, 9);
  // How many times p fits in, which is what is carried out of the top once 19 times that has been added.
  let q = (19 * h9 + (1 << 24)) >> 25;
  q = (h0 + q) >> 26; q = (h1 + q) >> 25; q = (h2 + q) >> 26; q = (h3 + q) >> 25; q = (h4 + q) >> 26;
  q = (h5 + q) >> 25; q = (h6 + q) >> 26; q = (h7 + q) >> 25; q = (h8 + q) >> 26; q = (h9 + q) >> 25;
  const low26: i64 = (1 << 26) - 1, low25: i64 = (1 << 25) - 1;
  h0 += 19 * q;
  h1 += h0 >> 26; h0 &= low26; h2 += h1 >> 25; h1 &= low25; h3 += h2 >> 26; h2 &= low26; h4 += h3 >> 25; h3 &= low25;
  h5 += h4 >> 26; h4 &= low26; h6 += h5 >> 25; h5 &= low25; h7 += h6 >> 26; h6 &= low26; h8 += h7 >> 25; h7 &= low25;
  h9 += h8 >> 26; h8 &= low26; h9 &= low25;
  store<i64>(to, h0 | (h1 << 26) | (h2 << 51));
  store<i64>(to, (h2 >> 13) | (h3 << 13) | (h4 << 38), 8);
  store<i64>(to, h5 | (h6 << 25) | (h7 << 51), 16);
  store<i64>(to, (h7 >> 13) | (h8 << 12) | (h9 << 38), 24);
}

/** Reads 255 bits; ignores the highest. */
function unpack(to: usize, from: usize): void {
  const w0 = load<u64>(from), w1 = load<u64>(from, 8), w2 = load<u64>(from, 16), w3 = load<u64>(from, 24);
  const low26: u64 = (1 << 26) - 1, low25: u64 = (1 << 25) - 1;
  store<u32>(to, <u32>(w0 & low26));
  store<u32>(to, <u32>((w0 >> 26) & low25), 4);
  store<u32>(to, <u32>(((w0 >> 51) | (w1 << 13)) & low26), 8);
  store<u32>(to, <u32>((w1 >> 13) & low25), 12);
  store<u32>(to, <u32>(w1 >> 38), 16);
  store<u32>(to, <u32>(w2 & low25), 20);
  store<u32>(to, <u32>((w2 >> 25) & low26), 24);
  store<u32>(to, <u32>(((w2 >> 51) | (w3 << 13)) & low25), 28);
  store<u32>(to, <u32>((w3 >> 12) & low26), 32);
  store<u32>(to, <u32>((w3 >> 38) & low25), 36);
}

/** All ones if a number is 0, else 0. */
// @ts-ignore: decorator
@inline function maskIfZero(a: i64): i64 {
  return ((a | -a) >> 63) ^ -1;
}
/** All ones if an element is 0, else 0. */
function isZero(a: usize): i64 {
  pack(bytes, a);
  return maskIfZero(load<i64>(bytes) | load<i64>(bytes, 8) | load<i64>(bytes, 16) | load<i64>(bytes, 24));
}
/** All ones if the least residue is odd, which RFC 9496 calls negative. */
function isNegative(a: usize): i64 {
  pack(bytes, a);
  return -(load<i64>(bytes) & 1);
}
/** Negates where `mask` is all ones. */
function negate(a: usize, mask: i64): void {
  const m = <i32>mask;
  for (let i: usize = 0; i < fieldBytes; i += 4) store<i32>(a + i, (load<i32>(a + i) ^ m) - m);
}

/** `to` = the non-negative root of 1/a, or of √−1/a if 1/a is no square; returns all ones if it is. 0 gives 0 (RFC 9496, section 4.2). */
function inverseRoot(to: usize, a: usize): i64 {
  const a3 = ratio, root = ratio + 40, check = ratio + 80, other = ratio + 120;
  square(a3, a); times(a3, a3, a);
  square(root, a3); times(root, root, a);
  power(root, root);
  times(root, root, a3);
  square(check, root); times(check, check, a);
  // check is 1, −1, √−1 or −√−1, or 0.
  minus(other, check, one);
  const square1 = isZero(other);
  plus(other, check, one);
  const flipped = isZero(other);
  plus(other, check, rootMinusOne);
  const flippedToo = isZero(other);
  times(other, root, rootMinusOne);
  choose(root, other, flipped | flippedToo);
  negate(root, isNegative(root));
  copy(to, root);
  return square1 | flipped;
}

// Points.

function addend(to: usize, p: usize): void {
  plus(to, p + 40, p);
  minus(to + 40, p + 40, p);
  plus(to + 80, p + 80, p + 80);
  times(to + 120, p + 120, d2);
}

/** `to` = p + an addend. */
function add(to: usize, p: usize, q: usize): void {
  const a = sum, b = sum + 40, c = sum + 80, f = sum + 120, e = sum + 160, g = sum + 200;
  minus(a, p + 40, p); times(a, a, q + 40);
  plus(b, p + 40, p); times(b, b, q);
  times(c, p + 120, q + 120);
  times(f, p + 80, q + 80);
  minus(e, b, a);
  plus(b, b, a);
  minus(a, f, c);
  plus(g, f, c);
  times(to, e, a);
  times(to + 40, g, b);
  times(to + 80, a, g);
  times(to + 120, e, b);
}

/** `to` = 2p. Without `full`, T is missing, which only a doubling may follow. */
function double(to: usize, p: usize, full: bool): void {
  const a = sum, b = sum + 40, c = sum + 80, e = sum + 120, g = sum + 160;
  square(a, p); square(b, p + 40); square(c, p + 80, 1);
  plus(e, p, p + 40); square(e, e);
  minus(g, b, a);
  plus(b, b, a);
  minus(e, e, b);
  minus(c, c, g);
  times(to, e, c);
  times(to + 40, g, b);
  times(to + 80, c, g);
  if (full) times(to + 120, e, b);
}

/** The neutral element. */
function identity(to: usize): void {
  copy(to, zero); copy(to + 40, one); copy(to + 80, one); copy(to + 120, zero);
}
/** The neutral element as an addend. */
function noAddend(to: usize): void {
  copy(to, one); copy(to + 40, one); plus(to + 80, one, one); copy(to + 120, zero);
}

/** Reads a point (RFC 9496, section 4.3.1); returns all ones if the encoding is valid. Valid is the neutral element too. */
function decodeOne(to: usize, from: usize): i64 {
  const s = code, u1 = code + 40, u2 = code + 80, square2 = code + 120, v = code + 160, root = code + 200, x = to, y = to + 40;
  unpack(s, from);
  pack(bytes, s);
  const differs = (load<i64>(bytes) ^ load<i64>(from)) | (load<i64>(bytes, 8) ^ load<i64>(from, 8))
    | (load<i64>(bytes, 16) ^ load<i64>(from, 16)) | (load<i64>(bytes, 24) ^ load<i64>(from, 24));
  let valid = maskIfZero(differs | (load<i64>(from) & 1));
  square(v, s);
  minus(u1, one, v);
  plus(u2, one, v);
  square(square2, u2);
  square(v, u1); times(v, v, d); plus(v, v, square2); negate(v, -1);
  times(root, v, square2);
  valid &= inverseRoot(root, root);
  times(x, root, u2);
  times(y, root, x); times(y, y, v); times(y, y, u1);
  times(x, x, s); plus(x, x, x); negate(x, isNegative(x));
  copy(to + 80, one);
  times(to + 120, x, y);
  return valid & ~isNegative(to + 120) & ~isZero(y);
}

/** Writes the encoding of a point (RFC 9496, section 4.3.2). */
export function encode(p: usize, to: usize): void {
  const u1 = code, u2 = code + 40, root = code + 80, den1 = code + 120, den2 = code + 160, inverse = code + 200;
  const x = code + 240, y = code + 280, other = code + 320;
  plus(u1, p + 80, p + 40); minus(u2, p + 80, p + 40); times(u1, u1, u2);
  times(u2, p, p + 40);
  square(root, u2); times(root, root, u1); inverseRoot(root, root);
  times(den1, root, u1); times(den2, root, u2);
  times(inverse, den1, den2); times(inverse, inverse, p + 120);
  times(other, p + 120, inverse);
  const rotated = isNegative(other);
  times(x, p + 40, rootMinusOne); times(y, p, rootMinusOne); times(other, den1, rootAMinusD);
  choose(x, p, ~rotated); choose(y, p + 40, ~rotated); choose(den2, other, rotated);
  times(other, x, inverse);
  negate(y, isNegative(other));
  minus(other, p + 80, y); times(other, other, den2); negate(other, isNegative(other));
  pack(to, other);
}

// What is called from outside.

/** Makes the constants from 32 bytes each: d, √−1 and 1/√(−1 − d), as RFC 9496 (section 4.1) has them. */
export function prepare(from: usize): void {
  unpack(d, from);
  unpack(rootMinusOne, from + 32);
  unpack(rootAMinusD, from + 64);
  memory.fill(zero, 0, fieldBytes);
  copy(one, zero);
  store<i32>(one, 1);
  plus(d2, d, d);
  carried(d2, limb(d2, 0), limb(d2, 1), limb(d2, 2), limb(d2, 3), limb(d2, 4), limb(d2, 5), limb(d2, 6), limb(d2, 7), limb(d2, 8), limb(d2, 9));
}

/** Reads one point from 32 bytes; returns 1 if the encoding is valid. */
export function decode(from: usize, to: usize): i32 {
  return <i32>(decodeOne(to, from) & 1);
}

/** Reads points from 32 bytes each, as addends; returns 1 if all encodings are valid. */
export function decodeAddends(from: usize, count: u32, to: usize): i32 {
  let valid: i64 = -1;
  for (let i: usize = 0; i < count; i++) {
    valid &= decodeOne(left, from + 32 * i);
    addend(to + pointBytes * i, left);
  }
  return <i32>(valid & 1);
}

/** `to` = the last of `count` + 1 addends, less twice the sum of those before it whose choice (a byte) is 1. They lie `stride` bytes apart. */
export function lastLessTwice(addends: usize, stride: usize, choices: usize, count: u32, to: usize): void {
  identity(to);
  for (let i: usize = 0; i < count; i++, addends += stride) {
    noAddend(chosen);
    const mask = -<i64>load<u8>(choices + i);
    for (let part: usize = 0; part < pointBytes; part += fieldBytes) choose(chosen + part, addends + part, mask);
    add(to, to, chosen);
  }
  double(to, to, true);
  negate(to, -1);
  negate(to + 120, -1);
  add(to, to, addends);
}

/** A table of 32 windows for multiples of a point: 1 to 8 times 256^w p, as addends, 40,960 bytes. */
export function table(p: usize, to: usize): void {
  memory.copy(left, p, pointBytes);
  for (let w: usize = 0; w < digitCount / 2; w++, to += perWindow * pointBytes) {
    memory.copy(multiple, left, pointBytes);
    addend(to, left);
    for (let i: usize = 1; i < perWindow; i++) {
      add(multiple, multiple, to);
      addend(to + pointBytes * i, multiple);
    }
    // 8 · 2^5 = 256.
    for (let i = 0; i < 5; i++) double(multiple, multiple, i == 4);
    memory.copy(left, multiple, pointBytes);
  }
}

/** Digits −8 to 8 in base 16, a byte each, of a scalar below 2^253. */
export function digits(scalar: usize, to: usize): void {
  let carry: i32 = 0;
  for (let i: usize = 0; i < digitCount; i++) {
    const value = ((<i32>load<u8>(scalar + (i >> 1)) >> (4 * <i32>(i & 1))) & 15) + carry;
    carry = (value + 8) >> 4;
    store<i8>(to + i, <i8>(value - (carry << 4)));
  }
}

/** All ones if a digit's size is this one, else 0. */
// @ts-ignore: decorator
@inline function maskOf(size: i32, due: i32): v128 {
  return i64x2.splat(maskIfZero(<i64>(size ^ due)));
}

/** Adds `value` times the base of a window. Reads the whole window, whatever the value. */
function addDigit(p: usize, window: usize, value: i32): void {
  const negative = value >> 31;
  const size = (value ^ negative) - negative;
  const m1 = maskOf(size, 1), m2 = maskOf(size, 2), m3 = maskOf(size, 3), m4 = maskOf(size, 4);
  const m5 = maskOf(size, 5), m6 = maskOf(size, 6), m7 = maskOf(size, 7), m8 = maskOf(size, 8), none = maskOf(size, 0);
  noAddend(digit);
  for (let i: usize = 0; i < pointBytes; i += 16) {
    const at = window + i;
    const low = v128.or(
      v128.or(v128.and(m1, v128.load(at)), v128.and(m2, v128.load(at, 160))),
      v128.or(v128.and(m3, v128.load(at, 320)), v128.and(m4, v128.load(at, 480))),
    );
    const high = v128.or(
      v128.or(v128.and(m5, v128.load(at, 640)), v128.and(m6, v128.load(at, 800))),
      v128.or(v128.and(m7, v128.load(at, 960)), v128.and(m8, v128.load(at, 1120))),
    );
    v128.store(digit + i, v128.or(v128.and(none, v128.load(digit + i)), v128.or(low, high)));
  }
  // The negative has Y + X and Y − X exchanged, and T negated.
  const mask = <i64>negative;
  const swap = digit + pointBytes;
  copy(swap, digit);
  choose(digit, digit + 40, mask);
  choose(digit + 40, swap, mask);
  negate(digit + 120, mask);
  add(p, p, digit);
}

/** Adds, over `count` tables one after the other, the even (0) or odd (1) digits of as many scalars: Σ digit · 256^window · base. */
function addWindows(p: usize, tables: usize, scalars: usize, count: u32, odd: usize): void {
  for (let term: usize = 0; term < count; term++) {
    const start = tables + term * (digitCount / 2 * perWindow * pointBytes);
    for (let w: usize = 0; w < digitCount / 2; w++)
      addDigit(p, start + w * (perWindow * pointBytes), <i32>load<i8>(scalars + digitCount * term + 2 * w + odd));
  }
}

/** `to` = Σ scalar · base over `count` tables and the digits of as many scalars. */
export function combine(tables: usize, scalars: usize, count: u32, to: usize): void {
  identity(to);
  addWindows(to, tables, scalars, count, 1);
  for (let i = 0; i < 4; i++) double(to, to, i == 3);
  addWindows(to, tables, scalars, count, 0);
}

/**
 * `to` = scalar · p, from the scalar's digits, plus Σ scalar · base over `count` tables as in `combine`: the last doublings serve both.
 * `scratch` is 1,280 bytes.
 */
export function multiply(p: usize, scalar: usize, tables: usize, scalars: usize, count: u32, to: usize, scratch: usize): void {
  addend(scratch, p);
  memory.copy(multiple, p, pointBytes);
  for (let i: usize = 1; i < perWindow; i++) {
    add(multiple, multiple, scratch);
    addend(scratch + pointBytes * i, multiple);
  }
  identity(to);
  for (let i: i32 = <i32>digitCount - 1; ; i--) {
    addDigit(to, scratch, <i32>load<i8>(scalar + i));
    if (i < 2) addWindows(to, tables, scalars, count, i);
    if (i == 0) return;
    for (let k = 0; k < 4; k++) double(to, to, k == 3);
  }
}

/** 1 if two points are the same element of the group (RFC 9496, section 4.3.3), else 0. */
export function equal(p: usize, q: usize): i32 {
  times(code, p, q + 40); times(code + 40, p + 40, q); minus(code, code, code + 40);
  const same = isZero(code);
  times(code, p + 40, q + 40); times(code + 40, p, q); minus(code, code, code + 40);
  return <i32>((same | isZero(code)) & 1);
}
