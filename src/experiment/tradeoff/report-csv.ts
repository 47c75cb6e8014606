import { isAttainable } from '../../metric/operating-point.ts';
import { csvTable, type Field, intervalFields, numberColumns, rateFields, valueFields } from '../../report/csv.ts';
import type { EqualityGap, HashMetrics, Metrics, StrategyMetrics } from './metrics.ts';
import { isBlind } from './report-measures.ts';
import { clipColumns, clipFields } from './tables-clips.ts';

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

/** Quoted rates, from the lowest; of those that the negatives cannot tell from 0, and from each other, the first. */
const quotedRates = ({ tprAtFpr }: HashMetrics): HashMetrics['tprAtFpr'] =>
  tprAtFpr.toSorted((a, b) => a.fpr - b.fpr).filter((each, i, all) => i === 0 || isTold(each) || isTold(all[i - 1]!));

/** Whether the calibration pictures can show a rate so low, as far as the run says. */
const isTold = ({ fpr, calibrationFpr }: HashMetrics['tprAtFpr'][number]): boolean =>
  !calibrationFpr || calibrationFpr.n === 0 || isAttainable(fpr, calibrationFpr.n);

function hashRows(hash: HashMetrics): Field[][] {
  const rows: [string, number | null, Field[]][] = [
    ['threshold.calibrationFpr', hash.threshold.bits, rateFields(hash.threshold.calibrationFpr)],
    ['fpr', hash.threshold.bits, rateFields(hash.fpr)],
    ['fpr', hash.authorsThreshold, rateFields(hash.fprAtAuthors)],
    ['auc', null, intervalFields(hash.auc)],
    ...quotedRates(hash).flatMap((quoted): [string, number, Field[]][] => {
      const { fpr, threshold, tpr, calibrationFpr } = quoted;
      const measure = isTold(quoted) ? `tpr.atFpr.${fpr}` : `tpr.atFpr.below.1/${calibrationFpr?.n}`;
      return [
        [measure, threshold, rateFields(tpr)],
        ...(calibrationFpr
          ? [[`${measure}.calibrationFpr`, threshold, rateFields(calibrationFpr)] as [string, number, Field[]]]
          : []),
      ];
    }),
    ['refused', null, valueFields(hash.refused, 'count')],
    ['failed', null, valueFields(hash.failed, 'count')],
  ];
  return rows.map(([measure, thresholdBits, fields]) => [hash.name, hash.bits, measure, thresholdBits, ...fields]);
}

function equalityRows({ near, equality, listed, forwarded, allEdits, innocent }: EqualityGap): Field[][] {
  const lines = [
    ...listed.map((each) => ({ content: 'listed', ...each })),
    ...(forwarded ? [{ content: 'listed', transform: 'forwarded', ...forwarded }] : []),
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

/** Accounts opened: of the sample that the protocol ran on, then of the population that the rule was applied to. */
function accountRows({ name, accounts, population, threshold }: StrategyMetrics): Field[][] {
  const matches = threshold?.matches ?? 1;
  const sample = accounts
    ? (['offending', 'innocent'] as const).map((each) => [
        name,
        'of the run',
        each,
        matches,
        null,
        ...rateFields(accounts[each]),
      ])
    : [];
  const offenders = (population?.offenders ?? []).flatMap(({ name: description, points }) =>
    points.flatMap((point) => [
      [name, description, 'offending', point.threshold, null, ...rateFields(point.accounts)],
      [name, description, 'pictures of opened accounts', point.threshold, null, ...rateFields(point.pictures)],
    ]),
  );
  const innocents = (population?.innocents ?? []).flatMap(({ listEntries, opened }) =>
    opened.flatMap((point) => [
      [name, null, 'innocent, at least', point.threshold, listEntries, ...valueFields(point.low, 'lower bound')],
      [name, null, 'innocent, at most', point.threshold, listEntries, ...valueFields(point.high, 'upper bound')],
    ]),
  );
  return [...sample, ...offenders, ...innocents];
}

/** What crossed between two roles, also the data of a strategy's sequence diagram. */
export const trafficColumns = [
  'phase',
  'from',
  'to',
  'packet',
  'crossings',
  'messages',
  'bytes',
  'medianBytes',
] as const;
export const trafficFields = (each: StrategyMetrics['traffic'][number]): Field[] =>
  trafficColumns.map((column) => each[column]);

/** File name → CSV text: strategies, hashes, recall, equality, leakage, traffic, the points of every ROC, and accounts where there are any. */
export function csvTables(metrics: Metrics): Record<string, string> {
  const accounts = metrics.strategies.flatMap(accountRows);
  const curves = [...metrics.hashes, ...[metrics.classifier, metrics.untrained].flatMap((each) => each ?? [])];
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
        'leastAbove',
        'attacked',
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
          each.leastAbove,
          isBlind(each) ? 'no attack' : 'yes',
          each.channel,
          each.control.k,
          each.control.n,
          each.controlWithinChance,
          ...rateFields(each.success),
        ]),
      ),
    ),
    ...(accounts.length > 0
      ? {
          'accounts.csv': csvTable(
            ['strategy', 'offenders', 'accounts', 'threshold', 'listEntries', ...numberColumns],
            accounts,
          ),
        }
      : {}),
    ...(metrics.clips ? { 'clips.csv': csvTable(clipColumns, clipFields(metrics)) } : {}),
    'traffic.csv': csvTable(
      ['strategy', ...trafficColumns],
      metrics.strategies.flatMap(({ name, traffic }) => traffic.map((each) => [name, ...trafficFields(each)])),
    ),
    'roc.csv': csvTable(
      ['detector', 'threshold', 'fpr', 'tpr', 'negatives', 'positives'],
      curves.flatMap(({ name, roc, negatives, positives }) =>
        roc.map(({ threshold, fpr, tpr }) => [name, threshold, fpr, tpr, negatives, positives]),
      ),
    ),
  };
}
