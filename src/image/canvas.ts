/**
 * From a file to pixels in a browser, to the same bytes as `decode` gives in Node wherever the browser's decoder allows it.
 *
 * - **Colour management**: none. Profiles and gamma are ignored, as in `decode`.
 * - **Alpha** is dropped, not blended. A 2D canvas stores colours multiplied by alpha and so forgets those of see-through pixels;
 *   pictures that have any are read through a WebGL texture, which keeps them. Without WebGL they are refused.
 * - **Orientation** is not applied, neither that of EXIF nor that of an AVIF's properties: PDQ hashes pixels as stored. Browsers have come
 *   to ignore `imageOrientation: 'none'`, so what says how to turn is taken out of the file instead.
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

/** Pixels as `ImageData` has them: 4 bytes each, red, green, blue, alpha. */
interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** The pixels of a picture file. Throws a UserError where the browser cannot decode it, or cannot keep its see-through colours. */
export async function decodeInBrowser(file: Uint8Array | Blob): Promise<Raster> {
  const bytes = file instanceof Uint8Array ? file : new Uint8Array(await file.arrayBuffer());
  const bitmap = await createImageBitmap(new Blob([Uint8Array.from(asStored(bytes))]), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  }).catch((error: unknown) => {
    // InvalidStateError is all that a browser says of a picture that it cannot decode.
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

/** A Raster of canvas pixels, alpha dropped. With one channel the red one is taken: the pixels must be those of a grey file. */
function toRaster({ width, height, data: pixels }: Rgba, channels: 1 | 3 = 3): Raster {
  const data = new Uint8Array(width * height * channels);
  for (let to = 0, from = 0; to < data.length; from += 4)
    for (let c = 0; c < channels; c++) data[to++] = pixels[from + c]!;
  return { width, height, channels, data };
}

const isOpaque = ({ data }: Rgba): boolean => {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
};

/** Pixels by way of a 2D canvas, exact where alpha is 255. */
function readCanvas(bitmap: ImageBitmap): Rgba {
  const { width, height } = bitmap;
  // Kept in main memory, where nothing is rounded on the way back.
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new UserError('this browser gives no canvas to read the picture from');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height);
}

/** Pixels by way of a texture, exact whatever their alpha. */
function readTexture(bitmap: ImageBitmap): Rgba {
  const { width, height } = bitmap;
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl || Math.max(width, height) > gl.getParameter(gl.MAX_TEXTURE_SIZE))
    throw new UserError('the picture is see-through in places, and this browser keeps no colours there');
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
