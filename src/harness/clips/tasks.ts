/** What the worker threads of a run with clips do: make, edit, decode and hash a clip; and send the clips under a strategy. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { headScores, type LoadedHead, readHeadValue } from '../../classify/head.ts';
import { loadClassifier } from '../../classify/index.ts';
import { drawClip } from '../../dataset/clips/draw.ts';
import type { PlannedClip } from '../../dataset/clips/plan.ts';
import { writeScratch } from '../../disk/write.ts';
import { hashByName } from '../../hash/index.ts';
import { encode } from '../../image/encode.ts';
import type { Raster } from '../../image/raster.ts';
import { binary } from '../../match/format/binary.ts';
import { medianOrZero } from '../../metric/quantile.ts';
import type { Connect } from '../../role/connection.ts';
import { deploy } from '../../role/deployment.ts';
import { partName } from '../../role/message-name.ts';
import type { HashOutcome, HashUse, ListRule, Message, SessionKind, World } from '../../role/world.ts';
import { asIs, type ClipRow, type FrameFacts, type FrameHash, type SentClipRow } from '../../schema/clip-rows.ts';
import { type ClipScene, mostFrames, placesOf } from '../../schema/clip-scene.ts';
import type { PrekeySettings } from '../../schema/scenario.ts';
import type { Content } from '../../schema/vocabulary.ts';
import { strategyByName } from '../../strategy/index.ts';
import { wallClock } from '../../util/clock.ts';
import { sha256Hex } from '../../util/digest.ts';
import { frame as framed, ownLimits, unframe } from '../../util/framing.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import { clipEditNamed, editedClip } from '../../video/edit/index.ts';
import { everyFrame, framesInThread } from '../../video/in-thread.ts';
import { keptHead } from '../scenario/head-scores.ts';

/** A clip with its part in the experiment. */
export interface AssignedClip extends PlannedClip {
  /** That of a picture of target content, if it shows one. */
  readonly topic: string;
  readonly content: Content;
  readonly split: ClipRow['split'];
}

export interface ClipTask {
  readonly scene: ClipScene;
  readonly index: number;
  readonly clip: AssignedClip;
  /** Edits that it is made with, besides as it is. */
  readonly edits: readonly string[];
  /** Whether the classifier scores its frames. */
  readonly classify: boolean;
  /** Whether the embeddings of its frames are kept, for a head. */
  readonly features: boolean;
  readonly scratch: string;
}

/** Time of a frame, in milliseconds. */
export interface FrameMillis {
  readonly decode: number;
  readonly hash: number;
  readonly classify?: number;
}

export interface ClipResult {
  readonly rows: readonly ClipRow[];
  readonly millis: FrameMillis;
  readonly model?: { readonly sha256: string; readonly backend: string };
}

const scratchFile = (folder: string, index: number): string => join(folder, `${index}.clip`);

/** Name of a file's blob, of a frame's, and of its embedding's. */
const fileBlob = (edit: string): string => `file ${edit}`;
const frameBlob = (edit: string, place: number): string => `frame ${edit} ${place}`;
const featuresBlob = (edit: string, place: number): string => `features ${edit} ${place}`;

/** Quality of the JPEG in which a frame is reported, and in which a voucher holds it. */
const frameQuality = 75;

/** Makes a clip, and what a device sees of it after each edit; leaves its files and frames in the scratch folder. */
export async function workOnClip(task: ClipTask): Promise<ClipResult> {
  const { scene, clip, index, edits, classify, features, scratch } = task;
  const most = mostFrames(scene);
  const { seed } = scene;
  const original = await drawClip(seed, clip);
  const shown = await everyFrame(framesInThread(original));
  const seconds = clip.frames / clip.framesPerSecond;
  const inMemory = { frames: shown, bitRate: Math.round((8 * original.length) / seconds) };
  const classifier = classify ? await loadClassifier(scene.classifier) : undefined;
  const wanted = scene.label.toLowerCase();
  const label = classifier?.labels.findIndex((each) => each.toLowerCase() === wanted) ?? -1;
  const rows: ClipRow[] = [];
  const blobs: Record<string, Uint8Array> = {};
  const spent = { decode: 0, hash: 0, classify: 0 };
  let looked = 0;
  for (const edit of [asIs, ...edits]) {
    const bytes =
      edit === asIs ? original : await editedClip(inMemory, clipEditNamed(edit), seed, `edit/${edit}/${clip.id}`);
    const start = wallClock();
    const frames = await everyFrame(framesInThread(bytes));
    spent.decode += wallClock() - start;
    const facts: FrameFacts[] = [];
    for (const place of placesOf(most, most)) {
      const { image } = frames[Math.floor(((place + 1) * frames.length) / (most + 1))]!;
      const begun = wallClock();
      const hashed = { near: hashOf(scene.hash, image), equality: hashOf(scene.equalityHash, image) };
      spent.hash += wallClock() - begun;
      const second = hashOf(scene.secondHash, image);
      const at = wallClock();
      const seen = classifier && (await classifier.classify(image));
      const score = seen?.scores[label];
      spent.classify += wallClock() - at;
      looked++;
      // Six digits: the precision at which backends agree.
      facts.push({ ...hashed, second, ...(score === undefined ? {} : { score: Math.round(score * 1e6) / 1e6 }) });
      if (seen && features) blobs[featuresBlob(edit, place)] = new Uint8Array(seen.embedding.slice().buffer);
      blobs[frameBlob(edit, place)] = await encode(image, { type: 'jpeg', quality: frameQuality });
    }
    blobs[fileBlob(edit)] = bytes;
    const { id, kind, topic, content, split } = clip;
    const file = { bytes: bytes.length, sha256: sha256Hex(bytes) };
    rows.push({ row: 'clip', clip: id, topic, content, edit, split, kind, seconds, ...file, frames: facts });
  }
  await writeScratch(scratchFile(scratch, index), framed({ rows }, blobs));
  const per = (millis: number): number => millis / looked;
  return {
    rows,
    millis: {
      decode: per(spent.decode),
      hash: per(spent.hash),
      ...(classifier ? { classify: per(spent.classify) } : {}),
    },
    ...(classifier ? { model: { sha256: classifier.sha256, backend: classifier.backend } } : {}),
  };
}

