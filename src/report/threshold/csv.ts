/** Every number of a threshold run as CSV, long form. */
import type { ThresholdMetrics } from '../../schema/threshold-metrics.ts';
import { csvTable, type Field, intervalFields, numberColumns, rateFields } from '../csv.ts';

/** File name → CSV text. */
export const thresholdCsv = ({
  offenders,
  innocents,
  knowledge,
  protocol,
}: ThresholdMetrics): Record<string, string> => ({
  'offenders.csv': csvTable(
    ['held', 'detection', 'threshold', 'measure', 'exact', 'exactLow', 'exactHigh', ...numberColumns],
    offenders.flatMap(({ held, detection, curve }) =>
      curve.flatMap(({ threshold, ...measures }) =>
        Object.entries(measures).map(([measure, each]): Field[] => {
          const ends = 'bounds' in each ? each.bounds : null;
          return [
            held.name,
            detection.name,
            threshold,
            measure,
            each.exact,
            ends?.low,
            ends?.high,
            ...rateFields(each.simulated),
          ];
        }),
      ),
    ),
  ),
  'innocents.csv': csvTable(
    ['falseMatch', 'rate', 'spread', 'bursts', 'threshold', 'exact', 'exactLow', 'exactHigh', ...numberColumns],
    innocents.curves.flatMap(({ falseMatch, spread, bursts, curve }) =>
      curve.map(({ threshold, exact, bounds, simulated }): Field[] => [
        falseMatch.name,
        falseMatch.rate,
        spread,
        bursts,
        threshold,
        exact,
        bounds?.low,
        bounds?.high,
        ...rateFields(simulated),
      ]),
    ),
  ),
  'bearable.csv': csvTable(
    ['threshold', 'rate'],
    innocents.bearable.map(({ threshold, rate }) => [threshold, rate]),
  ),
  'advantage.csv': csvTable(
    ['pictures', 'syntheticShare', 'threshold', 'matches', 'exact', ...numberColumns],
    knowledge.flatMap(({ pictures, syntheticShare, curve, measured }) =>
      curve.map(({ threshold, advantage }): Field[] => {
        const dot = measured.find(({ matches }) => matches === threshold - 1);
        return [
          pictures,
          syntheticShare,
          threshold,
          threshold - 1,
          advantage,
          ...(dot ? intervalFields(dot.simulated) : []),
        ];
      }),
    ),
  ),
  'protocol.csv': csvTable(
    ['threshold', 'synthetic', 'measure', ...numberColumns],
    protocol.flatMap(({ threshold, synthetic, detected, agreement, overBudget, otherMethod, counted, payloads }) =>
      Object.entries({ agreement, overBudget, ...detected, otherMethod, counted, payloads }).map(
        ([measure, rate]): Field[] => [threshold, synthetic, measure, ...rateFields(rate)],
      ),
    ),
  ),
});
