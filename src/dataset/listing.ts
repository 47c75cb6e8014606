/** What a reader finds, one picture at a time, before or while pictures are examined. */
import { isAbsolute, posix } from 'node:path';
import type { Look } from './look.ts';
import type { Picture } from './picture.ts';
import type { Refusal } from './refusal.ts';

/** Source and terms of a dataset. */
export interface DatasetCard {
  readonly source: string;
  readonly licence: string;
  readonly notes: string;
}

/** A picture that a reader found, without its digest. `expected` is the digest that the manifest states. */
export interface FoundPicture extends Omit<Picture, 'sha256'> {
  readonly expected?: string;
  /** Its place in a list ('line 7: '), which precedes the reason of a refusal. */
  readonly where?: string;
  /** Found by searching a folder: it is skipped if it is not a picture. */
  readonly searched?: boolean;
  /** The result of examining it, if the reader had its bytes at hand. */
  readonly look?: Look;
}

/** Pictures with facts that depend on all of them, e.g. which folders are labels. */
export interface Described {
  readonly pictures: readonly Picture[];
  readonly notices: readonly string[];
}

/** A dataset that can be listed, again if need be: the order is always the same. */
export interface Listing {
  readonly name: string;
  /** Absolute folder, or s3:// address; ids are relative to it. */
  readonly root: string;
  entries(): AsyncIterable<FoundPicture | Refusal>;
  /** Source, terms and notices, which are complete after the entries. */
  card(): DatasetCard;
  notices(): readonly string[];
  describe?(pictures: readonly Picture[]): Described;
}

/** Why a path that somebody wrote into a list is not one below its folder; undefined if it is. Normalised by `relativePath`. */
export function whyNotBelow(path: string): string | undefined {
  if (path === '') return 'no path';
  if (path.includes('\0')) return 'path holds a NUL byte';
  if (isAbsolute(path) || /^[a-z]:/i.test(path)) return 'absolute path';
  if (path === '..' || path.startsWith('../')) return 'path leaves the folder of the manifest';
  return undefined;
}

/** A path as ids are written: '/'-separated, without '.' and '..' where possible. */
export const relativePath = (path: string): string =>
  // Most paths are written so already; a regular expression is faster, and keeps the string as it is.
  /^\.|\\|\/[./]|\/$/.test(path) ? posix.normalize(path.replaceAll('\\', '/')) : path;
