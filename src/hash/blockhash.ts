/**
 * Blockhash: which blocks of a square grid are brighter than the median of their quarter of the picture (four horizontal bands).
 * Yang, Gu & Niu, "Block mean value based image perceptual hashing" (2006), in the variant of http://blockhash.io;
 * bit by bit blockhash-core's `bmvbhash`, which computes it where there is no WebAssembly and for pictures smaller than the grid.
 */
import { bmvbhash } from 'blockhash-core';
import type { Raster } from '../image/raster.ts';
import { fromHex } from '../util/hex.ts';
import { median } from './median.ts';
import type { PerceptualHash } from './perceptual-hash.ts';
import { bitsOf, leastStructure, structureQuality } from './structure.ts';
import { packBits } from './thumbnail.ts';
import { blockSums, canCount } from './wasm/counts.ts';

/** The picture in the format of blockhash-core: opaque RGBA. */
function toRgba({ width, height, channels, data }: Raster): { width: number; height: number; data: Uint8ClampedArray } {
  const rgba = new Uint8ClampedArray(width * height * 4);
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let to = 0, from = 0; to < rgba.length; to += 4, from += channels) {
    rgba[to] = data[from]!;
    rgba[to + 1] = data[from + green]!;
    rgba[to + 2] = data[from + blue]!;
    rgba[to + 3] = 255;
  }
  return { width, height, data: rgba };
}

/** The hash by blockhash-core. */
export const coreBlockhash = (image: Raster, side: number): Uint8Array => fromHex(bmvbhash(toRgba(image), side));

/**
 * The hash from the sums of its blocks. With a power of two of blocks a side, what a pixel counts for a block is a fraction of which floats
 * lose nothing, so that the sums are those of blockhash-core, whatever the order.
 */
function blockhashBits(image: Raster, side: number): Uint8Array {
  // Of r + g + b, 0 to 765.
  const factor = (image.channels === 1 ? 3 : 1) / side ** 2;
  const sums = blockSums(image, side).map((sum) => sum * factor);
  const middle = ((image.width / side) * (image.height / side) * 256 * 3) / 2;
  const band = sums.length / 4;
  const bits: boolean[] = [];
  for (let from = 0; from < sums.length; from += band) {
    const values = sums.subarray(from, from + band);
    const limit = median(values);
    // A block at the median is bright if the band is: else a picture that is mostly white would have the hash of a black one.
    for (const value of values) bits.push(value > limit || (Math.abs(value - limit) < 1 && limit > middle));
  }
  return packBits(bits);
}

/** Blockhash of side × side blocks, side a power of two from 4: side × side bits. */
export function blockhashOf(
  side: number,
  own: Pick<PerceptualHash, 'name' | 'threshold' | 'examples'>,
): PerceptualHash {
  return {
    ...own,
    bits: side * side,
    minQuality: leastStructure,
    summary: `Which of ${side} × ${side} blocks are brighter than the median of their horizontal quarter of the picture.`,
    reference: 'Yang, Gu & Niu, "Block mean value based image perceptual hashing" (2006), http://blockhash.io',
    hash: (image) => {
      const bySums = Math.min(image.width, image.height) >= side && canCount();
      const hash = bySums ? blockhashBits(image, side) : coreBlockhash(image, side);
      return { hash, quality: structureQuality({ bits: bitsOf(hash), thumbnail: image }) };
    },
  };
}

/**
 * Blockhash, 256 bits. Threshold 10: by the design of blockhash.io, a picture and its thumbnail differ in "no more than 10 bits in 95% of
 * cases".
 */
export const blockhash = blockhashOf(16, {
  name: 'blockhash',
  threshold: 10,
  examples: [
    '807f807f807f807f807f807f807f807f807f807f807f807f807f807f807f807f',
    'fc0c8f709f0d1bc4b9cff840b83e043e06f614fc147cc07fc07f0cfc0cfc08fc',
  ],
});
