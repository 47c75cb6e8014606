/**
 * The discrete cosine transform, type II, as SciPy's `dct(x)` scales it: X[k] = 2 Σ x[n] cos(π k (2n + 1) / 2N). Even frequencies depend
 * only on the sums of mirrored samples, odd ones only on their differences, so the sequence is folded recursively. A flat or symmetric
 * sequence then gives exact zeros, as in a fast transform. A plain sum would leave rounding noise there, and a hash that compares with the
 * median would turn it into bits.
 * W.-H. Chen, C. H. Smith & S. Fralick, "A fast computational algorithm for the discrete cosine transform" (1977).
 */

/** cos(π (2n + 1) (2k + 1) / 4N) for n, k = 0 … N - 1, by N: the odd frequencies of a sequence of 2N samples. */
const oddCosines = new Map<number, Float64Array>();

function oddCosinesOf(half: number): Float64Array {
  let table = oddCosines.get(half);
  if (!table) {
    table = Float64Array.from({ length: half * half }, (_, at) => {
      const [k, n] = [Math.floor(at / half), at % half];
      return Math.cos((Math.PI * (2 * n + 1) * (2 * k + 1)) / (4 * half));
    });
    oddCosines.set(half, table);
  }
  return table;
}

/**
 * Writes the transform, halved, of the `count` samples in `x` to every `step`-th place of `out` from `at`, as far as it reaches; overwrites
 * `x` and `differences`.
 */
function fold(x: Float64Array, count: number, out: Float64Array, at: number, step: number, differences: Float64Array) {
  if (count === 1) {
    out[at] = x[0]!;
    return;
  }
  const half = count / 2;
  const cosines = oddCosinesOf(half);
  for (let n = 0; n < half; n++) {
    const mirrored = x[count - 1 - n]!;
    differences[n] = x[n]! - mirrored;
    x[n] = x[n]! + mirrored;
  }
  for (let k = 0, to = at + step; k < half && to < out.length; k++, to += 2 * step) {
    let sum = 0;
    for (let n = 0, cosine = k * half; n < half; n++, cosine++) sum += differences[n]! * cosines[cosine]!;
    out[to] = sum;
  }
  fold(x, half, out, at, 2 * step, differences);
}

/** The lowest frequencies, by default all, of the DCT-II of a sequence whose length is a power of two. */
export function dct2(samples: ArrayLike<number>, frequencies = samples.length): Float64Array {
  const out = new Float64Array(frequencies);
  fold(new Float64Array(samples), samples.length, out, 0, 1, new Float64Array(samples.length >> 1));
  for (let k = 0; k < frequencies; k++) out[k] = 2 * out[k]!;
  return out;
}

/** The `side` lowest frequencies each way of a square of `edge` samples a side, row by row: of its columns first, then of its rows. */
export function lowFrequencies(samples: ArrayLike<number>, edge: number, side: number): Float64Array {
  const column = new Float64Array(edge);
  const half = new Float64Array(side * edge);
  for (let x = 0; x < edge; x++) {
    for (let y = 0; y < edge; y++) column[y] = samples[y * edge + x]!;
    const found = dct2(column, side);
    for (let v = 0; v < side; v++) half[v * edge + x] = found[v]!;
  }
  const out = new Float64Array(side * side);
  for (let v = 0; v < side; v++) out.set(dct2(half.subarray(v * edge, (v + 1) * edge), side), v * side);
  return out;
}
