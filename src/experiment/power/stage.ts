/** A strategy at work on the scene, with something done to it at the moment; what came into whose hands, and when. */
import { readFile } from 'node:fs/promises';
import { MessageStore, type StoredFile } from '../../harness/scenario/message-store.ts';
import { messageHashes, type PlannedMessage } from '../../harness/scenario/plan.ts';
import { binary } from '../../match/format/binary.ts';
import { type HashList, hashList } from '../../match/hash-list.ts';
import type { Connect } from '../../role/connection.ts';
import { type Deployment, deploy } from '../../role/deployment.ts';
import type { ViewEntry } from '../../role/view.ts';
import { decode, type Packet } from '../../role/wire.ts';
import type { HashUse, Lists, Message, World } from '../../role/world.ts';
import type { PacketType } from '../../schema/packet.ts';
import type { Content, Role } from '../../schema/vocabulary.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { fromHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { Experiment } from '../tradeoff/experiment.ts';
import type { HiddenTarget, Scene } from './scene.ts';

/** What a strategy's worker is told. */
export interface PowerTask {
  readonly cell: string;
  readonly strategy: string;
  readonly scan: Experiment;
  readonly scene: Scene;
  readonly hidden: readonly HiddenTarget[];
  readonly thresholdBits: Readonly<Record<HashUse, number>>;
  readonly thresholdScore: number;
  /** Index of the classifier's label among its scores. */
  readonly label: number;
  /** The curator's list under the hash of each use, in the project's binary format. */
  readonly listPaths: Readonly<Record<HashUse, string>>;
  readonly scratch: string;
  /** By index of the picture task. */
  readonly pictures: Readonly<
    Record<number, { readonly id: string; readonly content: Content; readonly split: string }>
  >;
}

/** A message with the truth about it. */
export interface SceneMessage {
  readonly planned: PlannedMessage;
  readonly picture: Uint8Array;
  readonly content: Content;
  /** Whether it shows a hidden target. */
  readonly hidden: boolean;
}

/** Everything that performances of one strategy share. */
export interface Stage {
  readonly task: PowerTask;
  readonly strategy: Strategy;
  readonly store: MessageStore;
  readonly messages: readonly SceneMessage[];
  /** The curator's lists, and the same with the hidden targets on them, one version on. */
  readonly lists: Lists;
  readonly withHidden: Lists;
  /** How devices reach the services: within the process where left out. */
  readonly connect?: Connect | undefined;
}

/** Sets the stage: reads pictures and lists. */
export async function setStage(task: PowerTask): Promise<Stage> {
  const store = await MessageStore.open(
    task.scratch,
    Object.keys(task.pictures).map((index) => Number(index)),
  );
  const names = messageHashes(task.scan);
  const read = async (use: HashUse): Promise<HashList> => {
    const facts = { name: 'list', algorithm: names[use], bits: 0 };
    return binary.read(await readFile(task.listPaths[use]), facts).list;
  };
  return stageOf(task, store, {
    near: await read('near'),
    equality: await read('equality'),
    second: await read('second'),
  });
}

