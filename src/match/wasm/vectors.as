/**
 * Sums over pairs of vectors in WebAssembly with 128-bit SIMD, in AssemblyScript; vectors-wasm.ts holds what it compiles to. The caller lays out the
 * memory. A vector has `stride` floats, a multiple of four; those behind its end are zeros. Numbers are widened to double precision, and summed in
 * four lanes, (0 + 1) + (2 + 3) at the end, as vector-distances.ts does: both give the same bits.
 */

// @ts-ignore: decorator
@inline function low(floats: v128): v128 {
  return f64x2.promote_low_f32x4(floats);
}
// @ts-ignore: decorator
@inline function high(floats: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<u64>(floats, floats, 1, 0));
}
// @ts-ignore: decorator
@inline function total(first: v128, second: v128): f64 {
  return f64x2.extract_lane(first, 0) + f64x2.extract_lane(first, 1) + (f64x2.extract_lane(second, 0) + f64x2.extract_lane(second, 1));
}
// @ts-ignore: decorator
@inline function product(sum: v128, x: v128, y: v128): v128 {
  return f64x2.add(sum, f64x2.mul(x, y));
}
// @ts-ignore: decorator
@inline function square(sum: v128, x: v128, y: v128): v128 {
  const d = f64x2.sub(x, y);
  return f64x2.add(sum, f64x2.mul(d, d));
}

/** For each row of `a` and column of `b`, the sum of products; `columns` is even. `out`: doubles, row by row. */
export function products(a: usize, rows: u32, b: usize, columns: u32, stride: u32, out: usize): void {
  const bytes: usize = 4 * <usize>stride;
  for (let i: u32 = 0; i < rows; i++, a += bytes) {
    let p = b;
    for (let j: u32 = 0; j < columns; j += 2, p += 2 * bytes, out += 16) {
      let s = f64x2.splat(0), t = f64x2.splat(0), u = f64x2.splat(0), v = f64x2.splat(0);
      for (let k: usize = 0; k < bytes; k += 16) {
        const x = v128.load(a + k), y = v128.load(p + k), z = v128.load(p + bytes + k);
        const x0 = low(x), x1 = high(x);
        s = product(s, x0, low(y));
        t = product(t, x1, high(y));
        u = product(u, x0, low(z));
        v = product(v, x1, high(z));
      }
      store<f64>(out, total(s, t));
      store<f64>(out, total(u, v), 8);
    }
  }
}

/** The same for the sum of squared differences. */
export function squares(a: usize, rows: u32, b: usize, columns: u32, stride: u32, out: usize): void {
  const bytes: usize = 4 * <usize>stride;
  for (let i: u32 = 0; i < rows; i++, a += bytes) {
    let p = b;
    for (let j: u32 = 0; j < columns; j += 2, p += 2 * bytes, out += 16) {
      let s = f64x2.splat(0), t = f64x2.splat(0), u = f64x2.splat(0), v = f64x2.splat(0);
      for (let k: usize = 0; k < bytes; k += 16) {
        const x = v128.load(a + k), y = v128.load(p + k), z = v128.load(p + bytes + k);
        const x0 = low(x), x1 = high(x);
        s = square(s, x0, low(y));
        t = square(t, x1, high(y));
        u = square(u, x0, low(z));
        v = square(v, x1, high(z));
      }
      store<f64>(out, total(s, t));
      store<f64>(out, total(u, v), 8);
    }
  }
}
