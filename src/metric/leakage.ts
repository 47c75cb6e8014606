/**
 * What a view reveals about a secret: by formula where the channel is known, by the success of an attack where it is not. Smith, "On
 * the foundations of quantitative information flow" (FoSSaCS 2009); Alvim et al., "Measuring information leakage using generalized gain
 * functions" (CSF 2012). Any attack's success is a lower bound on what a view reveals: a better attacker may exist.
 */
import { countsOf } from '../util/counts.ts';
import type { Rng } from '../util/rng.ts';
import {
  type ClusterClass,
  type ClusteredProportion,
  classesOf,
  clusteredClasses,
  clusteredCounts,
  clusteredLow,
  type Trial,
} from './bootstrap.ts';
import type { Proportion } from './interval.ts';
import { clopperPearsonLow, proportion } from './proportion.ts';

/** A channel: row x is the distribution of the view when the secret is x. */
export type Channel = readonly (readonly number[])[];

/** Success of one attack against the best guess without the view. */
export interface AttackSuccess {
  readonly success: Proportion;
  /** One-sided 95 % Clopper–Pearson bound on what this attacker achieves. */
  readonly lowerBound: number;
  /** Success of the best guess without the view. */
  readonly chance: number;
  /** success / chance: an estimate from below of the multiplicative leakage. Null when nothing was tried, or chance is 0. */
  readonly lift: number | null;
  /** A lower bound, corrected for the number of attacks tried, exceeds chance: the view leaks. False proves nothing but that this attacker failed. */
  readonly aboveChance: boolean;
}

/**
 * k right guesses of n on held-out messages, where guessing without the view succeeds with probability `chance`. Where `tests` attacks
 * are tried side by side some would exceed chance by luck: `aboveChance` is then judged at 5 % for all of them together (Bonferroni).
 */
export const attackSuccess = (k: number, n: number, chance: number, tests = 1): AttackSuccess =>
  judged(proportion(k, n), (tail) => clopperPearsonLow(k, n, tail), chance, tests);

/** The same where several messages come from one original: the bounds count originals, not messages. */
export const clusteredAttackSuccess = (
  success: ClusteredProportion,
  chance: number,
  tests = 1,
): AttackSuccess & { readonly success: ClusteredProportion } =>
  judged(success, (tail) => clusteredLow(success, tail), chance, tests);

/** Guesses judged by cluster where some cluster has several of them, otherwise exactly, since each then is a trial of its own. */
export const attackOf = (
  guesses: readonly Trial[],
  chance: number,
  tests: number,
  rng: () => Rng,
): AttackSuccess & { readonly success: Proportion | ClusteredProportion } =>
  attackOnClasses(classesOf(guesses), chance, tests, rng);

/** The same from classes of clusters. */
export function attackOnClasses(
  classes: readonly ClusterClass[],
  chance: number,
  tests: number,
  rng: () => Rng,
): AttackSuccess & { readonly success: Proportion | ClusteredProportion } {
  if (classes.some(({ n }) => n > 1)) return clusteredAttackSuccess(clusteredClasses(classes, rng()), chance, tests);
  const count = (of: (each: ClusterClass) => number): number =>
    classes.reduce((sum, each) => sum + each.clusters * of(each), 0);
  const [k, n] = [count((each) => each.k), count((each) => each.n)];
  return attackSuccess(k, n, chance, tests);
}

function judged<R extends Proportion>(success: R, low: (tail: number) => number, chance: number, tests: number) {
  const { estimate } = success;
  const lift = estimate === null || chance === 0 ? null : estimate / chance;
  return { success, lowerBound: low(0.05), chance, lift, aboveChance: low(0.05 / tests) > chance };
}

/** The fewest right guesses of n that would count as above chance; null where not even n would: then nothing could have been shown. */
export const leastAbove = (n: number, chance: number, tests = 1): number | null =>
  fewest(0, n, (k) => clopperPearsonLow(k, n, 0.05 / tests) > chance);

/**
 * The same as `attackOf` judges trials in clusters of those sizes, if the right guesses lie in as many clusters as they can. Never fewer than
 * `leastAbove`, since clusters only take trials away. The generator is drawn anew for each number that is tried.
 */
export function leastClusteredAbove(
  sizes: readonly number[],
  chance: number,
  tests: number,
  rng: () => Rng,
): number | null {
  const n = sizes.reduce((sum, each) => sum + each, 0);
  const least = leastAbove(n, chance, tests);
  if (least === null || sizes.every((size) => size === 1)) return least;
  const isAbove = (k: number): boolean => clusteredLow(clusteredCounts(spread(k, sizes), rng()), 0.05 / tests) > chance;
  return fewest(least - 1, n, isAbove);
}

