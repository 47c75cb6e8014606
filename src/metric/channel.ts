/**
 * A discrete channel known by formula, and what it reveals, without sampling error: an exact figure is preferred to any estimate.
 * Smith, "On the foundations of quantitative information flow" (FoSSaCS 2009); Alvim et al., "Measuring information leakage using
 * generalized gain functions" (CSF 2012); Cherubin, "Bayes, not naïve: security bounds on website fingerprinting defenses" (PoPETs
 * 2017). A column's sum is one view's share, so every measure is a sum or a maximum over columns.
 */
import { totalVariation } from './count-leak.ts';
import {
  bayesCapacity,
  type Channel,
  gainVulnerability,
  posteriorVulnerability,
  priorVulnerability,
  shannonLeakage,
} from './leakage.ts';

/** A channel with the distribution of its secret; made, and checked, by `knownChannel`. */
export interface KnownChannel {
  /** π: one probability for each secret. */
  readonly prior: readonly number[];
  /** C: row x is the distribution of the view when the secret is x. */
  readonly rows: Channel;
}

/** How far from 1 the sum of a distribution may be. */
const tolerance = 1e-9;

/** The channel with that prior. RangeError where a distribution is not one, or the shapes do not fit. */
export function knownChannel(prior: readonly number[], rows: Channel): KnownChannel {
  assertDistribution('the prior', prior);
  if (rows.length !== prior.length)
    throw new RangeError(`Expected one row for each of ${prior.length} secrets but received ${rows.length} rows.`);
  const views = rows[0]!.length;
  rows.forEach((row, x) => {
    if (row.length !== views)
      throw new RangeError(`Expected ${views} views in row ${x}, as in row 0, but received ${row.length}.`);
    assertDistribution(`row ${x}`, row);
  });
  return { prior, rows };
}

/** The same channel under a uniform secret, where the leakage of one guess is largest. */
export const uniformChannel = (rows: Channel): KnownChannel =>
  knownChannel(Array<number>(rows.length).fill(1 / rows.length), rows);

/** Everything that has no free parameter, exactly. */
export interface ExactLeakage {
  /** Which estimator of the report this is. */
  readonly estimator: 'exact channel';
  /** Mutual information of secret and view, in bits. */
  readonly shannonBits: number;
  /** One-guess success without the view (V), and with it (V'). */
  readonly prior: number;
  readonly posterior: number;
  /** V' / V, and its logarithm in bits. */
  readonly multiplicative: number;
  readonly minEntropyBits: number;
  /** The largest V' / V under any prior, and under any non-negative gain. */
  readonly capacity: number;
  readonly maxLiftBits: number;
  readonly ldpEpsilon: number;
  readonly bayesSecurity: number;
}

/** Every measure of the channel that has no free parameter. */
export function exactLeakage(known: KnownChannel): ExactLeakage {
  const prior = priorVulnerability(known.prior);
  // The sum over the views rounds, and could come out a last digit below the guess that ignores them.
  const posterior = Math.min(1, Math.max(prior, posteriorVulnerability(known.prior, known.rows)));
  return {
    estimator: 'exact channel',
    shannonBits: Math.max(0, shannonLeakage(known.prior, known.rows)),
    prior,
    posterior,
    multiplicative: posterior / prior,
    minEntropyBits: Math.log2(posterior / prior),
    capacity: bayesCapacity(known.rows),
    maxLiftBits: maxLift(known),
    ldpEpsilon: ldpEpsilon(known),
    bayesSecurity: prior === 1 ? 1 : (1 - posterior) / (1 - prior),
  };
}

/** Max-lift, in bits: the most by which a view raises the probability of a secret, max log2 P(x | y) / π_x. Tells of rare secrets. */
export function maxLift({ prior, rows }: KnownChannel): number {
  const marginal = rows[0]!.map((_, y) => rows.reduce((sum, row, x) => sum + prior[x]! * row[y]!, 0));
  const possible = rows.filter((_, x) => prior[x]! > 0);
  // The marginal of a view that a possible secret gives can vanish only by underflow.
  return possible.reduce(
    (most, row) =>
      row.reduce((max, each, y) => (marginal[y]! > 0 ? Math.max(max, Math.log2(each / marginal[y]!)) : max), most),
    0,
  );
}

