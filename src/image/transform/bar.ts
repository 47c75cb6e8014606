/** A bar above the unchanged picture, as on memes: the part of a caption that needs no letters. */
import type { Raster } from '../raster.ts';
import { filled, paste } from './pixels.ts';

/** The picture below a bar of a share of its height. `draw` gives the bar's pixels, of that width and height and the picture's channels. */
export function underBar(image: Raster, share: number, draw: (width: number, height: number) => Raster): Raster {
  const height = Math.floor(image.height * share + 0.5);
  const out = filled(image.width, image.height + height, image.channels, 255);
  paste(out, image, 0, height);
  if (height > 0) paste(out, draw(image.width, height), 0, 0);
  return out;
}
