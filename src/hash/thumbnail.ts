/**
 * Shared parts of ImageHash's hashes: a small grey thumbnail, and bits row by row, most significant first. The bits are those of ImageHash
 * 4.3.2 on Pillow 9.4 to 12.3. Pillow 13.0 shrinks pictures that are much higher than wide in another order, and some of their bits differ.
 */
import { toLuma } from '../image/luma.ts';
import type { Raster } from '../image/raster.ts';
import { resizeLanczos } from '../image/resize.ts';
import { toHex } from '../util/hex.ts';

/** Luma of the picture at width × height pixels, row by row. Grey comes first, then the size, as in ImageHash. */
export const greyThumbnail = (image: Raster, width: number, height: number): Raster =>
  resizeLanczos(toLuma(image), width, height);

/**
 * Packs bits into `length` bytes as one number, most significant bit first. If they do not fill the bytes, zero bits precede them; these
 * are the same in every hash, so they add no distance.
 */
export function packBits(bits: readonly boolean[], length = Math.ceil(bits.length / 8)): Uint8Array {
  const bytes = new Uint8Array(length);
  const before = 8 * length - bits.length;
  bits.forEach((bit, i) => {
    const at = before + i;
    if (bit) bytes[at >> 3]! |= 0x80 >> (at & 7);
  });
  return bytes;
}

/** The text that ImageHash prints for a hash of that many bits: hex, without the padding zeros. */
export const imageHashText = (hash: Uint8Array, bits: number): string => toHex(hash).slice(-Math.ceil(bits / 4));
