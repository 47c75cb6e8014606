/** Every number of a new-content run as CSV, long form. */
import type { NewContentMetrics } from '../../schema/new-content-metrics.ts';
import { csvTable, type Field, intervalFields, numberColumns, rateFields } from '../csv.ts';

/** File name → CSV text. */
export const newContentCsv = ({ detectors, pairs, curves }: NewContentMetrics): Record<string, string> => ({
  'detection.csv': csvTable(
    ['detector', 'measure', 'part', ...numberColumns],
    detectors.flatMap(({ name, rates, byEdit, bySource }): Field[][] => [
      ...rates.map(({ content, rate }): Field[] => [name, 'content', content, ...rateFields(rate)]),
      ...byEdit.map(({ transform, rate }): Field[] => [name, 'edit', transform, ...rateFields(rate)]),
      ...bySource.flatMap(({ source, known, fresh }): Field[][] => [
        [name, 'source known', source, ...rateFields(known)],
        [name, 'source new', source, ...rateFields(fresh)],
      ]),
    ]),
  ),
  'pairs.csv': csvTable(
    [
      'first',
      'second',
      'content',
      'n',
      'onlyFirst',
      'onlySecond',
      'estimate',
      'low',
      'high',
      'clusterLow',
      'clusterHigh',
      'mcnemar',
    ],
    [
      ...pairs.flatMap(({ first, second, differences }) =>
        differences.map(({ content, difference }) => ({ first, second, content: content as string, difference })),
      ),
      ...detectors.map(({ name, newness }) => ({
        first: name,
        second: name,
        content: 'new − known source',
        difference: newness,
      })),
    ].map(({ first, second, content, difference: d }): Field[] => [
      first,
      second,
      content,
      d.n,
      d.onlyFirst,
      d.onlySecond,
      d.estimate,
      d.low,
      d.high,
      d.clusterLow,
      d.clusterHigh,
      d.mcnemar,
    ]),
  ),
  'areas.csv': csvTable(
    ['detector', 'content', ...numberColumns],
    curves.map(({ detector, content, auc }): Field[] => [detector, content, ...intervalFields(auc)]),
  ),
  'roc.csv': csvTable(
    ['detector', 'content', 'fpr', 'tpr'],
    curves.flatMap(({ detector, content, points }) =>
      points.map(({ fpr, tpr }): Field[] => [detector, content, fpr, tpr]),
    ),
  ),
  'operating.csv': csvTable(
    ['detector', 'held', 'bits', 'score', 'secondBits', ...numberColumns],
    detectors.flatMap(({ name, operating }) =>
      operating.map(({ held, bits, score, secondBits, calibration }): Field[] => [
        name,
        held,
        bits,
        score,
        secondBits,
        ...rateFields(calibration),
      ]),
    ),
  ),
});
