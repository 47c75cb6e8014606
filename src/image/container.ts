/**
 * What kind of image file bytes are, by their signature, and whether the file is shorter than it says itself.
 * libvips fills what a cut TIFF lacks with black and says nothing, and its messages differ between formats and versions; what a
 * result prints as reason must be true and stay the same.
 */
import { endOfImage, segments } from './jpeg.ts';

/** The formats that are read. SVG is not: its pixels depend on the fonts of the machine. */
export type Container = 'JPEG' | 'PNG' | 'WebP' | 'GIF' | 'AVIF' | 'TIFF';

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** The format whose signature the bytes begin with, if it is one that is read. BigTIFF, for files beyond 4 GB, is not. */
export function containerOf(bytes: Uint8Array): Container | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'JPEG';
  if (ascii(bytes, 0, 4) === '\x89PNG') return 'PNG';
  if (ascii(bytes, 0, 4) === 'GIF8') return 'GIF';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'WebP';
  if (['II*\0', 'MM\0*'].includes(ascii(bytes, 0, 4))) return 'TIFF';
  if (ascii(bytes, 4, 8) === 'ftyp' && /avif|avis/.test(ascii(bytes, 8, 64))) return 'AVIF';
  return undefined;
}

/** Whether the file ends before it should by its own account. JPEG and GIF state no lengths: their decoders notice. */
export function isCut(container: Container, bytes: Uint8Array): boolean {
  if (bytes.length < 12) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (container === 'WebP') return 8 + view.getUint32(4, true) > bytes.length;
  if (container === 'TIFF') return tiffEnd(view) > bytes.length;
  if (container === 'AVIF') return chunksEnd(view, 0, 0) > bytes.length;
  if (container === 'PNG') return chunksEnd(view, 8, 12, 'IEND') > bytes.length;
  return false;
}

/**
 * Whether a file that its decoder gave up on lacks its end, rather than being damaged. Judged by its bytes: libvips keeps the words of its
 * errors in one place for all threads, so that they can be those of another picture.
 */
export function lacksEnd(container: Container, bytes: Uint8Array): boolean {
  if (container === 'JPEG')
    return !endsWith(bytes, 0xff, endOfImage) && ![...segments(bytes)].some(({ marker }) => marker === endOfImage);
  return container === 'GIF' && !endsWith(bytes, 0x3b);
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

/** Bytes a value of each TIFF field type. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
/** Tags of a TIFF directory: where its strips or tiles begin, and how many bytes each has. */
const places = [
  [273, 279],
  [324, 325],
] as const;

/** Where the first page of a TIFF ends by its own account: directory, values, strips and tiles. TIFF 6.0, section 2. */
function tiffEnd(view: DataView): number {
  const little = view.getUint8(0) === 0x49;
  const u16 = (at: number): number => view.getUint16(at, little);
  const u32 = (at: number): number => view.getUint32(at, little);
  const directory = u32(4);
  if (directory + 2 > view.byteLength) return Number.POSITIVE_INFINITY;
  const entriesEnd = directory + 2 + 12 * u16(directory);
  let end = entriesEnd + 4;
  if (end > view.byteLength) return end;
  const tags = new Map<number, number[]>();
  for (let at = directory + 2; at < entriesEnd; at += 12) {
    const size = typeBytes[u16(at + 2)] || 1;
    const count = u32(at + 4);
    // Up to 4 bytes of values stand in the entry itself.
    const inside = count * size <= 4;
    const first = inside ? at + 8 : u32(at + 8);
    if (!inside) end = Math.max(end, first + count * size);
    if (end > view.byteLength) return end;
    if ((size === 2 || size === 4) && places.flat().some((tag) => tag === u16(at)))
      tags.set(
        u16(at),
        Array.from({ length: count }, (_, i) => (size === 2 ? u16(first + 2 * i) : u32(first + size * i))),
      );
  }
  for (const [offsets, lengths] of places)
    tags.get(offsets)?.forEach((offset, i) => {
      end = Math.max(end, offset + (tags.get(lengths)?.[i] ?? 0));
    });
  return end;
}
