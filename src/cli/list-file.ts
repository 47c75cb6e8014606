/** Opening a hash-list file from the command line. */
import { readFile } from 'node:fs/promises';
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

/** Reads a list file. A MissingError when there is none; a UserError when nothing of it is a hash of that algorithm. */
export async function openList(path: string, options: ListOptions): Promise<OpenedList> {
  const algorithm = hashByName(options.algorithm ?? 'pdq');
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new MissingError(`No hash list at ${path}; 'presend list import' makes one`);
    if (error.code === 'EISDIR') throw new UserError(`Expected a hash list but ${path} is a folder`);
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}`);
  });
  const format = options.format === undefined ? recognised(path, bytes) : listFormatByName(options.format);
  const name = options.name ?? basename(path, extname(path));
  const read = format.read(bytes, { name, algorithm: algorithm.name, bits: algorithm.bits });
  const { list, bad, ...rest } = read;
  if (options.algorithm !== undefined && list.algorithm !== options.algorithm)
    throw new UserError(`${path} lists ${list.algorithm} hashes, not ${options.algorithm}; leave --algorithm out`);
  const unit = format.unit ?? 'line';
  const [first] = bad;
  if (list.entries.length === 0 && first)
    throw new UserError(
      `None of the ${bad.length} ${unit}s of ${path} is a ${algorithm.name} hash; ${unit} ${first.line}: ${first.reason}`,
    );
  // A file that names another algorithm than this build knows cannot be matched with.
  const known = hashByName(list.algorithm);
  if (known.bits !== list.bits)
    throw new UserError(`${path} has ${list.bits} bits a hash where ${known.name} has ${known.bits}`);
  return { list: { ...list, name: options.name ?? list.name }, bad, ...rest, format };
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
  const [first] = bad;
  const sentences = first
    ? [`${bad.length} of ${total} ${unit}s could not be read; ${unit} ${first.line}: ${first.reason}`, ...notes]
    : notes;
  return sentences.length === 0 ? undefined : `${path}: ${sentences.join('; ')}`;
}
