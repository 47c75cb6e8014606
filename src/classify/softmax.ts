/** Converts logits to probabilities, in double precision. */

/** exp(logit) divided by the sum; the largest logit is subtracted first to avoid overflow. Natural logits; NaN propagates. */
export function softmax(logits: ArrayLike<number>): number[] {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i]!);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, each) => total + each, 0);
  return powers.map((each) => each / sum);
}

/** 1 / (1 + exp(−logit)). */
export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
