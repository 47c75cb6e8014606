/**
 * Batch normalisation of values whose last axis is the channel, in WebAssembly with 128-bit SIMD, in AssemblyScript; normalize-wasm.ts holds
 * what it compiles to and says how. It rounds as BatchNorm.cc of @tensorflow/tfjs-backend-wasm 4.22 does: single precision up to the
 * division, then double precision until the result is stored.
 *
 * The module has no state, and works in the memory of tfjs: every address is the caller's, and nothing behind its end is read or written.
 */

/** Standard deviations of `channels` variances, as numbers of double precision with the value of a single one. */
export function deviationsOf(variance: usize, epsilon: f32, channels: usize, out: usize): void {
  for (let c: usize = 0; c < channels; c++)
    store<f64>(out + (c << 3), <f64>sqrt<f32>(load<f32>(variance + (c << 2)) + epsilon));
}

/** (x − mean) · scale / deviation + offset for `count` values, a multiple of `channels`. */
export function normalize(
  x: usize,
  mean: usize,
  scale: usize,
  deviation: usize,
  offset: usize,
  out: usize,
  count: usize,
  channels: usize,
): void {
  const end = x + (count << 2);
  const width = channels << 2;
  const blocks = width & ~15;
  for (; x < end; x += width, out += width) {
    let at: usize = 0;
    for (; at < blocks; at += 16) {
      const scaled = f32x4.mul(
        f32x4.sub(v128.load(x + at), v128.load(mean + at)),
        v128.load(scale + at),
      );
      const shift = v128.load(offset + at);
      const by = deviation + (at << 1);
      const low = divided(scaled, v128.load(by), shift);
      const high = divided(upper(scaled), v128.load(by, 16), upper(shift));
      v128.store(out + at, v128.shuffle<i64>(low, high, 0, 2));
    }
    for (; at < width; at += 4) {
      const scaled = (load<f32>(x + at) - load<f32>(mean + at)) * load<f32>(scale + at);
      const sum = <f64>scaled / load<f64>(deviation + (at << 1)) + <f64>load<f32>(offset + at);
      store<f32>(out + at, <f32>sum);
    }
  }
}

/** The upper two of four numbers, in the lower places. */
// @ts-ignore: decorator
@inline function upper(four: v128): v128 {
  return v128.shuffle<i64>(four, four, 1, 1);
}

/** The lower two numbers divided and shifted in double precision, and rounded to single precision in the lower places. */
// @ts-ignore: decorator
@inline function divided(scaled: v128, by: v128, shift: v128): v128 {
  const quotient = f64x2.div(f64x2.promote_low_f32x4(scaled), by);
  return f32x4.demote_f64x2_zero(f64x2.add(quotient, f64x2.promote_low_f32x4(shift)));
}
