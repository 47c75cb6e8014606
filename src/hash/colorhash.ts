/**
 * colorhash: the fractions of the picture that are black, grey, and of each of six hues, faint or bright. ImageHash 4.3.2's `colorhash`
 * with 3 bits per fraction, bit by bit, https://github.com/JohannesBuchner/imagehash; the colours are Pillow's 8-bit HSV (`Convert.c`), A.
 * R. Smith, "Color gamut transform pairs" (1978). The position of a colour in the picture does not count. The quality is 0 if all pixels
 * are of one kind, because all such pictures have the same hash. Grey pictures share about ten hashes, flat or not.
 */
import { toLuma } from '../image/luma.ts';
import type { Raster } from '../image/raster.ts';
import type { HashResult, PerceptualHash } from './perceptual-hash.ts';
import { leastStructure } from './structure.ts';
import { packBits } from './thumbnail.ts';
import { canCount, colourCounts } from './wasm/counts.ts';

/** Sectors of the colour circle. */
const hues = 6;
/** Levels of a fraction: 3 bits. */
const steps = 8;
/** Bits of ImageHash's hash: black, grey, six faint and six bright hues, 3 bits each. */
export const colorhashBits = 3 * (2 + 2 * hues);
/** Bytes that hold them. */
const bytes = Math.ceil(colorhashBits / 8);

const fl = Math.fround;

/** Hue and saturation of a colour, 0 to 255, truncated, in Pillow's 32-bit floats. */
export function hueAndSaturation(r: number, g: number, b: number): [hue: number, saturation: number] {
  const most = Math.max(r, g, b);
  const range = most - Math.min(r, g, b);
  if (range === 0) return [0, 0];
  const [red, green, blue] = [fl((most - r) / range), fl((most - g) / range), fl((most - b) / range)];
  const sixths = fl(r === most ? blue - green : g === most ? 2 + red - blue : 4 + green - red);
  const turn = fl((sixths / 6 + 1) % 1);
  return [Math.trunc(turn * 255), Math.trunc(fl(range / most) * 255)];
}

/** Places in the numbers of pixels by colour: faint hues, then bright ones, then saturations between the two. */
const firstHue = 2;
const between = firstHue + 2 * hues;

/** Counts black pixels, grey pixels, pixels of each hue, faint and then bright, and those whose saturation is neither in ImageHash. */
export function plainColourCounts(image: Raster): Uint32Array {
  const { channels, data } = image;
  const luma = toLuma(image).data;
  const counts = new Uint32Array(between + 1);
  for (let i = 0, at = 0; i < luma.length; i++, at += channels) {
    if (luma[i]! < 32) {
      counts[0]!++;
      continue;
    }
    const [hue, saturation] = channels === 1 ? [0, 0] : hueAndSaturation(data[at]!, data[at + 1]!, data[at + 2]!);
    if (saturation < 85) {
      counts[1]!++;
      continue;
    }
    const sector = Math.min(hues - 1, Math.floor((hue * hues) / 255));
    counts[saturation === 170 ? between : firstHue + sector + (saturation < 170 ? 0 : hues)]!++;
  }
  return counts;
}

function hash(image: Raster): HashResult {
  // A grey picture has two of the kinds only, and is read as fast without the module.
  const counts = image.channels === 3 && canCount() ? colourCounts(image) : plainColourCounts(image);
  const [black, grey] = counts as unknown as [number, number];
  const pixels = image.width * image.height;
  const coloured = pixels - black - grey;
  const inSteps = (part: number, whole: number): number => Math.min(steps - 1, Math.floor((part * steps) / whole));
  const fractions = [
    inSteps(black, pixels),
    inSteps(grey, pixels),
    ...Array.from(counts.subarray(firstHue, between), (part) => inSteps(part, Math.max(1, coloured))),
  ];
  // All pixels are of one kind: the hash of every flat picture, and of many others.
  const quality = counts.filter((part) => part > 0).length > 1 ? 100 : 0;
  // Not quite binary: the middle bit means 2 or more, also above 4.
  const bits = fractions.flatMap((value) => [value >= 4, value >= 2, value % 2 === 1]);
  return { hash: packBits(bits, bytes), quality };
}

/**
 * colorhash: 42 bits, the last ones of 48; the first 6 are always zero and add no distance. Threshold 3, the bits of one fraction: no
 * threshold is published, but its author expects a "way different" fraction to change all three of its bits, and a similar one to change
 * one or two (https://github.com/JohannesBuchner/imagehash/issues/207).
 */
export const colorhash: PerceptualHash = {
  name: 'colorhash',
  bits: 8 * bytes,
  digits: Math.ceil(colorhashBits / 4),
  threshold: 3,
  minQuality: leastStructure,
  summary: 'The fractions of the picture that are black, grey, or of each of six hues, faint or bright.',
  reference: 'ImageHash 4.3.2, https://github.com/JohannesBuchner/imagehash',
  examples: ['036000000000', '001000000040'],
  hash,
};
