/** Runs one strategy on the messages of a run, in a worker thread: from the first message to the last review. */

import { readFile } from 'node:fs/promises';
import { binary } from '../../match/format/binary.ts';
import { medianOrZero } from '../../metric/quantile.ts';
import type { Connect } from '../../role/connection.ts';
import type { Order } from '../../role/court.ts';
import { type Deployment, deploy } from '../../role/deployment.ts';
import type { ViewEntry } from '../../role/view.ts';
import type { HashUse, ListRule, Message, People, World } from '../../role/world.ts';
import type { Phase, TrafficRow } from '../../schema/observation.ts';
import type { Scenario } from '../../schema/scenario.ts';
import type { Content, Role, Split } from '../../schema/vocabulary.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { wallClock } from '../../util/clock.ts';
import { seededRng } from '../../util/rng.ts';
import type { Hashed } from '../detectors/hasher.ts';
import { fileKey, MessageStore, type ScoreRule } from './message-store.ts';
import { accountNames, messageHashes, orderedNames, type PlannedMessage } from './plan.ts';
import type { MessageMillis } from './timings.ts';
import type { Sent } from './view-reader.ts';

/** Input of a strategy's worker. */
export interface StrategyTask {
  readonly cell: string;
  readonly strategy: string;
  readonly scenario: Scenario;
  readonly thresholdBits: Readonly<Record<HashUse, number>>;
  /** How classifier strategies score; `untrained`, by the classifier's own label, whatever the scenario trains. */
  readonly deciding: ScoreRule;
  readonly untrained: ScoreRule;
  /** For each use, the path of the curator's list under its hash, in the project's binary format. */
  readonly listPaths: Readonly<Record<HashUse, string>>;
  readonly scratch: string;
  readonly messages: readonly PlannedMessage[];
  /** Set if the messages are those of one of several cohorts. */
  readonly cohort?: CohortTask;
  /** By index of the picture task. */
  readonly pictures: Readonly<
    Record<number, { id: string; group: string; topic: string; content: Content; split: Split }>
  >;
}

/** What a deployment knows of its cohort, if there are several. */
export interface CohortTask {
  /** From 1. */
  readonly number: number;
  /** Names of the accounts that send in it. */
  readonly senders: readonly string[];
  /** Names of the accounts that have devices. */
  readonly devices: readonly string[];
  /** Number of messages of all cohorts. */
  readonly total: number;
}

/** A strategy after its last review, with the ground truth. */
export interface DeploymentRun {
  readonly strategy: Strategy;
  readonly world: World;
  readonly deployment: Deployment;
  readonly store: MessageStore;
  /** In the order of the task's messages. */
  readonly sent: readonly Sent[];
  /** Messages that recipients reported. */
  readonly reported: ReadonlySet<string>;
  readonly orders: readonly Order[];
  readonly traffic: TrafficMeter;
  readonly millis: MessageMillis;
}

/** Deviations from the scenario: additional accounts, and orders that cover other messages. */
interface DeploymentOptions {
  readonly accounts?: readonly string[];
  readonly orders?: readonly Order[];
  /** How devices reach the services; default: within the process. */
  readonly connect?: Connect | undefined;
}

