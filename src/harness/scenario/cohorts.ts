/**
 * Divides the accounts of a run into cohorts, so that a strategy's memory has a bound however many messages are sent. What an account and
 * its provider, relay and recipients do depends on that account and on public parameters alone, so each cohort is a deployment of its own.
 */
import type { Scenario } from '../../schema/scenario.ts';
import { countsOf } from '../../util/counts.ts';
import { seededRng } from '../../util/rng.ts';
import { messagesMustFit } from '../memory-check.ts';
import {
  accountNames,
  offendingNames,
  orderedNames,
  type PictureTask,
  type PlannedMessage,
  planMessages,
} from './plan.ts';
import type { StrategyTask } from './run-deployment.ts';

/**
 * Maximum number of messages of a cohort. A deployment holds about 0.2 MB a message, with the default padding of 128 KiB and pictures of
 * 30 kB: 0.4 GB in each worker. A run of 640 pictures with every edit, 1,400 messages, is still one cohort.
 */
export const maxMessages = 2000;

/** Some accounts, and all messages that they send. */
export interface Cohort {
  /** From 1. */
  readonly number: number;
  /** How many there are. */
  readonly of: number;
  /** Names of the accounts that send in it. Each account is in one cohort, whether it sends or not. */
  readonly accounts: readonly string[];
  /** In the order of their times. */
  readonly messages: readonly PlannedMessage[];
  /** Number of messages of all cohorts. */
  readonly total: number;
}

/** All accounts and messages as one cohort: for experiments whose measurements need all views of a deployment. */
export const everybody = (scenario: Scenario, messages: readonly PlannedMessage[]): Cohort => ({
  number: 1,
  of: 1,
  accounts: accountNames(scenario),
  messages,
  total: messages.length,
});

/**
 * Plans the messages, and deals the accounts out in an order that the seed draws. An account that alone sends more than `most` messages is
 * a cohort of its own. Attacks on views are made in the first cohort only. So it sends every picture that has a second copy, with that
 * copy, in place of their senders in the plan; and it has an account of each class, of which the one that may send target content is the
 * one that the first court order names.
 */
export function planCohorts(scenario: Scenario, tasks: readonly PictureTask[], most: number = maxMessages): Cohort[] {
  const planned = planMessages(scenario, tasks);
  const total = planned.length;
  if (total <= most) return [everybody(scenario, planned)];
  const copied = new Set(planned.flatMap(({ purpose, picture }) => (purpose === 'attack' ? [picture] : [])));
  const attacked = ({ key, purpose, picture }: PlannedMessage): boolean =>
    purpose === 'attack' || (key === 'none' && copied.has(picture));
  const offending = new Set(offendingNames(scenario));
  const dealt = deal(inOrder(scenario, offending), planned, { most, attacked });
  const messages = moved(planned, scenario, {
    attacked,
    classOf: (account) => offending.has(account),
    to: dealt[0]!,
  });
  const cohortOf = new Map(dealt.flatMap((accounts, i) => accounts.map((account) => [account, i])));
  const sent = dealt.map((): PlannedMessage[] => []);
  for (const message of messages) sent[cohortOf.get(message.sender)!]!.push(message);
  return dealt.map((accounts, i) => ({ number: i + 1, of: dealt.length, accounts, messages: sent[i]!, total }));
}

/** The accounts in the order in which they are dealt: first one of each class. */
function inOrder(scenario: Scenario, offending: ReadonlySet<string>): string[] {
  const drawn = seededRng(scenario.seed, 'cohorts').shuffle(accountNames(scenario));
  const suspect = orderedNames(scenario)[0] ?? drawn.find((account) => offending.has(account))!;
  const innocent = drawn.find((account) => !offending.has(account));
  const first = innocent === undefined ? [suspect] : [suspect, innocent];
  return [...first, ...drawn.filter((account) => !first.includes(account))];
}

/** How accounts are dealt out. */
interface Dealing {
  readonly most: number;
  /** Messages that the first cohort sends, whoever was to send them. */
  attacked(message: PlannedMessage): boolean;
}

