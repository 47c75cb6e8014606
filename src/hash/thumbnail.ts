/** What ImageHash's average_hash, phash and dhash share: a small grey thumbnail, and bits read row by row, the first one highest. */
import { toLuma } from '../image/luma.ts';
import type { Raster } from '../image/raster.ts';
import { resizeLanczos } from '../image/resize.ts';

/** Luma of the picture at width × height pixels, row by row. Grey comes first, then the size, as in ImageHash. */
export const greyThumbnail = (image: Raster, width: number, height: number): Uint8Array =>
  resizeLanczos(toLuma(image), width, height).data;

/** Bits packed into bytes, the first bit highest, which printed in hex is ImageHash's text. */
export function packBits(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(bits.length / 8);
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3]! |= 0x80 >> (i & 7);
  });
  return bytes;
}
