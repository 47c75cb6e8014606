/** What a dataset is: pictures by path with a label and a group, what was refused and why, and one digest that names all of it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isMachineTrouble, systemCode } from '../util/errors.ts';
import { uniteCopies } from './groups.ts';

/** A picture on disk, not yet decoded. */
export interface Picture {
  /** Path relative to the dataset, '/'-separated. */
  readonly id: string;
  /** Absolute path. */
  readonly path: string;
  /** Label: what the picture shows. */
  readonly topic: string;
  /** Where in the dataset it comes from, e.g. 'photos' or 'burst'. */
  readonly kind: string;
  /** Copies and near neighbours of one original share a group; a group never straddles a split. */
  readonly group: string;
  /** SHA-256 of the file, hex. */
  readonly sha256: string;
}

/** A picture that was left out, and why. */
export interface Refusal {
  readonly picture: string;
  readonly reason: string;
}

/** Where a dataset comes from and under which terms. */
export interface DatasetCard {
  readonly source: string;
  readonly licence: string;
  readonly notes: string;
}

/** Pictures with labels and groups. */
export interface Dataset {
  readonly name: string;
  /** Absolute folder that ids are relative to. */
  readonly root: string;
  /** Sorted by id. */
  readonly pictures: readonly Picture[];
  readonly refused: readonly Refusal[];
  /** SHA-256 over the sorted (id, topic, group, file digest) lines. */
  readonly sha256: string;
  readonly card: DatasetCard;
}

/** A picture that a reader found: its digest is not taken yet, and `expected` is what the manifest says it must be. */
export interface FoundPicture extends Omit<Picture, 'sha256'> {
  readonly expected?: string;
  /** Where a manifest names it, put before the reason of a refusal. */
  readonly where?: string;
}

/** SHA-256 that names a set of pictures: any change of a file, label or group changes it. */
export function digestOf(pictures: readonly Picture[]): string {
  const lines = pictures.map((each) => JSON.stringify([each.id, each.topic, each.group, each.sha256]));
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/** SHA-256 of a file, or the reason why it cannot be had; throws where the machine is the reason. */
export async function fileDigest(path: string): Promise<{ sha256: string } | { reason: string }> {
  try {
    const bytes = await readFile(path);
    if (bytes.length === 0) return { reason: 'empty file' };
    return { sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { reason: 'missing file' };
    if (code === 'EISDIR') return { reason: 'a folder, not a file' };
    if ((error as NodeJS.ErrnoException).code === 'ERR_FS_FILE_TOO_LARGE') return { reason: 'too large to be read' };
    // A full machine or a bug says nothing of the picture. The path would make the reason another one on every machine.
    if (code === undefined || isMachineTrouble(error)) throw error;
    return { reason: `unreadable file (${code})` };
  }
}

/** Reads every found file once: digests, refusals, and byte-identical copies united into one group. */
export async function makeDataset(
  name: string,
  root: string,
  found: readonly FoundPicture[],
  refused: readonly Refusal[],
  card: DatasetCard,
): Promise<Dataset> {
  const pictures: Picture[] = [];
  const refusals = [...refused];
  // A few files at a time: enough to keep a disk busy, few enough to keep large photographs out of memory.
  const queue = found.values();
  const reader = async (): Promise<void> => {
    for (const { expected, where = '', ...picture } of queue) {
      const digest = await fileDigest(picture.path);
      if ('reason' in digest) refusals.push({ picture: picture.id, reason: where + digest.reason });
      else if (expected && expected !== digest.sha256)
        refusals.push({
          picture: picture.id,
          reason: `${where}SHA-256 is ${digest.sha256}, the manifest says ${expected}`,
        });
      else pictures.push({ ...picture, sha256: digest.sha256 });
    }
  };
  await Promise.all(Array.from({ length: 8 }, reader));
  const united = uniteCopies(pictures.sort(byId));
  refusals.sort((a, b) => compare(a.picture, b.picture) || compare(a.reason, b.reason));
  return { name, root, pictures: united, refused: refusals, sha256: digestOf(united), card };
}

/** Order of strings by UTF-16 unit, the same in every locale. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Order of pictures in a dataset. */
export const byId = (a: { readonly id: string }, b: { readonly id: string }): number => compare(a.id, b.id);
