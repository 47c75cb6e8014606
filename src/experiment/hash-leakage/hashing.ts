/** The work on pictures in a worker thread: decode or draw, hash, keep a thumbnail. */
import { thumbnailOf } from '../../attack/low-frequencies.ts';
import { loadDeepHash } from '../../classify/deep-hashes.ts';
import { miniature } from '../../dataset/generated/miniature.ts';
import { decodeFile, type PictureFile } from '../../dataset/picture-file.ts';
import { hashByName } from '../../hash/index.ts';
import { RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import type { HashLeakPart, HashLeakPicturesRow } from '../../schema/hash-leakage-rows.ts';
import type { RefusedRow } from '../../schema/observation.ts';
import { concatBytes } from '../../util/bytes.ts';
import { type Hashed, thumbnails, writeBatch } from './store.ts';

/** Where a batch goes, and what is kept of each picture. */
interface Batch {
  readonly scratch: string;
  readonly collection: string;
  readonly batch: number;
  readonly hashes: readonly string[];
  readonly thumbnails: boolean;
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

/** What came of a batch: its pictures, and those that could not be decoded. */
export interface HashingResult {
  readonly row: HashLeakPicturesRow;
  readonly refused: readonly RefusedRow[];
  readonly model?: { readonly name: string; readonly sha256: string };
}

/** Hashes pictures of the dataset. */
export async function hashLeakFiles(task: HashFilesTask): Promise<HashingResult> {
  const deep = task.deep === undefined ? undefined : await loadDeepHash(task.deep);
  const kept: Kept = { about: [], bytes: new Map() };
  const refused: RefusedRow[] = [];
  for (const { path, sha256, orient, ...about } of task.pictures) {
    let raster: Raster;
    try {
      raster = await decodeFile({ id: about.id, path, sha256, orient });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refused.push({ row: 'refused', picture: about.id, reason: error.message });
      continue;
    }
    keep(kept, about, deep ? { [deep.name]: (await deep.hash(raster)).hash } : looksOf(raster, task));
  }
  const row = await store(task, 'dataset', kept);
  return { row, refused, ...(deep ? { model: { name: deep.name, sha256: deep.sha256 } } : {}) };
}

/** Draws and hashes miniatures. */
export async function hashLeakMiniatures(task: DrawTask): Promise<HashingResult> {
  const kept: Kept = { about: [], bytes: new Map() };
  for (let i = task.from; i < task.from + task.count; i++) {
    const { composition, raster } = miniature(task.seed, i);
    const id = `m${String(i).padStart(7, '0')}`;
    keep(kept, { id, group: id, topic: composition, part: task.part }, looksOf(raster, task));
  }
  return { row: await store(task, 'miniatures', kept), refused: [] };
}

type About = Omit<HashFilesTask['pictures'][number], 'path' | 'sha256' | 'orient'>;

interface Kept {
  readonly about: About[];
  readonly bytes: Map<string, Uint8Array[]>;
}

function keep({ about, bytes }: Kept, picture: About, looks: Readonly<Record<string, Uint8Array>>): void {
  about.push(picture);
  for (const [name, each] of Object.entries(looks)) bytes.set(name, [...(bytes.get(name) ?? []), each]);
}

function looksOf(raster: Raster, { hashes, thumbnails: also }: Batch): Record<string, Uint8Array> {
  const looks = Object.fromEntries(hashes.map((name) => [name, hashByName(name).hash(raster).hash]));
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