/** A frame's hash; one below the least quality is not trusted. */
function hashOf(name: string, image: Raster): FrameHash {
  const { hash: of, minQuality } = hashByName(name);
  const { hash, quality } = of(image);
  const low = quality < minQuality ? { refused: `${name} quality ${quality} is below ${minQuality}` } : {};
  return { hex: toHex(hash), quality, ...low };
}

/** A clip to send. */
export interface PlannedSend extends Omit<Message, 'picture'> {
  /** Index of the clip's task. */
  readonly index: number;
  readonly edit: string;
}

export interface SendTask {
  readonly scene: ClipScene;
  readonly strategy: string;
  /** Frames that are scanned of each clip. */
  readonly looked: number;
  readonly sends: readonly PlannedSend[];
  readonly thresholdBits: Readonly<Record<HashUse, number>>;
  /** How a frame is scored, by the classifier's label or by the head that the run trained, and from which score on it is flagged. */
  readonly score: { readonly by: 'label' | 'head'; readonly threshold: number };
  readonly session?: SessionKind | undefined;
  readonly devices?: number | undefined;
  readonly prekeys?: PrekeySettings | undefined;
  /** Paths of the curator's lists. */
  readonly lists: Readonly<Record<HashUse, string>>;
  readonly scratch: string;
}

export interface SendResult {
  readonly rows: readonly SentClipRow[];
  /** Median milliseconds of the sender for a clip, beyond decoding, hashing and classifying its frames; and of all other roles. */
  readonly millis: { readonly sender: number; readonly other: number };
}

/** Sends all clips under a strategy, every one of them scanned at `looked` frames, and reads what it cost and what came of it. */
export async function sendClips(task: SendTask, connect?: Connect): Promise<SendResult> {
  const { scene, sends, looked, scratch, score } = task;
  const strategy = strategyByName(task.strategy);
  const store = await ClipStore.open(scratch, sends, placesOf(looked, mostFrames(scene)), score.by === 'head');
  const deployment = await deploy(await worldOf(task, store), strategy.design, connect);
  const spent = { sender: [] as number[], other: [] as number[] };
  for (const { index, edit, ...planned } of sends) {
    const start = wallClock();
    await deployment.send({ ...planned, picture: store.file(index, edit) });
    const sent = wallClock();
    await deployment.deliver();
    spent.sender.push(sent - start);
    spent.other.push(wallClock() - sent);
  }
  await deployment.review();
  const { views } = deployment;
  const rows = sends.map(({ id, index, edit }): SentClipRow => {
    const { clip, topic, content } = store.row(index, edit);
    const names = [id, ...Array.from({ length: looked }, (_, part) => partName(id, part))];
    const asked = names.flatMap((name) =>
      [...views.relay.about(name), ...views.provider.about(name)].filter(({ from }) => from === 'sender'),
    );
    const { scanned, dismissed } = deployment.outcome(id);
    const isClip = ({ type }: { readonly type: string }): boolean => type === 'envelope' || type === 'clear';
    const scans = asked.filter((each) => !isClip(each));
    const bytes = (of: readonly { readonly bytes: Uint8Array }[]): number =>
      of.reduce((sum, each) => sum + each.bytes.length, 0);
    return {
      row: 'sent-clip',
      strategy: task.strategy,
      looked,
      ...{ clip, topic, content, edit },
      scanned,
      ...(dismissed ? { dismissed } : {}),
      reports: names.reduce(
        (sum, name) => sum + views.curator.about(name).filter(({ type }) => type === 'tip').length,
        0,
      ),
      packets: scans.length,
      sentBytes: bytes(scans),
      receivedBytes: bytes(names.flatMap((name) => views.sender.about(name))),
      clipBytes: bytes(asked.filter(isClip)),
    };
  });
  await deployment.close();
  return { rows, millis: { sender: medianOrZero(spent.sender), other: medianOrZero(spent.other) } };
}

