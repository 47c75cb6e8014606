/** The bytes of a video, read piece by piece from a file or from memory: a clip can be larger than memory. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { mustBeFile, nothing, refusalOf, withoutWaiting } from '../image/read-picture.ts';
import { RefusedError } from '../util/errors.ts';

/** Random access to a clip's bytes. */
export interface Source {
  /** Size in bytes. */
  readonly size: number;
  /** Up to `length` bytes from a position; fewer at the end. */
  read(from: number, length: number): Uint8Array;
  close(): void;
}

/** Opens a clip, given as a path or as bytes. Throws a RefusedError if it is not a file, or empty, or larger than `most` bytes. */
export function openSource(clip: string | Uint8Array, most: number): Source {
  const source = typeof clip === 'string' ? fileSource(clip) : bytesSource(clip);
  if (source.size > 0 && source.size <= most) return source;
  source.close();
  throw new RefusedError(
    source.size === 0 ? nothing : `a file of ${source.size} bytes: videos of at most ${most} bytes are read`,
  );
}

const bytesSource = (bytes: Uint8Array): Source => ({
  size: bytes.length,
  read: (from, length) => bytes.subarray(from, from + length),
  close: () => {},
});

function fileSource(path: string): Source {
  try {
    // Checked before opening, because opening a device can have effects.
    mustBeFile(statSync(path), 'video');
    const file = openSync(path, withoutWaiting);
    const { size } = fstatSync(file);
    return {
      size,
      read(from, length) {
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - from)));
        let filled = 0;
        while (filled < bytes.length) {
          const got = readSync(file, bytes, filled, bytes.length - filled, from + filled);
          if (got === 0) break;
          filled += got;
        }
        return bytes.subarray(0, filled);
      },
      close: () => closeSync(file),
    };
  } catch (error) {
    throw refusalOf(error, path) ?? error;
  }
}
