/** Every number of a hash-leakage run as CSV, long form. */
import type { HashLeakageMetrics } from '../../schema/hash-leakage-metrics.ts';
import { csvTable, type Field, intervalFields, numberColumns, rateFields, valueFields } from '../csv.ts';

const attack = ['source', 'hash', 'control'];

/** File name → CSV text. */
export const hashLeakageCsv = ({ topics, inversions, features, membership }: HashLeakageMetrics) => ({
  'topics.csv': csvTable(
    [...attack, 'bits', 'attacker', 'topics', 'measure', ...numberColumns],
    topics.flatMap(
      ({ source, hash, control, bits, attacker, topics: count, first, five, lift, lowerBound, leakedBits }) =>
        (
          [
            ['top1', rateFields(first.success)],
            ['top1.commonest', valueFields(first.chance.commonest, 'chance')],
            ['top1.uniform', valueFields(first.chance.uniform, 'chance')],
            ['top1.lowerBound', valueFields(lowerBound, 'one-sided 95 %')],
            ...(five
              ? [
                  ['top5', rateFields(five.success)],
                  ['top5.commonest', valueFields(five.chance.commonest, 'chance')],
                ]
              : []),
            ['lift', intervalFields(lift && { ...lift, method: 'success over the commonest topic' })],
            ['bits', valueFields(leakedBits, 'log2 of the lift')],
          ] as [string, Field[]][]
        ).map(([measure, fields]): Field[] => [source, hash, control, bits, attacker, count, measure, ...fields]),
    ),
  ),
  'inversion.csv': csvTable(
    [...attack, 'decoder', 'over', 'measure', ...numberColumns],
    inversions.flatMap(({ source, hash, control, quality, gains, explained, topic }) => {
      const rows: [string, string, string, Field[]][] = [
        ...Object.entries(quality).flatMap(([of, { psnr, ssim }]): [string, string, string, Field[]][] => [
          [of, '', 'psnr', intervalFields(psnr)],
          [of, '', 'ssim', intervalFields(ssim)],
        ]),
        ...gains.flatMap(({ of, over, psnr, ssim }): [string, string, string, Field[]][] => [
          [of, over, 'psnr', intervalFields(psnr)],
          [of, over, 'ssim', intervalFields(ssim)],
        ]),
        ...Object.entries(explained).map(([of, each]): [string, string, string, Field[]] => [
          of,
          'mean',
          'explained',
          intervalFields(each),
        ]),
        ...(['original', 'ridge', 'nearest', 'mean'] as const).map((of): [string, string, string, Field[]] => [
          of,
          '',
          'topic',
          rateFields(topic[of]),
        ]),
      ];
      return rows.map(([of, over, measure, fields]): Field[] => [source, hash, control, of, over, measure, ...fields]);
    }),
  ),
  'features.csv': csvTable(
    ['source', 'hash', 'classifier', 'decoder', 'measure', ...numberColumns],
    features.flatMap(({ source, hash, classifier, distance, closer }) => [
      ...Object.entries(distance).map(([of, each]): Field[] => [
        source,
        hash,
        classifier,
        of,
        'distance',
        ...intervalFields(each),
      ]),
      ...Object.entries(closer).map(([of, each]): Field[] => [
        source,
        hash,
        classifier,
        of,
        'closer',
        ...intervalFields(each),
      ]),
    ]),
  ),
  'membership.csv': csvTable(
    ['source', 'strategy', 'control', 'fpr', 'measure', ...numberColumns],
    membership.flatMap(({ source, strategy, control, at, auc }) => [
      ...at.flatMap(({ fpr, tpr, measuredFpr, advantage }): Field[][] => [
        [source, strategy, control, fpr, 'tpr', ...rateFields(tpr)],
        [source, strategy, control, fpr, 'fpr', ...rateFields(measuredFpr)],
        [source, strategy, control, fpr, 'advantage', ...intervalFields(advantage)],
      ]),
      [source, strategy, control, null, 'auc', ...intervalFields(auc)],
    ]),
  ),
});
