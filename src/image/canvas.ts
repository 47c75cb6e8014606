/**
 * Decodes a file in a browser, to the same bytes as `decode` in Node as far as the browser's decoder allows.
 *
 * - **Colour management**: none. Profiles and gamma are ignored, as in `decode`.
 * - **Alpha** is dropped, not blended. A 2D canvas stores colours multiplied by alpha and so loses those of transparent pixels. Pictures
 *   with transparent pixels are read through a WebGL texture, which preserves them. Without WebGL they are refused.
 * - **Orientation** is not applied, neither that of EXIF nor that of an AVIF's properties: PDQ hashes pixels as stored. Browsers now ignore
 *   `imageOrientation: 'none'`, so the rotation data are removed from the file instead.
 * - **Decoders**: PNG and lossless WebP of 8 bits are exact everywhere. JPEG and lossy WebP leave rounding to the decoder: in
 *   Chromium 156, whose libraries are those of sharp (libjpeg-turbo, libwebp), no byte of the test pictures differed; AVIF
 *   differed by one level in about a tenth of the bytes. Other browsers may differ; a hash then drifts by a few bits, and Meta's rule
 *   for two implementations of PDQ (10 bits at quality 80) is the measure.
 * - **16-bit PNG, CMYK JPEG and TIFF** are up to the browser: it may round otherwise, use a profile, or refuse.
 */
import { UserError } from '../util/errors.ts';
import { withGround } from './as-stored.ts';
import { asStored, isGreyFile } from './browser-file.ts';
import { gifFacts } from './gif.ts';
import type { Raster } from './raster.ts';
import { containerOf, whyNotRead } from './signatures.ts';

/** Pixels in the format of `ImageData`: 4 bytes each, red, green, blue, alpha. */
export interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** The pixels of a picture file. Throws a UserError if the browser cannot decode it, or cannot preserve its transparent colours. */
export async function decodeInBrowser(file: Uint8Array | Blob): Promise<Raster> {
  const bytes = file instanceof Uint8Array ? file : new Uint8Array(await file.arrayBuffer());
  const bitmap = await createImageBitmap(new Blob([Uint8Array.from(asStored(bytes))]), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  }).catch((error: unknown) => {
    // InvalidStateError is a browser's only error for a picture that it cannot decode.
    if (!(error instanceof DOMException)) throw error;
    const why = whyNotRead(bytes) ?? 'damaged, or of a format that it does not know';
    throw new UserError(`this browser cannot decode the picture: ${why}`);
  });
  try {
    const flat = readCanvas(bitmap);
    const image = toRaster(isOpaque(flat) ? flat : readTexture(bitmap), isGreyFile(bytes) ? 1 : 3);
    return containerOf(bytes) === 'GIF' ? withGround(image, gifFacts(bytes)) : image;
  } finally {
    bitmap.close();
  }
}

/** A Raster of canvas pixels, without alpha. With one channel it uses the red one: the pixels must come from a grey file. */
export function toRaster({ width, height, data: pixels }: Rgba, channels: 1 | 3 = 3): Raster {
  const data = new Uint8Array(width * height * channels);
  for (let to = 0, from = 0; to < data.length; from += 4)
    for (let c = 0; c < channels; c++) data[to++] = pixels[from + c]!;
  return { width, height, channels, data };
}

const isOpaque = ({ data }: Rgba): boolean => {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
};

/** Reads pixels through a 2D canvas, exact where alpha is 255. */
function readCanvas(bitmap: ImageBitmap): Rgba {
  const { width, height } = bitmap;
  // Stored in main memory, where reading back does not round.
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new UserError('this browser provides no canvas to read the picture from');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height);
}

/** Reads pixels through a texture, exact for any alpha. */
function readTexture(bitmap: ImageBitmap): Rgba {
  const { width, height } = bitmap;
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl || Math.max(width, height) > gl.getParameter(gl.MAX_TEXTURE_SIZE))
    throw new UserError('the picture has transparent pixels, whose colours this browser does not preserve');
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  const data = new Uint8Array(4 * width * height);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return { width, height, data };
}
