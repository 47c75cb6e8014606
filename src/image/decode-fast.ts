/**
 * Decoding for speed: of a large JPEG only the luma, at a quarter of its size. What is hashed then is not what the reference reads, and
 * the hash drifts; how far is measured (`npm run bench -- hash`).
 */
import { type DecodedPicture, type DecodeOptions, decodePicture, defaultMaxPixels } from './decode.ts';
import { framesOf, unreadFrames } from './frames.ts';
import { firstFrame } from './jpeg.ts';
import { readPicture } from './read-picture.ts';
import { sharp } from './sharp.ts';
import { quarterLuma } from './wasm/jpeg.ts';

/**
 * Pixels of the shorter side from which a picture is reduced. At 1000 and more the drift stays far below 10 bits; from 600 to 800 some
 * photographs drift up to 20 bits, and there is less time to be won.
 */
export const leastReduced = 1000;

/** A picture that may have been reduced. */
export interface FastPicture extends DecodedPicture {
  /** Whether the image is the luma at a quarter of the size: to be hashed as the larger picture that it was (`pdqOf`). */
  readonly reduced: boolean;
}

/**
 * `decodePicture`, but reduced where the picture is a JPEG of at least 1000 pixels per side and of the usual kind, that need not be turned.
 * Refuses what `decode` refuses: what is not wholly usual is given to it. The detail and colour of a progressive file are not looked at, so
 * that no note tells where they are missing.
 */
export async function decodeFast(file: Uint8Array | string, options: DecodeOptions = {}): Promise<FastPicture> {
  const bytes = typeof file === 'string' ? readPicture(file) : file;
  const { maxPixels = defaultMaxPixels, orient = false } = options;
  const { width = 0, height = 0 } = firstFrame(bytes) ?? {};
  const suits = Math.min(width, height) >= leastReduced && width * height <= maxPixels;
  const image = suits && !(orient && (await isTurned(bytes))) ? quarterLuma(bytes) : undefined;
  if (!image) return { ...(await decodePicture(bytes, options)), reduced: false };
  const more = unreadFrames('JPEG', framesOf('JPEG', bytes));
  return { image, notes: more ? [more] : [], reduced: true };
}

/** Whether a JPEG is to be turned or mirrored; one whose header cannot be read is left to the decoder. */
async function isTurned(bytes: Uint8Array): Promise<boolean> {
  const { orientation = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata();
  return orientation !== 1;
}
