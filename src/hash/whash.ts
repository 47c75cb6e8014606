/**
 * wHash, the wavelet hash: which low frequencies of a wavelet transform of the grey picture are above their median.
 * Petrov, "Wavelet image hash in Python" (2016), https://fullstackml.com/2016/07/02/wavelet-image-hash-in-python/;
 * bit by bit ImageHash 4.3.2's `whash` on PyWavelets, https://github.com/JohannesBuchner/imagehash.
 */
import type { Raster } from '../image/raster.ts';
import { aboveMedian } from './median.ts';
import type { PerceptualHash } from './perceptual-hash.ts';
import { leastStructure, structureQuality } from './structure.ts';
import { greyThumbnail, packBits } from './thumbnail.ts';
import { wasmApproximation } from './wasm/wavelet.ts';
import { approximation, type Square, type WaveletName, withoutMean } from './wavelet.ts';

/** Samples per side at which the transform stops; a filter longer than two leaves more. */
const least = 8;
/** Samples per side that db4 leaves of every picture with at least 64 pixels per side. */
const db4Side = 14;

/** The thumbnail to transform: the largest power of two per side that the picture allows. */
function thumbnailOf(image: Raster): { readonly thumbnail: Raster; readonly levels: number } {
  const levels = Math.max(0, 31 - Math.clz32(Math.min(image.width, image.height)) - Math.log2(least));
  const side = least * 2 ** levels;
  return { thumbnail: greyThumbnail(image, side, side), levels };
}

/** ImageHash's hash, row by row: 8 × 8 bits for Haar; for db4 14 × 14, or fewer if the picture has less than 64 pixels per side. */
export const whashBits = (image: Raster, wavelet: WaveletName): boolean[] => bitsAndQuality(image, wavelet).bits;

/** The approximation, by that many levels of a wavelet, of a grey picture without its mean, in JavaScript. */
export function plainApproximation(grey: Uint8Array, side: number, wavelet: WaveletName, levels: number): Square {
  // A loop: Float64Array.from with a function takes longer than everything else.
  const data = new Float64Array(grey.length);
  for (let i = 0; i < grey.length; i++) data[i] = grey[i]! / 255;
  return approximation(withoutMean({ side, data }), wavelet, levels);
}

function bitsAndQuality(image: Raster, wavelet: WaveletName): { readonly bits: boolean[]; readonly quality: 0 | 100 } {
  const { thumbnail, levels } = thumbnailOf(image);
  const { width: side, data: grey } = thumbnail;
  const found = wasmApproximation(grey, side, wavelet, levels) ?? plainApproximation(grey, side, wavelet, levels);
  const bits = aboveMedian(found.data);
  return { bits, quality: structureQuality({ bits, thumbnail }) };
}

const reference =
  'Petrov, "Wavelet image hash in Python" (2016), https://fullstackml.com/2016/07/02/wavelet-image-hash-in-python/';

/** wHash by Haar's wavelet, 64 bits. Threshold 10: the default of imagededup's `WHash` (https://github.com/idealo/imagededup), inclusive. */
export const whashHaar: PerceptualHash = {
  name: 'whash-haar',
  bits: least * least,
  threshold: 10,
  minQuality: leastStructure,
  summary: 'Which of the 8 × 8 lowest frequencies of a Haar wavelet transform are above their median.',
  reference,
  examples: ['eb159b811041ff4f', 'f23acb020e873e3e'],
  hash: (image) => {
    const { bits, quality } = bitsAndQuality(image, 'haar');
    return { hash: packBits(bits), quality };
  },
};

/**
 * wHash by Daubechies' wavelet db4: 196 bits, the last ones of 200; the first 4 are always zero. Threshold 30: the same fraction of bits as
 * wHash by Haar, because none is published. A picture with less than 64 pixels on a side has a shorter hash, which ImageHash refuses to
 * compare with one of full length; here it has leading zeros and quality 0.
 */
export const whashDb4: PerceptualHash = {
  name: 'whash-db4',
  bits: 8 * Math.ceil(db4Side ** 2 / 8),
  digits: Math.ceil(db4Side ** 2 / 4),
  threshold: 30,
  minQuality: leastStructure,
  summary: 'Which of the 14 × 14 lowest frequencies of a Daubechies (db4) wavelet transform are above their median.',
  reference,
  examples: [
    '003fc0ff03fc0ff03fc0d600afe3ffc88020fa0c1fe037c09f',
    '0ff9bfe6ff9bfe6ff9bfe401d3f508400048003bf0701d0004',
  ],
  hash: (image) => {
    const { bits, quality } = bitsAndQuality(image, 'db4');
    return { hash: packBits(bits, Math.ceil(db4Side ** 2 / 8)), quality: bits.length < db4Side ** 2 ? 0 : quality };
  },
};
