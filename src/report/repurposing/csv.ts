/** Every number of a re-purposing run as CSV, long form. */
import type { RepurposingMetrics } from '../../schema/repurposing-metrics.ts';
import { csvTable, type Field, numberColumns, rateFields, valueFields } from '../csv.ts';

/** File name → CSV text. */
export const repurposingCsv = ({ hashes, classifier, claims }: RepurposingMetrics): Record<string, string> => ({
  'list.csv': csvTable(
    ['hash', 'threshold', 'reasons', 'share', 'inserted', 'choice', 'measure', ...numberColumns],
    hashes.flatMap(({ name, thresholds }) =>
      thresholds.flatMap(({ bits, reasons, honest, robustness, cells }) => {
        const at: Field[] = [name, bits, reasons.join(' ')];
        return [
          [...at, 0, 0, null, 'flagged', ...rateFields(honest.flagged)],
          [...at, 0, 0, null, 'hit', ...rateFields(honest.location)],
          [...at, null, null, null, 'robustness', ...rateFields(robustness)],
          ...cells.flatMap(({ share, inserted, choice, fromLocation: _, ...rates }) =>
            Object.entries(rates).map(([measure, rate]) => [
              ...at,
              share,
              inserted,
              choice,
              measure,
              ...rateFields(rate),
            ]),
          ),
        ];
      }),
    ),
  ),
  'controls.csv': csvTable(
    ['hash', 'threshold', 'reason', 'measure', ...numberColumns],
    hashes.flatMap(({ name, controls }) =>
      controls.flatMap(({ threshold, reason, inserted, shuffled, chance }) =>
        Object.entries({ inserted, shuffled, chance }).map(([measure, rate]): Field[] => [
          name,
          threshold,
          reason,
          measure,
          ...rateFields(rate),
        ]),
      ),
    ),
  ),
  'heads.csv': csvTable(
    ['targetKind', 'poisoned', 'heads', 'targets', 'measure', ...numberColumns],
    (classifier?.cells ?? []).flatMap((cell) => {
      const at: Field[] = [cell.targetKind, cell.poisoned, cell.heads, cell.targets];
      const { hit, trained, fitted, elsewhere, falsePositives, recall, accuracy, change, auditor } = cell;
      return [
        ...Object.entries({ hit, trained, fitted, elsewhere, falsePositives, recall, accuracy }).map(
          ([measure, rate]): Field[] => [...at, measure, ...rateFields(rate)],
        ),
        ...(change
          ? [
              [
                ...at,
                'accuracyLost',
                null,
                change.n,
                change.estimate,
                change.low,
                change.high,
                change.method,
                null,
                change.clusterLow,
                change.clusterHigh,
              ] as Field[],
            ]
          : []),
        ...auditor.flatMap(({ benchmarkShare, formula, exact }) =>
          Object.entries({ formula, exact }).flatMap(([method, value]): Field[][] =>
            value === null ? [] : [[...at, `auditor.${benchmarkShare}`, ...valueFields(value, method)]],
          ),
        ),
      ];
    }),
  ),
  'claims.csv': csvTable(
    ['claim', 'source', 'measured', 'verdict', 'why'],
    claims.map(({ claim, source, measured, verdict, why }) => [claim, source, measured, verdict, why]),
  ),
});
