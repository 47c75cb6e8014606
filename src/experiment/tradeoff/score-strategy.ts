/** From message, view and attack rows to a strategy's line in the table. */

import { auditedShare, hideable } from '../../metric/audit.ts';
import { clusteredClasses } from '../../metric/bootstrap.ts';
import { type ClusterCounts, sumOfCounts } from '../../metric/cluster-counts.ts';
import type { Counts } from '../../metric/interval.ts';
import { proportion } from '../../metric/proportion.ts';
import type { DeploymentRow, ViewRow } from '../../schema/observation.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { seededRng } from '../../util/rng.ts';
import type { Experiment } from './experiment.ts';
import type { Capacity, Declared, StrategyMetrics, Threshold } from './metrics.ts';
import { rateByAccount, sampleAccounts } from './score-accounts.ts';
import type { TradeoffCounts } from './score-counts.ts';
import { leakageOf } from './score-leakage.ts';
import { decidesByAccount, type MessageCounts } from './score-messages.ts';

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
export function strategyMetrics(run: TradeoffCounts, name: string, context: StrategyContext): MeasuredStrategy {
  const { experiment } = context;
  const counts = run.messagesOf(name);
  const { strategy, warnedOf } = counts;
  const byAccount = decidesByAccount(strategy);
  const rate = (of: ClusterCounts): ClusteredRate =>
    byAccount ? rateByAccount(of) : clusteredClasses(of.classes(), seededRng(experiment.seed, `bootstrap/${name}`));
  const share = ({ k, n }: Counts = { k: 0, n: 0 }) => proportion(k, n);
  const edits = [...counts.listed].filter(([transform]) => transform !== 'none');
  const threshold = thresholdOf(strategy, experiment, counts);
  const accounts = sampleAccounts(run.messagesOf, name, experiment);
  const deployed = run.deploymentOf(name);
  const sentBytes = counts.sentBytes.median;
  return {
    id: strategy.id,
    name,
    summary: strategy.summary,
    family: strategy.family,
    proactive: strategy.proactive,
    operatingPoint: context.operatingPoint,
    messages: counts.messages,
    delivered: share(counts.delivered),
    ...(deployed?.rejected === undefined ? {} : { rejected: deployed.rejected }),
    refused: counts.refused,
    failed: counts.failed,
    detection: {
      asSent: rate(sumOfCounts(counts.listed.has('none') ? [counts.listed.get('none')!] : [])),
      byEdit: edits.map(([transform, of]) => ({ transform, rate: rate(of) })),
      allEdits: rate(sumOfCounts(edits.map(([, of]) => of))),
      newContent: rate(counts.fresh),
      near: rate(counts.near),
    },
    warned: { listed: share(warnedOf.listed), innocent: share(warnedOf.innocent) },
    falsePositives: {
      all: rate(counts.innocent),
      byTopic: [...counts.innocentByTopic]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([topic, of]) => ({ topic, rate: share(of) })),
    },
    exposed: exposedOf(rate(counts.exposedInnocent), byAccount),
    leakage: leakageOf(run.attacks, name, run.judge(experiment.seed)),
    declared: declaredOf(run.viewsOf(name)),
    cost: {
      sentBytesMedian: sentBytes,
      overheadBytesMedian: context.plainBytes === null || sentBytes === null ? null : sentBytes - context.plainBytes,
      receivedBytesMedian: counts.receivedBytes.median,
      listBytes: deployed?.deviceBytes ?? (strategy.listDisclosure === 'all' ? context.listBytes : 0),
    },
    traffic: run.trafficOf(name),
    capacity: capacityOf(strategy, deployed, context.listEntries),
    ...(strategy.latent === undefined
      ? {}
      : {
          latent: {
            becomes: strategy.latent,
            listed: warnedOf.listed?.k ?? 0,
            messages: share(counts.warned),
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
  const deciding = messages.scorer ? `the program ${messages.scorer.name}` : messages.head && 'the trained head';
  const whose = strategy.untrained || deciding === undefined ? `'${messages.label}'` : deciding;
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
const declaredOf = (views: readonly ViewRow[]): Declared[] =>
  views
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
    }));

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
  counts: MessageCounts,
): Threshold | undefined {
  if (!threshold) return undefined;
  return {
    matches: protocols.matchThreshold,
    syntheticShare: synthetic ? protocols.syntheticShare : 0,
    syntheticBudget: protocols.syntheticBudget,
    pictures: counts.picturesByAccount().median,
  };
}
