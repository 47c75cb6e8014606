/** The work on pictures in a worker thread: decode or draw, hash, keep a thumbnail. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bucketScore, type Candidate, nearestEntryScore, type Slots, slotScore } from '../../attack/list-membership.ts';
import { thumbnailOf } from '../../attack/low-frequencies.ts';
import { loadDeepHash } from '../../classify/deep-hashes.ts';
import { slotsOf } from '../../crypto/cuckoo-table.ts';
import { filterHas, parseFilter } from '../../crypto/fuse-filter.ts';
import { parseTable, slotPoint } from '../../crypto/tpsi-table.ts';
import { miniature } from '../../dataset/generated/miniature.ts';
import { decodeFile, type PictureFile } from '../../dataset/picture-file.ts';
import { writeScratch } from '../../disk/write.ts';
import { type DetectorsOfTask, type Hasher, withHasher } from '../../harness/detectors/hasher.ts';
import { RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import { binary } from '../../match/format/binary.ts';
import type { Deployment } from '../../role/deployment.ts';
import { decode as decodePacket, type Packet } from '../../role/wire.ts';
import type { Message, World } from '../../role/world.ts';
import type { PacketType } from '../../schema/packet.ts';
import type { RefusedRow } from '../../schema/row.ts';
import { strategies } from '../../strategy/index.ts';
import type { MembershipTest, Strategy } from '../../strategy/strategy.ts';
import { concatBytes } from '../../util/bytes.ts';
import { frame, ownLimits, unframe } from '../../util/framing.ts';
import type { HashLeakPart, HashLeakPicturesRow } from './rows.ts';

/** Where a batch goes, and what is kept of each picture. */
interface Batch {
  readonly scratch: string;
  readonly collection: string;
  readonly batch: number;
  readonly hashes: readonly string[];
  readonly thumbnails: boolean;
  /** Detectors among the hashes. */
  readonly detectors?: DetectorsOfTask;
}

/** Pictures of a dataset. */
export interface HashFilesTask extends Batch {
  readonly pictures: readonly (PictureFile & {
    readonly group: string;
    readonly topic: string;
    readonly part: HashLeakPart;
  })[];
  /** A deep hash in the place of the others. */
  readonly deep?: string;
}

/** Miniatures of consecutive numbers, all for one part. */
export interface DrawTask extends Batch {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly part: HashLeakPart;
}

/** What came of a batch: its pictures, and those that could not be decoded, or that a detector refused. */
export interface HashingResult {
  readonly row: HashLeakPicturesRow;
  readonly refused: readonly RefusedRow[];
  readonly model?: { readonly name: string; readonly sha256: string };
}

/** Hashes pictures of the dataset. */
export const hashLeakFiles = (task: HashFilesTask): Promise<HashingResult> =>
  withHasher(task.detectors, (hasher) => hashFiles(task, hasher));

async function hashFiles(task: HashFilesTask, hasher: Hasher): Promise<HashingResult> {
  const deep = task.deep === undefined ? undefined : await loadDeepHash(task.deep);
  const kept: Kept = { about: [], bytes: new Map() };
  const refused: RefusedRow[] = [];
  for (const { location, sha256, orient, ...about } of task.pictures) {
    let raster: Raster;
    try {
      raster = await decodeFile({ id: about.id, location, sha256, orient });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refused.push({ row: 'refused', picture: about.id, reason: error.message });
      continue;
    }
    const looks = deep ? { [deep.name]: (await deep.hash(raster)).hash } : await looksOf(raster, task, hasher);
    if (isRefusal(looks)) refused.push({ row: 'refused', picture: about.id, reason: looks.refused });
    else keep(kept, about, looks);
  }
  const row = await store(task, 'dataset', kept);
  return { row, refused, ...(deep ? { model: { name: deep.name, sha256: deep.sha256 } } : {}) };
}

/** Draws and hashes miniatures. */
export const hashLeakMiniatures = (task: DrawTask): Promise<HashingResult> =>
  withHasher(task.detectors, (hasher) => drawAndHash(task, hasher));

async function drawAndHash(task: DrawTask, hasher: Hasher): Promise<HashingResult> {
  const kept: Kept = { about: [], bytes: new Map() };
  const refused: RefusedRow[] = [];
  for (let i = task.from; i < task.from + task.count; i++) {
    const { composition, raster } = miniature(task.seed, i);
    const id = `m${String(i).padStart(7, '0')}`;
    const looks = await looksOf(raster, task, hasher);
    if (isRefusal(looks)) refused.push({ row: 'refused', picture: id, reason: looks.refused });
    else keep(kept, { id, group: id, topic: composition, part: task.part }, looks);
  }
  return { row: await store(task, 'miniatures', kept), refused };
}

