/** Datasets of several files: which files, and what their names say. */
import { basename, dirname, posix, resolve } from 'node:path';
import { MissingError, UserError } from '../util/errors.ts';
import { findFiles } from './find-files.ts';
import { findObjects } from './find-objects.ts';
import { isObject } from './s3.ts';
import { rootOf } from './storage.ts';

/** The files of a dataset: paths relative to a root, in the order in which they are read. */
export interface Shards {
  readonly name: string;
  readonly root: string;
  readonly files: readonly string[];
}

/** Maximum number of files that a range names. */
const most = 100_000;

/** Whether a path holds a range, as WebDataset writes it: `shard-{0000..0099}.tar`. */
export const hasRange = (path: string): boolean => /\{\d+\.\.\d+\}/.test(path);

/** All paths that a range names, in the order of its numbers, which keep their leading zeros. Of several ranges, the last is the fastest. */
export function expandRange(path: string): string[] {
  const range = /\{(\d+)\.\.(\d+)\}/.exec(path);
  if (!range) return [path];
  const [whole, first, last] = range as unknown as [string, string, string];
  const [from, to] = [Number(first), Number(last)];
  if (to < from) throw new UserError(`Expected a range from small to large but received ${whole}`);
  const tails = expandRange(path.slice(range.index + whole.length));
  if ((to - from + 1) * tails.length > most) throw new UserError(`The range ${whole} names more than ${most} files`);
  const head = path.slice(0, range.index);
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => String(from + i).padStart(first.length, '0'));
  return numbers.flatMap((number) => tails.map((tail) => head + number + tail));
}

/** The files that a range names. */
export function shardsOfRange(path: string, name?: string): Shards {
  const place = isObject(path) ? path : resolve(path);
  // The folder of the range: the last one before the first brace.
  const before = `${place.slice(0, place.search(/\{\d+\.\./))}x`;
  const root = isObject(path) ? posix.dirname(before) : dirname(before);
  const files = expandRange(place).map((file) => file.slice(root.length + 1).replaceAll('\\', '/'));
  return { name: name ?? basename(place), root, files };
}

/** One file. */
export function shardOf(path: string, name?: string): Shards {
  const place = isObject(path) ? path : resolve(path);
  const root = isObject(path) ? posix.dirname(place) : dirname(place);
  return { name: name ?? basename(place), root, files: [basename(place)] };
}

/** All files with an ending below a folder or address. Throws a MissingError if there is none. */
export async function shardsBelow(folder: string, ending: string, name?: string): Promise<Shards> {
  const root = rootOf(folder);
  const found = isObject(root) ? await findObjects(root) : await findFiles(root);
  const files = found.files.filter((file) => file.toLowerCase().endsWith(ending));
  if (files.length === 0) throw new MissingError(`No file below '${folder}' ends with ${ending}`);
  return { name: name ?? basename(root), root, files };
}

/** The split that a file's name or folder states, e.g. 'train' for data/train-00000-of-00004.parquet. */
export const splitOf = (file: string): string | undefined =>
  /^(train|training|validation|valid|val|dev|test|testing|eval|evaluation)(?=[-_.\d]|$)/i
    .exec(posix.basename(file))?.[1]
    ?.toLowerCase() ?? (posix.dirname(file) === '.' ? undefined : splitOf(posix.dirname(file)));
