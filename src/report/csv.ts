/** Every number of a run as CSV (RFC 4180), one file a subject, long form: made for data frames, not for eyes. */
import type { EqualityGap, HashMetrics, StrategyMetrics } from '../experiment/tradeoff/metrics.ts';
import type { Metrics } from '../experiment/tradeoff/report-types.ts';
import type { ClusteredRate, Rate } from '../schema/rate.ts';
import { type Bounds, notMeasured } from './format.ts';

/** What one field may hold; nothing becomes the empty field. */
export type Field = string | number | boolean | null | undefined;

/** Columns of every number: counts, estimate, interval, method, clusters. */
export const numberColumns = ['k', 'n', 'estimate', 'low', 'high', 'method', 'clusters', 'clusterLow', 'clusterHigh'];

/** One field: quoted where needed; text that a spreadsheet would run as a formula gets an apostrophe in front. */
function field(value: Field): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of one CSV file. */
export const csvTable = (columns: readonly string[], rows: readonly (readonly Field[])[]): string =>
  [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');

/** A rate under the number columns. */
export const rateFields = (rate: Rate | ClusteredRate): Field[] => [
  rate.k,
  rate.n,
  rate.estimate,
  rate.low,
  rate.high,
  rate.method,
  ...('clusters' in rate ? [rate.clusters, rate.clusterLow, rate.clusterHigh] : [null, null, null]),
];

/** An interval under the number columns; without a number where it was not measured. */
export const intervalFields = (interval: Bounds | null): Field[] => [
  null,
  null,
  interval?.estimate,
  interval?.low,
  interval?.high,
  interval?.method ?? notMeasured,
  null,
  null,
  null,
];

/** A bare number under the number columns; none where it was not measured. */
export const valueFields = (value: number | null, method: string): Field[] => [
  null,
  null,
  value,
  null,
  null,
  value === null ? notMeasured : method,
  null,
  null,
  null,
];

function strategyRows(strategy: StrategyMetrics): Field[][] {
  const { detection, falsePositives, warned, exposed, cost } = strategy;
  const rows: [string, Field[]][] = [
    ['delivered', rateFields(strategy.delivered)],
    ['refused', valueFields(strategy.refused, 'count')],
    ['failed', valueFields(strategy.failed, 'count')],
    ['detection.asSent', rateFields(detection.asSent)],
    ...detection.byEdit.map(({ transform, rate }): [string, Field[]] => [
      `detection.edit.${transform}`,
      rateFields(rate),
    ]),
    ['detection.allEdits', rateFields(detection.allEdits)],
    ['detection.newContent', rateFields(detection.newContent)],
    ['detection.near', rateFields(detection.near)],
    ['warned.listed', rateFields(warned.listed)],
    ['warned.innocent', rateFields(warned.innocent)],
    ['falsePositives.all', rateFields(falsePositives.all)],
    ...falsePositives.byTopic.map(({ topic, rate }): [string, Field[]] => [
      `falsePositives.topic.${topic}`,
      rateFields(rate),
    ]),
    ['exposed.innocent', rateFields(exposed.innocent)],
    ['exposed.perBillion', intervalFields(exposed.perBillion)],
    ...strategy.recovered.map(({ of, reports }): [string, Field[]] => [`recovered.of.${of}`, intervalFields(reports)]),
    ['innocentAccounts', intervalFields(strategy.innocentAccounts)],
    ['reviewHours', intervalFields(strategy.reviewHours)],
    ['cost.sentBytes', valueFields(cost.sentBytesMedian, 'median')],
    ['cost.overheadBytes', valueFields(cost.overheadBytesMedian, 'median')],
    ['cost.receivedBytes', valueFields(cost.receivedBytesMedian, 'median')],
    ['cost.listBytes', valueFields(cost.listBytes, 'count')],
    ...(strategy.capacity.entries !== undefined
      ? [
          [`hiddenTargets.${strategy.capacity.kind}`, valueFields(strategy.capacity.entries, 'count')] as [
            string,
            Field[],
          ],
        ]
      : []),
    ...(strategy.latent
      ? [[`latent.${strategy.latent.becomes}`, rateFields(strategy.latent.messages)] as [string, Field[]]]
      : []),
  ];
  return rows.map(([measure, fields]) => [strategy.name, measure, ...fields]);
}

function hashRows(hash: HashMetrics): Field[][] {
  const rows: [string, number | null, Field[]][] = [
    ['threshold.calibrationFpr', hash.threshold.bits, rateFields(hash.threshold.calibrationFpr)],
    ['fpr', hash.threshold.bits, rateFields(hash.fpr)],
    ['fpr', hash.authorsThreshold, rateFields(hash.fprAtAuthors)],
    ['auc', null, intervalFields(hash.auc)],
    ...hash.tprAtFpr.map(({ fpr, threshold, tpr }): [string, number, Field[]] => [
      `tpr.atFpr.${fpr}`,
      threshold,
      rateFields(tpr),
    ]),
    ['refused', null, valueFields(hash.refused, 'count')],
    ['failed', null, valueFields(hash.failed, 'count')],
  ];
  return rows.map(([measure, thresholdBits, fields]) => [hash.name, hash.bits, measure, thresholdBits, ...fields]);
}

function equalityRows({ near, equality, listed, allEdits, innocent }: EqualityGap): Field[][] {
  const lines = [
    ...listed.map((each) => ({ content: 'listed', ...each })),
    { content: 'listed', transform: 'all edits', ...allEdits },
    { content: 'innocent', transform: 'none', ...innocent },
  ];
  return lines.flatMap(({ content, transform, lost, ...found }) => {
    const { n, estimate, low, high, method, clusters, clusterLow, clusterHigh } = lost;
    return [
      [content, transform, 'near', near.hash, near.thresholdBits, ...rateFields(found.near)],
      [content, transform, 'equality', equality.hash, 0, ...rateFields(found.equality)],
      [content, transform, 'lost', null, null, null, n, estimate, low, high, method, clusters, clusterLow, clusterHigh],
    ];
  });
}

/** File name → CSV text: strategies, hashes, recall, equality, leakage, traffic and the points of every ROC. */
export function csvTables(metrics: Metrics): Record<string, string> {
  const curves = [...metrics.hashes, ...(metrics.classifier ? [metrics.classifier] : [])];
  return {
    'strategies.csv': csvTable(['strategy', 'measure', ...numberColumns], metrics.strategies.flatMap(strategyRows)),
    'hashes.csv': csvTable(
      ['hash', 'bits', 'measure', 'thresholdBits', ...numberColumns],
      metrics.hashes.flatMap(hashRows),
    ),
    'recall.csv': csvTable(
      ['hash', 'transform', 'at', 'thresholdBits', 'meanOwnBits', ...numberColumns],
      metrics.hashes.flatMap((hash) =>
        hash.recall.flatMap(({ transform, calibrated, atAuthors, meanOwnBits }) => [
          [hash.name, transform, 'calibrated', hash.threshold.bits, meanOwnBits, ...rateFields(calibrated)],
          [hash.name, transform, 'authors', hash.authorsThreshold, meanOwnBits, ...rateFields(atAuthors)],
        ]),
      ),
    ),
    'equality.csv': csvTable(
      ['content', 'transform', 'measure', 'hash', 'thresholdBits', ...numberColumns],
      metrics.equalityGap ? equalityRows(metrics.equalityGap) : [],
    ),
    'leakage.csv': csvTable(
      [
        'strategy',
        'role',
        'secret',
        'messages',
        'chance',
        'lift',
        'lowerBound',
        'aboveChance',
        'channel',
        'controlK',
        'controlN',
        'controlWithinChance',
        ...numberColumns,
      ],
      metrics.strategies.flatMap(({ name, leakage }) =>
        leakage.map((each) => [
          name,
          each.role,
          each.secret,
          each.scope,
          each.chance,
          each.lift,
          each.lowerBound,
          each.aboveChance,
          each.channel,
          each.control.k,
          each.control.n,
          each.controlWithinChance,
          ...rateFields(each.success),
        ]),
      ),
    ),
    'traffic.csv': csvTable(
      ['strategy', 'phase', 'from', 'to', 'packet', 'crossings', 'messages', 'bytes', 'medianBytes'],
      metrics.strategies.flatMap(({ name, traffic }) =>
        traffic.map((each) => [
          name,
          each.phase,
          each.from,
          each.to,
          each.packet,
          each.crossings,
          each.messages,
          each.bytes,
          each.medianBytes,
        ]),
      ),
    ),
    'roc.csv': csvTable(
      ['detector', 'threshold', 'fpr', 'tpr', 'negatives', 'positives'],
      curves.flatMap(({ name, roc, negatives, positives }) =>
        roc.map(({ threshold, fpr, tpr }) => [name, threshold, fpr, tpr, negatives, positives]),
      ),
    ),
  };
}
