/** From logits to probabilities, in double precision. */

/** exp(logit) over their sum, the largest logit taken away first so that nothing overflows. Natural logits; NaN goes through. */
export function softmax(logits: ArrayLike<number>): number[] {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i]!);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, each) => total + each, 0);
  return powers.map((each) => each / sum);
}

/** 1 / (1 + exp(−logit)). */
export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
