/**
 * Sizes and times of the same messages under two conditions, such as with a match and without: by how much the first is larger. Times of
 * neighbouring runs hang together, which Welch's t does not know, so it is only a smoke alarm (the threshold of 4.5 of TVLA; see
 * oreparaz/dudect, issue 27); what is reported are paired tests, for which the order within each pair must have been drawn at random, and
 * the median difference with the bootstrap of bootstrap.ts, whole pictures at a time.
 */
import type { Rng } from '../util/rng.ts';
import { expandedTail } from './bootstrap.ts';
import { byGroup } from './examples.ts';
import type { Interval } from './interval.ts';
import { quantileOfSorted } from './quantile.ts';
import { signedRankTest, signTest } from './signed-rank.ts';

/** One message measured twice. */
export interface MeasuredPair {
  /** The source picture. */
  readonly group: string;
  readonly first: number;
  readonly second: number;
}

/** first − second, in the unit of the measurement. */
export interface PairedMeasurement {
  readonly n: number;
  readonly groups: number;
  readonly positive: number;
  readonly negative: number;
  /** Median of the differences. */
  readonly median: Interval;
  /** Two-sided p-values, on the first pair of each group: exact, and exact up to 50 groups. */
  readonly signTest: number;
  readonly signedRank: number;
  /** Welch's t of the two conditions as if all measurements were independent; null where nothing varies. */
  readonly welch: number | null;
  /** |t| > 4.5: a reason to look, no evidence. */
  readonly alarm: boolean;
}

/** The comparison. RangeError where there are fewer than two groups. */
export function pairedMeasurement(pairs: readonly MeasuredPair[], rng: Rng, resamples = 2000): PairedMeasurement {
  const groups = [...byGroup(pairs).values()].map((members) =>
    Float64Array.from(members, ({ first, second }) => first - second),
  );
  if (groups.length < 2) throw new RangeError(`Expected pairs of at least two groups but received ${groups.length}.`);
  const own = Float64Array.from(groups, (members) => members[0]!);
  const differences = Float64Array.from(pairs, ({ first, second }) => first - second).sort();
  const count = (values: Float64Array, sign: number): number =>
    values.filter((each) => Math.sign(each) === sign).length;
  const welch = welchT(
    pairs.map(({ first }) => first),
    pairs.map(({ second }) => second),
  );
  return {
    n: pairs.length,
    groups: groups.length,
    positive: count(differences, 1),
    negative: count(differences, -1),
    median: { estimate: quantileOfSorted(differences, 0.5), ...medianInterval(groups, rng, resamples) },
    signTest: signTest(count(own, 1), count(own, -1)),
    signedRank: signedRankTest(own),
    welch,
    alarm: welch !== null && Math.abs(welch) > 4.5,
  };
}

function medianInterval(groups: readonly Float64Array[], rng: Rng, resamples: number): Omit<Interval, 'estimate'> {
  // By their values, so that the names of the groups do not matter.
  const sorted = groups.toSorted((a, b) => a[0]! - b[0]! || a.length - b.length);
  const medians = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    const drawn: number[] = [];
    for (let j = 0; j < sorted.length; j++) drawn.push(...sorted[rng.int(sorted.length)]!);
    medians[i] = quantileOfSorted(Float64Array.from(drawn).sort(), 0.5);
  }
  medians.sort();
  const tail = expandedTail(groups.length);
  return {
    low: quantileOfSorted(medians, tail),
    high: quantileOfSorted(medians, 1 - tail),
    method: `median; expanded percentile bootstrap 95 %, ${resamples} resamples of ${groups.length} groups`,
  };
}

/** Welch's t of two samples; null where neither varies. */
export function welchT(first: readonly number[], second: readonly number[]): number | null {
  const [a, b] = [momentsOf(first), momentsOf(second)];
  const error = Math.sqrt(a.variance / first.length + b.variance / second.length);
  return error > 0 ? (a.mean - b.mean) / error : null;
}

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return { mean, variance: values.length > 1 ? squares / (values.length - 1) : 0 };
}
