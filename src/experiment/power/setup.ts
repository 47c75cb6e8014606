/** Runs a strategy on the timeline, with an event at the time of the compromise, and notes which party got which picture, and when. */
import { readFile } from 'node:fs/promises';
import { MessageStore, type ScoreRule, type StoredFile } from '../../harness/scenario/message-store.ts';
import { messageHashes, type PlannedMessage } from '../../harness/scenario/plan.ts';
import { scoreRule } from '../../harness/scenario/run-deployment.ts';
import { binary } from '../../match/format/binary.ts';
import { type HashList, hashList } from '../../match/hash-list.ts';
import type { Connect } from '../../role/connection.ts';
import { type Deployment, deploy } from '../../role/deployment.ts';
import type { Secrets } from '../../role/secrets.ts';
import type { ViewEntry } from '../../role/view.ts';
import { decode, type Packet } from '../../role/wire.ts';
import type { HashUse, Lists, Message, SessionKind, World } from '../../role/world.ts';
import type { PacketType } from '../../schema/packet.ts';
import type { Scenario } from '../../schema/scenario.ts';
import type { Content, Role } from '../../schema/vocabulary.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { fromHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { HiddenTarget, Timeline } from './timeline.ts';

/** What the worker of a strategy is given. */
export interface CapabilityTask {
  readonly cell: string;
  readonly strategy: string;
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly hidden: readonly HiddenTarget[];
  readonly thresholdBits: Readonly<Record<HashUse, number>>;
  /** How classifier strategies score; `untrained`, by the classifier's own label, whatever the scenario trains. */
  readonly deciding: ScoreRule;
  readonly untrained: ScoreRule;
  /** The curator's list under the hash of each use, in the project's binary format. */
  readonly listPaths: Readonly<Record<HashUse, string>>;
  readonly scratch: string;
  /** By index of the picture task. */
  readonly pictures: Readonly<
    Record<number, { readonly id: string; readonly content: Content; readonly split: string }>
  >;
}

/** A message with its ground truth. */
export interface LabelledMessage {
  readonly planned: PlannedMessage;
  readonly picture: Uint8Array;
  readonly content: Content;
  /** Whether it shows a hidden target. */
  readonly hidden: boolean;
}

/** What all runs of one strategy share. */
export interface Setup {
  readonly task: CapabilityTask;
  readonly strategy: Strategy;
  readonly store: MessageStore;
  readonly messages: readonly LabelledMessage[];
  /** The curator's lists, and their next version, which also holds the hidden targets. */
  readonly lists: Lists;
  readonly withHidden: Lists;
  /** The channel between devices, if not the scenario's. */
  readonly session?: SessionKind | undefined;
  /** How devices reach the services: within the process where left out. */
  readonly connect?: Connect | undefined;
}

/** Reads pictures and lists. */
export async function readSetup(task: CapabilityTask): Promise<Setup> {
  const store = await MessageStore.open(
    task.scratch,
    Object.keys(task.pictures).map((index) => Number(index)),
    { head: task.scenario.messages.head !== undefined },
  );
  const names = messageHashes(task.scenario);
  const read = async (use: HashUse): Promise<HashList> => {
    const facts = { name: 'list', algorithm: names[use], bits: 0 };
    return binary.read(await readFile(task.listPaths[use]), facts).list;
  };
  return setupOf(task, store, {
    near: await read('near'),
    equality: await read('equality'),
    second: await read('second'),
  });
}

/** The setup, from pictures and lists that were read. */
export function setupOf(task: CapabilityTask, store: MessageStore, by: Readonly<Record<HashUse, HashList>>): Setup {
  const wanted = new Set(task.hidden.map(({ id }) => id));
  const messages = task.timeline.messages.map((planned): LabelledMessage => {
    const { id, content } = task.pictures[planned.picture]!;
    return { planned, picture: store.file(planned.picture, planned.key).bytes, content, hidden: wanted.has(id) };
  });
  const grown = (use: HashUse): HashList => {
    const more = task.hidden.map(({ id, hashes }) => ({ id: `hidden ${id}`, hash: fromHex(hashes[use]) }));
    return hashList({ ...factsOf(by[use]), version: by[use].version + 1 }, [...by[use].entries, ...more]);
  };
  const lists = (of: (use: HashUse) => HashList): Lists => ({
    list: of('near'),
    equality: { list: of('equality'), thresholdBits: task.thresholdBits.equality },
    second: { list: of('second'), thresholdBits: task.thresholdBits.second },
  });
  return {
    task,
    strategy: strategyByName(task.strategy),
    store,
    messages,
    lists: lists((use) => by[use]),
    withHidden: lists(grown),
  };
}

