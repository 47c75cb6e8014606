/**
 * Resizing and luma in WebAssembly with 128-bit SIMD, in AssemblyScript; pixels-wasm.ts holds what it compiles to and says how. Every byte is
 * the one of plain-pixels.ts: sums are 32-bit integers that wrap, so that their order does not matter.
 *
 * A weight of 32 bits is split into `high` × 2^15 + `low`, two 16-bit integers. Pixels times lows and pixels times highs are summed
 * apart, by the instruction that multiplies eight 16-bit integers and adds neighbours; the two sums are joined at the end.
 *
 * The module has no state. Every address is the caller's; functions may read up to 64 bytes behind the end of what they are given, and
 * multiply it by zero or write it where the caller reads nothing.
 */

/** Bits of fraction of a weight, and bits of its low part. */
const fraction: i32 = 22;
const lowBits: i32 = 15;

/** Four sums as pixels: the two parts joined, rounded and without their fraction. Clipping is left to the narrowing. */
// @ts-ignore: decorator
@inline function rounded(low: v128, high: v128): v128 {
  const sum = i32x4.add(i32x4.shl(high, lowBits), low);
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(1 << (fraction - 1))), fraction);
}

/** The sums of the lanes of four vectors. */
// @ts-ignore: decorator
@inline function totals(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/**
 * Filters along rows of one byte a pixel, four rows at a time: behind the last one up to three more are read and written. `starts` holds
 * the first source pixel of each of the `width` target pixels, 32 bits; `weights` holds for each of them `steps` times eight lows and then
 * eight highs, 16 bits each. Rows of the target are `width` bytes long.
 */
export function across(
  source: usize,
  pitch: usize,
  rows: usize,
  starts: usize,
  weights: usize,
  steps: usize,
  target: usize,
  width: usize,
): void {
  const none = i32x4.splat(0);
  for (let y: usize = 0; y < rows; y += 4, source += 4 * pitch, target += 4 * width) {
    let weight = weights;
    for (let x: usize = 0; x < width; x++) {
      let a = source + <usize>load<u32>(starts + 4 * x);
      let low0 = none, low1 = none, low2 = none, low3 = none;
      let high0 = none, high1 = none, high2 = none, high3 = none;
      const end = weight + 32 * steps;
      for (; weight < end; weight += 32, a += 8) {
        const low = v128.load(weight), high = v128.load(weight, 16);
        const p0 = v128.load8x8_u(a);
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(p0, low));
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(p0, high));
        const p1 = v128.load8x8_u(a + pitch);
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(p1, low));
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(p1, high));
        const p2 = v128.load8x8_u(a + 2 * pitch);
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(p2, low));
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(p2, high));
        const p3 = v128.load8x8_u(a + 3 * pitch);
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(p3, low));
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(p3, high));
      }
      const sums = rounded(totals(low0, low1, low2, low3), totals(high0, high1, high2, high3));
      const words = i16x8.narrow_i32x4_s(sums, sums);
      const bytes = i8x16.narrow_i16x8_u(words, words);
      const to = target + x;
      v128.store_lane<u8>(to, bytes, 0);
      v128.store_lane<u8>(to + width, bytes, 1);
      v128.store_lane<u8>(to + 2 * width, bytes, 2);
      v128.store_lane<u8>(to + 3 * width, bytes, 3);
    }
  }
}

/** Four lanes more of a sum down columns: two rows of pixels side by side, times two weights. */
// @ts-ignore: decorator
@inline function more(sum: v128, pixels: v128, weights: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(pixels, weights));
}

/**
 * Filters down columns, `bytes` of them, 16 at a time. `spans` holds for each target row the first source row and how many pairs of rows it
 * draws on, 32 bits each; `weights` for each pair two lows and then two highs, 16 bits each, `stride` bytes a target row. Rows of the source
 * lie `pitch` bytes apart, those of the target `targetPitch`, a multiple of 16.
 */