/** Sends, delivers and reviews all messages. Orders that cover only later messages are served at their time; the caller serves the others. */
export async function runDeployment(task: StrategyTask, options: DeploymentOptions = {}): Promise<DeploymentRun> {
  const { scenario, messages, cohort } = task;
  const { accounts = cohort?.devices ?? accountNames(scenario), orders = ordersServed(task) } = options;
  const strategy = strategyByName(task.strategy);
  const indices = [...new Set(messages.map(({ picture }) => picture))];
  const only = new Set(messages.map(({ picture, key }) => fileKey(picture, key)));
  const store = await MessageStore.open(task.scratch, indices, { head: scenario.messages.head !== undefined, only });
  const reported = new Set<string>();
  const world = await scenarioWorld(task, accounts, store, reported);
  const { by } = scoreRule(task);
  const deployment = await deploy(world, strategy.design, options.connect);
  const traffic = new TrafficMeter(deployment.views);
  traffic.ends('set-up');

  const spent = { sender: [] as number[], other: [] as number[] };
  // All orders have the same period, but a cohort may have no message at its very beginning.
  let coming = strategy.prospective ? orders : [];
  for (const planned of messages) {
    if (strategy.prospective) {
      for (const order of coming) if (order.from <= planned.sentAt) await deployment.serve(order);
      coming = coming.filter(({ from }) => from > planned.sentAt);
      traffic.ends('order');
    }
    const file = store.file(planned.picture, planned.key);
    const message: Message = { ...planned, picture: file.bytes };
    const start = wallClock();
    await deployment.send(message);
    const { hashMillis, scored } = file.facts;
    const classifyMillis = (by === 'program' ? scored?.millis : file.facts.classifyMillis) ?? 0;
    const scan = {
      hash: hashMillis,
      equality: hashMillis,
      classifier: classifyMillis,
      both: hashMillis + classifyMillis,
      people: 0,
    }[strategy.detector];
    const onDevice = !strategy.design.clear;
    spent.sender.push(wallClock() - start + (onDevice ? scan : 0));
    traffic.ends('message');
    const sentAt = wallClock();
    await deployment.deliver();
    spent.other.push(wallClock() - sentAt + (onDevice ? 0 : scan));
    traffic.ends('delivery');
  }
  await deployment.review();
  traffic.ends('review');

  const sent = messages.map((planned): Sent => {
    const picture = task.pictures[planned.picture]!;
    const { bytes, facts } = store.file(planned.picture, planned.key);
    const hexOf = (hashed: Hashed): string | undefined => (hashed.state === 'hashed' ? hashed.hex : undefined);
    const { near, equality } = facts.hashed;
    return { planned, picture, bytes, hex: hexOf(near), equalityHex: hexOf(equality) };
  });
  return {
    strategy,
    world,
    deployment,
    store,
    sent,
    reported,
    orders,
    traffic,
    millis: { sender: medianOrZero(spent.sender), other: medianOrZero(spent.other) },
  };
}

/** How the devices of a strategy score pictures. */
export const scoreRule = ({
  strategy,
  deciding,
  untrained,
}: Pick<StrategyTask, 'strategy' | 'deciding' | 'untrained'>): ScoreRule =>
  strategyByName(strategy).untrained ? untrained : deciding;

/** The world of a scenario: its lists, its files as a scanner, and its people. Messages that recipients report are added to `reported`. */
export async function scenarioWorld(
  task: StrategyTask,
  accounts: readonly string[],
  store: MessageStore,
  reported: Set<string>,
): Promise<World> {
  const { scenario } = task;
  const { messages, seed } = scenario;
  const rule = async (use: HashUse): Promise<ListRule> => {
    const facts = { name: 'list', algorithm: messageHashes(scenario)[use], bits: 0 };
    return {
      list: binary.read(await readFile(task.listPaths[use]), facts).list,
      thresholdBits: task.thresholdBits[use],
    };
  };
  const { list, thresholdBits } = await rule('near');
  const content = new Map<Uint8Array, Content>();
  const contentOf = (bytes: Uint8Array): Content => content.get(store.recognise(bytes)!.bytes) ?? 'innocent';
  for (const { picture, key } of task.messages)
    content.set(store.file(picture, key).bytes, task.pictures[picture]!.content);
  const chance = (stream: string, share: number): boolean =>
    seededRng(seed, `${stream}/${task.strategy}`).next() < share;
  const people: People = {
    // A perfect reviewer. It also confirms bursts of a listed picture, because they show the same scene.
    confirms: (picture) => contentOf(picture) !== 'innocent',
    reports: ({ id }, picture) => {
      const share = contentOf(picture) === 'innocent' ? messages.falseReport : messages.userReport;
      const does = chance(`report/${id}`, share);
      if (does) reported.add(id);
      return does;
    },
    aborts: ({ id }) => chance(`abort/${id}`, messages.abort),
  };
  const { number = 1 } = task.cohort ?? {};
  const keys = seededRng(seed, number === 1 ? `keys/${task.strategy}` : `keys/${task.strategy}/${number}`);
  const { by, threshold } = scoreRule(task);
  return {
    accounts,
    list,
    equality: await rule('equality'),
    second: await rule('second'),
    settings: messages.protocols,
    scanner: store.scanner(by),
    people,
    random: (length) => keys.bytes(length),
    thresholdBits,
    thresholdScore: threshold,
    paddingBytes: messages.paddingBytes,
    session: messages.session,
    devices: messages.devices,
    prekeys: messages.prekeys,
    prefixBits: messages.prefixBits,
  };
}

