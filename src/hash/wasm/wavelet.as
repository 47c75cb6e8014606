/**
 * The wavelet hash's transforms in WebAssembly with 128-bit SIMD, in AssemblyScript; wavelet-wasm.ts holds what it compiles to and says how.
 * Every value is the one of wavelet.ts, bit by bit: each sum keeps its order, and there are no fused multiply-adds.
 *
 * A picture without its mean is Haar's transform and its inverse. Going up, only the approximations are kept, each a quarter of the one
 * before. Going down, the details of 2 × 2 samples are computed again from the samples, and the samples replaced. The picture itself is never
 * there as floats: its rows are made two at a time, and go into a ring of 16 from which the wavelet's filter takes them.
 *
 * The module has no state. Every address is the caller's; functions may read and write up to 64 bytes behind the end of what they are given.
 * Samples are 64-bit floats, row after row.
 */

/** Rows of the ring. The longest filter draws on 8, and at the edges on their mirror images. */
const ringRows: usize = 16;

// @ts-ignore: decorator
@inline function half(): v128 {
  return f64x2.splat(Math.SQRT1_2);
}

/** Samples of two rows of grey pixels, from a table of 256. */
function expand(grey: usize, count: usize, table: usize, to: usize): void {
  for (const end = grey + count; grey < end; grey += 2, to += 16)
    v128.store(to, v128.load64_lane(table + 8 * <usize>load<u8>(grey, 1), v128.load64_zero(table + 8 * <usize>load<u8>(grey)), 1));
}

/** Two rows of `side` samples to half a row of Haar's approximation. Lanes are two squares of 2 × 2 side by side. */
function reduce(upper: usize, lower: usize, side: usize, to: usize): void {
  const r = half();
  for (const end = upper + 8 * side; upper < end; upper += 32, lower += 32, to += 16) {
    const first = f64x2.mul(r, f64x2.add(f64x2.mul(r, v128.load(lower)), f64x2.mul(r, v128.load(upper))));
    const second = f64x2.mul(r, f64x2.add(f64x2.mul(r, v128.load(lower, 16)), f64x2.mul(r, v128.load(upper, 16))));
    v128.store(to, f64x2.add(v128.shuffle<f64>(first, second, 1, 3), v128.shuffle<f64>(first, second, 0, 2)));
  }
}

/** The two rows made again from half a row of another approximation, with the details that they have. */
function restore(upper: usize, lower: usize, side: usize, coarse: usize, toUpper: usize, toLower: usize): void {
  const r = half();
  for (const end = upper + 8 * side; upper < end; upper += 32, lower += 32, coarse += 16, toUpper += 32, toLower += 32) {
    const a = f64x2.mul(r, v128.load(upper)), b = f64x2.mul(r, v128.load(upper, 16));
    const c = f64x2.mul(r, v128.load(lower)), d = f64x2.mul(r, v128.load(lower, 16));
    const low1 = f64x2.mul(r, f64x2.add(c, a)), low2 = f64x2.mul(r, f64x2.add(d, b));
    const high1 = f64x2.mul(r, f64x2.sub(a, c)), high2 = f64x2.mul(r, f64x2.sub(b, d));
    const highLeft = v128.shuffle<f64>(high1, high2, 0, 2), highRight = v128.shuffle<f64>(high1, high2, 1, 3);
    const right = f64x2.sub(v128.shuffle<f64>(low1, low2, 0, 2), v128.shuffle<f64>(low1, low2, 1, 3));
    const below = f64x2.add(highRight, highLeft);
    const corner = f64x2.sub(highLeft, highRight);

    const sum = f64x2.mul(r, v128.load(coarse)), difference = f64x2.mul(r, right);
    const lowLeft = f64x2.mul(r, f64x2.add(sum, difference)), lowRight = f64x2.mul(r, f64x2.sub(sum, difference));
    const sumBelow = f64x2.mul(r, below), differenceBelow = f64x2.mul(r, corner);
    const left = f64x2.mul(r, f64x2.add(sumBelow, differenceBelow));
    const rest = f64x2.mul(r, f64x2.sub(sumBelow, differenceBelow));
    const p = f64x2.add(lowLeft, left), q = f64x2.add(lowRight, rest);
    const s = f64x2.sub(lowLeft, left), t = f64x2.sub(lowRight, rest);
    v128.store(toUpper, v128.shuffle<f64>(p, q, 0, 2));
    v128.store(toUpper, v128.shuffle<f64>(p, q, 1, 3), 16);
    v128.store(toLower, v128.shuffle<f64>(s, t, 0, 2));
    v128.store(toLower, v128.shuffle<f64>(s, t, 1, 3), 16);
  }
}

/** Haar's approximation of side × side samples, side at least 4. */
export function analyse(source: usize, side: usize, target: usize): void {
  const row = 8 * side;
  for (let y: usize = 0; y < side; y += 2, source += 2 * row, target += row / 2) reduce(source, source + row, side, target);
}

