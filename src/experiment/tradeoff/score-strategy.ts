/** From message, view and attack rows to a strategy's line in the table. */

import { auditedShare, hideable } from '../../metric/audit.ts';
import { clusteredProportion } from '../../metric/bootstrap.ts';
import type { Counts } from '../../metric/interval.ts';
import { proportion } from '../../metric/proportion.ts';
import { medianOrNull } from '../../metric/quantile.ts';
import type { DeploymentRow, MessageRow } from '../../schema/observation.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import { ofType } from '../../schema/row.ts';
import type { Content } from '../../schema/vocabulary.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { countsOf } from '../../util/counts.ts';
import { seededRng } from '../../util/rng.ts';
import type { Experiment } from './experiment.ts';
import type { Capacity, Declared, StrategyMetrics, Threshold } from './metrics.ts';
import type { TradeoffRow } from './rows.ts';
import { decidesByAccount, rateByAccount, sampleAccounts } from './score-accounts.ts';
import { leakageOf } from './score-leakage.ts';

type Scored = MessageRow & { outcome: Extract<MessageRow['outcome'], { state: 'scored' }> };
type Facts = Scored['outcome'];

/** What the table needs beside the rows. */
export interface StrategyContext {
  readonly experiment: Experiment;
  /** Sentence on the strategy's operating point. */
  readonly operatingPoint: string;
  /** Bytes of the list file that lies on a device, for runs that did not write down what a deployment put there. */
  readonly listBytes: number;
  readonly listEntries: number;
  /** Median bytes that a sender sends for a message under plain E2EE; null where none was sent. */
  readonly plainBytes: number | null;
}

/** What was measured of a strategy; what the model makes of it needs the other strategies, too. */
export type MeasuredStrategy = Omit<
  StrategyMetrics,
  'exposed' | 'evidence' | 'population' | 'recovered' | 'innocentAccounts' | 'reviewHours' | 'beats'
> & { readonly exposed: StrategyMetrics['exposed']['innocent'] };

/** Everything the table says of one strategy, on the evaluation split. */
export function strategyMetrics(all: readonly TradeoffRow[], name: string, context: StrategyContext): MeasuredStrategy {
  const { experiment } = context;
  const strategy = strategyByName(name);
  const rows = ofType(all, 'message').filter((row) => row.strategy === name);
  const scored = rows.filter((row): row is Scored => row.outcome.state === 'scored' && row.purpose === 'scored');
  const evaluated = scored.filter(({ split }) => split === 'evaluation');
  const of = (content: Content, edited?: boolean): Scored[] =>
    evaluated.filter(
      (row) => row.content === content && (edited === undefined || (row.transform !== 'none') === edited),
    );
  const byAccount = decidesByAccount(strategy);
  const rate = (from: readonly Scored[], holds: (facts: Facts) => boolean): ClusteredRate =>
    byAccount
      ? rateByAccount(from, holds)
      : clusteredProportion(
          from.map((row) => ({ cluster: row.group, success: holds(row.outcome) })),
          seededRng(experiment.seed, `bootstrap/${name}`),
        );
  const count = (from: readonly Scored[], holds: (facts: Facts) => boolean): Counts => ({
    k: from.filter(({ outcome }) => holds(outcome)).length,
    n: from.length,
  });
  const detected = ({ detected }: Facts): boolean => detected;
  const innocent = of('innocent');
  const edits = [...new Set(of('listed', true).map(({ transform }) => transform))];
  const share = (from: readonly Scored[], holds: (facts: Facts) => boolean) => {
    const { k, n } = count(from, holds);
    return proportion(k, n);
  };
  const threshold = thresholdOf(strategy, experiment, rows);
  const accounts = sampleAccounts(ofType(all, 'message'), name, experiment);
  const deployed = ofType(all, 'deployment').find((row) => row.strategy === name);
  const sentBytes = medianOrNull(evaluated.map(({ outcome }) => outcome.sentBytes));
  return {
    id: strategy.id,
    name,
    summary: strategy.summary,
    proactive: strategy.proactive,
    operatingPoint: context.operatingPoint,
    messages: rows.length,
    delivered: share(scored, ({ delivered }) => delivered),
    ...(deployed?.rejected === undefined ? {} : { rejected: deployed.rejected }),
    refused: scored.filter(({ outcome }) => outcome.scanned === 'refused').length,
    failed: rows.filter(({ outcome }) => outcome.state === 'failed').length,
    detection: {
      asSent: rate(of('listed', false), detected),
      byEdit: edits.map((transform) => ({
        transform,
        rate: rate(
          of('listed').filter((row) => row.transform === transform),
          detected,
        ),
      })),
      allEdits: rate(of('listed', true), detected),
      newContent: rate(of('new'), detected),
      near: rate(of('near'), detected),
    },
    warned: {
      listed: share(of('listed'), ({ warned }) => warned),
      innocent: share(innocent, ({ warned }) => warned),
    },
    falsePositives: {
      all: rate(innocent, detected),
      byTopic: [...new Set(innocent.map(({ topic }) => topic))].sort().map((topic) => ({
        topic,
        rate: share(
          innocent.filter((row) => row.topic === topic),
          detected,
        ),
      })),
    },
    exposed: exposedOf(
      rate(innocent, ({ exposed }) => exposed),
      byAccount,
    ),
    leakage: leakageOf(all, name, experiment.seed),
    declared: declaredOf(all, name),
    cost: {
      sentBytesMedian: sentBytes,
      overheadBytesMedian: context.plainBytes === null || sentBytes === null ? null : sentBytes - context.plainBytes,
      receivedBytesMedian: medianOrNull(evaluated.map(({ outcome }) => outcome.receivedBytes)),
      listBytes: deployed?.deviceBytes ?? (strategy.listDisclosure === 'all' ? context.listBytes : 0),
    },
    traffic: ofType(all, 'traffic')
      .filter((row) => row.strategy === name)
      .map(({ row: _, cell: __, strategy: ___, step: ____, ...arrow }) => arrow),
    capacity: capacityOf(strategy, deployed, context.listEntries),
    ...(strategy.latent === undefined
      ? {}
      : {
          latent: {
            becomes: strategy.latent,
            listed: count(of('listed'), ({ warned }) => warned).k,
            messages: share(evaluated, ({ warned }) => warned),
          },
        }),
    ...(threshold ? { threshold } : {}),
    ...(accounts ? { accounts } : {}),
  };
}

