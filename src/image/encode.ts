/** Encodes pixels to a file: no metadata, and always the same bytes with the pinned sharp. */
import { RefusedError } from '../util/errors.ts';
import type { Raster } from './raster.ts';
import { sharp } from './sharp.ts';

/** The output format. `quality` is 1 to 100, on the codec's own scale; `chroma` is JPEG's chroma subsampling (default 4:2:0). */
export type ImageFormat =
  | { readonly type: 'jpeg'; readonly quality: number; readonly chroma?: '4:2:0' | '4:4:4' }
  | { readonly type: 'png' }
  | { readonly type: 'webp'; readonly quality: number }
  | { readonly type: 'avif'; readonly quality: number };

/** Longest side that a format supports, in pixels. */
const longestSide: Readonly<Record<ImageFormat['type'], number>> = {
  jpeg: 65_535,
  png: 2 ** 31 - 1,
  webp: 16_383,
  avif: 16_384,
};

/**
 * The picture as a JPEG, PNG, WebP or AVIF file. Grey pictures stay grey if the format supports it (JPEG, PNG). Throws a RefusedError if
 * the picture is longer than the format supports.
 */
export async function encode(image: Raster, format: ImageFormat): Promise<Uint8Array> {
  const { width, height, channels } = image;
  const longest = longestSide[format.type];
  if (Math.max(width, height) > longest)
    throw new RefusedError(`too large for ${format.type}: ${width} × ${height} pixels, limit ${longest} per side`);
  const picture = sharp(image.data, { raw: { width, height, channels }, limitInputPixels: false });
  if (channels === 1) picture.toColourspace('b-w');
  switch (format.type) {
    case 'jpeg':
      picture.jpeg({ quality: format.quality, chromaSubsampling: format.chroma ?? '4:2:0' });
      break;
    case 'png':
      picture.png({ compressionLevel: 6 });
      break;
    case 'webp':
      picture.webp({ quality: format.quality, effort: 3 });
      break;
    case 'avif':
      // The default effort takes a second per picture; phones do not spend that much either.
      picture.avif({ quality: format.quality, effort: 1 });
      break;
  }
  return Uint8Array.from(await picture.toBuffer());
}
