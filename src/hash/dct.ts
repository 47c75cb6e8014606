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

/** Writes the halved transform of the `count` samples in `x` to every `step`-th element of `out` from `at`; overwrites `x`. */
function fold(x: Float64Array, count: number, out: Float64Array, at: number, step: number): void {
  if (count === 1) {
    out[at] = x[0]!;
    return;
  }
  const half = count / 2;
  const cosines = oddCosinesOf(half);
  const differences = new Float64Array(half);
  for (let n = 0; n < half; n++) {
    const mirrored = x[count - 1 - n]!;
    differences[n] = x[n]! - mirrored;
    x[n] = x[n]! + mirrored;
  }
  for (let k = 0; k < half; k++) {
    let sum = 0;
    for (let n = 0; n < half; n++) sum += differences[n]! * cosines[k * half + n]!;
    out[at + (2 * k + 1) * step] = sum;
  }
  fold(x, half, out, at, 2 * step);
}

/** DCT-II of a sequence whose length is a power of two. */
export function dct2(samples: Float64Array): Float64Array {
  const out = new Float64Array(samples.length);
  fold(samples.slice(), samples.length, out, 0, 1);
  return out.map((value) => 2 * value);
}
