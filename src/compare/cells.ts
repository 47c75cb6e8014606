/** Cells of comparisons and cards. They are those of the kinds' own reports, so that a figure reads the same everywhere. */
import { sizeCell } from '../experiment/false-positive-tail/tables.ts';
import { thresholdText } from '../report/distance.ts';
import { absent, type Cell, notMeasured, pairCell, percent, rare, rateCell } from '../report/format.ts';
import { plain } from '../report/table.ts';
import type { Rate } from '../schema/rate.ts';
import type { DetectorResult, ListFigure, OperatingPoint } from './detectors.ts';

/** A cell for what the run did not measure. */
export const unmeasured = (why = 'this run did not measure it'): Cell => ({
  ...absent(notMeasured),
  main: '–',
  plain: notMeasured,
  hover: `${notMeasured}: ${why}`,
});

export const maybeRate = (rate: Rate | null | undefined): Cell => (rate ? rateCell(rate) : unmeasured());

/** Recall with a colour. */
export const recallCell = (rate: Rate | null | undefined): Cell & { readonly heat?: number } =>
  rate?.estimate == null ? maybeRate(rate) : { ...rateCell(rate), heat: rate.estimate };

export const pairsCell = (rate: OperatingPoint['pairs']): Cell => (rate ? pairCell(rate) : unmeasured());

/** The rate of a picture against a list: measured, extrapolated with its name, or bounds. */
export function listCell(figure: ListFigure | undefined): Cell {
  if (!figure) return unmeasured('the run says nothing of lists of this size');
  if (figure.status === 'not supported') return { ...absent('not known'), plain: 'not known', hover: figure.reason };
  if (figure.status !== 'bounded') return sizeCell(figure);
  const { estimate, low, high, why } = figure;
  const range = `[${rare(low)}, ${rare(high)}]`;
  if (estimate === null)
    return { main: `at most ${rare(high)}`, small: [range], plain: `at most ${rare(high)}`, hover: `${range}; ${why}` };
  return { main: percent(estimate), small: [range], plain: `${percent(estimate)} ${range}`, hover: why };
}

/** A threshold with the length of the hash, or with the unit of an exact distance. */
export function thresholdCell(
  { threshold, rule }: OperatingPoint,
  { bits, vector }: Pick<DetectorResult, 'bits' | 'vector'>,
): Cell {
  if (threshold === null) return plain('–', rule);
  if (bits === null) return plain(`≤ ${Number(threshold.toPrecision(6))}`, rule);
  return plain(thresholdText(threshold, { bits, ...(vector ? { vector } : {}) }), rule);
}
