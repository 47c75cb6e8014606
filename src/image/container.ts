/**
 * What kind of image file bytes are, by their signature, and whether the file is shorter than its container says.
 * sharp's own messages differ between formats and versions; a reason that is printed in results must not.
 */

/** The formats that are read. SVG is not: its pixels depend on the fonts of the machine. */
export type Container = 'JPEG' | 'PNG' | 'WebP' | 'GIF' | 'AVIF' | 'TIFF';

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The format whose signature the bytes begin with, if it is one that is read. */
export function containerOf(bytes: Uint8Array): Container | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'JPEG';
  if (ascii(bytes, 0, 4) === '\x89PNG') return 'PNG';
  if (ascii(bytes, 0, 4) === 'GIF8') return 'GIF';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'WebP';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(ascii(bytes, 0, 4))) return 'TIFF';
  if (ascii(bytes, 4, 8) === 'ftyp' && /avif|avis/.test(ascii(bytes, 8, 64))) return 'AVIF';
  return undefined;
}

/** Whether the file ends before its container says it does. JPEG and GIF state no lengths; their decoders notice. */
export function isCut(container: Container, bytes: Uint8Array): boolean {
  if (bytes.length < 12) return true;
  const view = viewOf(bytes);
  if (container === 'WebP') return 8 + view.getUint32(4, true) > bytes.length;
  if (container === 'TIFF') return view.getUint32(4, bytes[0] === 0x49) >= bytes.length;
  if (container === 'AVIF') return chunksEnd(view, 0, (at) => view.getUint32(at)) > bytes.length;
  // A PNG chunk is length, name, data, checksum.
  if (container === 'PNG') return chunksEnd(view, 8, (at) => view.getUint32(at) + 12, 'IEND') > bytes.length;
  return false;
}

/** Where a row of chunks ends by its own account; past the end of the file when `last` was asked for and never came. */
function chunksEnd(view: DataView, start: number, sizeAt: (at: number) => number, last?: string): number {
  let at = start;
  while (at + 8 <= view.byteLength) {
    const size = sizeAt(at);
    if (size < 8) return at;
    const name = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
    at += size;
    if (name === last) return at;
  }
  return last ? view.byteLength + 1 : at;
}