/** Fills one cohort after the other. */
function deal(
  accounts: readonly string[],
  planned: readonly PlannedMessage[],
  { most, attacked }: Dealing,
): string[][] {
  const counts = new Map<string, number>();
  let ofFirst = 0;
  for (const message of planned)
    if (attacked(message)) ofFirst++;
    else counts.set(message.sender, (counts.get(message.sender) ?? 0) + 1);
  const cohorts: string[][] = [[]];
  let filled = ofFirst;
  for (const [i, account] of accounts.entries()) {
    const count = counts.get(account) ?? 0;
    // The first two are one of each class.
    const isClosed = filled + count > most && cohorts.at(-1)!.length > 0 && i > 1;
    if (isClosed) {
      cohorts.push([]);
      filled = 0;
    }
    cohorts.at(-1)!.push(account);
    filled += count;
  }
  return cohorts;
}

/** What is moved to the first cohort. */
interface Moving extends Pick<Dealing, 'attacked'> {
  classOf(account: string): boolean;
  /** Accounts of the first cohort. */
  readonly to: readonly string[];
}

/** The messages with the senders of the first cohort where attacks need them, and numbered again within each pair of accounts. */
function moved(
  planned: readonly PlannedMessage[],
  { seed }: Scenario,
  { attacked, classOf, to }: Moving,
): PlannedMessage[] {
  const rng = seededRng(seed, 'cohorts/attacked');
  const senders = new Map([true, false].map((each) => [each, to.filter((account) => classOf(account) === each)]));
  const sequences = new Map<string, Map<string, number>>();
  return planned.map((message) => {
    const sender = attacked(message) ? rng.pick(senders.get(classOf(message.sender))!) : message.sender;
    // Nobody sends to itself: then the two change places.
    const recipient = message.recipient === sender ? message.sender : message.recipient;
    const known = sequences.get(sender) ?? new Map<string, number>();
    sequences.set(sender, known);
    const sequence = known.get(recipient) ?? 0;
    known.set(recipient, sequence + 1);
    const same = sender === message.sender && sequence === message.sequence;
    return same ? message : { ...message, sender, recipient, sequence };
  });
}

/** The parts of a strategy's task that depend on the cohort. `tasks` has the pictures by index. */
export function cohortTask(
  { number, of, accounts, messages, total }: Cohort,
  scenario: Scenario,
  tasks: readonly PictureTask[],
): Pick<StrategyTask, 'messages' | 'pictures' | 'cohort'> {
  const indices = [...new Set(messages.map(({ picture }) => picture))].sort((a, b) => a - b);
  const pictures = Object.fromEntries(
    indices.map((index) => {
      const { id, group, topic, content, split } = tasks[index]!.picture;
      return [index, { id, group, topic, content, split }];
    }),
  );
  if (of === 1) return { messages, pictures };
  // A device for everybody would cost each cohort time in proportion to all accounts.
  const own = new Set(accounts);
  const named = orderedNames(scenario).filter((account) => own.has(account));
  const devices = new Set([...named, ...messages.flatMap(({ sender, recipient }) => [sender, recipient])]);
  const senders = accounts;
  return { messages, pictures, cohort: { number, senders, devices: [...devices].sort(), total } };
}

/** Throws a UserError if the largest cohorts do not fit in memory, one in each of that many workers. */
export function cohortsMustFit(cohorts: readonly Cohort[], { messages, strategies }: Scenario, threads: number): void {
  const largest = cohorts.reduce((most, each) => (each.messages.length > most.messages.length ? each : most));
  messagesMustFit({
    messages: largest.messages.length,
    ofOneAccount: Math.max(...countsOf(largest.messages.map(({ sender }) => sender)).values()),
    paddingBytes: messages.paddingBytes,
    workers: Math.min(threads, strategies.length * cohorts.length),
  });
}

/** A sentence for the reader of a run whose accounts are divided. */
export function cohortNotes(tasks: readonly PictureTask[], most: number): string[] {
  const planned = tasks.reduce((sum, { sendables }) => sum + sendables.length, 0);
  return planned <= most
    ? []
    : [
        `Beyond ${most} messages a strategy, accounts are divided into cohorts, each with services of its own, and attacks on views are made on the first cohort only, a sample of the accounts: this run plans ${planned} messages.`,
      ];
}