const factsOf = ({ name, algorithm, bits }: HashList) => ({ name, algorithm, bits });

/** A strategy after its last message, and what happened in the run. */
export interface ExecutedRun {
  readonly setup: Setup;
  readonly world: World;
  readonly deployment: Deployment;
  /** Message id → index of the message after which its picture was in the hands of the party. */
  readonly opened: Readonly<Record<Party, ReadonlyMap<string, number>>>;
  /** Message id → index of the message after which provider or curator knew that it matched. */
  readonly matched: ReadonlyMap<string, number>;
  /** Messages that were reported to the curator. */
  readonly tipped: ReadonlySet<string>;
  /** Messages whose picture a reviewer looked at. */
  readonly reviewed: ReadonlySet<string>;
  /** Packets that crossed the network before the compromise. */
  readonly ticks: number;
  /** The secrets of all roles at the time of the compromise. */
  readonly stolen: Secrets;
  /** Why packets were rejected after the compromise. */
  readonly rejected: readonly string[];
}

/** What is done to a deployment. */
export type Event = (deployment: Deployment) => void | Promise<void>;

/** Sends all messages. `event` happens at the time of the compromise, before the first message after it; `ending` after the last message. */
export async function executeRun(setup: Setup, event?: Event, ending?: Event): Promise<ExecutedRun> {
  const { task, messages } = setup;
  const reviewed = new Set<StoredFile>();
  const world = worldOf(setup, (file) => void reviewed.add(file));
  const deployment = await deploy(world, setup.strategy.design, setup.connect);
  const watch = new Watch(deployment, new Map(messages.map(({ planned, picture }) => [planned.id, picture])));
  let ticks = 0;
  let stolen = deployment.secrets;
  let before: readonly string[] = [];
  for (const [i, { planned, picture }] of messages.entries()) {
    if (planned.sentAt === task.timeline.compromisedAt) {
      ticks = countOf(deployment);
      stolen = deployment.secrets;
      before = deployment.rejected;
      await event?.(deployment);
    }
    const message: Message = { ...planned, picture };
    await deployment.send(message);
    await deployment.deliver();
    await deployment.review();
    watch.look(i);
  }
  await ending?.(deployment);
  watch.look(messages.length - 1);
  await deployment.close();
  return {
    setup,
    world,
    deployment,
    opened: watch.opened,
    matched: watch.matched,
    tipped: watch.tipped,
    // A reviewer sees a picture, not a message: of the messages with that picture, it counts for those that the provider holds.
    reviewed: idsOf(
      messages,
      ({ planned, picture }) => watch.opened.provider.has(planned.id) && reviewed.has(setup.store.recognise(picture)!),
    ),
    ticks,
    stolen,
    rejected: deployment.rejected.filter((reason) => !before.includes(reason)),
  };
}

/** Ids of the messages of which something holds. */
export const idsOf = (
  messages: readonly LabelledMessage[],
  holds: (message: LabelledMessage) => boolean,
): Set<string> => new Set(messages.filter(holds).map(({ planned }) => planned.id));

const countOf = ({ views: all }: Deployment): number =>
  Object.values(all).reduce((sum, { entries }) => sum + entries.length, 0);