/** The stage from what was read. */
export function stageOf(task: PowerTask, store: MessageStore, by: Readonly<Record<HashUse, HashList>>): Stage {
  const wanted = new Set(task.hidden.map(({ id }) => id));
  const messages = task.scene.messages.map((planned): SceneMessage => {
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

/** A strategy after its last message, and what is true of it. */
export interface Performance {
  readonly stage: Stage;
  readonly world: World;
  readonly deployment: Deployment;
  /** Message id → index of the message after which its picture was in these hands. */
  readonly opened: Readonly<Record<Hands, ReadonlyMap<string, number>>>;
  /** Message id → index of the message after which provider or curator knew that it matches. */
  readonly matched: ReadonlyMap<string, number>;
  /** Messages that were reported to the curator. */
  readonly tipped: ReadonlySet<string>;
  /** Messages whose picture a reviewer looked at. */
  readonly reviewed: ReadonlySet<string>;
  /** Crossings of the network before the moment. */
  readonly ticks: number;
  /** Reasons of what was turned away since the moment. */
  readonly rejected: readonly string[];
}

/** What is done to a deployment. */
export type Event = (deployment: Deployment) => void | Promise<void>;

/** Plays the scene; `event` is done at the moment, before the first message behind it, `ending` when all messages were sent. */
export async function perform(stage: Stage, event?: Event, ending?: Event): Promise<Performance> {
  const { task, messages } = stage;
  const reviewed = new Set<StoredFile>();
  const world = worldOf(stage, (file) => void reviewed.add(file));
  const deployment = await deploy(world, stage.strategy.design, stage.connect);
  const watch = new Watch(deployment, new Map(messages.map(({ planned, picture }) => [planned.id, picture])));
  let ticks = 0;
  let before: readonly string[] = [];
  for (const [i, { planned, picture }] of messages.entries()) {
    if (planned.sentAt === task.scene.moment) {
      ticks = countOf(deployment);
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
    stage,
    world,
    deployment,
    opened: watch.opened,
    matched: watch.matched,
    tipped: watch.tipped,
    // A reviewer is shown a picture, not a message: of messages with one picture those that the provider holds.
    reviewed: idsOf(
      messages,
      ({ planned, picture }) => watch.opened.provider.has(planned.id) && reviewed.has(stage.store.recognise(picture)!),
    ),
    ticks,
    rejected: deployment.rejected.filter((reason) => !before.includes(reason)),
  };
}

/** Ids of the messages of which something holds. */
export const idsOf = (messages: readonly SceneMessage[], holds: (message: SceneMessage) => boolean): Set<string> =>
  new Set(messages.filter(holds).map(({ planned }) => planned.id));

const countOf = ({ views: all }: Deployment): number =>
  Object.values(all).reduce((sum, { entries }) => sum + entries.length, 0);

function worldOf({ task, store, lists, strategy, ...stage }: Stage, look: (file: StoredFile) => void): World {
  const { messages, seed } = task.scan;
  const contents = new Map(stage.messages.map(({ picture, content }) => [store.recognise(picture)!, content]));
  const isTarget = (picture: Uint8Array): boolean => contents.get(store.recognise(picture)!) !== 'innocent';
  const chance = (stream: string, share: number): boolean =>
    seededRng(seed, `power/${stream}/${strategy.name}`).next() < share;
  const keys = seededRng(seed, `power/keys/${strategy.name}`);
  return {
    ...lists,
    accounts: task.scene.accounts,
    settings: messages.protocols,
    scanner: store.scanner(task.label),
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
    thresholdScore: task.thresholdScore,
    paddingBytes: messages.paddingBytes,
    prefixBits: messages.prefixBits,
  };
}

// Into whose hands pictures came, and which messages were known to match: read off the views, message by message.

/** Whose hands something can come into: the provider runs the relay and reads its view too. */
export type Hands = 'provider' | 'curator' | 'court';
const views: Readonly<Record<Hands, readonly Role[]>> = {
  provider: ['provider', 'relay'],
  curator: ['curator'],
  court: ['court'],
};

/** Looks at what crossed since it last looked. */
export class Watch {
  readonly opened: Record<Hands, Map<string, number>> = {
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
    for (const hands of ['provider', 'curator', 'court'] as const)
      for (const role of views[hands]) for (const entry of this.#fresh(role)) this.#note(hands, entry, index);
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

  #note(hands: Hands, { type, message, bytes }: ViewEntry, index: number): void {
    const picture = this.#pictures.get(message);
    if (!picture) return;
    if (!this.opened[hands].has(message) && holdsBytes(bytes, picture)) this.opened[hands].set(message, index);
    if (type === 'tip') this.tipped.add(message);
    const tells = type === 'learnt' ? Buffer.from(bytes).toString() === 'match' : type === 'tip' || type === 'flag';
    if (tells && !this.matched.has(message)) this.matched.set(message, index);
  }
}

// Packets as somebody with a copy of a role's view reads them: decoded from the bytes that crossed.

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
