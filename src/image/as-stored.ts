/**
 * Changes a file before decoding, so that the decoder returns pixels as stored: not rotated, and with the colours of clear pixels. Some
 * decoders have no option for this. Pure functions of the bytes; they do not modify their input.
 */
import type { GifFacts } from './gif.ts';
import type { Raster } from './raster.ts';

const ascii = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

/**
 * An AVIF whose properties irot and imir (ISO 23008-12, 6.5.10 and 6.5.12) are both replaced by a rotation of 0. Returns the same file if
 * it has none.
 */
export function withoutTurn(file: Uint8Array): Uint8Array {
  const found = [...turns(file, 0, file.length, ['meta', 'iprp', 'ipco'])];
  if (found.length === 0) return file;
  const out = new Uint8Array(file);
  for (const at of found) {
    out.set([0x69, 0x72, 0x6f, 0x74], at + 4);
    out[at + 8] = 0;
  }
  return out;
}

/** An AVIF sequence with the brand of a still picture: libvips knows a file by it, and reads no file that says 'avis'. Returns any other file as it is. */
export function asStill(file: Uint8Array): Uint8Array {
  if (ascii(file, 4) !== 'ftyp' || ascii(file, 8) !== 'avis') return file;
  const out = new Uint8Array(file);
  out.set([0x61, 0x76, 0x69, 0x66], 8);
  return out;
}

/** Positions of the boxes irot and imir below a path of boxes. */
function* turns(file: Uint8Array, from: number, to: number, path: readonly string[]): Generator<number> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = from; at + 8 <= to; ) {
    // 0: to the end of the file; 1: a 64-bit size follows, which none of these boxes needs.
    const size = view.getUint32(at) || to - at;
    if (size < 8) return;
    const end = Math.min(to, at + size);
    const name = ascii(file, at + 4);
    if (path.length === 0) {
      if ((name === 'irot' || name === 'imir') && size >= 9 && end <= file.length) yield at;
    } else if (name === path[0]) yield* turns(file, at + (name === 'meta' ? 12 : 8), end, path.slice(1));
    at += size;
  }
}

/** A GIF whose first image has no transparent colour, because decoders discard the colour of clear pixels. */
export function withoutClear(file: Uint8Array, { first }: GifFacts): Uint8Array {
  if (!first?.clear) return file;
  const out = new Uint8Array(file);
  out[first.clear.at]! &= ~1;
  return out;
}

/**
 * The screen of a GIF, in which the area outside its first image has Pillow's colour: the transparent one, or otherwise the first one of
 * the palette. The decoder leaves it black.
 */
export function withGround(image: Raster, { first }: GifFacts): Raster {
  if (!first) return image;
  const { left, top, width, height, palette, clear } = first;
  const index = 3 * (clear?.index ?? 0);
  const ground = palette.subarray(index, index + 3);
  if (ground.length < 3 || (left === 0 && top === 0 && width >= image.width && height >= image.height)) return image;
  const { channels } = image;
  const data = image.data.slice();
  for (let y = 0, at = 0; y < image.height; y++)
    for (let x = 0; x < image.width; x++, at += channels) {
      if (y >= top && y < top + height && x >= left && x < left + width) continue;
      for (let c = 0; c < channels; c++) data[at + c] = ground[c]!;
    }
  return { ...image, data };
}