/** Of messages that are exposed one by one the exact interval holds; of those that their account exposes, the one by account. */
function exposedOf(
  { k, n, clusterLow, clusterHigh, method }: ClusteredRate,
  byAccount: boolean,
): MeasuredStrategy['exposed'] {
  const exact = proportion(k, n);
  if (!byAccount || n === 0) return exact;
  return { ...exact, low: Math.min(exact.low, clusterLow), high: Math.max(exact.high, clusterHigh), method };
}

/** Median bytes that leave the sender for an evaluated message of a strategy; null where none was sent. */
export function medianSentBytes(all: readonly TradeoffRow[], name: string): number | null {
  const bytes = all.flatMap((row) =>
    row.row === 'message' &&
    row.strategy === name &&
    row.outcome.state === 'scored' &&
    row.split === 'evaluation' &&
    row.purpose === 'scored'
      ? [row.outcome.sentBytes]
      : [],
  );
  return medianOrNull(bytes);
}

/** Sentence on what decides in a strategy. */
export function operatingPointOf(
  strategy: Strategy,
  experiment: Experiment,
  thresholds: { readonly bits: number; readonly score: { readonly deciding: number; readonly untrained: number } },
): string {
  const { messages } = experiment;
  const hash =
    thresholds.bits < 0
      ? `no ${messages.hash} distance: calibration bears none, so the hash matches nothing`
      : `${messages.hash} distance ≤ ${thresholds.bits} bits`;
  const smallest = strategy.untrained ? thresholds.score.untrained : thresholds.score.deciding;
  const whose = messages.head && !strategy.untrained ? 'the trained head' : `'${messages.label}'`;
  const score =
    smallest > 1
      ? `no score of ${whose}: calibration bears none, so the classifier flags nothing`
      : `score of ${whose} ≥ ${smallest}`;
  if (strategy.detector === 'hash') return hash;
  if (strategy.detector === 'classifier') return score;
  if (strategy.detector === 'equality') return `${messages.equalityHash} equal in every bit`;
  if (strategy.detector === 'both') return `${hash}, ${score}`;
  if (strategy.declares.court?.content === 'ordered')
    return `orders for ${messages.orderedAccounts} of ${messages.accounts} accounts, half of the time (an assumption)`;
  if (strategy.design.franking)
    return `recipients report ${messages.userReport * 100} % of target content, ${messages.falseReport * 100} % of the rest (assumptions)`;
  return 'nobody looks';
}

/** The declared-against-measured table. */
function declaredOf(all: readonly TradeoffRow[], name: string): Declared[] {
  return (
    ofType(all, 'view')
      .filter((row) => row.strategy === name)
      // Moments matter only where a court order can change what is known.
      .filter(({ when, role, declared }) => when === 'end' || role === 'court' || declared === 'ordered')
      .map(({ role, when, knowledge, declared, allowed, found, messages, outside }) => ({
        role,
        when,
        knowledge,
        declared,
        allowed,
        found,
        messages,
        holds: outside === 0,
      }))
  );
}

// What a strategy could be turned to: room for hidden targets, and what a threshold hides.

/**
 * Room for hidden targets. What the deployment counted goes first; of a list that can be read, it is what the audit would miss with a
 * probability above 5 %; no number where nothing bounds it.
 */
export function capacityOf(
  { capacity: { kind, note } }: Strategy,
  deployed: DeploymentRow | undefined,
  listEntries: number,
): Capacity {
  const counted = deployed?.hiddenCapacity;
  if (counted !== undefined) return { kind, entries: counted, note };
  if (kind === 'none') return { kind, entries: 0, note };
  if (kind !== 'auditable') return { kind, note };
  return { kind, entries: hideable(listEntries, Math.ceil(auditedShare * listEntries)), note };
}

/** The settings of a threshold strategy, with the pictures that an account sent; undefined of any other. */
export function thresholdOf(
  { threshold, synthetic }: Strategy,
  { messages: { protocols } }: Experiment,
  rows: readonly MessageRow[],
): Threshold | undefined {
  if (!threshold) return undefined;
  return {
    matches: protocols.matchThreshold,
    syntheticShare: synthetic ? protocols.syntheticShare : 0,
    syntheticBudget: protocols.syntheticBudget,
    pictures: medianOrNull([...countsOf(rows.map(({ sender }) => sender)).values()]),
  };
}
