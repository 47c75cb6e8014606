/** Writing for people and for programs: lines that a hostile file name cannot break, files that are never overwritten unasked. */
import { writeFile } from 'node:fs/promises';
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

/** Writes a new file; one that is there already is kept unless `force` says otherwise. */
export async function writeNew(path: string, bytes: Uint8Array, force: boolean): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
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
