/** The copies that attacks work on: small, so that a query costs a millisecond and not a hundred. */

import { decodeFile, type PictureFile } from '../../dataset/picture-file.ts';
import { toLuma } from '../../image/luma.ts';
import type { Raster } from '../../image/raster.ts';
import { resample, scaled } from '../../image/transform/resize.ts';

/** The picture shrunk until its longer side has `side` pixels: in grey for hashes, which see nothing else, in colour for networks. */
export async function workingCopy(picture: PictureFile, side: number, sees: 'grey' | 'color'): Promise<Raster> {
  const image = await decodeFile(picture);
  const factor = Math.min(1, side / Math.max(image.width, image.height));
  const small = await resample(image, scaled(image.width, factor), scaled(image.height, factor));
  return sees === 'grey' ? toLuma(small) : small;
}
