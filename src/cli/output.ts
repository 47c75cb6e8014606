/** Writing for people and for programs: lines that a hostile file name cannot break, files that are never overwritten unasked. */
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { reasonOf, UserError } from '../util/errors.ts';

/** Writes a line to stdout. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Writes a line to stderr. */
export const note = (line: string): void => {
  process.stderr.write(`${printable(line)}\n`);
};

/** Writes a value as one line of JSON. */
export const sayJson = (value: unknown): void => say(JSON.stringify(value));

/** A stranger's text without control characters, which could break the line or steer the terminal. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, '\uFFFD');

/** One line of comma-separated values; a field is quoted (RFC 4180) only where it must be. */
export const csvLine = (fields: readonly (string | number)[]): string => fields.map(csvField).join(',');

function csvField(value: string | number): string {
  const text = process.stdout.isTTY ? printable(String(value)) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Facts about one thing, one a line, their values below each other. */
export function facts(pairs: readonly (readonly [name: string, value: string | number])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${printable(String(value))}`).join('\n');
}

/** Writes bytes to stdout, no faster than they are taken. */
export async function sayPieces(pieces: Iterable<Uint8Array>): Promise<void> {
  for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

/**
 * Writes a new file, piece by piece; one that is there already is kept unless `force` says otherwise. The first piece is made before the file
 * is, so that a UserError about it leaves nothing behind; a file that cannot be finished is removed.
 */
export async function writeNew(path: string, pieces: Iterable<Uint8Array>, force: boolean): Promise<void> {
  const source = pieces[Symbol.iterator]();
  let piece = source.next();
  let made = false;
  try {
    const file = await open(path, force ? 'w' : 'wx');
    made = true;
    try {
      for (; !piece.done; piece = source.next()) await file.writeFile(piece.value);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (made && !force) await rm(path, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'EEXIST')
      throw new UserError(`${path} is there already; choose another --out, or overwrite it with --force`);
    throw new UserError(`${path} cannot be written: ${reasonOf(error)}`);
  }
}

/** Ends without a word when whoever reads stdout has read enough, as `| head -1` does. */
export function leaveQuietlyWhenClosed(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(process.exitCode ?? 0);
    });
}
