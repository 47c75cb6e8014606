/**
 * Receiver operating characteristics: the detection rate (TPR) against the false-positive rate (FPR) at every threshold, and the area
 * under it. Area as Mann & Whitney's statistic; its variance by DeLong, DeLong & Clarke-Pearson (Biometrics 1988), in the form of
 * Obuchowski, "Nonparametric analysis of clustered ROC curve data" (Biometrics 1997), where edits of one picture hang together.
 */
import type { Interval } from './interval.ts';
import { proportion } from './proportion.ts';
import { probit } from './special.ts';

/** The rates at one threshold. */
export interface RocPoint {
  /** Bits for distances (-1: nothing matches), score for scores. */
  readonly threshold: number;
  readonly tpr: number;
  readonly fpr: number;
}

/** A ROC with its corners and its area; without positives or without negatives there are no points and no area. */
export interface Roc {
  readonly points: readonly RocPoint[];
  readonly auc: Interval | null;
}

/** The ROC of nothing. */
const noRoc: Roc = { points: [], auc: null };

/** The source picture of each positive and of each negative, in the same order, by name or number; without it, every trial is its own. */
interface RocClusters {
  readonly positives: ArrayLike<string | number>;
  readonly negatives: ArrayLike<string | number>;
}

/** Hamming distances, in bits; a trial is flagged when distance <= threshold. Thresholds run from -1 to maxBits. */
export function rocOfDistances(
  positives: ArrayLike<number>,
  negatives: ArrayLike<number>,
  maxBits: number,
  clusters?: RocClusters,
): Roc {
  if (positives.length === 0 || negatives.length === 0) return noRoc;
  const thresholds = Array.from({ length: maxBits + 2 }, (_, i) => i - 1);
  const tpr = sharesAtMost(positives, thresholds);
  const fpr = sharesAtMost(negatives, thresholds);
  const points = thresholds.map((threshold, i) => ({ threshold, tpr: tpr[i]!, fpr: fpr[i]! }));
  return { points: corners(points), auc: auc(negated(positives), negated(negatives), clusters) };
}

/** Scores; a trial is flagged when score >= threshold. Thresholds are the scores seen, after one just above them all. */
export function rocOfScores(positives: ArrayLike<number>, negatives: ArrayLike<number>, clusters?: RocClusters): Roc {
  if (positives.length === 0 || negatives.length === 0) return noRoc;
  const seen = [...new Set([...Array.from(positives), ...Array.from(negatives)])].sort((a, b) => b - a);
  const thresholds = [justAbove(seen[0]!), ...seen];
  const tpr = sharesAtMost(negated(positives), negated(thresholds));
  const fpr = sharesAtMost(negated(negatives), negated(thresholds));
  const points = thresholds.map((threshold, i) => ({ threshold, tpr: tpr[i]!, fpr: fpr[i]! }));
  return { points: corners(points), auc: auc(positives, negatives, clusters) };
}

/** The largest integer distance, in bits, at most `maxBits`, with a share of negatives at or below it of at most `targetFpr`; -1: none. */
export function largestDistance(negatives: ArrayLike<number>, targetFpr: number, maxBits: number): number {
  if (negatives.length === 0) return -1;
  const sorted = Float64Array.from(negatives).sort();
  // The first negative that may not be matched; k/n <= target is compared as written, so that 1 of 1,000 meets 0.001.
  let allowed = 0;
  while (allowed < sorted.length && (allowed + 1) / sorted.length <= targetFpr) allowed++;
  return allowed === sorted.length ? maxBits : Math.max(-1, Math.min(maxBits, Math.ceil(sorted[allowed]!) - 1));
}

/** The next double above a finite number. */
export function justAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

/**
 * Area under the ROC: the chance that a positive scores above a negative, ties counting one half. The 95 % interval is symmetric on
 * the logit scale, so it stays inside [0, 1]; where positives and negatives do not overlap, it is Clopper–Pearson on disjoint pairs. Null
 * without positives or without negatives.
 */