function worldOf({ task, store, lists, strategy, session, ...setup }: Setup, look: (file: StoredFile) => void): World {
  const { messages, seed } = task.scenario;
  const contents = new Map(setup.messages.map(({ picture, content }) => [store.recognise(picture)!, content]));
  const isTarget = (picture: Uint8Array): boolean => contents.get(store.recognise(picture)!) !== 'innocent';
  const chance = (stream: string, share: number): boolean =>
    seededRng(seed, `power/${stream}/${strategy.name}`).next() < share;
  const keys = seededRng(seed, `power/keys/${strategy.name}`);
  const { by, threshold } = scoreRule(task);
  return {
    ...lists,
    accounts: task.timeline.accounts,
    settings: messages.protocols,
    scanner: store.scanner(by),
    people: {
      // A perfect reviewer. Hidden targets are innocent, so nobody confirms them.
      confirms(picture) {
        look(store.recognise(picture)!);
        return isTarget(picture);
      },
      reports: ({ id }, picture) =>
        chance(`report/${id}`, isTarget(picture) ? messages.userReport : messages.falseReport),
      aborts: ({ id }) => chance(`abort/${id}`, messages.abort),
    },
    random: (length) => keys.bytes(length),
    thresholdBits: task.thresholdBits.near,
    thresholdScore: threshold,
    paddingBytes: messages.paddingBytes,
    session: session ?? messages.session,
    devices: messages.devices,
    prekeys: (session ?? messages.session) === 'ratchet' ? messages.prekeys : undefined,
    prefixBits: messages.prefixBits,
  };
}

// Which party got which pictures, and which messages were known to match: read from the views, message by message.

/** A party that can get something. The provider runs the relay and reads its view too. */
type Party = 'provider' | 'curator' | 'court';
const views: Readonly<Record<Party, readonly Role[]>> = {
  provider: ['provider', 'relay'],
  curator: ['curator'],
  court: ['court'],
};

/** Reads what crossed the network since it last read. */
class Watch {
  readonly opened: Record<Party, Map<string, number>> = {
    provider: new Map(),
    curator: new Map(),
    court: new Map(),
  };
  readonly matched = new Map<string, number>();
  readonly tipped = new Set<string>();
  readonly #deployment: Deployment;
  readonly #pictures: ReadonlyMap<string, Uint8Array>;
  readonly #read = new Map<Role, number>();
  readonly #ids: readonly string[];

  /** `pictures`: by message id, in the order of sending. */
  constructor(deployment: Deployment, pictures: ReadonlyMap<string, Uint8Array>) {
    this.#deployment = deployment;
    this.#pictures = pictures;
    this.#ids = [...pictures.keys()];
  }

  /** After the message of that index. */
  look(index: number): void {
    for (const party of ['provider', 'curator', 'court'] as const)
      for (const role of views[party]) for (const entry of this.#fresh(role)) this.#note(party, entry, index);
    for (const id of this.#ids.slice(0, index + 1)) {
      const { scanned, warned } = this.#deployment.outcome(id);
      if (scanned === 'match' && !warned && !this.matched.has(id)) this.matched.set(id, index);
    }
  }

  #fresh(role: Role): readonly ViewEntry[] {
    const { entries } = this.#deployment.views[role];
    const from = this.#read.get(role) ?? 0;
    this.#read.set(role, entries.length);
    return entries.slice(from);
  }

  #note(party: Party, { type, message, bytes }: ViewEntry, index: number): void {
    const picture = this.#pictures.get(message);
    if (!picture) return;
    if (!this.opened[party].has(message) && holdsBytes(bytes, picture)) this.opened[party].set(message, index);
    if (type === 'tip') this.tipped.add(message);
    const tells = type === 'learnt' ? Buffer.from(bytes).toString() === 'match' : type === 'tip' || type === 'flag';
    if (tells && !this.matched.has(message)) this.matched.set(message, index);
  }
}

// Packets as somebody with a copy of a role's view reads them: decoded from the bytes that crossed the network.

/** All packets of a type in a role's view, in order of time. */
export function packetsOf<T extends PacketType>(
  { views }: Pick<Deployment, 'views'>,
  role: Role,
  type: T,
): Packet<T>[] {
  return views[role].entries.flatMap((entry) => {
    const read = entry.type === type ? decode(entry.bytes) : undefined;
    return read?.ok ? [read.packet as unknown as Packet<T>] : [];
  });
}

/** Whether bytes hold a piece; the search runs in native code. */
export const holdsBytes = (bytes: Uint8Array, piece: Uint8Array): boolean =>
  bytes.length >= piece.length && bufferOf(bytes).includes(bufferOf(piece));

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
