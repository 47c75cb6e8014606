/**
 * Decoding for speed: of a large JPEG only the luma, at a quarter of its size. What is hashed then is not what the reference reads, and
 * the hash drifts; how far is measured (`npm run bench -- hash`).
 */
import { type DecodeOptions, decode, defaultMaxPixels, readPicture } from './decode.ts';
import { firstFrame } from './jpeg.ts';
import type { Raster } from './raster.ts';
import { quarterLuma } from './wasm/jpeg.ts';

/**
 * Pixels of the shorter side from which a picture is reduced. At 1000 and more the drift stays far below 10 bits; from 600 to 800 some
 * photographs drift up to 20 bits, and there is less time to be won.
 */
export const leastReduced = 1000;

/** A picture that may have been reduced. */
export interface FastPicture {
  readonly image: Raster;
  /** Whether the image is the luma at a quarter of the size: to be hashed as the larger picture that it was (`pdqOf`). */
  readonly reduced: boolean;
}

/** `decode`, but reduced where the picture is a JPEG of at least 1000 pixels a side and of the usual kind. Refuses what `decode` refuses. */
export async function decodeFast(
  file: Uint8Array | string,
  { maxPixels = defaultMaxPixels }: Pick<DecodeOptions, 'maxPixels'> = {},
): Promise<FastPicture> {
  const bytes = typeof file === 'string' ? readPicture(file) : file;
  const { width = 0, height = 0 } = firstFrame(bytes) ?? {};
  const suits = Math.min(width, height) >= leastReduced && width * height <= maxPixels;
  const image = suits ? quarterLuma(bytes) : undefined;
  return image ? { image, reduced: true } : { image: await decode(bytes, { maxPixels }), reduced: false };
}
