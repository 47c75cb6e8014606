/** The work on pictures in a worker thread: decode or draw, hash under every name, keep the embedding. */
import { deepQuality } from '../../classify/deep-hash.ts';
import { loadClassifier } from '../../classify/index.ts';
import { mobilenetLshBits } from '../../classify/mobilenet-lsh.ts';
import { mobilenetV2 } from '../../classify/nsfwjs.ts';
import { photographLocation } from '../../dataset/generated/location.ts';
import { decodeFile, type PictureFile } from '../../dataset/picture-file.ts';
import { hashByName } from '../../hash/index.ts';
import { RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import { applyTransform, resolveTransform } from '../../image/transform/index.ts';
import type { TransformSpec } from '../../schema/experiment.ts';
import type { ScannedRow } from '../../schema/repurposing-rows.ts';
import { wallClock } from '../../util/clock.ts';
import { toHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import { writeEmbedding } from './embeddings.ts';
import { deepHash } from './facts.ts';

/** How pictures are looked at. */
export interface Looking {
  readonly seed: number;
  readonly hashes: readonly string[];
  /** Folder to keep embeddings in; left out where no head is trained. */
  readonly keep?: string | undefined;
}

/** A picture of the dataset, and the edits whose copies are hashed too. */
export interface ScanTask extends Looking {
  readonly picture: PictureFile;
  readonly edits: readonly TransformSpec[];
}

/** Photographs of a drawn location. */
export interface DrawTask extends Looking {
  readonly location: number;
  readonly standpoints: number;
  readonly shots: readonly { readonly id: string; readonly number: number }[];
}

/** One rendering, and what came of it. */
export interface Scanned {
  readonly picture: string;
  readonly edit: string;
  readonly outcome: ScannedRow['outcome'];
}

/** What came of a task; wall times, in milliseconds, stand apart from what repeats. */
export interface Scan {
  readonly scanned: readonly Scanned[];
  readonly drawMillis: number;
  /** By hash, for one rendering on average. */
  readonly hashMillis: Readonly<Record<string, number>>;
  readonly model?: { readonly name: string; readonly sha256: string; readonly backend: string };
}

/** Decodes, edits and hashes one picture. A file that cannot be decoded is refused; an edit that cannot be made of it costs only its own row. */
export async function scanPicture(task: ScanTask): Promise<Scan> {
  const looker = await lookerOf(task);
  const { id } = task.picture;
  const start = wallClock();
  let raster: Raster;
  try {
    raster = await decodeFile(task.picture);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return looker.done([{ picture: id, edit: 'none', outcome: { state: 'refused', reason: error.message } }], 0);
  }
  const drawMillis = wallClock() - start;
  const scanned = [await looker.look(id, 'none', async () => raster, true)];
  for (const spec of task.edits) {
    const edit = resolveTransform(spec);
    const rng = seededRng(task.seed, `edit/${edit.label}/${id}`);
    scanned.push(await looker.look(id, edit.label, () => applyTransform(raster, edit, rng), false));
  }
  return looker.done(scanned, drawMillis);
}

/** Draws and hashes photographs of one location. */
export async function drawLocation(task: DrawTask): Promise<Scan> {
  const looker = await lookerOf(task);
  const { seed, location, standpoints } = task;
  const scanned: Scanned[] = [];
  let drawMillis = 0;
  for (const { id, number } of task.shots) {
    const start = wallClock();
    const raster = photographLocation({ seed, location, shot: number, standpoints });
    drawMillis += wallClock() - start;
    scanned.push(await looker.look(id, 'none', async () => raster, true));
  }
  return looker.done(scanned, drawMillis / task.shots.length);
}

async function lookerOf({ hashes, keep }: Looking) {
  const network = hashes.includes(deepHash) || keep !== undefined ? await loadClassifier(mobilenetV2.name) : undefined;
  const spent = new Map<string, number>();
  const timed = <T>(name: string, from: number, value: T): T => {
    spent.set(name, (spent.get(name) ?? 0) + wallClock() - from);
    return value;
  };
  const hashed = async (id: string, image: Raster, kept: boolean): Promise<Scanned['outcome']> => {
    const found: Record<string, { hex: string; quality: number }> = {};
    for (const name of hashes) {
      if (name === deepHash) continue;
      const start = wallClock();
      const { hash, quality } = timed(name, start, hashByName(name).hash(image));
      found[name] = { hex: toHex(hash), quality };
    }
    if (network) {
      const start = wallClock();
      const { embedding } = await network.classify(image);
      if (hashes.includes(deepHash))
        found[deepHash] = { hex: toHex(mobilenetLshBits(embedding)), quality: deepQuality(image) };
      timed(deepHash, start, undefined);
      if (kept && keep !== undefined) await writeEmbedding(keep, id, embedding);
    }
    return { state: 'hashed', hashes: found };
  };
  return {
    async look(picture: string, edit: string, make: () => Promise<Raster>, kept: boolean): Promise<Scanned> {
      try {
        return { picture, edit, outcome: await hashed(picture, await make(), kept) };
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        return { picture, edit, outcome: { state: 'refused', reason: error.message } };
      }
    },
    done: (scanned: readonly Scanned[], drawMillis: number): Scan => ({
      scanned,
      drawMillis,
      hashMillis: Object.fromEntries([...spent].map(([name, millis]) => [name, millis / scanned.length])),
      ...(network ? { model: { name: network.name, sha256: network.sha256, backend: network.backend } } : {}),
    }),
  };
}