/** Local differential privacy: the ε of max ln C_xy / C_x'y over all secrets; Infinity where a view rules a secret out. */
export function ldpEpsilon({ rows }: KnownChannel): number {
  let epsilon = 0;
  for (let y = 0; y < rows[0]!.length; y++) {
    const column = rows.map((row) => row[y]!);
    const low = column.reduce((least, each) => Math.min(least, each));
    const high = column.reduce((most, each) => Math.max(most, each));
    if (high > 0) epsilon = Math.max(epsilon, Math.log(high / low));
  }
  return epsilon;
}

/**
 * Advantage on a secret of two values: true-positive rate less false-positive rate of the best test, which is the total variation
 * distance of the rows. RangeError where the secret has more values or fewer.
 */
export function advantage({ rows }: KnownChannel): number {
  if (rows.length !== 2) throw new RangeError(`Expected a secret of 2 values but received one of ${rows.length}.`);
  return totalVariation({ from: 0, weights: rows[0]! }, { from: 0, weights: rows[1]! });
}

/** An adversary's aim: gain[w][x] is what action w earns when the secret is x. */
export type Gain = Channel;

/** Expected gain of the best action without the view, and with it. */
export interface GainLeakage {
  readonly prior: number;
  readonly posterior: number;
}

/** g-vulnerability before and after the view. RangeError where an action has not one finite gain for each secret. */
export function gainLeakage({ prior, rows }: KnownChannel, gain: Gain): GainLeakage {
  if (gain.length === 0) throw new RangeError('Expected at least one action in the gain function but received none.');
  gain.forEach((row, w) => {
    if (row.length !== prior.length || !row.every(Number.isFinite))
      throw new RangeError(`Expected ${prior.length} finite gains, one for each secret, for action ${w}.`);
  });
  const blind = prior.map(() => [1]);
  return { prior: gainVulnerability(prior, blind, gain), posterior: gainVulnerability(prior, rows, gain) };
}

/** Success in k guesses. The best are the k likeliest secrets, so that the gain function, with its C(n, k) actions, is not written out. */
export function triesLeakage({ prior, rows }: KnownChannel, k: number): GainLeakage {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`Expected a whole number of tries from 1 but received ${k}.`);
  const best = (weights: readonly number[]): number =>
    weights
      .toSorted((a, b) => b - a)
      .slice(0, k)
      .reduce((sum, each) => sum + each, 0);
  const posterior = rows[0]!.reduce((sum, _, y) => sum + best(rows.map((row, x) => prior[x]! * row[y]!)), 0);
  return { prior: best(prior), posterior };
}

/** Guessing a property of the secret, such as the topic of a picture: `property` has one value for each secret. */
export const propertyGain = (property: readonly string[]): Gain =>
  [...new Set(property)].map((value) => property.map((each) => (each === value ? 1 : 0)));

/**
 * Accuse or abstain: 1 for a rightful accusation, −cost for a false one, 0 for none. `guilty` has one value for each secret. RangeError
 * where the cost is negative.
 */
export function accusationGain(guilty: readonly boolean[], cost: number): Gain {
  if (!(cost >= 0)) throw new RangeError(`Expected a cost from 0 for a false accusation but received ${cost}.`);
  return [guilty.map((each) => (each ? 1 : -cost)), guilty.map(() => 0)];
}

function assertDistribution(name: string, weights: readonly number[]): void {
  const wrong = weights.find((each) => !(each >= 0));
  if (wrong !== undefined) throw new RangeError(`Expected probabilities from 0 in ${name} but received ${wrong}.`);
  const sum = weights.reduce((total, each) => total + each, 0);
  if (!(Math.abs(sum - 1) <= tolerance))
    throw new RangeError(`Expected ${name} to sum to 1 within ${tolerance} but received a sum of ${sum}.`);
}
