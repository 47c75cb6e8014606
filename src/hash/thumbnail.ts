/**
 * What ImageHash's hashes share: a small grey thumbnail, and bits read row by row, the first one highest. The bits are those of ImageHash
 * 4.3.2 on Pillow 9.4 to 12.3. Pillow 13.0 makes pictures that are far higher than wide smaller in another order, and some bits of these
 * differ.
 */
import { toLuma } from '../image/luma.ts';
import type { Raster } from '../image/raster.ts';
import { resizeLanczos } from '../image/resize.ts';
import { toHex } from '../util/hex.ts';

/** Luma of the picture at width × height pixels, row by row. Grey comes first, then the size, as in ImageHash. */
export const greyThumbnail = (image: Raster, width: number, height: number): Raster =>
  resizeLanczos(toLuma(image), width, height);

/**
 * Bits packed into `length` bytes, the first bit highest, as one number. Where they do not fill the bytes, zero bits go before the
 * first one: they are the same in every hash, so they add nothing to a distance.
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

/** The text that ImageHash prints for a hash of that many bits: hex, without the zero bits that only fill the bytes. */
export const imageHashText = (hash: Uint8Array, bits: number): string => toHex(hash).slice(-Math.ceil(bits / 4));
