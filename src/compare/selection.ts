/** Selects metrics of a comparison, and writes them as CSV. */
import { csvText, type Field } from '../report/csv.ts';
import { notMeasured } from '../report/format.ts';
import type { Comparison } from './compare.ts';
import { type ComparedMetric, mostCompared } from './compared.ts';

/** Which part of the comparison to display. */
export interface CompareQuery {
  readonly search?: string | undefined;
  /** Only metrics whose difference from the first run has an interval that excludes 0. */
  readonly apart?: boolean | undefined;
}

const isApart = ({ differences }: ComparedMetric): boolean =>
  differences.some((each) => each !== null && (each.low > 0 || each.high < 0));

/** The metrics that a query selects. */
export function chosen(
  { metrics }: Pick<Comparison, 'metrics'>,
  { search = '', apart = false }: CompareQuery,
): ComparedMetric[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return metrics.filter((each) => {
    const text = each.path.join(' ').toLowerCase();
    return words.every((word) => text.includes(word)) && (!apart || isApart(each));
  });
}

/** All selected metrics as CSV, in long form: one row per metric and run. */
export const compareCsv = ({ runs }: Pick<Comparison, 'runs'>, metrics: readonly ComparedMetric[]): string =>
  csvText(
    ['metric', 'run', 'k', 'n', 'estimate', 'low', 'high', 'difference', 'difference_low', 'difference_high', 'method'],
    metrics.flatMap((metric) =>
      metric.values.flatMap((value, i): Field[][] => {
        if (!value)
          return metric.unmeasured[i]
            ? [[metric.path.join(' / '), runs[i]!.name, ...new Array<null>(8).fill(null), notMeasured]]
            : [];
        const d = metric.differences[i];
        const { k, n, estimate, low, high } = value;
        return [
          [metric.path.join(' / '), runs[i]!.name, k, n, estimate, low, high, d?.estimate, d?.low, d?.high, d?.method],
        ];
      }),
    ),
  );

/** Why a selection cannot be compared; undefined if it can. */
export function refusal(names: readonly string[]): string | undefined {
  if (names.length < 2 || names.length > mostCompared)
    return `Choose two to four runs to compare; ${names.length === 0 ? 'none is' : names.length === 1 ? '1 run is' : `${names.length} runs are`} chosen`;
  return new Set(names).size < names.length ? 'Choose different runs to compare' : undefined;
}
