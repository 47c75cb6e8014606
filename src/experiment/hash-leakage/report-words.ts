/** Names and small numbers that tables, plots and sentences of a hash-leakage report share. */

import { type Cell, intervalCell } from '../../report/format.ts';
import type { Interval } from '../../schema/rate.ts';
import type { HashLeakageMetrics, MembershipLeak, TopicLeak } from './metrics.ts';
import type { HashLeakSource } from './rows.ts';

/** Sources as a reader knows them: the dataset by its own name, which may be any word. */
export const sourceName = ({ dataset }: Pick<HashLeakageMetrics, 'dataset'>, source: HashLeakSource): string =>
  source === 'dataset' ? `“${dataset.name}”` : source;

/** Sources that a run has, the dataset first. */
export const sourcesOf = ({ dataset }: Pick<HashLeakageMetrics, 'dataset'>): HashLeakSource[] =>
  dataset.sources.map(({ source }) => source);

/** A strategy with its number. */
export const strategyName = ({ id, strategy }: Pick<MembershipLeak, 'id' | 'strategy'>): string => `${id} ${strategy}`;

const sign = (value: number, digits: number): string =>
  `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(digits)}`.replace(/^−(0(\.0*)?)$/, '$1');

/** A number with its interval, in a unit, e.g. '2.41 dB [2.30, 2.52]'. */
export function numberCell({ estimate, low, high, method }: Interval, unit: string, digits = 2): Cell {
  const main = `${sign(estimate, digits)}${unit && ` ${unit}`}`;
  const range = `[${sign(low, digits)}, ${sign(high, digits)}]`;
  return { main, small: [range], plain: `${main} ${range}`, hover: `${main} ${range} ${method}` };
}

/** A number with its interval inside a sentence. */
export const numberProse = (interval: Interval, unit: string, digits = 2): string =>
  numberCell(interval, unit, digits).plain;

/** A factor with its bounds, e.g. '3.1× [2.8×, 3.4×]', or 'not measured'. */
export function liftCell(lift: TopicLeak['lift']): Cell {
  if (!lift) return intervalCell(null, '');
  const main = `${lift.estimate.toFixed(2)}×`;
  const range = `[${lift.low.toFixed(2)}×, ${lift.high.toFixed(2)}×]`;
  return {
    main,
    small: [range],
    plain: `${main} ${range}`,
    hover: `${main} ${range}, success over the most frequent topic`,
  };
}
