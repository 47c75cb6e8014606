/**
 * What happens to accounts, not to messages: in the sample of accounts that the protocol ran on, and in the population that the experiment
 * describes, to which the rule of the protocol is applied.
 */
import type { ClusterCounts } from '../../metric/cluster-counts.ts';
import type { Counts } from '../../metric/interval.ts';
import { innocentOpened, offendersOpened } from '../../metric/population.ts';
import { proportion } from '../../metric/proportion.ts';
import { ratioByAccount } from '../../metric/ratio.ts';
import { type Evidence, falsePositiveAt } from '../../metric/tradeoff/evidence.ts';
import { heldBy, type TradeoffInputs } from '../../metric/tradeoff/inputs.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import type { OffendersInput } from '../../schema/tradeoff-inputs.ts';
import { seededRng } from '../../util/rng.ts';
import type { Experiment } from './experiment.ts';
import type { PopulationMetrics, SampleAccounts } from './metrics.ts';
import type { MessageCounts } from './score-messages.ts';

/** A rate over messages that are counted by account, with its interval by account. */
export const rateByAccount = (counts: ClusterCounts): ClusteredRate =>
  ratioByAccount(counts.classes().map(({ clusters, k, n }) => ({ accounts: clusters, k, n })));

/**
 * The accounts of the run under one strategy; undefined where no account is innocent. All messages count: an account has one history.
 * `countsOf` gives the messages of every strategy of the run.
 */
export function sampleAccounts(
  countsOf: (strategy: string) => MessageCounts,
  name: string,
  experiment: Experiment,
): SampleAccounts | undefined {
  if (experiment.messages.offendingAccounts === undefined) return undefined;
  const own = countsOf(name);
  const [opened, all] = [
    { offending: 0, innocent: 0 },
    { offending: 0, innocent: 0 },
  ];
  for (const { isOpened, isOffending } of own.accounts()) {
    const side = isOffending ? 'offending' : 'innocent';
    all[side]++;
    if (isOpened) opened[side]++;
  }
  return {
    offending: proportion(opened.offending, all.offending),
    innocent: proportion(opened.innocent, all.innocent),
    agreement: agreementOf(own, countsOf, experiment),
  };
}

/** Accounts that opened exactly when as many of their messages matched as the threshold asks for: matches are counted by a strategy without a threshold. */
function agreementOf(
  own: MessageCounts,
  countsOf: (strategy: string) => MessageCounts,
  { grid, messages }: Experiment,
): Counts | null {
  const { threshold, synthetic } = own.strategy;
  if (!threshold || synthetic || !grid.strategy.includes(threshold.singlePicture)) return null;
  const single = countsOf(threshold.singlePicture);
  let [k, n] = [0, 0];
  for (const { account, isOpened } of own.accounts()) {
    n++;
    if (isOpened === single.matchesOf(account) >= messages.protocols.matchThreshold) k++;
  }
  return { k, n };
}

/** The rule of a threshold strategy on the population of the experiment; undefined where it has none, or nothing was counted to apply it with. */
export function populationMetrics(
  { name, evidence }: { readonly name: string; readonly evidence: Evidence },
  inputs: TradeoffInputs,
  { population, offenders = [], seed }: Pick<Experiment, 'population' | 'offenders' | 'seed'>,
): PopulationMetrics | undefined {
  const { against, kept = 1 } = evidence;
  if (!population || !evidence.threshold || typeof against === 'string' || against.asSent.n === 0) return undefined;
  const { thresholds, bursts } = population;
  const accounts = population.accounts.value;
  const count = Math.round(accounts * population.offendingShare.value);
  const value = (input: 'byteIdentical' | 'imagesPerAccountYear' | 'listEntries'): number =>
    inputs.inputs[input]!.value;
  const rate = ({ k, n }: Counts): number => k / n;
  const detection = {
    asSent: rate(against.asSent),
    edits: against.edits.filter(({ n }) => n > 0).map(rate),
    byteIdentical: value('byteIdentical'),
    kept,
  };
  const pictures = { pictures: Math.round(value('imagesPerAccountYear')), bursts };
  const lists = [...new Set([evidence.listEntries, value('listEntries')])];
  return {
    accounts,
    offending: count,
    offenders: offenders.map((each: OffendersInput) => ({
      name: each.name,
      points: offendersOpened(
        heldBy(each),
        detection,
        { count, thresholds },
        seededRng(seed, `population/${name}/${each.name}`),
      ),
    })),
    innocents: lists.flatMap((listEntries) => {
      const bounds = falsePositiveAt(evidence, inputs, listEntries);
      if (!bounds) return [];
      const opened = (threshold: number, at: number): number =>
        (accounts - count) * innocentOpened(threshold, at, pictures);
      return [
        {
          listEntries,
          low: bounds.low,
          high: bounds.high,
          opened: thresholds.map((threshold) => ({
            threshold,
            low: opened(threshold, bounds.low),
            high: opened(threshold, bounds.high),
          })),
        },
      ];
    }),
  };
}
