/**
 * A manifest: a CSV file (RFC 4180) with one picture per row. Columns path, kind, label, group, source_repo, licence, sha256, width,
 * height, notes; only `path` is required. A malformed row is refused with its line number; the other rows are still read.
 */
import { basename, dirname, isAbsolute, join, posix, resolve } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { readIfThere } from '../disk/read.ts';
import { MissingError, reasonOf, UserError } from '../util/errors.ts';
import { type Dataset, type FoundPicture, makeDataset, type Refusal } from './dataset.ts';
import { unlabelled } from './folder.ts';

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
type Row = Partial<Record<(typeof manifestColumns)[number], string>>;

/** A row of a manifest and its last line number; 1 is the header. */
interface Line {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads a manifest and the files it names, which must lie below the manifest's folder. With `under`, a folder relative to it, reads only
 * the files below that, and reports no malformed rows.
 */
export async function readManifest(file: string, name?: string, under?: string): Promise<Dataset> {
  const root = dirname(resolve(file));
  const text = await readIfThere(file);
  if (text === undefined) throw new MissingError(`No manifest at ${file}: no such file`);
  const { found, refused, sources, licences } = parseManifest(text, root, under);
  const card = {
    source: sources.length > 0 ? sources.join('; ') : root,
    licence: licences.length > 0 ? licences.join('; ') : 'not stated',
    notes: `manifest ${basename(file)}${under === undefined ? '' : `, the part below ${under}`}`,
  };
  return makeDataset(name ?? basename(root), root, found, { refused, notices: [] }, card);
}

/** Parses a manifest's text, before any picture is opened. Throws a UserError only if there is no `path` column. */
export function parseManifest(
  text: string,
  root: string,
  under?: string,
): { found: FoundPicture[]; refused: Refusal[]; sources: string[]; licences: string[] } {
  const { lines, refused } = parseCsv(text);
  const header = (lines.shift()?.cells ?? []).map((cell) => cell.trim().toLowerCase());
  if (!header.includes('path'))
    throw new UserError(`A manifest needs a column called path; this one has ${header.join(', ') || 'no columns'}.`);
  const found: FoundPicture[] = [];
  const seen = new Set<string>();
  const sources = new Set<string>();
  const licences = new Set<string>();
  for (const { line, cells } of lines) {
    if (cells.length === 1 && cells[0]!.trim() === '') continue;
    const row: Row = Object.fromEntries(header.map((column, i) => [column, (cells[i] ?? '').trim()]));
    const picture = posix.normalize((row.path ?? '').replaceAll('\\', '/'));
    if (under !== undefined && !picture.startsWith(`${under}/`)) continue;
    const reason =
      badRow(row, cells.length, header.length, picture) ?? (seen.has(picture) ? 'duplicate path' : undefined);
    if (reason) {
      refused.push({ picture: row.path || `line ${line}`, reason: `line ${line}: ${reason}` });
      continue;
    }
    seen.add(picture);
    if (row.source_repo) sources.add(row.source_repo);
    if (row.licence) licences.add(row.licence);
    found.push({
      id: picture,
      path: join(root, picture),
      topic: row.label || unlabelled,
      kind: row.kind || 'manifest',
      group: row.group || picture,
      where: `line ${line}: `,
      ...(row.sha256 ? { expected: row.sha256.toLowerCase() } : {}),
    });
  }
  return {
    found,
    refused: under === undefined ? refused : refused.filter(({ picture }) => picture.startsWith(`${under}/`)),
    sources: [...sources].sort(),
    licences: [...licences].sort(),
  };
}

function badRow(row: Row, cells: number, columns: number, picture: string): string | undefined {
  if (cells !== columns) return `expected ${columns} cells but found ${cells}`;
  if (!row.path) return 'no path';
  if (row.path.includes('\0')) return 'path holds a NUL byte';
  if (isAbsolute(picture) || /^[a-z]:/i.test(picture)) return 'absolute path';
  if (picture === '..' || picture.startsWith('../')) return 'path leaves the folder of the manifest';
  if (row.sha256 && !/^[0-9a-f]{64}$/i.test(row.sha256)) return `sha256 is not 64 hexadecimal digits`;
  return undefined;
}

/** All readable records; an unclosed quote makes the rest of the file unreadable. */
function parseCsv(text: string): { lines: Line[]; refused: Refusal[] } {
  const lines: Line[] = [];
  const refused: Refusal[] = [];
  const refuse = (error: unknown): undefined => {
    const line = (error as { lines?: number }).lines ?? 0;
    refused.push({ picture: `line ${line}`, reason: `line ${line}: ${reasonOf(error)}` });
  };
  try {
    parse(text, {
      bom: true,
      relax_column_count: true,
      // A stray quote is part of its cell; otherwise, csv-parse would read everything after it as one quoted cell.
      relax_quotes: true,
      // Each of these can end a row, anywhere in the file; csv-parse would use the first that it finds for all rows.
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_records_with_error: true,
      on_record: (cells: string[], { lines: line }) => {
        lines.push({ line, cells });
        return null;
      },
      on_skip: refuse,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    refuse(error);
  }
  return { lines, refused };
}
