/** One strategy, from the first message to the last report, in a worker thread. */
import { readFile } from 'node:fs/promises';
import { binary } from '../match/format/binary.ts';
import { covers, type Order } from '../role/court.ts';
import type { Deployment } from '../role/deployment.ts';
import type { HashUse, ListRule, Message, People, World } from '../role/world.ts';
import type { Experiment } from '../schema/experiment.ts';
import type { AttackRow, DeploymentRow, MessageRow, Observation, ViewRow } from '../schema/observation.ts';
import type { Content, Split } from '../schema/vocabulary.ts';
import { strategyByName } from '../strategy/index.ts';
import { wallClock } from '../util/clock.ts';
import { seededRng } from '../util/rng.ts';
import { attackViews } from './attack-views.ts';
import { MessageStore } from './message-store.ts';
import type { Hashed } from './picture-task.ts';
import { accountNames, messageHashes, type PlannedMessage } from './plan.ts';
import { medianOrZero } from './timings.ts';
import { TrafficMeter } from './traffic.ts';
import { examineViews, type Sent, ViewReader } from './view-reader.ts';

/** What a strategy's worker is told. */
export interface StrategyTask {
  readonly cell: string;
  readonly strategy: string;
  readonly experiment: Experiment;
  readonly thresholdBits: Readonly<Record<HashUse, number>>;
  readonly thresholdScore: number;
  /** Index of the classifier's label among its scores. */
  readonly label: number;
  /** The curator's list under the hash of each use, in the project's binary format. */
  readonly listPaths: Readonly<Record<HashUse, string>>;
  readonly scratch: string;
  readonly messages: readonly PlannedMessage[];
  /** By index of the picture task. */
  readonly pictures: Readonly<
    Record<number, { id: string; group: string; topic: string; content: Content; split: Split }>
  >;
}

/** What came of it. */
export interface StrategyResult {
  readonly rows: readonly Observation[];
  /** Median milliseconds a message. */
  readonly senderMillis: number;
  readonly otherMillis: number;
}

