/** A dataset: pictures with a label and a group, the refused files with reasons, and one digest that identifies everything. */
import { createHash } from 'node:crypto';
import { type Draw, drawFrom } from './draw.ts';
import { uniteCopies } from './groups.ts';
import type { DatasetCard, FoundPicture, Listing } from './listing.ts';
import { lookAt } from './look.ts';
import type { Picture } from './picture.ts';
import { compare, counted, type Refusal } from './refusal.ts';

export type { Picture } from './picture.ts';
export type { Refusal } from './refusal.ts';

/** Pictures with labels and groups. */
export interface Dataset {
  readonly name: string;
  /** Absolute folder, or s3:// address; ids are relative to it. */
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

/** SHA-256 that identifies a set of pictures: any change of a file, label or group changes it. */
export function digestOf(pictures: readonly Picture[]): string {
  const digest = createHash('sha256');
  const order = pictures.some(({ id }) => isEscaped(id)) ? byLine : byQuotedId;
  let first = true;
  for (const each of [...pictures].sort(order)) {
    digest.update(first ? lineOf(each) : `\n${lineOf(each)}`);
    first = false;
  }
  return digest.digest('hex');
}

const lineOf = ({ id, topic, group, sha256 }: Picture): string => JSON.stringify([id, topic, group, sha256]);
const byLine = (a: Picture, b: Picture): number => compare(lineOf(a), lineOf(b));

/** Whether JSON writes an id otherwise than between quotes. */
const isEscaped = (id: string): boolean => /["\\\p{Cc}\p{Cs}]/u.test(id);

/** The order of the lines of a million pictures, without writing them: that of their ids, each with a quote behind it. */
function byQuotedId(a: Picture, b: Picture): number {
  if (a.id === b.id) return byLine(a, b);
  if (b.id.startsWith(a.id)) return compare('"', b.id.charAt(a.id.length));
  if (a.id.startsWith(b.id)) return compare(a.id.charAt(b.id.length), '"');
  return compare(a.id, b.id);
}

/** Examines every found picture once: computes digests, refuses files, and merges byte-identical copies into one group. */
export async function makeDataset(listing: Listing, draw?: Draw): Promise<Dataset> {
  const drawn = draw && (await drawFrom(listing, draw));
  const pictures: Picture[] = [];
  const refusals: Refusal[] = [...(drawn?.refused ?? [])];
  const passed: string[] = [];
  const moving: { id: string; frames: number }[] = [];
  const queue = singly(drawn ? drawn.found : listing.entries(), refusals);
  // A few files at a time: enough to keep a disk busy, and few enough that large photographs do not fill the memory.
  const reader = async (): Promise<void> => {
    for await (const found of queue) {
      const { id, location, topic, kind, group, expected, where = '', searched = false } = found;
      const look = found.look ?? (await lookAt(location));
      const refuse = (reason: string): unknown => refusals.push({ picture: id, reason: where + reason });
      if (look.state === 'other' && searched && !pictureName.test(id)) passed.push(id);
      else if (look.state !== 'picture') refuse(look.reason);
      else if (expected && expected !== look.sha256) refuse(`SHA-256 is ${look.sha256}, the manifest says ${expected}`);
      else {
        pictures.push({ id, location, topic, kind, group, sha256: look.sha256 });
        if (look.frames > 1) moving.push({ id, frames: look.frames });
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, reader));
  pictures.sort(byId);
  const described = listing.describe?.(pictures) ?? { pictures, notices: [] };
  const united = uniteCopies(described.pictures);
  refusals.sort((a, b) => compare(a.picture, b.picture) || compare(a.reason, b.reason));
  return {
    name: listing.name,
    root: listing.root,
    pictures: united,
    refused: refusals,
    notices: [
      ...listing.notices(),
      ...(drawn?.notices ?? []),
      ...described.notices,
      ...passedOver(passed),
      ...firstFramesOf(moving),
    ],
    sha256: digestOf(united),
    card: listing.card(),
  };
}

/** The found pictures of a listing; refusals, and pictures with an id that another one has, go to `refusals`. */
export async function* singly(
  entries: AsyncIterable<FoundPicture | Refusal> | Iterable<FoundPicture | Refusal>,
  refusals: Refusal[],
): AsyncGenerator<FoundPicture> {
  const seen = new Set<string>();
  for await (const entry of entries) {
    if ('reason' in entry) refusals.push(entry);
    else if (seen.has(entry.id)) refusals.push({ picture: entry.id, reason: `${entry.where ?? ''}duplicate path` });
    else {
      seen.add(entry.id);
      yield entry;
    }
  }
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
