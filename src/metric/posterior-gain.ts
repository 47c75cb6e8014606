/**
 * g-leakage from what an attacker believes of held-out examples: it takes the action with the largest expected gain, and what that action
 * truly earns is averaged. Beliefs may be wrong; the average is then still what this attacker achieves, so a lower bound on the posterior
 * g-vulnerability. Alvim et al., "Measuring information leakage using generalized gain functions" (CSF 2012); Romanelli et al., "Estimating
 * g-leakage via machine learning" (CCS 2020).
 */
import { countsOf } from '../util/counts.ts';
import { accusationGain, type Gain } from './channel.ts';
import type { Interval } from './interval.ts';
import { type AttackSuccess, attackSuccess } from './leakage.ts';
import { clopperPearsonHigh, clopperPearsonLow } from './proportion.ts';

/** What an attacker believes of held-out examples. */
export interface Posteriors {
  /** Secrets that it knows of. */
  readonly secrets: readonly string[];
  /** The true one of each example, as a place among those; −1: one that it has never seen. */
  readonly truth: Int32Array;
  /** The same by name. */
  readonly truths: readonly string[];
  /** Probabilities, examples × secrets. */
  readonly values: Float64Array;
}

/** Success in k guesses; chance is what the k commonest secrets of the examples would give. */
export function triesSuccess({ secrets, truth, truths, values }: Posteriors, k: number): AttackSuccess {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`Expected a whole number of tries from 1 but received ${k}.`);
  let hits = 0;
  truth.forEach((own, i) => {
    if (own < 0) return;
    const row = values.subarray(i * secrets.length, (i + 1) * secrets.length);
    // Equals before it come first, as they do when one guess is made.
    let before = 0;
    for (let c = 0; c < row.length; c++) if (row[c]! > row[own]! || (row[c] === row[own] && c < own)) before++;
    if (before < k) hits++;
  });
  const largest = sharesOf(truths)
    .sort((a, b) => b - a)
    .slice(0, k);
  return attackSuccess(hits, truth.length, Math.min(1, sum(largest)));
}

/** Success in guessing a property of the secret, such as the topic of a picture: the value with the most probability. */
export function propertySuccess(
  { secrets, truths, values }: Posteriors,
  property: (secret: string) => string,
): AttackSuccess {
  const names = [...new Set(secrets.map(property))].sort();
  const places = Int32Array.from(secrets, (secret) => names.indexOf(property(secret)));
  const mass = new Float64Array(names.length);
  const wanted = truths.map(property);
  let hits = 0;
  wanted.forEach((truth, i) => {
    mass.fill(0);
    for (let c = 0; c < secrets.length; c++) mass[places[c]!]! += values[i * secrets.length + c]!;
    let guess = 0;
    for (let c = 1; c < mass.length; c++) if (mass[c]! > mass[guess]!) guess = c;
    if (names[guess] === truth) hits++;
  });
  return attackSuccess(
    hits,
    truths.length,
    sharesOf(wanted).reduce((most, each) => Math.max(most, each), 0),
  );
}

/** A mean gain with its bounds. */
interface GainEstimate extends Interval {
  readonly n: number;
  /** One-sided 95 % bound on what this attacker earns. */
  readonly lowerBound: number;
  /** What the best single action, the same for every example, earns on them. */
  readonly blind: number;
}

/** Accuse or abstain, with how often what was done. */
interface Accusations extends GainEstimate {
  readonly rightly: number;
  readonly falsely: number;
}

/** Gain of accusing whom it pays to accuse: 1 for a guilty one, −cost for another, 0 for abstaining. */
export function accusationsGain(
  posteriors: Posteriors,
  guilty: (secret: string) => boolean,
  cost: number,
): Accusations {
  const is = posteriors.secrets.map(guilty);
  const actions = bestActions(posteriors, accusationGain(is, cost));
  const outcome = posteriors.truths.map((truth, i) => (actions[i] === 0 ? (guilty(truth) ? 1 : -cost) : 0));
  const share = posteriors.truths.filter(guilty).length / posteriors.truths.length;
  return {
    ...meanGain(outcome, [-cost, 0, 1], Math.max(0, share - cost * (1 - share))),
    rightly: posteriors.truths.filter((truth, i) => actions[i] === 0 && guilty(truth)).length,
    falsely: posteriors.truths.filter((truth, i) => actions[i] === 0 && !guilty(truth)).length,
  };
}

/** Mean of any gain, gain[w][x] of action w on secret x; a secret that was never seen in training earns what the worst action can cost. */
export function expectedGain(posteriors: Posteriors, gain: Gain): GainEstimate {
  const levels = [...new Set(gain.flat())].sort((a, b) => a - b);
  if (levels.length === 0 || gain.some((row) => row.length !== posteriors.secrets.length))
    throw new RangeError(`Expected one gain for each of ${posteriors.secrets.length} secrets in each action.`);
  const actions = bestActions(posteriors, gain);
  const earned = (w: number, x: number): number => (x < 0 ? levels[0]! : gain[w]![x]!);
  const { truth } = posteriors;
  const blind = gain.reduce(
    (most, _, w) => Math.max(most, truth.reduce((total, x) => total + earned(w, x), 0) / truth.length),
    -Infinity,
  );
  return meanGain(
    Array.from(truth, (x, i) => earned(actions[i]!, x)),
    levels,
    blind,
  );
}

/** The action with the largest expected gain for each example; the first in case of a tie, but none is taken that promises nothing over the last. */
function bestActions({ secrets, truth, values }: Posteriors, gain: Gain): Int32Array {
  return Int32Array.from(truth, (_, i) => {
    let [best, most] = [gain.length - 1, expected(gain[gain.length - 1]!, values, i * secrets.length)];
    for (let w = 0; w < gain.length - 1; w++) {
      const promised = expected(gain[w]!, values, i * secrets.length);
      if (promised > most) [best, most] = [w, promised];
    }
    return best;
  });
}

function expected(row: readonly number[], values: Float64Array, from: number): number {
  let total = 0;
  for (let c = 0; c < row.length; c++) total += row[c]! * values[from + c]!;
  return total;
}

/**
 * The mean of outcomes that take few values: the lowest of them, and each step up times the share of outcomes that reach it. The shares'
 * Clopper–Pearson bounds hold together (Bonferroni), so the mean's do; with two values it is the Clopper–Pearson interval itself.
 */
function meanGain(outcomes: readonly number[], levels: readonly number[], blind: number): GainEstimate {
  const n = outcomes.length;
  if (n === 0) throw new RangeError('Expected at least one example but received none.');
  const rises = [...new Set(levels)].sort((a, b) => a - b);
  const [lowest, ...rest] = rises as [number, ...number[]];
  const bound = (of: (k: number, tail: number) => number, tail: number): number =>
    rest.reduce((total, level, i) => {
      const k = outcomes.filter((each) => each >= level).length;
      return total + (level - rises[i]!) * of(k, tail / rest.length);
    }, lowest);
  const low = (k: number, tail: number): number => clopperPearsonLow(k, n, tail);
  return {
    n,
    estimate: sum(outcomes) / n,
    low: bound(low, 0.025),
    high: bound((k, tail) => clopperPearsonHigh(k, n, tail), 0.025),
    lowerBound: bound(low, 0.05),
    blind,
    method: rest.length > 1 ? `Clopper-Pearson 95 % on ${rest.length} shares (Bonferroni)` : 'Clopper-Pearson 95 %',
  };
}

const sharesOf = (names: readonly string[]): number[] =>
  [...countsOf(names).values()].map((count) => count / names.length);

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
