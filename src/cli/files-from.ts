/** Paths from a file or from standard input: a system refuses a command line beyond some 100,000 bytes, and `npm run` does so without a word. */
import { createReadStream } from 'node:fs';
import { MissingError, systemCode, UserError } from '../util/errors.ts';

/** The option of commands that take many files. */
export const filesFromOption = [
  '--files-from <file>',
  'read more paths from a file, or - for standard input: one a line, or each ended by a NUL byte, as find -print0 writes them',
] as const;

/** Millions of paths, and far below the longest string of Node. */
const mostBytes = 256 * 1024 * 1024;

/**
 * The files of the command line, then those that `from` names. Throws a UserError if there is none, or if `from` cannot be read as paths; a
 * MissingError if there is no such file.
 */
export async function namedFiles(files: readonly string[], from: string | undefined): Promise<string[]> {
  if (from === undefined) {
    if (files.length === 0) throw new UserError('No file is named: name files, or give --files-from <file>');
    return [...files];
  }
  const listed = pathsIn(await bytesOf(from), sourceOf(from));
  if (files.length + listed.length === 0) throw new UserError(`No path is in ${sourceOf(from)}`);
  return [...files, ...listed];
}

const sourceOf = (from: string): string => (from === '-' ? 'standard input' : from);

async function bytesOf(from: string): Promise<Buffer> {
  const stream = from === '-' ? process.stdin : createReadStream(from);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > mostBytes)
        throw new UserError(`${sourceOf(from)} has more than ${mostBytes / 2 ** 20} MiB of paths; give them in parts`);
      chunks.push(chunk);
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') throw new MissingError(`There is no file ${from}`);
    if (code === 'EISDIR') throw new UserError(`${sourceOf(from)} is a folder; name a file with paths`);
    throw error;
  }
  return Buffer.concat(chunks);
}

/** Paths that NUL bytes end where there are any, and the ends of lines where there are none. */
function pathsIn(bytes: Buffer, source: string): string[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(`${source}: expected paths in UTF-8, one a line or each ended by a NUL byte`);
  }
  return text.split(text.includes('\0') ? '\0' : /\r?\n/).filter((path) => path !== '');
}
