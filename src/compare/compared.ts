/** Compares runs: aligns metrics by their path in metrics.json, and computes differences if both have an interval. */

import { type Static, Type } from 'typebox';
import { intervalDifference, rateDifference } from '../metric/difference.ts';
import { Interval } from '../schema/rate.ts';

/** Maximum number of compared runs: as many as fit next to each other. */
export const mostCompared = 4;

/** A number of one run, with its uncertainty if known. */
export const Measure = Type.Object({
  estimate: Type.Number(),
  low: Type.Union([Type.Number(), Type.Null()]),
  high: Type.Union([Type.Number(), Type.Null()]),
  k: Type.Union([Type.Integer(), Type.Null()]),
  n: Type.Union([Type.Integer(), Type.Null()]),
});
export type Measure = Static<typeof Measure>;

/** Whether a number is a proportion of trials. */
export const isShare = ({ k, n }: Measure): boolean => k !== null && n !== null;

/** One metric of all runs. */
export const ComparedMetric = Type.Object({
  path: Type.Array(Type.String(), { description: 'place in metrics.json, elements of lists by their names' }),
  values: Type.Array(Type.Union([Measure, Type.Null()]), {
    description: 'one a run; null where it has no such metric, or did not measure it',
  }),
  unmeasured: Type.Array(Type.Boolean(), {
    description: 'one a run: whether it has the metric and did not measure it',
  }),
  differences: Type.Array(Type.Union([Interval, Type.Null()]), {
    description: 'of each run and the first, which is null; null too where one of the two has no interval',
  }),
});
export type ComparedMetric = Static<typeof ComparedMetric>;

/** Fields that identify the same list element in two runs. */
const names = [
  'id',
  'name',
  'strategy',
  'role',
  'secret',
  'scope',
  'adversary',
  'hash',
  'set',
  'transform',
  'edit',
  'topic',
  'label',
  'attack',
  'goal',
  'target',
  'of',
  'fpr',
  'title',
  'knowledge',
  'when',
  'content',
  'first',
  'second',
  'matches',
  'kind',
  'detector',
  'year',
] as const;

/** Raw data and curves: thousands of numbers that are useless in a table. */
const skipped = new Set([
  'roc',
  'counts',
  'points',
  'traffic',
  'declared',
  'limits',
  'refused',
  'seed',
  'schemaVersion',
  'evidence',
]);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Every number of some metrics by path; null if it was not measured. A rate or interval counts as one number. */
export function measuresOf(metrics: unknown): Map<string, Measure | null> {
  const found = new Map<string, Measure | null>();
  const put = (path: readonly string[], measure: Measure | null): void => {
    found.set(JSON.stringify(path), measure);
  };
  const visit = (value: unknown, path: readonly string[]): void => {
    if (value === null) put(path, null);
    else if (typeof value === 'number') put(path, { estimate: value, low: null, high: null, k: null, n: null });
    else if (Array.isArray(value)) {
      const keys = value.map((each, i) => keyOf(each) ?? String(i + 1));
      value.forEach((each, i) => {
        // Elements with the same name are distinguished by index.
        const again = keys.indexOf(keys[i]!) !== i;
        visit(each, [...path, again ? `${keys[i]} (${i + 1})` : keys[i]!]);
      });
    } else if (isObject(value) && 'estimate' in value && 'low' in value && 'high' in value) {
      const { estimate, low, high, clusterLow = low, clusterHigh = high, k, n } = value;
      if (typeof estimate !== 'number') {
        put(path, null);
        return;
      }
      // The wider of the exact interval and the bootstrap by source picture, as in the reports.
      const bounds = [Math.min(Number(low), Number(clusterLow)), Math.max(Number(high), Number(clusterHigh))] as const;
      put(path, { estimate, low: bounds[0], high: bounds[1], k: numberOr(k), n: numberOr(n) });
    } else if (isObject(value))
      for (const [key, each] of Object.entries(value)) {
        const named = path.length > 0 && (names as readonly string[]).includes(key) && typeof each !== 'object';
        if (!skipped.has(key) && !named) visit(each, [...path, key]);
      }
  };
  visit(metrics, []);
  return found;
}

function keyOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const said = names.flatMap((name) => {
    const each = value[name];
    return typeof each === 'string' || typeof each === 'number' ? [String(each)] : [];
  });
  return said.length > 0 ? said.join(' ') : undefined;
}

/** All metrics that at least two of the runs have and at least one measured, in the order of the first run that has them. */
export function compared(all: readonly unknown[]): ComparedMetric[] {
  const runs = all.map(measuresOf);
  const keys = [...new Set(runs.flatMap((run) => [...run.keys()]))];
  return keys.flatMap((key) => {
    const values = runs.map((run) => run.get(key) ?? null);
    if (runs.filter((run) => run.has(key)).length < 2 || values.every((each) => each === null)) return [];
    const unmeasured = runs.map((run) => run.get(key) === null);
    const [first] = values;
    return [
      {
        path: JSON.parse(key) as string[],
        values,
        unmeasured,
        differences: values.map((each, i) => (i === 0 || !first || !each ? null : differenceOf(each, first))),
      },
    ];
  });
}

/** Uses counts if both have them and nothing is clustered; otherwise uses the intervals. */
export function differenceOf(a: Measure, b: Measure): Interval | null {
  if (a.low === null || a.high === null || b.low === null || b.high === null) return null;
  const [one, other] = [a, b].map(({ estimate, low, high }) => ({ estimate, low: low!, high: high! }));
  const byIntervals = intervalDifference(one!, other!);
  if (a.k === null || !a.n || b.k === null || !b.n) return byIntervals;
  const byCounts = rateDifference({ k: a.k, n: a.n }, { k: b.k, n: b.n });
  // At least as wide as independent trials require, and at least as wide as the clusters require.
  return {
    ...byCounts,
    low: Math.min(byCounts.low, byIntervals.low),
    high: Math.max(byCounts.high, byIntervals.high),
    method: 'wider of Newcombe and MOVER 95 %',
  };
}
