/**
 * Whether two samples of bit vectors come from one distribution: each bit's frequencies compared (z of two proportions, judged at the
 * Bonferroni limit), all of them together (χ²), and a classifier that learns on one half and is scored on the other.
 */

import type { Proportion } from '../../src/metric/interval.ts';
import { proportion } from '../../src/metric/proportion.ts';
import { probit } from '../../src/metric/special.ts';

/** What the three tests say. */
export interface TwoSample {
  /** Largest |z| of a bit, and the limit that chance exceeds in one comparison of twenty. */
  readonly maxZ: number;
  readonly limit: number;
  /** Σz² over the bits, standardised: N(0, 1) under equality, as far as bits are independent. */
  readonly chiZ: number;
  /** Held-out accuracy of the classifier of nearest mean. */
  readonly accuracy: Proportion;
}

/** Bits of bytes, as 0 and 1. */
export const bitsOf = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: 8 * bytes.length }, (_, i) => (bytes[i >> 3]! >> (i & 7)) & 1);

/** Compares samples of equally long vectors of 0 and 1; `comparisons` is how many such comparisons are made in all. */
export function twoSample(a: readonly Uint8Array[], b: readonly Uint8Array[], comparisons: number): TwoSample {
  const bits = a[0]!.length;
  const [ones, others] = [sums(a), sums(b)];
  let [maxZ, chi] = [0, 0];
  for (let i = 0; i < bits; i++) {
    const pooled = (ones[i]! + others[i]!) / (a.length + b.length);
    // A bit that is the same in all says nothing.
    if (pooled === 0 || pooled === 1) continue;
    const z =
      (ones[i]! / a.length - others[i]! / b.length) / Math.sqrt(pooled * (1 - pooled) * (1 / a.length + 1 / b.length));
    maxZ = Math.max(maxZ, Math.abs(z));
    chi += z * z - 1;
  }
  return {
    maxZ,
    limit: probit(1 - 0.025 / (bits * comparisons)),
    chiZ: chi / Math.sqrt(2 * bits),
    accuracy: classify(a, b),
  };
}

const sums = (vectors: readonly Uint8Array[]): Float64Array => {
  const out = new Float64Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < out.length; i++) out[i]! += vector[i]!;
  return out;
};

function classify(a: readonly Uint8Array[], b: readonly Uint8Array[]): Proportion {
  const [trainA, testA] = [a.filter((_, i) => i % 2 === 0), a.filter((_, i) => i % 2 === 1)];
  const [trainB, testB] = [b.filter((_, i) => i % 2 === 0), b.filter((_, i) => i % 2 === 1)];
  const meansA = sums(trainA).map((sum) => sum / trainA.length);
  const meansB = sums(trainB).map((sum) => sum / trainB.length);
  const looksLikeA = (vector: Uint8Array): boolean => {
    let score = 0;
    for (let i = 0; i < vector.length; i++)
      score += (meansA[i]! - meansB[i]!) * (vector[i]! - (meansA[i]! + meansB[i]!) / 2);
    return score > 0;
  };
  const right = testA.filter(looksLikeA).length + testB.filter((vector) => !looksLikeA(vector)).length;
  return proportion(right, testA.length + testB.length);
}
