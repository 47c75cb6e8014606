/** Reads files that may be missing. Only a missing file is handled; every other error propagates. */
import type { Dirent, Stats } from 'node:fs';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { isAbsent, systemCode, UserError } from '../util/errors.ts';

/** Maximum number of bytes of a file, also of a text file: below the longest string of V8. */
const mostBytes = 2 ** 31;
const mostText = 2 ** 28;
/** Bytes per read if the size is unknown. */
const piece = 2 ** 18;

/**
 * The bytes of a file, which can be a pipe. Throws a UserError if it is a device, which can be endless, or larger than `most` bytes. System
 * errors name the path, including read errors, which normally do not.
 */
export async function bytesOf(path: string, most = mostBytes): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const status = await file.stat();
    if (status.isCharacterDevice() || status.isBlockDevice())
      throw new UserError(`${path} is a device, not a file; name a file`);
    if (status.size > most) throw tooLarge(path, most);
    const pieces: Uint8Array[] = [];
    for (let total = 0; ; ) {
      const wanted = total === 0 ? Math.max(piece, status.size) : piece;
      const { bytesRead, buffer } = await file.read(new Uint8Array(wanted), 0, wanted, null);
      if (bytesRead === 0) return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      total += bytesRead;
      if (total > most) throw tooLarge(path, most);
      pieces.push(buffer.subarray(0, bytesRead));
    }
  } catch (error) {
    throw systemCode(error) === undefined ? error : Object.assign(error as Error, { path });
  } finally {
    await file.close();
  }
}

const tooLarge = (path: string, most: number): UserError =>
  new UserError(`${path} is larger than the limit of ${most} bytes for such a file; name another one`);

/** The text of a file, as `bytesOf` reads it. */
export const textOf = async (path: string): Promise<string> =>
  Buffer.from(await bytesOf(path, mostText)).toString('utf8');

/** The text of a file, or undefined if there is none. */
export const readIfThere = (path: string): Promise<string | undefined> => unlessAbsent(textOf(path));

/** The bytes of a file, or undefined if there is none. */
export const bytesIfThere = (path: string): Promise<Uint8Array | undefined> => unlessAbsent(bytesOf(path));

/** The status of a path, or undefined if nothing exists there. */
export const statIfThere = (path: string): Promise<Stats | undefined> => unlessAbsent(stat(path));

/** The entries of a folder, or undefined if there is no folder. */
export const entriesIfThere = (path: string): Promise<Dirent[] | undefined> =>
  unlessAbsent(readdir(path, { withFileTypes: true }));

async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Maximum length of a line, in bytes: a row of a run has a few kilobytes. */
const longestLine = 64 * 2 ** 20;

/**
 * Yields the lines of a text file one by one; the file can be longer than a string. Every line ends with a newline; `whole` is false for a
 * last line without one. `end` is the offset after the line, in bytes. Throws read errors, including ENOENT.
 */
export async function* linesOf(path: string): AsyncGenerator<{ text: string; end: number; whole: boolean }> {
  let parts: Buffer[] = [];
  let held = 0;
  let end = 0;
  const line = (whole: boolean) => {
    const text = Buffer.concat(parts).toString('utf8');
    parts = [];
    held = 0;
    return { text, end, whole };
  };
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 18 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, from)) {
      parts.push(piece.subarray(from, at));
      end += at + 1 - from;
      from = at + 1;
      yield line(true);
    }
    if (from < piece.length) {
      parts.push(piece.subarray(from));
      held += piece.length - from;
      end += piece.length - from;
      if (held > longestLine)
        throw new UserError(
          `${path} has a line of more than ${longestLine} bytes, which presend never writes: it is damaged`,
        );
    }
  }
  if (parts.length > 0) yield line(false);
}
