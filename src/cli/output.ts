/** Output for people and programs. Hostile file names cannot break lines, and files are only overwritten on request. */
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { statIfThere } from '../disk/read.ts';
import { writeBeside } from '../disk/write.ts';
import { cellText } from '../match/format/csv.ts';
import { fromUtf8 } from '../util/bytes.ts';
import { reasonOf, systemCode, UserError } from '../util/errors.ts';
import { printable, printableLines } from '../util/printable.ts';
import { hanging, terminalColumns } from './table.ts';

/** Writes a line to stdout. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Writes a line to stderr. */
export const note = (line: string): void => {
  process.stderr.write(`${printable(line)}\n`);
};

/** Writes a value as one line of JSON. */
export const sayJson = (value: unknown): void => say(jsonText(value));

/** JSON in which every control or invisible character in a string is escaped, and reads back unchanged. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replaceAll(/[\u007f-\u009f]|[\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** One line of comma-separated values. A field is quoted (RFC 4180) only if a reader might otherwise lose a part of it. */
export const csvLine = (fields: readonly (string | number)[]): string => fields.map(csvField).join(',');

function csvField(value: string | number): string {
  return cellText(process.stdout.isTTY ? printable(String(value)) : String(value));
}

/** Facts about one thing, one per line, with aligned values; on a terminal a long value wraps between words. */
export function facts(
  pairs: readonly (readonly [name: string, value: string | number])[],
  columns = terminalColumns(),
): string {
  const indent = Math.max(...pairs.map(([name]) => name.length)) + 2;
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(1, columns - indent);
  return pairs.map(([name, value]) => hanging(name.padEnd(indent), printable(String(value)), room, indent)).join('\n');
}

/** Writes bytes to stdout with backpressure; to a terminal only text, without control sequences. */
export async function sayPieces(pieces: Iterable<Uint8Array>, binary = false): Promise<void> {
  const terminal = process.stdout.isTTY;
  if (terminal && binary) throw new UserError('A terminal cannot show a binary file; name a file with --out');
  for (const piece of pieces) {
    // Each piece of a text consists of whole lines.
    const shown = terminal ? printableLines(fromUtf8(piece)) : piece;
    if (!process.stdout.write(shown)) await once(process.stdout, 'drain');
  }
}

/** Writes a line to stdout, and waits if its reader is slower. */
export async function sayInTime(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

/** Throws a UserError if `writeNew` could not write a file. For commands that work for long before they do. */
export async function mustBeWritable(path: string, force: boolean): Promise<void> {
  const there = await statIfThere(path);
  if (there?.isDirectory()) throw new UserError(`${path} is a folder; name a file with --out`);
  if (there && !force) throw alreadyThere(path);
  const folder = dirname(path);
  if (!(await statIfThere(folder))?.isDirectory())
    throw new UserError(`${path} cannot be written: there is no folder ${folder}`);
}

/**
 * Writes a new file piece by piece. An existing file is only overwritten with `force`. The file is written under a temporary name and
 * renamed when complete, so that a failure or a kill leaves the old one. The first piece is computed before anything is written, so that
 * its UserErrors leave nothing behind.
 */
export async function writeNew(path: string, pieces: Iterable<Uint8Array>, force: boolean): Promise<void> {
  const source = pieces[Symbol.iterator]();
  const first = source.next();
  try {
    const there = await statIfThere(path);
    if (there && !force) throw alreadyThere(path);
    // A pipe or a device cannot be replaced by a file.
    if (there && !there.isFile() && !there.isDirectory()) return await writeThrough(path, first, source);
    await writeBeside(path, {
      write: (file) => writePieces(file, first, source),
      async before() {
        if (!force && (await statIfThere(path))) throw alreadyThere(path);
      },
    });
  } catch (error) {
    if (error instanceof UserError || systemCode(error) === undefined) throw error;
    throw new UserError(`${path} cannot be written: ${reasonOf(error)}`);
  }
}

const alreadyThere = (path: string): UserError =>
  new UserError(`${path} exists already; choose another --out, or overwrite it with --force`);

async function writeThrough(
  path: string,
  first: IteratorResult<Uint8Array>,
  rest: Iterator<Uint8Array>,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    await writePieces(file, first, rest);
  } finally {
    await file.close();
  }
}

async function writePieces(
  file: FileHandle,
  first: IteratorResult<Uint8Array>,
  rest: Iterator<Uint8Array>,
): Promise<void> {
  for (let piece = first; !piece.done; piece = rest.next()) await file.writeFile(piece.value);
}

/**
 * Ends silently if the reader of stdout stops reading, as `| head -1` does. If stdout or stderr is unwritable for another reason (a full
 * disk), ends with the exit code of `failed`, because later output would be lost.
 */
export function leaveWhenClosed(failed: (error: unknown) => number): void {
  for (const [name, stream] of [
    ['standard output', process.stdout],
    ['standard error', process.stderr],
  ] as const)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      process.exit(failed(Object.assign(error, { path: name })));
    });
}