/** The same of grey pixels; `spare` holds two rows of samples. */
export function analyseGrey(grey: usize, side: usize, table: usize, spare: usize, target: usize): void {
  const row = 8 * side;
  for (let y: usize = 0; y < side; y += 2, grey += 2 * side, target += row / 2) {
    expand(grey, 2 * side, table, spare);
    reduce(spare, spare + row, side, target);
  }
}

/** Replaces side × side samples by those that have another approximation. */
export function synthesise(samples: usize, side: usize, coarse: usize): void {
  const row = 8 * side;
  for (let y: usize = 0; y < side; y += 2, samples += 2 * row, coarse += row / 2)
    restore(samples, samples + row, side, coarse, samples, samples + row);
}

/**
 * A row of an approximation: the filter down columns, `taps` rows that `from` numbers, each times a weight, and then across. Row i lies
 * at `source` + (i & mask) × 8 × side. `allFrom` and `allWeights` are the same for every target sample, `spare` has room for a row.
 */
function filterRow(
  source: usize,
  mask: usize,
  side: usize,
  from: usize,
  weights: usize,
  taps: usize,
  allFrom: usize,
  allWeights: usize,
  spare: usize,
  target: usize,
  length: usize,
): void {
  for (let x: usize = 0; x < side; x += 8) {
    let a = f64x2.splat(0), b = f64x2.splat(0), c = f64x2.splat(0), d = f64x2.splat(0);
    for (let j: usize = 0; j < taps; j++) {
      const at = source + 8 * ((<usize>load<u32>(from + 4 * j) & mask) * side + x);
      const weight = v128.load64_splat(weights + 8 * j);
      a = f64x2.add(a, f64x2.mul(weight, v128.load(at)));
      b = f64x2.add(b, f64x2.mul(weight, v128.load(at, 16)));
      c = f64x2.add(c, f64x2.mul(weight, v128.load(at, 32)));
      d = f64x2.add(d, f64x2.mul(weight, v128.load(at, 48)));
    }
    const to = spare + 8 * x;
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
  // Samples from `begin` to `end` are not at an edge: their weights are the same, and four of them are made at a time.
  const begin = taps / 2 - 1, end = side / 2;
  const inner = allWeights + 8 * taps * begin;
  for (let x: usize = 0; x < length; ) {
    if (x >= begin && x + 4 <= end) {
      let a = f64x2.splat(0), b = f64x2.splat(0);
      let at = spare + 16 * x;
      for (let j: usize = 0; j < taps; j += 2, at -= 16) {
        const p = v128.load(at), q = v128.load(at, 16), r = v128.load(at, 32), s = v128.load(at, 48);
        const one = v128.load64_splat(inner + 8 * j), two = v128.load64_splat(inner + 8 * j, 8);
        a = f64x2.add(a, f64x2.mul(one, v128.shuffle<f64>(p, q, 1, 3)));
        b = f64x2.add(b, f64x2.mul(one, v128.shuffle<f64>(r, s, 1, 3)));
        a = f64x2.add(a, f64x2.mul(two, v128.shuffle<f64>(p, q, 0, 2)));
        b = f64x2.add(b, f64x2.mul(two, v128.shuffle<f64>(r, s, 0, 2)));
      }
      v128.store(target + 8 * x, a);
      v128.store(target + 8 * x, b, 16);
      x += 4;
    } else {
      let sum: f64 = 0;
      for (let tap = x * taps; tap < (x + 1) * taps; tap++)
        sum += load<f64>(allWeights + 8 * tap) * load<f64>(spare + 8 * <usize>load<u32>(allFrom + 4 * tap));
      store<f64>(target + 8 * x, sum);
      x++;
    }
  }
}

/** A wavelet's approximation, length × length samples, of side × side ones. `from` and `weights` hold `taps` a target sample. */
export function approximate(
  source: usize,
  side: usize,
  from: usize,
  weights: usize,
  taps: usize,
  spare: usize,
  target: usize,
  length: usize,
): void {
  for (let y: usize = 0; y < length; y++) {
    const first = y * taps;
    filterRow(source, -1, side, from + 4 * first, weights + 8 * first, taps, from, weights, spare, target, length);
    target += 8 * length;
  }
}

/** The same of the picture that a grey one is with another approximation by Haar; `spare` holds two rows, `ring` 16. */
export function approximateGrey(
  grey: usize,
  side: usize,
  table: usize,
  coarse: usize,
  ring: usize,
  from: usize,
  weights: usize,
  taps: usize,
  spare: usize,
  target: usize,
  length: usize,
): void {
  const row = 8 * side;
  let made: usize = 0;
  for (let y: usize = 0; y < length; y++) {
    // At the upper edge the filter draws on the mirror image of rows further down.
    const needed = min(side, max(2 * y + 2, taps));
    for (; made < needed; made += 2) {
      const to = ring + (made & (ringRows - 1)) * row;
      expand(grey + made * side, 2 * side, table, spare);
      restore(spare, spare + row, side, coarse, to, to + row);
      coarse += row / 2;
    }
    const first = y * taps;
    filterRow(ring, ringRows - 1, side, from + 4 * first, weights + 8 * first, taps, from, weights, spare, target, length);
    target += 8 * length;
  }
}
