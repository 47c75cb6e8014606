/**
 * The crop-resistant hash: a picture is divided into its bright and dark regions, and the rectangle around each is hashed separately, so
 * that a part of the picture shares regions with the whole. Steinebach, Liu & Yannikos, "Efficient Cropping-Resistant Robust Image Hashing"
 * (ARES 2014), https://doi.org/10.1109/ARES.2014.85; bit by bit ImageHash 4.3.2's `crop_resistant_hash`.
 */
import { gaussianBlur } from '../image/box-blur.ts';
import { toLuma } from '../image/luma.ts';
import { median3x3 } from '../image/median.ts';
import type { Raster } from '../image/raster.ts';
import { resizeLanczos } from '../image/resize.ts';
import { cut } from '../image/transform/pixels.ts';
import { dhash } from './dhash.ts';
import type { MultiHash, RegionHashes } from './multi-hash.ts';
import type { PerceptualHash } from './perceptual-hash.ts';
import { findSegments, type Segment } from './segments.ts';
import { bitsOf, repeats } from './structure.ts';

/** ImageHash's options, with its defaults. */
export interface CropResistantOptions {
  /** Hash of a region; default dhash. */
  readonly hash?: PerceptualHash;
  /** Only this many of the largest regions; default all. */
  readonly limitSegments?: number;
  /** Pixels above this value, 0 to 255, are bright; default 128. */
  readonly segmentThreshold?: number;
  /** Regions of at most this many pixels of the small picture are omitted; default 500. */
  readonly minSegmentSize?: number;
  /** Width and height of the small picture that is divided, in pixels; default 300. */
  readonly segmentationImageSize?: number;
}

/** Width and height of the small picture, in pixels. */
const defaultSide = 300;

/** The regions of a picture, as rectangles of the small picture; the whole picture if there are none. */
export function segmentsOf(image: Raster, options: CropResistantOptions = {}): Segment[] {
  const { segmentationImageSize: side = defaultSide, segmentThreshold = 128, minSegmentSize = 500 } = options;
  const small = median3x3(gaussianBlur(resizeLanczos(toLuma(image), side, side)));
  const found = findSegments(small.data, side, { threshold: segmentThreshold, minPixels: minSegmentSize });
  // ImageHash only uses the corners if the region is the whole picture.
  const segments = found.length > 0 ? found : [{ pixels: 2, top: 0, left: 0, bottom: side - 1, right: side - 1 }];
  const { limitSegments } = options;
  // Sorting is stable, so ties keep their order.
  return limitSegments ? segments.toSorted((a, b) => b.pixels - a.pixels).slice(0, limitSegments) : segments;
}

/** The part of the picture that corresponds to a rectangle of the small one. */
function partOf(image: Raster, { top, left, bottom, right }: Segment, side: number): Raster {
  const [across, down] = [image.width / side, image.height / side];
  const [x, y] = [roundHalfEven(left * across), roundHalfEven(top * down)];
  const width = roundHalfEven((right + 1) * across) - x;
  const height = roundHalfEven((bottom + 1) * down) - y;
  if (width > 0 && height > 0) return cut(image, x, y, width, height);
  // If a picture is smaller than the small one, a rectangle can round to an empty one. ImageHash hashes it as black; this does the same.
  return { width: 1, height: 1, channels: 1, data: new Uint8Array(1) };
}

/** Rounds to the nearest whole number, halves to even: Python's `round`. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}

/** Hashes of a picture's regions, in ImageHash's order: the bright ones by their first pixel, then the dark ones. */
export function cropResistantHash(image: Raster, options: CropResistantOptions = {}): RegionHashes {
  const { hash = dhash, segmentationImageSize: side = defaultSide } = options;
  return segmentsOf(image, options).map((segment) => hash.hash(partOf(image, segment, side)).hash);
}

/** The crop-resistant hash of dHashes, 64 bits per region, with ImageHash's defaults. */
export const cropResistant: MultiHash = {
  name: 'crop-resistant',
  bits: dhash.bits,
  bitErrorRate: 0.25,
  regions: 1,
  summary: 'The dHash of the rectangle around each bright and each dark region.',
  reference:
    'Steinebach, Liu & Yannikos, "Efficient Cropping-Resistant Robust Image Hashing" (ARES 2014), https://doi.org/10.1109/ARES.2014.85',
  hash: (image) => cropResistantHash(image),
  quality: (hashes) => (hashes.every((hash) => repeats(bitsOf(hash))) ? 0 : 100),
};
