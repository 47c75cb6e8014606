/** Opening a hash-list file from the command line. */
import { type FileHandle, open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { hashByName } from '../hash/index.ts';
import type { ListFormat, ReadList } from '../match/format/format.ts';
import { listFormatByName, recogniseFormat } from '../match/format/index.ts';
import { MissingError, reasonOf, UserError } from '../util/errors.ts';

/** What the command line says of a list file; what it leaves out the file says itself. */
export interface ListOptions {
  readonly algorithm?: string | undefined;
  readonly format?: string | undefined;
  readonly name?: string | undefined;
}

/** A list, what was bad in its file, and how it was written. */
export interface OpenedList extends ReadList {
  readonly format: ListFormat;
}

/** Options that say how to read a list file. */
export const formatOption = [
  '--format <name>',
  'format of the list (default: recognised; presend ls formats)',
] as const;

/** Bytes that are read at a time. */
const piece = 2 ** 20;

/** Reads a list file, piece by piece. A MissingError when there is none; a UserError when nothing of it is a hash of that algorithm. */
export async function openList(path: string, options: ListOptions): Promise<OpenedList> {
  const algorithm = hashByName(options.algorithm ?? 'pdq');
  const name = options.name ?? basename(path, extname(path));
  const { format, ...read } = await readList(path, options, { name, algorithm: algorithm.name, bits: algorithm.bits });
  const { list, bad } = read;
  if (options.algorithm !== undefined && list.algorithm !== options.algorithm)
    throw new UserError(`${path} lists ${list.algorithm} hashes, not ${options.algorithm}; leave --algorithm out`);
  const unit = format.unit ?? 'line';
  const first = bad.at(0);
  if (list.entries.length === 0 && first)
    throw new UserError(
      `None of the ${bad.length} ${unit}s of ${path} is a ${algorithm.name} hash; ${unit} ${first.line}: ${first.reason}`,
    );
  // A file that names another algorithm than this build knows cannot be matched with.
  const known = hashByName(list.algorithm);
  if (known.bits !== list.bits)
    throw new UserError(`${path} has ${list.bits} bits a hash where ${known.name} has ${known.bits}`);
  return { ...read, list: list.named(options.name ?? list.name), format };
}

async function readList(
  path: string,
  options: ListOptions,
  facts: { name: string; algorithm: string; bits: number },
): Promise<OpenedList> {
  const file = await opened(path);
  try {
    const buffer = new Uint8Array(piece);
    let filled = await fill(file, buffer);
    const head = buffer.subarray(0, filled);
    const format = options.format === undefined ? recognised(path, head) : listFormatByName(options.format);
    const reader = format.reader(facts);
    for (; filled > 0; filled = await fill(file, buffer)) reader.push(buffer.subarray(0, filled));
    return { ...reader.end(), format };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw new UserError(`Expected a hash list but ${path} is a folder`);
    throw code === undefined ? error : new UserError(`${path} cannot be read: ${reasonOf(error)}`);
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  return open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new MissingError(`No hash list at ${path}; 'presend list import' makes one`);
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}`);
  });
}

/** Reads until the buffer is full or the file has ended: a pipe gives what it has, and the head is wanted whole. */
async function fill(file: FileHandle, buffer: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

function recognised(path: string, bytes: Uint8Array): ListFormat {
  try {
    return recogniseFormat(bytes);
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${path}: ${error.message}`) : error;
  }
}

/** The sentence about what could not be read, and what else is to be known of the file; undefined where nothing is. */
export function badLines(path: string, { list, bad, notes = [], format }: OpenedList): string | undefined {
  const unit = format.unit ?? 'line';
  const total = bad.length + list.entries.length;
  const first = bad.at(0);
  const sentences = first
    ? [`${bad.length} of ${total} ${unit}s could not be read; ${unit} ${first.line}: ${first.reason}`, ...notes]
    : notes;
  return sentences.length === 0 ? undefined : `${path}: ${sentences.join('; ')}`;
}
