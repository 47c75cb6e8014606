/**
 * A manifest: a CSV file (RFC 4180) with one picture per row. Columns path, kind, label, group, source_repo, licence, sha256, width,
 * height, notes; only `path` is required. A malformed row is refused with its line number; the other rows are still read. The file is read
 * piece by piece, so that it may have any number of rows.
 */
import { basename, dirname, posix, resolve } from 'node:path';
import { isAbsent, MissingError, UserError } from '../util/errors.ts';
import { csvRows } from './csv-rows.ts';
import { type Dataset, makeDataset } from './dataset.ts';
import type { Draw } from './draw.ts';
import { unlabelled } from './folder.ts';
import { type FoundPicture, type Listing, relativePath, whyNotBelow } from './listing.ts';
import type { Refusal } from './refusal.ts';
import { isObject, NoObject } from './s3.ts';
import { below, streamOf } from './storage.ts';

/** The columns of a manifest, in the order in which this project writes them. */
export const manifestColumns = [
  'path',
  'kind',
  'label',
  'group',
  'source_repo',
  'licence',
  'sha256',
  'width',
  'height',
  'notes',
] as const;
type Column = (typeof manifestColumns)[number];

/** Maximum number of labels that are kept once for all rows, and of sources and licences that are named. */
const mostNamed = 10_000;

/** Facts that the rows of a manifest share. */
interface Shared {
  readonly sources: Set<string>;
  readonly licences: Set<string>;
}

/**
 * Reads a manifest and the files it names, which must lie below the manifest's folder. With `under`, a folder relative to it, reads only
 * the files below that, and reports no malformed rows.
 */
export const readManifest = (file: string, name?: string, under?: string, draw?: Draw): Promise<Dataset> =>
  makeDataset(manifestListing(file, name, under), draw);

function manifestListing(file: string, name?: string, under?: string): Listing {
  const place = isObject(file) ? file : resolve(file);
  const root = isObject(place) ? posix.dirname(place) : dirname(place);
  let shared: Shared = { sources: new Set(), licences: new Set() };
  return {
    name: name ?? basename(root),
    root,
    async *entries() {
      shared = { sources: new Set(), licences: new Set() };
      try {
        yield* parseManifest(streamOf(place), root, under, shared);
      } catch (error) {
        if (isAbsent(error) || error instanceof NoObject)
          throw new MissingError(`No manifest at ${file}: no such ${isObject(file) ? 'object' : 'file'}`);
        throw error;
      }
    },
    card: () => ({
      source: [...shared.sources].sort().join('; ') || root,
      licence: [...shared.licences].sort().join('; ') || 'not stated',
      notes: `manifest ${basename(file)}${under === undefined ? '' : `, the part below ${under}`}`,
    }),
    notices: () => [],
  };
}

/**
 * Parses a manifest, before any picture is opened. `shared` receives the sources and licences of the rows. Throws a UserError only if there
 * is no `path` column.
 */
export async function* parseManifest(
  pieces: AsyncIterable<Uint8Array>,
  root: string,
  under?: string,
  shared?: Shared,
): AsyncGenerator<FoundPicture | Refusal> {
  let header: readonly string[] | undefined;
  const columnOf = new Map<string, number>();
  /** One string for each label and kind, however many rows have it. */
  const names = new Map<string, string>();
  const once = (text: string): string => {
    const before = names.get(text);
    if (before === undefined && names.size < mostNamed) names.set(text, text);
    return before ?? text;
  };
  const noted = (texts: Set<string>, text: string): void => {
    if (text !== '') texts.add(texts.size < mostNamed ? text : 'and more');
  };
  const mine = (path: string): boolean => under === undefined || path.startsWith(`${under}/`);
  for await (const rows of csvRows(pieces)) {
    for (const row of rows) {
      const { line } = row;
      if ('reason' in row) {
        if (under === undefined) yield { picture: `line ${line}`, reason: `line ${line}: ${row.reason}` };
        continue;
      }
      const { cells } = row;
      if (!header) {
        header = cells.map((cell) => cell.trim().toLowerCase());
        for (const [i, column] of header.entries()) columnOf.set(column, i);
        mustHavePath(header);
        continue;
      }
      if (cells.length === 1 && cells[0]!.trim() === '') continue;
      const cell = (column: Column): string => cells[columnOf.get(column) ?? -1]?.trim() ?? '';
      const [written, sha256] = [cell('path'), cell('sha256')];
      const id = relativePath(written);
      if (!mine(id)) continue;
      const reason = whyNot(id, sha256, cells.length, header.length);
      if (reason !== undefined) {
        if (mine(written)) yield { picture: written || `line ${line}`, reason: `line ${line}: ${reason}` };
        continue;
      }
      if (shared) {
        noted(shared.sources, cell('source_repo'));
        noted(shared.licences, cell('licence'));
      }
      yield {
        id,
        location: below(root, id),
        topic: once(cell('label') || unlabelled),
        kind: once(cell('kind') || 'manifest'),
        group: cell('group') || id,
        where: `line ${line}: `,
        ...(sha256 === '' ? {} : { expected: sha256.toLowerCase() }),
      };
    }
  }
  if (!header) mustHavePath([]);
}

function mustHavePath(header: readonly string[]): void {
  if (!header.includes('path'))
    throw new UserError(`A manifest needs a column called path; this one has ${header.join(', ') || 'no columns'}.`);
}

function whyNot(path: string, sha256: string, cells: number, columns: number): string | undefined {
  if (cells !== columns) return `expected ${columns} cells but found ${cells}`;
  const reason = whyNotBelow(path);
  if (reason !== undefined) return reason;
  return sha256 !== '' && !/^[0-9a-f]{64}$/i.test(sha256) ? 'sha256 is not 64 hexadecimal digits' : undefined;
}
