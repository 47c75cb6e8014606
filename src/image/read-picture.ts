/**
 * The bytes of a picture's file, and of nothing else: a pipe or a device that a folder holds could be waited for forever, a file may be
 * larger than memory, and the system shows much as files that is none. Whatever is not a picture is refused by its first bytes.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { isMachineTrouble, RefusedError, systemCode } from '../util/errors.ts';
import { whyNotRead } from './signatures.ts';

/** Largest file that is read, in bytes: the largest picture that is decoded, 100 million pixels, uncompressed with 16 bits a sample, and some more. */
const largestFile = 2 ** 30;
/** Bytes that identify the type of a file; a TIFF's directory may stand further behind. */
const headBytes = 4096;
/** Bytes of a pipe that are asked for at a time. */
const pipeBytes = 65536;
/** How long to wait for a pipe that has nothing yet, in milliseconds. */
const pause = 5;

/** The names of this process's own open files: what `/dev/stdin` and `<(command)` of a shell are. */
const inherited = /^\/(?:dev\/(?:stdin|fd\/\d{1,7})|proc\/self\/fd\/\d{1,7})$/;

/**
 * The bytes of a file; throws a RefusedError if there are none to be had. Read in one go: waiting for a promise takes a tenth
 * of the time of a fast hash.
 */
export function readPicture(path: string): Uint8Array {
  return guarded(path, () => {
    if (inherited.test(path)) return readInherited(path);
    // Looked at before it is opened: to open a device can do something.
    mustBeFile(statSync(path));
    const file = openSync(path, withoutWaiting);
    try {
      return readFile(file, sizeOf(fstatSync(file)));
    } finally {
      closeSync(file);
    }
  });
}

/** How to open a file so that a pipe, which may have come into its place, is not waited for. Windows has no such flag. */
export const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The size of a plain file, in bytes; throws a RefusedError about everything else, and about files that are too large. */
export function sizeOf(stats: Stats): number {
  mustBeFile(stats);
  if (stats.size > largestFile) throw tooLarge();
  return stats.size;
}

/** Why there is nothing to read of a file of size 0. */
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
  // A file that grows is read up to where it ended when it was opened.
  const whole = Buffer.allocUnsafeSlow(size);
  head.copy(whole);
  return whole.subarray(0, fill(file, whole, head.length));
}

/** Reads until the bytes are full or the file ends; returns where that is. */
function fill(file: number, bytes: Buffer, from: number): number {
  let at = from;
  for (let got = -1; at < bytes.length && got !== 0; at += got) got = read(file, bytes, at);
  return at;
}

/** Whether a file of size 0 has nothing to read: what the system makes up (/proc) has content, or fails in its own ways. */
function isEmpty(file: number): boolean {
  try {
    return read(file, Buffer.alloc(1), 0) === 0;
  } catch (error) {
    // No data of a file of size 0 is read from a disk, so EIO is an answer of /proc (/proc/self/mem), not a broken disk.
    const code = systemCode(error);
    if (code === undefined || (isMachineTrouble(error) && code !== 'EIO')) throw error;
    return false;
  }
}

/** A read at the current position; 0 at the end. */
const read = (file: number, bytes: Buffer, at: number): number => readSync(file, bytes, at, bytes.length - at, null);

/** All that another process writes, up to its end, however long that takes. */
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

/** A pipe that does not block says EAGAIN as long as it has nothing. */
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

/** Throws a RefusedError about what is not a plain file. */
function mustBeFile(stats: Pick<Stats, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new RefusedError('a folder, not a picture; name the files in it');
  if (stats.isFIFO()) throw new RefusedError('a named pipe, not a file; pipe its content to /dev/stdin instead');
  throw new RefusedError(stats.isSocket() ? 'a socket, not a file' : 'a device, not a file');
}

/** Does the work; what the system says about the path becomes a RefusedError, what it says about itself continues. */
function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusalOf(error, path) ?? error;
  }
}

/** The refusal that an error of the system about a path amounts to; undefined for every other error. */
export function refusalOf(error: unknown, path: string): RefusedError | undefined {
  const code = systemCode(error);
  if (code === undefined || isMachineTrouble(error)) return undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    // What a command line holds that is not UTF-8 comes with this character in its place.
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