/** Runs a strategy on all messages: send, deliver, review, serve orders, then read the views and attack them. */
export async function runStrategy(task: StrategyTask): Promise<StrategyResult> {
  const { experiment, messages } = task;
  const strategy = strategyByName(task.strategy);
  const store = await MessageStore.open(task.scratch, [...new Set(messages.map(({ picture }) => picture))]);
  const reported = new Set<string>();
  const world = await worldOf(task, store, reported);
  const deployment = strategy.deploy(world);
  const traffic = new TrafficMeter(deployment.views);
  traffic.ends('set-up');

  const spent = { sender: [] as number[], other: [] as number[] };
  const orders = ordersOf(experiment, messages.length);
  for (const planned of messages) {
    if (strategy.prospective) {
      for (const order of orders) if (order.from === planned.sentAt) deployment.serve(order);
      traffic.ends('order');
    }
    const file = store.file(planned.picture, planned.key);
    const message: Message = { ...planned, picture: file.bytes };
    const start = wallClock();
    await deployment.send(message);
    const { hashMillis, classifyMillis } = file.facts;
    const scan = {
      hash: hashMillis,
      equality: hashMillis,
      classifier: classifyMillis,
      both: hashMillis + classifyMillis,
      people: 0,
    }[strategy.detector];
    const onDevice = strategy.name !== 'server-scan';
    spent.sender.push(wallClock() - start + (onDevice ? scan : 0));
    traffic.ends('message');
    const handed = wallClock();
    await deployment.deliver();
    spent.other.push(wallClock() - handed + (onDevice ? 0 : scan));
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
  const context = { cell: task.cell, strategy, world, deployment, sent, reported };
  const rows: Observation[] = [];
  const views = (when: ViewRow['when'], ordered: ReadonlySet<string>): ViewRow[] =>
    examineViews({ ...context, when, ordered });

  const ordered = new Set<string>();
  // An order that works only forwards was served at its time.
  const viewRows = strategy.prospective ? [] : views('before-order', ordered);
  for (const order of orders) {
    if (!strategy.prospective) deployment.serve(order);
    for (const message of messages) if (covers(order, message)) ordered.add(message.id);
  }
  traffic.ends('order');
  const about = { cell: task.cell, strategy: strategy.name };
  rows.push(...messageRows(task, deployment, sent, reported, store));
  rows.push(deploymentRow(deployment, about), ...traffic.rows(about));
  viewRows.push(...views('end', ordered));
  const attackRows: AttackRow[] = attackViews({ ...context, seed: experiment.seed, store, when: 'end' });
  if (strategy.declares.court?.content === 'ordered' && !strategy.prospective) {
    // What the escrow key is worth to whoever holds it: use it on everything that is kept.
    for (const account of world.accounts)
      deployment.serve({ id: `all/${account}`, account, from: 0, to: messages.length });
    const all = new Set(messages.map(({ id }) => id));
    viewRows.push(...views('key-used-on-all', all));
    attackRows.push(
      ...attackViews({ ...context, seed: experiment.seed, store, when: 'key-used-on-all', roles: ['court'] }),
    );
  }
  rows.push(...viewRows, ...attackRows);
  return { rows, senderMillis: medianOrZero(spent.sender), otherMillis: medianOrZero(spent.other) };
}

async function worldOf(task: StrategyTask, store: MessageStore, reported: Set<string>): Promise<World> {
  const { experiment } = task;
  const { messages, seed } = experiment;
  const rule = async (use: HashUse): Promise<ListRule> => {
    const facts = { name: 'list', algorithm: messageHashes(experiment)[use], bits: 0 };
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
    // A perfect reviewer, and bursts of a listed picture are confirmed too: they show what the listed one shows.
    confirms: (picture) => contentOf(picture) !== 'innocent',
    reports: ({ id }, picture) => {
      const share = contentOf(picture) === 'innocent' ? messages.falseReport : messages.userReport;
      const does = chance(`report/${id}`, share);
      if (does) reported.add(id);
      return does;
    },
    aborts: ({ id }) => chance(`abort/${id}`, messages.abort),
  };
  const keys = seededRng(seed, `keys/${task.strategy}`);
  return {
    accounts: accountNames(experiment),
    list,
    equality: await rule('equality'),
    second: await rule('second'),
    settings: messages.protocols,
    scanner: store.scanner(task.label),
    people,
    random: (length) => keys.bytes(length),
    thresholdBits,
    thresholdScore: task.thresholdScore,
    paddingBytes: messages.paddingBytes,
    prefixBits: messages.prefixBits,
  };
}

/** The court orders of an experiment: so many accounts, drawn by the seed, each for the middle half of the run. */
function ordersOf({ seed, messages }: Experiment, count: number): Order[] {
  const accounts = Array.from({ length: messages.accounts }, (_, i) => `account-${String(i + 1).padStart(3, '0')}`);
  const named = seededRng(seed, 'orders').shuffle(accounts).slice(0, messages.orderedAccounts);
  return named.map((account, i) => ({
    id: `order-${i + 1}`,
    account,
    from: Math.floor(count / 4),
    to: Math.floor((3 * count) / 4),
  }));
}

const deploymentRow = (
  { listBytes, hiddenCapacity, rejected }: Deployment,
  about: Pick<DeploymentRow, 'cell' | 'strategy'>,
): DeploymentRow => ({
  row: 'deployment',
  ...about,
  deviceBytes: listBytes,
  ...(hiddenCapacity === undefined ? {} : { hiddenCapacity }),
  rejected: rejected.length,
});

function messageRows(
  task: StrategyTask,
  deployment: Deployment,
  sent: readonly Sent[],
  reported: ReadonlySet<string>,
  store: MessageStore,
): MessageRow[] {
  const tipped = new Set(deployment.tips.map(({ reportId }) => reportId.slice(reportId.indexOf('/') + 1)));
  const reader = new ViewReader(deployment.views);
  return sent.map(({ planned, picture, bytes }): MessageRow => {
    const fate = deployment.fate(planned.id);
    const flagged = fate.scanned === 'match' && fate.warned === undefined;
    return {
      row: 'message',
      cell: task.cell,
      picture: picture.id,
      group: picture.group,
      topic: picture.topic,
      content: picture.content,
      split: picture.split,
      transform: planned.key,
      strategy: task.strategy,
      message: planned.id,
      purpose: planned.purpose,
      sender: planned.sender,
      recipient: planned.recipient,
      outcome: {
        state: 'scored',
        scanned: fate.scanned,
        detected: (fate.scanned === 'match' && !fate.dismissed) || reported.has(planned.id) || tipped.has(planned.id),
        delivered: fate.delivered,
        warned: fate.warned ?? false,
        flagged: flagged || reported.has(planned.id),
        exposed: reader.holdsContent(['relay', 'provider', 'curator', 'court'], planned.id, bytes),
        tipped: tipped.has(planned.id),
        pictureBytes: store.file(planned.picture, planned.key).bytes.length,
        sentBytes: reader.bytesFromSender(planned.id),
        receivedBytes: reader.bytesToSender(planned.id),
      },
    };
  });
}
