/** Channels with exact values, and samples of them: private-matching reference, section 2.3. */
import { type KnownChannel, knownChannel, uniformChannel } from '../../src/metric/channel.ts';
import type { Rng } from '../../src/util/rng.ts';

export const symmetric = uniformChannel([
  [0.9, 0.1],
  [0.1, 0.9],
]);

/** k-ary randomised response with odds e^ε of the truth against each other answer. */
export const randomisedResponse = (k: number, odds: number): KnownChannel =>
  uniformChannel(
    Array.from({ length: k }, (_, x) => Array.from({ length: k }, (_, y) => (x === y ? odds : 1) / (odds + k - 1))),
  );

/** Truncated geometric noise around 100x on 0 … 999. */
export const geometric = (nu: number): KnownChannel =>
  uniformChannel(
    Array.from({ length: 10 }, (_, x) =>
      normalised(Array.from({ length: 1000 }, (_, y) => Math.exp(-nu * Math.abs(100 * x - y)))),
    ),
  );

/** A voucher opens always on a match, and with the synthetic rate otherwise. Secrets: match, non-match. */
export const vouchers = (match: number, synthetic: number): KnownChannel =>
  knownChannel(
    [match, 1 - match],
    [
      [1, 0],
      [synthetic, 1 - synthetic],
    ],
  );

/** The same weights with a sum of 1. */
export const normalised = (weights: readonly number[]): number[] => {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((each) => each / sum);
};

/** Draws secrets and views of a channel, as numbers. */
export function sampler({ prior, rows }: KnownChannel, rng: Rng): () => { secret: number; view: number } {
  const summed = [prior, ...rows].map((weights) => {
    let sum = 0;
    return Float64Array.from(weights, (each) => (sum += each));
  });
  const draw = (sums: Float64Array): number => {
    const at = rng.next() * sums[sums.length - 1]!;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return () => {
    const secret = draw(summed[0]!);
    return { secret, view: draw(summed[secret + 1]!) };
  };
}

/** Success, exactly, of an attacker that guesses `guesses[view]`. */
export const successOf = ({ prior, rows }: KnownChannel, guesses: ArrayLike<number>): number =>
  rows[0]!.reduce((sum, _, y) => sum + prior[guesses[y]!]! * rows[guesses[y]!]![y]!, 0);
