/**
 * Whether an image file is shorter than it says itself, or lacks its end. libvips' messages differ between formats and versions; what a
 * result prints as reason must be true and stay the same.
 */
import { gifFacts } from './gif.ts';
import type { Container } from './signatures.ts';
import { hasEnd } from './whole.ts';

/**
 * Whether a file that its decoder gave up on lacks its end, rather than being damaged. Judged by its bytes: libvips keeps the words of its
 * errors in one place for all threads, so that they can be those of another picture.
 */
export function lacksEnd(container: Container, bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) return true;
  if (container === 'JPEG') return !hasEnd(bytes) && !endsWith(bytes, 0xff, 0xd9);
  if (container === 'GIF') return gifFacts(bytes).first?.end === undefined;
  if (container === 'WebP') return 8 + view.getUint32(4, true) > bytes.length;
  if (container === 'AVIF') return chunksEnd(view, 0, 0) > bytes.length;
  // A PNG needs its end only where its data do not suffice.
  if (container === 'PNG') return chunksEnd(view, 8, 12, 'IEND') > bytes.length;
  return false;
}

/** Whether a file ends so; cameras pad with zeros. */
function endsWith(bytes: Uint8Array, ...ending: readonly number[]): boolean {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  return ending.every((byte, i) => bytes[length - ending.length + i] === byte);
}

/**
 * Where a row of chunks, each with its size and name first, ends by its own account. `extra` is what the size leaves out, in bytes.
 * Infinity when the chunk called `last` never comes.
 */
function chunksEnd(view: DataView, start: number, extra: number, last?: string): number {
  let at = start;
  while (at + 8 <= view.byteLength) {
    const size = view.getUint32(at) + extra;
    // AVIF: 0 is "to the end of the file", 1 a 64-bit size.
    if (size < 8) return at;
    const name = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
    at += size;
    if (name === last) return at;
  }
  return last ? Number.POSITIVE_INFINITY : at;
}
