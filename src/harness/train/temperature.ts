/**
 * Temperature scaling: one number that the logits are divided by so that scores are probabilities, chosen on held-out pictures by their
 * likelihood. It changes no decision. Guo et al., "On calibration of modern neural networks" (ICML 2017), https://arxiv.org/abs/1706.04599.
 * Where every held-out decision is right the likelihood would have all scores be 1; so the label is believed with 1 − 1 / (n + 2) only, as
 * in Platt, "Probabilistic outputs for support vector machines" (1999).
 */
import { softmax } from '../../classify/softmax.ts';

/** Logits of a held-out picture, and the index of its label. */
export interface Judged {
  readonly logits: ArrayLike<number>;
  readonly actual: number;
}

/**
 * Mean negative log likelihood, in nats, at a temperature; `doubt` in [0, 1) is the share of belief that the other labels get, evenly.
 */
export function negativeLogLikelihood(rows: readonly Judged[], temperature: number, doubt = 0): number {
  let sum = 0;
  for (const { logits, actual } of rows) {
    const scores = softmax(Array.from(logits, (logit) => logit / temperature));
    const others = doubt / (scores.length - 1);
    for (const [label, score] of scores.entries()) {
      const belief = label === actual ? 1 - doubt : others;
      // A score that underflows to 0 would make every temperature equally bad.
      if (belief > 0) sum -= belief * Math.log(Math.max(score, 1e-300));
    }
  }
  return sum / rows.length;
}

const bounds = [1 / 20, 20] as const;
const golden = (Math.sqrt(5) - 1) / 2;

/** The temperature from 0.05 to 20 of the highest likelihood, by golden-section search on its logarithm; 1 of nothing. */
export function fitTemperature(rows: readonly Judged[]): number {
  if (rows.length === 0) return 1;
  const doubt = 1 / (rows.length + 2);
  const loss = (logarithm: number): number => negativeLogLikelihood(rows, Math.exp(logarithm), doubt);
  let [low, high] = bounds.map(Math.log) as [number, number];
  // The likelihood is unimodal in 1 / temperature: the log likelihood of a softmax is concave in it.
  while (high - low > 1e-6) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (loss(a) <= loss(b)) high = b;
    else low = a;
  }
  return Number(Math.exp((low + high) / 2).toPrecision(6));
}
