/** Hashes files, or gives the reasons why they have no hash: tasks for this thread or for workers. */
import { hashByName } from '../hash/index.ts';
import { pdqOf } from '../hash/pdq.ts';
import type { HashResult } from '../hash/perceptual-hash.ts';
import { eachFrame, type FrameCount, readableFrames } from '../image/animation.ts';
import { decodePicture, RefusedError } from '../image/decode.ts';
import { decodeFast, type FastPicture } from '../image/decode-fast.ts';
import { defaultMostFrames } from '../image/frames.ts';
import { readPicture } from '../image/read-picture.ts';
import { avifSequences } from '../video/avif-sequence.ts';

/** What to hash, and how. */
export interface HashFileTask {
  readonly file: string;
  /** Name of a perceptual hash. */
  readonly algorithm: string;
  /** Also compute the seven turns and mirror images; for pdq only. */
  readonly dihedral: boolean;
  /** Decode large JPEGs at reduced scale; for pdq only. */
  readonly fast: boolean;
  /** Rotate and mirror the picture as its file says. Default: pixels as stored. */
  readonly orient?: boolean;
  /** Largest number of frames of an animation, or pages, to look at. Default 64. */
  readonly mostFrames?: number;
}

/** A hash, and those of its turns and mirror images. */
export interface Hashes {
  readonly own: HashResult;
  readonly dihedral: readonly HashResult[];
}

/** The hashes of the frames that were looked at. */
export interface FrameHashes extends Omit<FrameCount, 'notes'> {
  /** `index` counts from 0. */
  readonly hashes: readonly (Hashes & { readonly index: number })[];
}

/** The result for one file. */
export type HashedFile =
  | (Hashes & {
      readonly state: 'done';
      /** Of an animation, or of several pages; the file's own hashes are then those of the first. */
      readonly frames?: FrameHashes;
      /** Sentences about unread or doubtful parts. */
      readonly notes: readonly string[];
    })
  | { readonly state: 'refused'; readonly reason: string };

/** Decodes and hashes a file. */
export async function hashFile(task: HashFileTask): Promise<HashedFile> {
  const { algorithm, dihedral, fast, orient = false, mostFrames = defaultMostFrames } = task;
  try {
    const file = readPicture(task.file);
    if (mostFrames > 1 && readableFrames(file, { orient, sequences: avifSequences }) > 1)
      return await hashFrames(file, { ...task, mostFrames });
    if (algorithm !== 'pdq') {
      const { image, notes } = await decodePicture(file, { orient });
      return { state: 'done', own: hashByName(algorithm).hash(image), dihedral: [], notes };
    }
    const { image, notes, reduced }: FastPicture = fast
      ? await decodeFast(file, { orient })
      : { ...(await decodePicture(file, { orient })), reduced: false };
    return { state: 'done', ...pdqOf(image, { dihedral, reduced }), notes };
  } catch (error) {
    if (error instanceof RefusedError) return { state: 'refused', reason: error.message };
    throw error;
  }
}

/** Hashes the frames of a file that has several. */
async function hashFrames(
  file: Uint8Array,
  { algorithm, dihedral, orient = false, mostFrames = defaultMostFrames }: HashFileTask,
): Promise<HashedFile> {
  const hashes: FrameHashes['hashes'][number][] = [];
  const { notes, ...count } = await eachFrame(
    file,
    { orient, mostFrames, sequences: avifSequences },
    ({ index, image }) => {
      const found =
        algorithm === 'pdq'
          ? pdqOf(image, { dihedral, reduced: false })
          : { own: hashByName(algorithm).hash(image), dihedral: [] };
      hashes.push({ index, ...found });
    },
  );
  const { own, dihedral: turned } = hashes[0]!;
  return { state: 'done', own, dihedral: turned, frames: { ...count, hashes }, notes };
}

/** The same for several files, one after the other: with single tasks, a worker would wait for each next one. */
export async function hashBatch(tasks: readonly HashFileTask[]): Promise<HashedFile[]> {
  const hashed: HashedFile[] = [];
  for (const task of tasks) hashed.push(await hashFile(task));
  return hashed;
}
