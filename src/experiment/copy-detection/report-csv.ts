import {
  csvTable,
  type Field,
  intervalFields,
  numberColumns,
  pairFields,
  rateFields,
  valueFields,
} from '../../report/csv.ts';
import { countedDistances, distanceFields, distanceHead } from '../../report/distance.ts';
import type { CopyDetectionMetrics } from './metrics.ts';

/** Every number as CSV, long form: file name → text. */
export function copyCsv({ hashes }: CopyDetectionMetrics): Record<string, string> {
  const each = hashes.flatMap((hash) => hash.sets.map((on) => ({ hash, name: hash.name, on })));
  const rates = each.flatMap(({ hash, name, on }): Field[][] => {
    const row = (measure: string, threshold: number | null, fields: Field[]): Field[] => [
      name,
      on.set,
      measure,
      ...distanceFields(threshold, hash, hashes),
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
  const edits = each.flatMap(({ hash, name, on }) =>
    on.edits.flatMap((edit): Field[][] => {
      const row = (measure: string, threshold: number | null, fields: Field[]): Field[] => [
        name,
        on.set,
        edit.title,
        edit.edit,
        measure,
        ...distanceFields(threshold, hash, hashes),
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
    'hashes.csv': csvTable(['hash', 'set', 'measure', ...distanceHead('threshold', hashes), ...numberColumns], rates),
    'edits.csv': csvTable(
      ['hash', 'set', 'title', 'edit', 'measure', ...distanceHead('threshold', hashes), ...numberColumns],
      edits,
    ),
    'distances.csv': csvTable(
      ['hash', 'set', ...distanceHead('distance', hashes), 'pairs'],
      each.flatMap(({ hash, name, on }) =>
        countedDistances(on.unrelated.counts, hash).map(({ distance, pairs }) => [
          name,
          on.set,
          ...distanceFields(distance, hash, hashes),
          pairs,
        ]),
      ),
    ),
    'roc.csv': csvTable(
      ['hash', 'set', ...distanceHead('threshold', hashes), 'pairFpr', 'tpr', 'pairs', 'copies'],
      each.flatMap(({ hash, name, on }) =>
        on.roc.map(({ threshold, fpr, tpr }) => [
          name,
          on.set,
          ...distanceFields(threshold, hash, hashes),
          fpr,
          tpr,
          on.unrelated.pairs,
          on.copies,
        ]),
      ),
    ),
  };
}
