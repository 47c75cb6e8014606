/** Hashes files, or gives the reasons why they have no hash: tasks for this thread or for workers. */
import { hashByName } from '../hash/index.ts';
import { pdqOf } from '../hash/pdq.ts';
import type { HashResult } from '../hash/perceptual-hash.ts';
import { decodePicture, RefusedError } from '../image/decode.ts';
import { decodeFast, type FastPicture } from '../image/decode-fast.ts';

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
}

/** The result for one file. */
export type HashedFile =
  | {
      readonly state: 'done';
      readonly own: HashResult;
      readonly dihedral: readonly HashResult[];
      /** Sentences about unread or doubtful parts. */
      readonly notes: readonly string[];
    }
  | { readonly state: 'refused'; readonly reason: string };

/** Decodes and hashes a file. */
export async function hashFile({ file, algorithm, dihedral, fast, orient = false }: HashFileTask): Promise<HashedFile> {
  try {
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

/** The same for several files, one after the other: with single tasks, a worker would wait for each next one. */
export async function hashBatch(tasks: readonly HashFileTask[]): Promise<HashedFile[]> {
  const hashed: HashedFile[] = [];
  for (const task of tasks) hashed.push(await hashFile(task));
  return hashed;
}