/** The orders on the accounts of a task. Orders are drawn once, over all accounts and messages. */
function ordersServed({ scenario, messages, cohort }: StrategyTask): Order[] {
  if (!cohort) return ordersOf(scenario, messages.length);
  const own = new Set(cohort.senders);
  return ordersOf(scenario, cohort.total).filter(({ account }) => own.has(account));
}

/** The court orders. Each covers the middle half of `count` messages. */
export function ordersOf(scenario: Scenario, count: number): Order[] {
  return orderedNames(scenario).map((account, i) => ({
    id: `order-${i + 1}`,
    account,
    from: Math.floor(count / 4),
    to: Math.floor((3 * count) / 4),
  }));
}

// Bytes by sender, receiver and phase, read from the views, so that a sequence diagram displays a real run.

/** One kind of crossing: all packets of a type between two roles in a phase. */
interface Step {
  readonly phase: Phase;
  readonly from: Role;
  readonly to: Role;
  readonly packet: ViewEntry['type'];
  readonly sizes: number[];
  readonly messages: Set<string>;
}

/** Phases in the order of a diagram. */
const phases: readonly Phase[] = ['set-up', 'message', 'delivery', 'review', 'order'];

/** Counts the traffic of a deployment by phase: after each action, `ends` names its phase. */
export class TrafficMeter {
  readonly #views: Deployment['views'];
  readonly #steps = new Map<string, Step>();
  /** Keys of the steps of a phase, in order. */
  readonly #order = new Map<Phase, string[]>(phases.map((phase) => [phase, []]));
  /** How much of each view has been read. */
  readonly #read = new Map<Role, number>();

  constructor(views: Deployment['views']) {
    this.#views = views;
  }

  /** Assigns all packets since the last call to this phase. Packets without a message, sent in the message phase, belong to the set-up. */
  ends(phase: Phase): void {
    const found = Object.values(this.#views).flatMap(({ role, entries }) => {
      const from = this.#read.get(role) ?? 0;
      this.#read.set(role, entries.length);
      return entries.slice(from).map((entry) => ({ to: role, entry }));
    });
    const sequences = new Map<Phase, string[]>();
    for (const { to, entry } of found.sort((a, b) => a.entry.tick - b.entry.tick)) {
      const { from, type: packet, message, bytes } = entry;
      const late = phase === 'message' && message === '';
      const step: Step = { phase: late ? 'set-up' : phase, from, to, packet, sizes: [], messages: new Set() };
      const key = [step.phase, from, to, packet].join(' ');
      const known = this.#steps.get(key) ?? step;
      this.#steps.set(key, known);
      known.sizes.push(bytes.length);
      if (message !== '') known.messages.add(message);
      sequences.set(step.phase, [...(sequences.get(step.phase) ?? []), key]);
    }
    for (const [each, sequence] of sequences) merge(this.#order.get(each)!, sequence);
  }

  /** One row per step, in order: set-up, messages, deliveries, reviews, orders. */
  rows(about: Pick<TrafficRow, 'cell' | 'strategy'>): TrafficRow[] {
    return phases
      .flatMap((phase) => this.#order.get(phase)!)
      .map((key, step) => {
        const { phase, from, to, packet, sizes, messages } = this.#steps.get(key)!;
        return {
          row: 'traffic',
          ...about,
          step,
          phase,
          from,
          to,
          packet,
          crossings: sizes.length,
          messages: messages.size,
          bytes: sizes.reduce((sum, size) => sum + size, 0),
          medianBytes: medianOrZero(sizes),
        };
      });
  }
}

/** Merges the steps of a sequence into the order, each new step after its predecessor, so that a rare step appears where it occurs. */
export function merge(order: string[], sequence: readonly string[]): void {
  let at = 0;
  for (const key of sequence) {
    const known = order.indexOf(key);
    if (known < 0) order.splice(at++, 0, key);
    else at = Math.max(at, known + 1);
  }
}