export function auc(
  positives: ArrayLike<number>,
  negatives: ArrayLike<number>,
  clusters?: RocClusters,
): Interval | null {
  const p = positives.length;
  const n = negatives.length;
  if (p === 0 || n === 0) return null;
  const won = placements(positives, negatives);
  const lost = placements(negatives, positives).map((each) => 1 - each);
  const area = won.reduce((sum, each) => sum + each, 0) / p;

  // Per source picture: how far its positives and its negatives stand out from the mean.
  const parts = new Map<string | number, [number, number]>();
  const count = { positives: new Set<string | number>(), negatives: new Set<string | number>() };
  const add = (side: 'positives' | 'negatives', at: 0 | 1, values: Float64Array): void => {
    values.forEach((value, i) => {
      const name = clusters?.[side][i] ?? `${side} ${i}`;
      const part = parts.get(name) ?? [0, 0];
      part[at] += value - area;
      parts.set(name, part);
      count[side].add(name);
    });
  };
  add('positives', 0, won);
  add('negatives', 1, lost);
  const [a, b, all] = [count.positives.size, count.negatives.size, parts.size];
  let variance = 0;
  for (const [x, y] of parts.values())
    variance +=
      (a > 1 ? ((a / (a - 1)) * x * x) / (p * p) : 0) +
      (b > 1 ? ((b / (b - 1)) * y * y) / (n * n) : 0) +
      (all > 1 ? ((all / (all - 1)) * 2 * x * y) / (p * n) : 0);

  const how = clusters ? 'clustered by source picture (Obuchowski)' : 'DeLong, trials taken as independent';
  return areaInterval(area, variance, Math.min(a, b), how);
}

/** An area with its 95 % interval from its variance; `pairs`: positives and negatives that can be paired off, `how`: the variance's name. */
export function areaInterval(area: number, variance: number, pairs: number, how: string): Interval {
  if (area === 0 || area === 1 || !(variance > 0)) {
    const exact = proportion(Math.round(area * pairs), pairs);
    const method = `Mann-Whitney; Clopper-Pearson 95 % on ${pairs} disjoint pairs (no variance to estimate)`;
    return { estimate: area, low: Math.min(area, exact.low), high: Math.max(area, exact.high), method };
  }
  const logit = Math.log(area / (1 - area));
  const half = (probit(0.975) * Math.sqrt(variance)) / (area * (1 - area));
  const back = (value: number): number => 1 / (1 + Math.exp(-value));
  return { estimate: area, low: back(logit - half), high: back(logit + half), method: `Mann-Whitney; 95 % ${how}` };
}

const negated = (values: ArrayLike<number>): Float64Array => Float64Array.from(values, (value) => -value);

/** Of each value, the share of the others that it exceeds, ties counting one half. */
function placements(values: ArrayLike<number>, others: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(others).sort();
  return Float64Array.from(
    values,
    (value) => (rank(sorted, value, false) + rank(sorted, value, true)) / 2 / sorted.length,
  );
}

/** How many sorted values are below `value`, or at most it. */
function rank(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = sorted[middle]!;
    if (at < value || (orEqual && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Share of the values, of which there are some, at or below each threshold. */
function sharesAtMost(values: ArrayLike<number>, thresholds: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(values).sort();
  return Array.from(thresholds, (threshold) => rank(sorted, threshold, true) / sorted.length);
}

/** Drops repeated points, and those inside a straight horizontal or vertical run. */
function corners(points: readonly RocPoint[]): RocPoint[] {
  const moved = points.filter(
    (point, i) => i === 0 || point.tpr !== points[i - 1]!.tpr || point.fpr !== points[i - 1]!.fpr,
  );
  return moved.filter((point, i) => {
    const before = moved[i - 1];
    const after = moved[i + 1];
    if (!before || !after) return true;
    const across = before.tpr === point.tpr && point.tpr === after.tpr;
    const up = before.fpr === point.fpr && point.fpr === after.fpr;
    return !across && !up;
  });
}