/** The files of the clips that are sent, and what is known of their frames, found by their content. */
class ClipStore {
  readonly #files = new Map<string, Uint8Array>();
  readonly #rows = new Map<string, ClipRow>();
  readonly #parts = new Map<string, readonly Uint8Array[]>();
  readonly #facts = new Map<string, FrameFacts>();
  readonly #targets = new Set<string>();

  /** Reads the files of some sends, and the frames at those places. */
  static async open(
    folder: string,
    sends: readonly PlannedSend[],
    places: readonly number[],
    byHead: boolean,
  ): Promise<ClipStore> {
    const store = new ClipStore();
    const head = byHead ? readHeadValue(await keptHead(folder), 'The head of the run') : undefined;
    for (const index of new Set(sends.map((send) => send.index))) {
      const read = unframe(new Uint8Array(await readFile(scratchFile(folder, index))), ownLimits);
      if (!read.ok) throw new Error(`Scratch file of clip ${index} is damaged: ${read.reason}`);
      const { rows } = read.header as { readonly rows: readonly ClipRow[] };
      for (const row of rows) store.#add(index, row, read.blobs, places, head);
    }
    return store;
  }

  #add(
    index: number,
    row: ClipRow,
    blobs: Readonly<Record<string, Uint8Array>>,
    places: readonly number[],
    head: LoadedHead | undefined,
  ): void {
    const { edit, frames, content } = row;
    // A copy, so that the rest of the scratch file does not stay in memory.
    const file = blobs[fileBlob(edit)]!.slice();
    const parts = places.map((place) => blobs[frameBlob(edit, place)]!.slice());
    this.#rows.set(`${index} ${edit}`, row);
    this.#files.set(`${index} ${edit}`, file);
    this.#parts.set(sha256Hex(file), parts);
    for (const [i, place] of places.entries()) {
      const facts = frames[place]!;
      const score = head && headScores(head, floatsOf(blobs[featuresBlob(edit, place)]!))[0]!;
      this.#facts.set(sha256Hex(parts[i]!), score === undefined ? facts : { ...facts, score });
    }
    if (content !== 'innocent') for (const each of [file, ...parts]) this.#targets.add(sha256Hex(each));
  }

  file(index: number, edit: string): Uint8Array {
    return found(this.#files, `${index} ${edit}`);
  }

  row(index: number, edit: string): ClipRow {
    return found(this.#rows, `${index} ${edit}`);
  }

  /** The frames of a clip that are scanned. */
  parts(file: Uint8Array): readonly Uint8Array[] {
    return found(this.#parts, sha256Hex(file));
  }

  facts(frame: Uint8Array): FrameFacts {
    return found(this.#facts, sha256Hex(frame));
  }

  /** Whether a clip or a frame is target content. */
  isTarget(picture: Uint8Array): boolean {
    return this.#targets.has(sha256Hex(picture));
  }
}

/** An embedding that was kept; a copy, because a blob may begin at any byte. */
const floatsOf = (blob: Uint8Array): Float32Array => new Float32Array(blob.slice().buffer);

function found<V>(map: ReadonlyMap<string, V>, key: string): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`A clip or frame is scanned that nobody sent: ${key}`);
  return value;
}

async function worldOf(task: SendTask, store: ClipStore): Promise<World> {
  const { scene, lists, thresholdBits, score, session, devices, prekeys, sends, strategy, looked } = task;
  const names = { near: scene.hash, equality: scene.equalityHash, second: scene.secondHash };
  const rule = async (use: HashUse): Promise<ListRule> => {
    const facts = { name: 'list', algorithm: names[use], bits: 0 };
    return { list: binary.read(await readFile(lists[use]), facts).list, thresholdBits: thresholdBits[use] };
  };
  const near = await rule('near');
  const keys = seededRng(scene.seed, `keys/${strategy}/${looked}`);
  return {
    accounts: [...new Set(sends.flatMap(({ sender, recipient }) => [sender, recipient]))].sort(),
    list: near.list,
    equality: await rule('equality'),
    second: await rule('second'),
    settings: scene.protocols,
    scanner: {
      async hash(frame, use = 'near'): Promise<HashOutcome> {
        const { hex, refused } = store.facts(frame)[use];
        return refused === undefined ? { state: 'hashed', hash: fromHex(hex) } : { state: 'refused', reason: refused };
      },
      score: async (frame) => store.facts(frame).score,
      parts: async (file) => store.parts(file),
    },
    // A perfect reviewer; nobody reports or cancels anything, so that only scanning is measured.
    people: { confirms: (picture) => store.isTarget(picture), reports: () => false, aborts: () => false },
    random: (length) => keys.bytes(length),
    thresholdBits: near.thresholdBits,
    thresholdScore: score.threshold,
    session,
    devices,
    prekeys,
    paddingBytes: scene.paddingBytes,
    prefixBits: scene.prefixBits,
  };
}
