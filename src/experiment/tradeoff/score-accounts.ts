/**
 * What happens to accounts, not to messages: in the sample of accounts that the protocol ran on, and in the population that the experiment
 * describes, to which the rule of the protocol is applied.
 */
import type { Counts } from '../../metric/interval.ts';
import { innocentOpened, offendersOpened } from '../../metric/population.ts';
import { proportion } from '../../metric/proportion.ts';
import { type AccountClass, ratioByAccount } from '../../metric/ratio.ts';
import { type Evidence, falsePositiveAt } from '../../metric/tradeoff/evidence.ts';
import { heldBy, type TradeoffInputs } from '../../metric/tradeoff/inputs.ts';
import type { MessageRow } from '../../schema/observation.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import type { OffendersInput } from '../../schema/tradeoff-inputs.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { seededRng } from '../../util/rng.ts';
import type { Experiment } from './experiment.ts';
import type { PopulationMetrics, SampleAccounts } from './metrics.ts';

type Scored = MessageRow & { outcome: Extract<MessageRow['outcome'], { state: 'scored' }> };
const isScored = (row: MessageRow): row is Scored => row.outcome.state === 'scored';

/** Whether a strategy decides on accounts and not on messages, so that the messages of one account are one trial. */
export const decidesByAccount = ({ threshold, declares }: Strategy): boolean =>
  threshold !== undefined || Object.values(declares).some(({ content }) => content === 'ordered');

/** A rate over messages, with its interval by account. */
export const rateByAccount = (rows: readonly Scored[], holds: (outcome: Scored['outcome']) => boolean): ClusteredRate =>
  ratioByAccount(
    [...bySender(rows).values()].map(
      (own): AccountClass => ({ accounts: 1, k: own.filter(({ outcome }) => holds(outcome)).length, n: own.length }),
    ),
  );

/** Messages by who sent them. */
function bySender<R extends MessageRow>(rows: readonly R[]): Map<string, R[]> {
  const accounts = new Map<string, R[]>();
  for (const row of rows) {
    const own = accounts.get(row.sender);
    if (own) own.push(row);
    else accounts.set(row.sender, [row]);
  }
  return accounts;
}

/** The accounts of the run under one strategy; undefined where no account is innocent. All messages count: an account has one history. */
export function sampleAccounts(
  all: readonly MessageRow[],
  name: string,
  { messages, grid }: Experiment,
): SampleAccounts | undefined {
  if (messages.offendingAccounts === undefined) return undefined;
  const strategy = strategyByName(name);
  const accounts = bySender(all.filter((row) => row.strategy === name).filter(isScored));
  const isOpened = (own: readonly Scored[]): boolean =>
    own.some(({ outcome: { tipped, flagged, exposed } }) => tipped || (strategy.threshold ? exposed : flagged));
  const histories = [...accounts.values()];
  const isOffending = (own: readonly Scored[]): boolean => own.some(({ content }) => content !== 'innocent');
  const share = (of: readonly Scored[][]) => proportion(of.filter(isOpened).length, of.length);
  return {
    offending: share(histories.filter(isOffending)),
    innocent: share(histories.filter((own) => !isOffending(own))),
    agreement: agreementOf(strategy, all, {
      accounts,
      isOpened,
      run: grid.strategy,
      matches: messages.protocols.matchThreshold,
    }),
  };
}

/** Accounts that opened exactly when as many of their messages matched as the threshold asks for: matches are counted by a strategy without a threshold. */
function agreementOf(
  { threshold, synthetic }: Strategy,
  all: readonly MessageRow[],
  {
    accounts,
    isOpened,
    run,
    matches,
  }: {
    readonly accounts: ReadonlyMap<string, readonly Scored[]>;
    readonly isOpened: (own: readonly Scored[]) => boolean;
    readonly run: readonly string[];
    readonly matches: number;
  },
): Counts | null {
  if (!threshold || synthetic || !run.includes(threshold.singlePicture)) return null;
  const single = bySender(all.filter(({ strategy }) => strategy === threshold.singlePicture).filter(isScored));
  const agrees = [...accounts].filter(([account, own]) => {
    const matched = (single.get(account) ?? []).filter(({ outcome }) => outcome.scanned === 'match').length;
    return isOpened(own) === matched >= matches;
  });
  return { k: agrees.length, n: accounts.size };
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
