/**
 * Reads the bytes of a picture's file, and nothing else. A pipe or device in a folder could block forever, a file can be larger than
 * memory, and the system presents many things as files. Non-pictures are refused after their first bytes.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { isMachineTrouble, RefusedError, systemCode } from '../util/errors.ts';
import { whyNotRead } from './signatures.ts';

/**
 * Largest file that is read, in bytes: the largest picture that is decoded, 100 million pixels, uncompressed with 16 bits per sample, plus
 * a margin.
 */
export const largestFile = 2 ** 30;
/** Number of bytes that identify the type of a file; a TIFF's directory can be further behind. */
const headBytes = 4096;
/** Bytes per read from a pipe. */
const pipeBytes = 65536;
/** Milliseconds to wait for an empty pipe. */
const pause = 5;

/** Names of this process's own open files: `/dev/stdin`, and `<(command)` of a shell. */
const inherited = /^\/(?:dev\/(?:stdin|fd\/\d{1,7})|proc\/self\/fd\/\d{1,7})$/;

/**
 * The bytes of a file. Throws a RefusedError if it cannot be read. It reads synchronously, because awaiting a promise takes a tenth of the
 * time of a fast hash.
 */
export function readPicture(path: string): Uint8Array {
  return guarded(path, () => {
    if (inherited.test(path)) return readInherited(path);
    // Checked before opening, because opening a device can have effects.
    mustBeFile(statSync(path));
    const file = openSync(path, withoutWaiting);
    try {
      return readFile(file, sizeOf(fstatSync(file)));
    } finally {
      closeSync(file);
    }
  });
}

/** Opens a file without blocking, in case a pipe has replaced it. Windows has no such flag. */
export const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The size of a regular file, in bytes. Throws a RefusedError for everything else, and for files that are too large. */
export function sizeOf(stats: Stats): number {
  mustBeFile(stats);
  if (stats.size > largestFile) throw tooLarge();
  return stats.size;
}

/** Why a file of size 0 is unreadable. */
export const nothing = 'empty file';

function readFile(file: number, size: number): Uint8Array {
  if (size === 0)
    throw new RefusedError(
      isEmpty(file) ? nothing : 'a file without a size, as the system makes them up; copy it to a file first',
    );
  const bytes = Buffer.allocUnsafe(Math.min(size, headBytes));
  const head = bytes.subarray(0, fill(file, bytes, 0));
  const reason = whyNotRead(head);
  if (reason !== undefined) throw new RefusedError(reason);
  if (head.length < bytes.length || size <= headBytes) return head;
  // A growing file is read up to its size when it was opened.
  const whole = Buffer.allocUnsafeSlow(size);
  head.copy(whole);
  return whole.subarray(0, fill(file, whole, head.length));
}

/** Reads until the buffer is full or the file ends; returns the end position. */
function fill(file: number, bytes: Buffer, from: number): number {
  let at = from;
  for (let got = -1; at < bytes.length && got !== 0; at += got) got = read(file, bytes, at);
  return at;
}

/** Whether a file of size 0 is really empty: files that the system generates (/proc) have content, or fail in their own ways. */
function isEmpty(file: number): boolean {
  try {
    return read(file, Buffer.alloc(1), 0) === 0;
  } catch (error) {
    // No data of a file of size 0 are read from a disk, so EIO is an answer of /proc (/proc/self/mem), not a disk failure.
    const code = systemCode(error);
    if (code === undefined || (isMachineTrouble(error) && code !== 'EIO')) throw error;
    return false;
  }
}

/** Reads at the current position; returns 0 at the end. */
const read = (file: number, bytes: Buffer, at: number): number => readSync(file, bytes, at, bytes.length - at, null);

/** Reads everything that another process writes, up to its end, however long that takes. */
function readInherited(path: string): Uint8Array {
  const file = path === '/dev/stdin' ? 0 : Number(path.slice(path.lastIndexOf('/') + 1));
  const stats = fstatSync(file);
  if (stats.isDirectory() || stats.isBlockDevice() || stats.isCharacterDevice()) mustBeFile(stats);
  const pieces: Buffer[] = [];
  let total = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(pipeBytes);
    const got = readPatiently(file, piece);
    if (got === 0) break;
    total += got;
    if (total > largestFile) throw tooLarge();
    pieces.push(piece.subarray(0, got));
  }
  if (total === 0) throw new RefusedError('empty: nothing came through it');
  return Buffer.concat(pieces, total);
}

/** A non-blocking pipe returns EAGAIN while it is empty. */
function readPatiently(file: number, piece: Buffer): number {
  for (;;) {
    try {
      return readSync(file, piece, 0, piece.length, null);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}

/** Throws a RefusedError if it is not a regular file. */
function mustBeFile(stats: Pick<Stats, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new RefusedError('a folder, not a picture; name the files in it');
  if (stats.isFIFO()) throw new RefusedError('a named pipe, not a file; pipe its content to /dev/stdin instead');
  throw new RefusedError(stats.isSocket() ? 'a socket, not a file' : 'a device, not a file');
}

/** Does the work. System errors about the path become RefusedErrors; system errors about the machine propagate. */
function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusalOf(error, path) ?? error;
  }
}

/** The refusal for a system error about a path; undefined for every other error. */
export function refusalOf(error: unknown, path: string): RefusedError | undefined {
  const code = systemCode(error);
  if (code === undefined || isMachineTrouble(error)) return undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    // Non-UTF-8 bytes on a command line are replaced by this character.
    const lost = path.includes('\ufffd');
    return new RefusedError(
      lost ? 'no such file by a UTF-8 name; if its name is of another encoding, rename it' : 'no such file',
    );
  }
  if (code === 'EACCES' || code === 'EPERM') return new RefusedError('not a readable file: permission denied');
  if (code === 'ELOOP') return new RefusedError('not a readable file: its links lead back to themselves');
  if (code === 'ENXIO' || code === 'ENODEV') return new RefusedError('a device or a socket, not a file');
  return new RefusedError(`not a readable file (${code})`);
}

const tooLarge = (): RefusedError =>
  new RefusedError(`too large: a file of more than ${largestFile / 2 ** 20} MiB cannot be a picture of a fair size`);