/** k successes dealt to clusters of those sizes in rounds, one to each that still has room; pairs of successes and trials. */
function spread(k: number, sizes: readonly number[]): [k: number, n: number][] {
  const counts = sizes.map((n): [k: number, n: number] => [0, n]);
  for (let left = k; left > 0; )
    for (const count of counts)
      if (left > 0 && count[0] < count[1]) {
        count[0]++;
        left--;
      }
  return counts;
}

/** The smallest whole number above `none`, at most `all`, of which `isEnough` holds, which then holds of all above; null where not even of `all`. */
function fewest(none: number, all: number, isEnough: (k: number) => boolean): number | null {
  if (all <= none || !isEnough(all)) return null;
  let [low, high] = [none, all];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Success of the best guess of a label without the view: the share of the commonest one among those in question; 0 where there are none. */
export const commonestShare = (labels: readonly string[]): number => shareOfCommonest(countsOf(labels));

/** The same from the number of each label. */
export function shareOfCommonest(counts: ReadonlyMap<string, number>): number {
  const numbers = [...counts.values()];
  return (
    Math.max(0, largest(numbers)) /
    Math.max(
      1,
      numbers.reduce((sum, each) => sum + each, 0),
    )
  );
}

/**
 * Chance of the best guess of a picture, `chance` in a gallery of that many, where only `candidates` of them come into question because the rest
 * is known to have been disclosed. Without a candidate it stays as it is.
 */
export const chanceAmong = (chance: number, gallery: number, candidates: number): number =>
  candidates === 0 ? chance : Math.max(chance, Math.min(1, (chance * gallery) / candidates));

/** Chance of guessing the secret in one try without the view: max π. */
export const priorVulnerability = (prior: readonly number[]): number => largest(prior);

/** Chance of guessing the secret in one try with the view: Σ_y max_x π_x C_xy. */
export const posteriorVulnerability = (prior: readonly number[], channel: Channel): number =>
  overViews(channel, (column) => largest(column.map((each, x) => each * prior[x]!)));

/** How many times likelier a right guess becomes: V'/V. Its logarithm is min-entropy leakage. */
export const multiplicativeLeakage = (prior: readonly number[], channel: Channel): number =>
  posteriorVulnerability(prior, channel) / priorVulnerability(prior);

/** The most that V'/V can be under any prior, and under any non-negative gain function: Σ_y max_x C_xy. */
export const bayesCapacity = (channel: Channel): number => overViews(channel, largest);

/** Expected gain of the best action with the view; gain[w][x] is what action w earns when the secret is x. */
export const gainVulnerability = (prior: readonly number[], channel: Channel, gain: Channel): number =>
  overViews(channel, (column) =>
    largest(gain.map((row) => row.reduce((sum, g, x) => sum + g * prior[x]! * column[x]!, 0))),
  );

/** Shannon leakage: mutual information of secret and view, in bits. */
export const shannonLeakage = (prior: readonly number[], channel: Channel): number =>
  overViews(channel, (column) => {
    const joint = column.map((each, x) => each * prior[x]!);
    const marginal = joint.reduce((sum, each) => sum + each, 0);
    return joint.reduce((sum, each, x) => (each > 0 ? sum + each * Math.log2(column[x]! / marginal) : sum), 0);
  });

/**
 * Multiplicative leakage of a deterministic view under a uniform secret: the number of distinct views. `views` has one text for each
 * secret.
 */
export const distinctViews = (views: readonly string[]): number => new Set(views).size;

/** Expected one-guess success against a random hash of that many bits over a gallery of that many pictures, all equally likely. */
export const randomHashVulnerability = (bits: number, gallery: number): number =>
  (-(2 ** bits) * Math.expm1(gallery * Math.log1p(-(2 ** -bits)))) / gallery;

/** The largest; a gallery is longer than a call may have arguments. */
const largest = (values: readonly number[]): number => values.reduce((most, each) => Math.max(most, each), -Infinity);

/** Sum of a function of the channel's columns, one for each view. */
function overViews(channel: Channel, of: (column: number[]) => number): number {
  const views = channel[0]?.length ?? 0;
  let sum = 0;
  for (let y = 0; y < views; y++) sum += of(channel.map((row) => row[y]!));
  return sum;
}
