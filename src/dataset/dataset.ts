/** A dataset: pictures by path with a label and a group, the refused files with reasons, and one digest that identifies everything. */
import { createHash } from 'node:crypto';
import { uniteCopies } from './groups.ts';
import { lookAt } from './look.ts';
import type { Picture } from './picture.ts';
import { compare, counted, type Refusal } from './refusal.ts';

export type { Picture } from './picture.ts';
export type { Refusal } from './refusal.ts';

/** Source and terms of a dataset. */
interface DatasetCard {
  readonly source: string;
  readonly licence: string;
  readonly notes: string;
}

/** Pictures with labels and groups. */
export interface Dataset {
  readonly name: string;
  /** Absolute folder; ids are relative to it. */
  readonly root: string;
  /** Sorted by id. */
  readonly pictures: readonly Picture[];
  readonly refused: readonly Refusal[];
  /** Sentences for the user of the dataset: what was skipped, followed, or read only in part. */
  readonly notices: readonly string[];
  /** SHA-256 over the sorted (id, topic, group, file digest) lines. */
  readonly sha256: string;
  readonly card: DatasetCard;
}

/** A picture that a reader found, without its digest. `expected` is the digest that the manifest states. */
export interface FoundPicture extends Omit<Picture, 'sha256'> {
  readonly expected?: string;
  /** Its line in a manifest, which precedes the reason of a refusal. */
  readonly where?: string;
  /** Found by searching a folder: it is skipped if it is not a picture. */
  readonly searched?: boolean;
}

/** SHA-256 that identifies a set of pictures: any change of a file, label or group changes it. */
export function digestOf(pictures: readonly Picture[]): string {
  const lines = pictures.map((each) => JSON.stringify([each.id, each.topic, each.group, each.sha256]));
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/** Pictures with facts that depend on all of them, e.g. which folders are labels. */
interface Described {
  readonly pictures: readonly Picture[];
  readonly notices: readonly string[];
}

/** Reads every found file once: computes digests, refuses files, and merges byte-identical copies into one group. */
export async function makeDataset(
  name: string,
  root: string,
  found: readonly FoundPicture[],
  { refused, notices }: { readonly refused: readonly Refusal[]; readonly notices: readonly string[] },
  card: DatasetCard,
  describe: (pictures: readonly Picture[]) => Described = (pictures) => ({ pictures, notices: [] }),
): Promise<Dataset> {
  const pictures: Picture[] = [];
  const refusals = [...refused];
  const passed: string[] = [];
  const moving: { id: string; frames: number }[] = [];
  // A few files at a time: enough to keep a disk busy, and few enough that large photographs do not fill the memory.
  const queue = found.values();
  const reader = async (): Promise<void> => {
    for (const { expected, where = '', searched = false, ...picture } of queue) {
      const { id } = picture;
      const look = await lookAt(picture.path);
      const refuse = (reason: string): unknown => refusals.push({ picture: id, reason: where + reason });
      if (look.state === 'other' && searched && !pictureName.test(id)) passed.push(id);
      else if (look.state !== 'picture') refuse(look.reason);
      else if (expected && expected !== look.sha256) refuse(`SHA-256 is ${look.sha256}, the manifest says ${expected}`);
      else {
        pictures.push({ ...picture, sha256: look.sha256 });
        if (look.frames > 1) moving.push({ id, frames: look.frames });
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, reader));
  const described = describe(pictures.sort(byId));
  const united = uniteCopies(described.pictures);
  refusals.sort((a, b) => compare(a.picture, b.picture) || compare(a.reason, b.reason));
  return {
    name,
    root,
    pictures: united,
    refused: refusals,
    notices: [...notices, ...described.notices, ...passedOver(passed), ...firstFramesOf(moving)],
    sha256: digestOf(united),
    card,
  };
}

/** File name extensions of pictures: a non-picture with such a name is reported, not skipped. */
const pictureName = /\.(?:jpe?g?|jfif|pjpeg|mpo|a?png|webp|gif|avifs?|tiff?|bmp|hei[cf]|jxl|jp2|dng|svg|ico)$/i;

/** Maximum number of items that a sentence names. */
const named = 3;

/** The sentence about files that are not pictures, by file name extension. */
function passedOver(ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  const endings = new Map<string, number>();
  for (const id of ids) {
    const ending = /\.[a-z0-9]{1,10}$/i.exec(id)?.[0].toLowerCase() ?? 'without an ending';
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
  }
  const most = [...endings].sort(([a, i], [b, j]) => j - i || compare(a, b)).slice(0, named);
  const shown = most.map(([ending, count]) => `${count} ${ending}`).join(', ');
  return [`${counted(ids.length, 'file that is no picture', 'files that are no pictures')} passed over (${shown}).`];
}

/** The sentence about pictures of which only the first frame or page is used. */
function firstFramesOf(moving: { readonly id: string; readonly frames: number }[]): string[] {
  if (moving.length === 0) return [];
  const shown = moving
    .sort(byId)
    .slice(0, named)
    .map(({ id, frames }) => (Number.isFinite(frames) ? `${id} has ${frames}` : id));
  const more = moving.length > named ? ', …' : '';
  return [
    `Only the first frame or page is looked at of ${moving.length} ${moving.length === 1 ? 'picture' : 'pictures'} that ${moving.length === 1 ? 'has' : 'have'} several (${shown.join(', ')}${more}).`,
  ];
}

/** Order of pictures in a dataset. */
export const byId = (a: { readonly id: string }, b: { readonly id: string }): number => compare(a.id, b.id);