type About = Omit<HashFilesTask['pictures'][number], 'location' | 'sha256' | 'orient'>;

interface Kept {
  readonly about: About[];
  readonly bytes: Map<string, Uint8Array[]>;
}

function keep({ about, bytes }: Kept, picture: About, looks: Readonly<Record<string, Uint8Array>>): void {
  about.push(picture);
  for (const [name, each] of Object.entries(looks)) bytes.set(name, [...(bytes.get(name) ?? []), each]);
}

/** Why a picture is left out. */
interface Refusal {
  readonly refused: string;
}

const isRefusal = (looks: Readonly<Record<string, Uint8Array>> | Refusal): looks is Refusal =>
  typeof looks.refused === 'string';

/** What attacks see of a picture. One that a detector refuses is left out for every hash, so that all are attacked on the same pictures. */
async function looksOf(
  raster: Raster,
  { hashes, thumbnails: also }: Batch,
  hasher: Hasher,
): Promise<Record<string, Uint8Array> | Refusal> {
  const looks: Record<string, Uint8Array> = {};
  for (const name of hashes) {
    const answer = await hasher.answer(raster, name);
    if ('refused' in answer) return answer;
    looks[name] = answer.hash;
  }
  return also ? { ...looks, [thumbnails]: thumbnailOf(raster) } : looks;
}

async function store(
  { scratch, collection, batch }: Batch,
  source: HashLeakPicturesRow['source'],
  { about, bytes }: Kept,
): Promise<HashLeakPicturesRow> {
  const columns = {
    picture: about.map(({ id }) => id),
    group: about.map(({ group }) => group),
    topic: about.map(({ topic }) => topic),
    part: about.map(({ part }) => part),
  };
  const hashed: Hashed = {
    ...columns,
    bytes: Object.fromEntries([...bytes].map(([name, each]) => [name, concatBytes(...each)])),
  };
  await writeBatch(scratch, collection, batch, hashed);
  return { row: 'hash-leak-pictures', source, ...columns };
}

// What attacks work on, in files that only an unfinished run keeps: hashes and thumbnails of pictures, a batch a file.

/** Pictures that were hashed, one after the other. */
export interface Hashed {
  readonly picture: readonly string[];
  readonly group: readonly string[];
  readonly topic: readonly string[];
  readonly part: readonly HashLeakPart[];
  /** Hash name → all hashes; and under `thumbnails` 1,024 bytes of luma a picture, where attacks need them. */
  readonly bytes: Readonly<Record<string, Uint8Array>>;
}

/** Name under which thumbnails lie among the hashes. */
export const thumbnails = 'thumbnail 32 × 32';

/** Writes a batch of a collection. */
export async function writeBatch(folder: string, collection: string, batch: number, hashed: Hashed): Promise<void> {
  const { bytes, ...header } = hashed;
  await writeScratch(join(folder, `${collection}.${String(batch).padStart(6, '0')}`), frame(header, bytes));
}

/** All batches of a collection in their order. */
export async function readAll(folder: string, collection: string): Promise<Hashed> {
  const files = (await readdir(folder)).filter((name) => new RegExp(`^${collection}\\.\\d{6}$`).test(name)).sort();
  const batches = await Promise.all(
    files.map(async (name) => {
      const read = unframe(await readFile(join(folder, name)), ownLimits);
      if (!read.ok) throw new Error(`${name}: ${read.reason}`);
      return { ...(read.header as Omit<Hashed, 'bytes'>), bytes: read.blobs };
    }),
  );
  const all = <T>(of: (batch: Hashed) => readonly T[]): T[] => batches.flatMap(of);
  // A batch of which every picture was refused has no bytes.
  const names = [...new Set(batches.flatMap(({ bytes }) => Object.keys(bytes)))];
  const none = new Uint8Array(0);
  return {
    picture: all(({ picture }) => picture),
    group: all(({ group }) => group),
    topic: all(({ topic }) => topic),
    part: all(({ part }) => part),
    bytes: Object.fromEntries(
      names.map((name) => [name, concatBytes(...batches.map(({ bytes }) => bytes[name] ?? none))]),
    ),
  };
}

/** The places of the pictures of one part. */
export const placesOf = ({ part }: Hashed, wanted: HashLeakPart): number[] =>
  [...part.keys()].filter((i) => part[i] === wanted);

/** Bytes of one picture under a name. */
export function bytesAt({ bytes, picture }: Hashed, name: string, i: number): Uint8Array {
  const all = bytes[name];
  if (!all) throw new Error(`No ${name} was stored`);
  const length = all.length / picture.length;
  return all.subarray(i * length, (i + 1) * length);
}

