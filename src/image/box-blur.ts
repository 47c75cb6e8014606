/**
 * Gaussian blur as Pillow does it, bit by bit: three extended horizontal box blurs, then three vertical ones, in 8-bit pixels with 24
 * fraction bits, rounded after each. An extended box gives its two end pixels a part of the others' weight, so that its width can be
 * fractional. Beyond the border, the border's pixels repeat. Pillow's `ImageFilter.GaussianBlur`,
 * https://pillow.readthedocs.io/en/stable/reference/ImageFilter.html; Gwosdek, Grewenig, Bruhn & Weickert, "Theoretical foundations of
 * Gaussian convolution by extended box filtering" (SSVM 2011).
 */
import { unexpected } from '../util/errors.ts';
import type { Raster } from './raster.ts';

const fl = Math.fround;
const passes = 3;
/** Fraction bits of a weight. */
const fraction = 24;

/** The radius, in pixels, of the extended box whose triple application has the variance of a Gaussian of radius sigma; in C floats. */
export function boxRadius(sigma: number): number {
  const variance = fl(fl(fl(sigma) * fl(sigma)) / passes);
  const length = fl(Math.sqrt(12 * variance + 1));
  const whole = Math.floor((length - 1) / 2);
  const part = fl(fl(2 * whole + 1) * fl(fl(whole * (whole + 1)) - fl(3 * variance)));
  return fl(whole + fl(part / fl(6 * fl(variance - fl((whole + 1) * (whole + 1))))));
}

/** A box with weight `inner` for each of 2 × reach + 1 pixels, and weight `end` for the next pixel on either side; the sum is 2^24. */
interface Box {
  readonly reach: number;
  readonly inner: number;
  readonly end: number;
}

function boxOf(radius: number): Box {
  const reach = Math.trunc(radius);
  const inner = Math.trunc(fl((1 << fraction) / fl(fl(radius * 2) + 1)));
  return { reach, inner, end: Math.trunc(((1 << fraction) - (2 * reach + 1) * inner) / 2) };
}

/** Blurs the line `from` once into `to`. Both have `reach` + 1 samples of border on either side, which repeat the first and the last one. */
function blurLine({ reach, inner, end }: Box, from: Uint8Array, to: Uint8Array): void {
  const window = 2 * reach + 1;
  const border = reach + 1;
  let sum = 0;
  for (let i = 0; i < window; i++) sum += from[i]!;
  for (let i = 0; i + window + 1 < from.length; i++) {
    const left = from[i]!;
    sum += from[i + window]! - left;
    const ends = left + from[i + window + 1]!;
    // At most 255.5 × 2^24, which is less than 2^32.
    to[i + border] = (Math.imul(sum, inner) + Math.imul(ends, end) + (1 << (fraction - 1))) >>> fraction;
  }
  repeatEnds(to, border);
}

function repeatEnds(line: Uint8Array, border: number): void {
  line.fill(line[border]!, 0, border);
  line.fill(line.at(-1 - border)!, line.length - border);
}

/** Blurs `count` samples that lie `step` apart. */
function blurLines(box: Box, data: Uint8Array, count: number, step: number): (from: number) => void {
  const border = box.reach + 1;
  let [line, next] = [new Uint8Array(count + 2 * border), new Uint8Array(count + 2 * border)];
  return (from) => {
    for (let i = 0, at = from; i < count; i++, at += step) line[i + border] = data[at]!;
    repeatEnds(line, border);
    for (let pass = 0; pass < passes; pass++) {
      blurLine(box, line, next);
      [line, next] = [next, line];
    }
    for (let i = 0, at = from; i < count; i++, at += step) data[at] = line[i + border]!;
  };
}

/** Blurs the picture by a Gaussian with that radius (standard deviation) in pixels, 0 or more. */
export function gaussianBlur(image: Raster, radius = 2): Raster {
  if (!(radius >= 0 && radius < 1e4)) throw unexpected('radius', 'a number of pixels from 0 to 10,000', radius);
  const { width, height, channels } = image;
  const data = image.data.slice();
  const box = boxOf(boxRadius(radius));
  const row = width * channels;
  const across = blurLines(box, data, width, channels);
  for (let y = 0; y < height; y++) for (let c = 0; c < channels; c++) across(y * row + c);
  const down = blurLines(box, data, height, row);
  for (let at = 0; at < row; at++) down(at);
  return { width, height, channels, data };
}