export function down(
  source: usize,
  pitch: usize,
  bytes: usize,
  spans: usize,
  weights: usize,
  stride: usize,
  target: usize,
  targetPitch: usize,
  height: usize,
): void {
  const none = i32x4.splat(0);
  for (let y: usize = 0; y < height; y++, spans += 8, weights += stride, target += targetPitch) {
    const top = source + <usize>load<u32>(spans) * pitch;
    const end = weights + 8 * <usize>load<u32>(spans, 4);
    for (let x: usize = 0; x < bytes; x += 16) {
      let low0 = none, low1 = none, low2 = none, low3 = none;
      let high0 = none, high1 = none, high2 = none, high3 = none;
      let row = top + x;
      for (let weight = weights; weight < end; weight += 8, row += 2 * pitch) {
        const low = v128.load32_splat(weight), high = v128.load32_splat(weight, 4);
        const one = v128.load(row), two = v128.load(row + pitch);
        const left = v128.shuffle<u8>(one, two, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const right = v128.shuffle<u8>(one, two, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        const p0 = i16x8.extend_low_i8x16_u(left), p1 = i16x8.extend_high_i8x16_u(left);
        const p2 = i16x8.extend_low_i8x16_u(right), p3 = i16x8.extend_high_i8x16_u(right);
        low0 = more(low0, p0, low);
        low1 = more(low1, p1, low);
        low2 = more(low2, p2, low);
        low3 = more(low3, p3, low);
        high0 = more(high0, p0, high);
        high1 = more(high1, p1, high);
        high2 = more(high2, p2, high);
        high3 = more(high3, p3, high);
      }
      const first = i16x8.narrow_i32x4_s(rounded(low0, high0), rounded(low1, high1));
      const second = i16x8.narrow_i32x4_s(rounded(low2, high2), rounded(low3, high3));
      v128.store(target + x, i8x16.narrow_i16x8_u(first, second));
    }
  }
}

/**
 * Rows of RGB become three rows each, of one channel: red, green, blue. `width` pixels a row; rows of the target lie `pitch` bytes apart,
 * a multiple of 16.
 */
export function split(source: usize, width: usize, rows: usize, target: usize, pitch: usize): void {
  for (let y: usize = 0; y < rows; y++, source += 3 * width, target += 3 * pitch)
    for (let x: usize = 0, from = source, to = target; x < width; x += 16, from += 48, to += 16) {
      const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32);
      // The bytes of a channel in the first two vectors, then those in the third.
      const red = v128.shuffle<u8>(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0);
      const green = v128.shuffle<u8>(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0);
      const blue = v128.shuffle<u8>(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0);
      v128.store(to, v128.shuffle<u8>(red, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29));
      v128.store(to + pitch, v128.shuffle<u8>(green, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30));
      v128.store(to + 2 * pitch, v128.shuffle<u8>(blue, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31));
    }
}

/** Luma of `pixels` pixels of RGB, 16 at a time, by the weights of ITU-R 601-2 with 16 bits of fraction. */
export function luma(source: usize, pixels: usize, target: usize): void {
  for (let at: usize = 0; at < pixels; at += 16, source += 48) {
    const first = i16x8.narrow_i32x4_s(grey(source), grey(source + 12));
    const second = i16x8.narrow_i32x4_s(grey(source + 24), grey(source + 36));
    v128.store(target + at, i8x16.narrow_i16x8_u(first, second));
  }
}

/** Luma of four pixels. Green's weight does not fit 16 bits, so half of it is taken with red and half with blue. */
// @ts-ignore: decorator
@inline function grey(at: usize): v128 {
  const rgb = v128.load(at), zero = i32x4.splat(0);
  const redGreen = v128.shuffle<u8>(rgb, zero, 0, 16, 1, 16, 3, 16, 4, 16, 6, 16, 7, 16, 9, 16, 10, 16);
  const greenBlue = v128.shuffle<u8>(rgb, zero, 1, 16, 2, 16, 4, 16, 5, 16, 7, 16, 8, 16, 10, 16, 11, 16);
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(redGreen, i16x8(19595, 19235, 19595, 19235, 19595, 19235, 19595, 19235)),
    i32x4.dot_i16x8_s(greenBlue, i16x8(19235, 7471, 19235, 7471, 19235, 7471, 19235, 7471)),
  );
  return i32x4.shr_u(i32x4.add(sum, i32x4.splat(0x8000)), 16);
}