// What a sender's device can do to find out who is on the list, by strategy: on what the real set-up put on it, or by asking the real service.

/** A device in a deployment, and candidates of which it knows whether they are listed. */
interface DeviceWorld {
  readonly deployment: Deployment;
  readonly world: World;
  readonly known: readonly (Candidate & { readonly listed: boolean })[];
  /** A message with the candidate as its picture. */
  message(candidate: Candidate): Message;
}

/** One way to look for members. */
interface Means {
  /** As the report says it, in words. */
  readonly text: string;
  /** Each answer costs a question that the provider can count and limit. */
  readonly perQuery: boolean;
  /** Score of a candidate: the larger, the likelier listed. */
  scorer(device: DeviceWorld): (candidate: Candidate) => number | Promise<number>;
}

/** What a device does, by the way that its strategy declares. */
const scorers: {
  readonly [By in MembershipTest['by']]: (
    device: DeviceWorld,
    test: Extract<MembershipTest, { readonly by: By }>,
  ) => ReturnType<Means['scorer']>;
} = {
  list({ deployment, world }) {
    const file = received(deployment, 'list').blobs.list!;
    const score = nearestEntryScore(binary.read(file, world.list).list);
    return ({ near }) => score(near);
  },
  filter({ deployment }) {
    const { filter, key } = received(deployment, 'device-setup').blobs;
    const parsed = parseFilter(filter!, key!);
    if (!parsed.ok) throw new Error(parsed.reason);
    return ({ equality }) => Number(filterHas(parsed.filter, equality));
  },
  outcome: byOutcome,
  answer: (device, { packet }) => byAnswer(device, packet),
  slots: bySlots,
};

/** Everything that a device can do, by strategy. */
export const means: Readonly<Record<string, Means>> = Object.fromEntries(
  Object.values<Strategy>(strategies).flatMap(({ name, membershipTest: test }) =>
    test ? [[name, meansOf(test)]] : [],
  ),
);

function meansOf(test: MembershipTest): Means {
  const scorer = scorers[test.by] as (device: DeviceWorld, test: MembershipTest) => ReturnType<Means['scorer']>;
  return {
    text: test.text,
    perQuery: test.by === 'outcome' || test.by === 'answer',
    scorer: (device) => scorer(device, test),
  };
}

/** What the device found out by sending the candidate: 1 where it matched. */
function byOutcome({ deployment, message }: DeviceWorld) {
  return async (candidate: Candidate): Promise<number> => {
    const sent = message(candidate);
    await deployment.send(sent);
    return Number(deployment.outcome(sent.id).scanned === 'match');
  };
}

/** What came back when the candidate was sent, compared by the device itself. */
function byAnswer({ deployment, message }: DeviceWorld, type: PacketType) {
  return async (candidate: Candidate): Promise<number> => {
    const sent = message(candidate);
    await deployment.send(sent);
    const answer = deployment.views.sender.about(sent.id).findLast((each) => each.type === type);
    if (!answer) throw new Error(`No ${type} came for ${sent.id}`);
    return bucketScore(packetOf(answer.bytes).blobs.hashes ?? new Uint8Array(0), candidate.near);
  };
}

/** Everything that the table shows of a candidate, learnt from those that the device knows about. */
function bySlots({ deployment, known }: DeviceWorld) {
  const parsed = parseTable(received(deployment, 'device-setup').blobs.set!);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { table } = parsed;
  const places = (candidate: Candidate) => slotsOf(table.seed, table.slots, candidate.equality);
  const taken = new Map<number, number>();
  for (const each of known)
    if (each.listed) for (const slot of places(each)) taken.set(slot, (taken.get(slot) ?? 0) + 1);
  const look = (candidate: Candidate, self: number): Slots => {
    const [a, b] = places(candidate);
    return {
      bytes: [slotPoint(table, a), slotPoint(table, b)],
      rivals: (taken.get(a) ?? 0) + (taken.get(b) ?? 0) - self,
    };
  };
  // A known member is none of its own rivals.
  const score = slotScore(known.map((each) => ({ slots: look(each, each.listed ? 2 : 0), listed: each.listed })));
  return (candidate: Candidate): number => score(look(candidate, 0));
}

/** The first packet of a type that came to the device. */
function received<T extends PacketType>(deployment: Deployment, type: T): Packet<T> {
  const entry = deployment.views.sender.entries.find((each) => each.type === type);
  if (!entry) throw new Error(`No ${type} came to the device`);
  return packetOf(entry.bytes) as unknown as Packet<T>;
}

function packetOf(bytes: Uint8Array): Packet {
  const decoded = decodePacket(bytes);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.packet;
}
