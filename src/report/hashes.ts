/** Every number of a benchmark as CSV, long form. */

import { copyAnswer, copyData, copySections, copyTables } from '../experiment/copy-detection/report.ts';
import { tailAnswer, tailData, tailSections, tailTables } from '../experiment/false-positive-tail/report.ts';
import type { Timings } from '../experiment/tradeoff/report-types.ts';
import type {
  BenchmarkMetrics,
  CopyDetectionMetrics,
  FalsePositiveTailMetrics,
  PairRate,
} from '../harness/hashes/metrics.ts';
import { csvTable, type Field, intervalFields, numberColumns, rateFields, valueFields } from './csv.ts';
import type { Parts } from './parts.ts';

/** A pair rate under the number columns: its pictures stand where clusters do. */
export const pairFields = (rate: PairRate): Field[] => [
  ...rateFields(rate).slice(0, 6),
  rate.nodes,
  rate.nodeLow,
  rate.nodeHigh,
];

/** File name → CSV text. */
export const benchmarkCsv = (metrics: BenchmarkMetrics): Record<string, string> =>
  metrics.kind === 'copy-detection' ? copyCsv(metrics) : tailCsv(metrics);

function copyCsv({ hashes }: CopyDetectionMetrics): Record<string, string> {
  const each = hashes.flatMap(({ name, sets }) => sets.map((on) => ({ name, on })));
  const rates = each.flatMap(({ name, on }): Field[][] => {
    const row = (measure: string, threshold: number | null, fields: Field[]): Field[] => [
      name,
      on.set,
      measure,
      threshold,
      ...fields,
    ];
    return [
      row('asPublished.recall', on.asPublished.threshold, rateFields(on.asPublished.recall)),
      row('corrected.recall', on.corrected.threshold, rateFields(on.corrected.recall)),
      row('corrected.precision', on.corrected.threshold, rateFields(on.corrected.precision)),
      ...on.atPairFpr.flatMap(({ target, threshold, calibration, fpr, recall }) => [
        row(`pairFpr.${target}.calibration`, threshold, rateFields(calibration)),
        row(`pairFpr.${target}.fpr`, threshold, pairFields(fpr)),
        row(`pairFpr.${target}.recall`, threshold, rateFields(recall)),
      ]),
      ...(on.atAuthors
        ? [
            row('authors.fpr', on.atAuthors.threshold, pairFields(on.atAuthors.fpr)),
            row('authors.recall', on.atAuthors.threshold, rateFields(on.atAuthors.recall)),
          ]
        : []),
      ...on.tails.map(({ threshold, rate }) => row('pairsWithin', threshold, pairFields(rate))),
      ...(['meanBits', 'sdBits', 'minBits', 'effectiveBits', 'oddShare'] as const).flatMap((key) =>
        on.unrelated[key] === null ? [] : [row(`unrelated.${key}`, null, valueFields(on.unrelated[key]!, 'value'))],
      ),
    ];
  });
  const edits = each.flatMap(({ name, on }) =>
    on.edits.flatMap((edit): Field[][] => {
      const row = (measure: string, threshold: number | null, fields: Field[]): Field[] => [
        name,
        on.set,
        edit.title,
        edit.edit,
        measure,
        threshold,
        ...fields,
      ];
      return [
        row('asPublished.recall', edit.asPublished.threshold, rateFields(edit.asPublished.recall)),
        row('corrected.recall', on.corrected.threshold, rateFields(edit.corrected)),
        ...on.atPairFpr.map(({ target, threshold }, i) =>
          row(`pairFpr.${target}.recall`, threshold, rateFields(edit.atPairFpr[i]!)),
        ),
        ...(edit.atAuthors && on.atAuthors
          ? [row('authors.recall', on.atAuthors.threshold, rateFields(edit.atAuthors))]
          : []),
        row('auc', null, intervalFields(edit.auc)),
        ...(edit.eer ? [row('eer', edit.eer.threshold, valueFields(edit.eer.rate, 'value'))] : []),
        ...(edit.meanBits === null ? [] : [row('meanBits', null, valueFields(edit.meanBits, 'value'))]),
      ];
    }),
  );
  return {
    'hashes.csv': csvTable(['hash', 'set', 'measure', 'thresholdBits', ...numberColumns], rates),
    'edits.csv': csvTable(['hash', 'set', 'title', 'edit', 'measure', 'thresholdBits', ...numberColumns], edits),
    'distances.csv': csvTable(
      ['hash', 'set', 'distanceBits', 'pairs'],
      each.flatMap(({ name, on }) => on.unrelated.counts.map((pairs, distance) => [name, on.set, distance, pairs])),
    ),
    'roc.csv': csvTable(
      ['hash', 'set', 'thresholdBits', 'pairFpr', 'tpr', 'pairs', 'copies'],
      each.flatMap(({ name, on }) =>
        on.roc.map(({ threshold, fpr, tpr }) => [name, on.set, threshold, fpr, tpr, on.unrelated.pairs, on.copies]),
      ),
    ),
  };
}

function tailCsv({ hashes }: FalsePositiveTailMetrics): Record<string, string> {
  const sizes = hashes.flatMap(({ name, thresholds }) =>
    thresholds.flatMap(({ bits, rows }) =>
      rows.flatMap((row): Field[][] => {
        const start = [name, bits, row.size];
        if (row.status === 'measured') return [[...start, 'measured', ...rateFields(row.rate)]];
        if (row.status === 'not supported') return [];
        return [
          [...start, 'extrapolated by effective bits', ...intervalFields(row.byEffectiveBits)],
          [...start, 'extrapolated by extreme values', ...intervalFields(row.byExtremeValue)],
        ];
      }),
    ),
  );
  return {
    'list-sizes.csv': csvTable(['hash', 'thresholdBits', 'entries', 'status', ...numberColumns], sizes),
    'distances.csv': csvTable(
      ['hash', 'distanceBits', 'pairs'],
      hashes.flatMap(({ name, unrelated }) => unrelated.counts.map((pairs, distance) => [name, distance, pairs])),
    ),
  };
}

// The parts of reports on hashes alone.

export const copyParts = (metrics: CopyDetectionMetrics, timings?: Timings): Parts => ({
  findings: copyAnswer(metrics),
  tables: copyTables(metrics, timings),
  sections: copySections(metrics, timings),
  data: copyData(metrics),
  csv: benchmarkCsv(metrics),
});

export const tailParts = (metrics: FalsePositiveTailMetrics): Parts => ({
  findings: tailAnswer(metrics),
  tables: tailTables(metrics),
  sections: tailSections(metrics),
  data: tailData(metrics),
  csv: benchmarkCsv(metrics),
});
