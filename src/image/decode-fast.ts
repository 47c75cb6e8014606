/**
 * Fast decoding: of a large JPEG only the luma, at a quarter of its size. The hashed pixels then differ from the reference's, and the hash
 * drifts; `npm run bench -- hash` measures how far.
 */
import { type DecodedPicture, type DecodeOptions, decodePicture, defaultMaxPixels } from './decode.ts';
import { framesOf, unreadFrames } from './frames.ts';
import { firstFrame } from './jpeg.ts';
import { readPicture } from './read-picture.ts';
import { sharp } from './sharp.ts';
import { quarterLuma } from './wasm/jpeg.ts';

/**
 * Length in pixels of the shorter side from which a picture is reduced. At 1000 and more the drift stays far below 10 bits; from 600 to 800
 * some photographs drift by up to 20 bits, and the time saved is smaller.
 */
export const leastReduced = 1000;

/** A possibly reduced picture. */
export interface FastPicture extends DecodedPicture {
  /** Whether the image is the luma at a quarter of the size; it must be hashed like the original larger picture (`pdqOf`). */
  readonly reduced: boolean;
}

/**
 * Like `decodePicture`, but reduced if the picture is an ordinary JPEG of at least 1000 pixels per side that needs no rotation. Refuses
 * what `decode` refuses: anything unusual is passed to it. It does not read detail and colour of a progressive file, so no note reports
 * where they are missing.
 */
export async function decodeFast(file: Uint8Array | string, options: DecodeOptions = {}): Promise<FastPicture> {
  const bytes = typeof file === 'string' ? readPicture(file) : file;
  const { maxPixels = defaultMaxPixels, orient = false } = options;
  const { width = 0, height = 0 } = firstFrame(bytes) ?? {};
  const suits = Math.min(width, height) >= leastReduced && width * height <= maxPixels;
  const image = suits && !(orient && (await isTurned(bytes))) ? quarterLuma(bytes) : undefined;
  if (!image) return { ...(await decodePicture(bytes, options)), reduced: false };
  const more = unreadFrames('JPEG', framesOf('JPEG', bytes));
  return { image, notes: more ? [more] : [], isPart: more !== undefined, reduced: true };
}

/** Whether a JPEG must be rotated or mirrored; one with an unreadable header is left to the decoder. */
async function isTurned(bytes: Uint8Array): Promise<boolean> {
  const { orientation = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata();
  return orientation !== 1;
}
