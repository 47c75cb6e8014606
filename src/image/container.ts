/**
 * Whether an image file is shorter than it declares, or lacks its end. libvips' messages differ between formats and versions, but the
 * reason in a result must be true and stable.
 */
import { gifFacts } from './gif.ts';
import type { Container } from './signatures.ts';
import { hasEnd } from './whole.ts';

/**
 * Whether a file that its decoder rejected lacks its end, as opposed to being corrupt. Decided by its bytes: libvips shares its error
 * buffer between threads, so its message can concern another picture.
 */
export function lacksEnd(container: Container, bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) return true;
  if (container === 'JPEG') return !hasEnd(bytes) && !endsWith(bytes, 0xff, 0xd9);
  if (container === 'GIF') return gifFacts(bytes).first?.end === undefined;
  if (container === 'WebP') return 8 + view.getUint32(4, true) > bytes.length;
  if (container === 'AVIF') return chunksEnd(view, 0, 0) > bytes.length;
  // A PNG needs its end only if its data are insufficient.
  if (container === 'PNG') return chunksEnd(view, 8, 12, 'IEND') > bytes.length;
  return false;
}

/** Whether a file ends with these bytes; cameras pad with zeros. */
function endsWith(bytes: Uint8Array, ...ending: readonly number[]): boolean {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  return ending.every((byte, i) => bytes[length - ending.length + i] === byte);
}

/**
 * Declared end of a sequence of chunks, each of which starts with its size and name. `extra` is the number of bytes that the size does not
 * count. Infinity if the chunk called `last` does not occur.
 */
function chunksEnd(view: DataView, start: number, extra: number, last?: string): number {
  let at = start;
  while (at + 8 <= view.byteLength) {
    const size = view.getUint32(at) + extra;
    // AVIF: 0 means "to the end of the file", 1 a 64-bit size.
    if (size < 8) return at;
    const name = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
    at += size;
    if (name === last) return at;
  }
  return last ? Number.POSITIVE_INFINITY : at;
}
