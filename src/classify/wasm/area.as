/**
 * Scales pixels to a network's input in WebAssembly with 128-bit SIMD, in AssemblyScript; area-wasm.ts holds what it compiles to and says how.
 * It rounds as the JavaScript in preprocess.ts does: every product and sum in double precision, and a row's sums to single precision after
 * every two rows.
 *
 * The module has no state. Every address is the caller's; it may read up to 16 bytes behind the end of the picture, and write up to 32 bytes
 * behind the end of `line`.
 */

/**
 * A picture as side × side × 3 floats. `starts` and `counts` hold, for each row and then for each column of the target, its first source pixel
 * and the number of its weights, 32 bits each; `weights` holds all of them in that order, 32-bit floats. `line` is room for one source row of
 * floats.
 */
export function scale(
  data: usize,
  stride: usize,
  channels: usize,
  side: usize,
  starts: usize,
  counts: usize,
  weights: usize,
  line: usize,
  out: usize,
): void {
  let vertical = weights;
  let columns = weights;
  for (let y: usize = 0; y < side; y++) columns += <usize>load<u32>(counts + (y << 2)) << 2;
  for (let y: usize = 0; y < side; y++) {
    memory.fill(line, 0, stride << 2);
    const count = <usize>load<u32>(counts + (y << 2));
    let from = data + <usize>load<u32>(starts + (y << 2)) * stride;
    for (let t: usize = 0; t < count; t += 2, from += stride << 1) {
      const paired = t + 1 < count;
      const first = <f64>load<f32>(vertical + (t << 2));
      const second = paired ? <f64>load<f32>(vertical + (t << 2), 4) : 0;
      addRows(from, paired ? from + stride : from, first, second, line, stride);
    }
    vertical += count << 2;
    let horizontal = columns;
    for (let x: usize = 0; x < side; x++, out += 12) {
      const column = side + x;
      let at = line + ((<usize>load<u32>(starts + (column << 2)) * channels) << 2);
      const end = horizontal + ((<usize>load<u32>(counts + (column << 2))) << 2);
      let red: f64 = 0, green: f64 = 0, blue: f64 = 0;
      for (; horizontal < end; horizontal += 4, at += channels << 2) {
        const weight = <f64>load<f32>(horizontal);
        red += weight * <f64>load<f32>(at);
        if (channels == 1) continue;
        green += weight * <f64>load<f32>(at, 4);
        blue += weight * <f64>load<f32>(at, 8);
      }
      store<f32>(out, <f32>(red / 255));
      store<f32>(out, <f32>((channels == 1 ? red : green) / 255), 4);
      store<f32>(out, <f32>((channels == 1 ? red : blue) / 255), 8);
    }
  }
}

/** Adds `first` times the bytes of one row and `second` times those of another to the floats at `line`, eight at a time. */
// @ts-ignore: decorator
@inline function addRows(a: usize, b: usize, first: f64, second: f64, line: usize, stride: usize): void {
  const one = f64x2.splat(first), two = f64x2.splat(second);
  const end = a + stride;
  for (; a < end; a += 8, b += 8, line += 32) {
    const p = v128.load8x8_u(a), q = v128.load8x8_u(b);
    const p0 = i32x4.extend_low_i16x8_u(p), p1 = i32x4.extend_high_i16x8_u(p);
    const q0 = i32x4.extend_low_i16x8_u(q), q1 = i32x4.extend_high_i16x8_u(q);
    v128.store(line, four(v128.load(line), p0, q0, one, two));
    v128.store(line, four(v128.load(line, 16), p1, q1, one, two), 16);
  }
}

/** Four floats, plus `one` times four integers and `two` times four others. */
// @ts-ignore: decorator
@inline function four(sum: v128, p: v128, q: v128, one: v128, two: v128): v128 {
  const low = pair(sum, p, q, one, two);
  const high = pair(upper(sum), upper(p), upper(q), one, two);
  return v128.shuffle<i64>(low, high, 0, 2);
}

/** The lower two of them. */
// @ts-ignore: decorator
@inline function pair(sum: v128, p: v128, q: v128, one: v128, two: v128): v128 {
  const added = f64x2.add(f64x2.mul(one, f64x2.convert_low_i32x4_u(p)), f64x2.mul(two, f64x2.convert_low_i32x4_u(q)));
  return f32x4.demote_f64x2_zero(f64x2.add(f64x2.promote_low_f32x4(sum), added));
}

/** The upper two of four numbers, in the lower places. */
// @ts-ignore: decorator
@inline function upper(all: v128): v128 {
  return v128.shuffle<i64>(all, all, 1, 1);
}
