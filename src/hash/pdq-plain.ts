/**
 * PDQ in plain JavaScript, for engines without WebAssembly, and as a test oracle for wasm/pdq.as. It follows the C++ reference bit by bit.
 * Every intermediate value is rounded to a 32-bit float, by storing it in a Float32Array or by Math.fround, in the reference's order.
 */
import type { Raster } from '../image/raster.ts';
import { edge, thumbnailOf } from './pdq-thumbnail.ts';
import type { HashResult } from './perceptual-hash.ts';

/** DCT coefficients per side: the hash has side × side bits. */
const side = 16;
/** Bits of a hash. */
export const bits = side * side;

const fl = Math.fround;

/** Rows 1 to 16 of the 64-point DCT-II matrix, the constant row omitted, transposed: cosines[k × 16 + i]. */
export const cosines = new Float32Array(edge * side);
for (let i = 0; i < side; i++)
  for (let k = 0; k < edge; k++)
    cosines[k * side + i] = fl(Math.sqrt(2 / edge)) * Math.cos((Math.PI / 2 / edge) * (i + 1) * (2 * k + 1));

// Shared scratch space: hashing is synchronous.
const half = new Float32Array(side * edge);
const spectrum = new Float32Array(bits);
const turned = new Float32Array(bits);
const sorted = new Float32Array(bits);

/** The 16 × 16 lowest frequencies of a thumbnail, except the constants, row by row; valid until the next call. */
function dct(thumbnail: Float32Array): Float32Array {
  half.fill(0);
  for (let k = 0; k < edge; k++)
    for (let i = 0; i < side; i++) {
      const weight = cosines[k * side + i]!;
      for (let j = 0, to = i * edge, from = k * edge; j < edge; j++, to++, from++)
        half[to] = half[to]! + fl(weight * thumbnail[from]!);
    }
  spectrum.fill(0);
  for (let i = 0; i < side; i++)
    for (let k = 0; k < edge; k++) {
      const value = half[i * edge + k]!;
      for (let j = 0, to = i * side, from = k * side; j < side; j++, to++, from++)
        spectrum[to] = spectrum[to]! + fl(value * cosines[from]!);
    }
  return spectrum;
}

/** One bit per coefficient: is it above the lower median? Coefficient k has weight 2^k in the printed 256-bit number. */
function aboveMedian(coefficients: Float32Array): Uint8Array {
  sorted.set(coefficients);
  sorted.sort();
  const median = sorted[bits / 2 - 1]!;
  const hash = new Uint8Array(bits / 8);
  for (let k = 0; k < bits; k++) if (coefficients[k]! > median) hash[hash.length - 1 - (k >> 3)]! |= 1 << (k & 7);
  return hash;
}

/** 0 to 100: the sum of differences between neighbours in the thumbnail, in hundredths of full scale, capped. */
function qualityOf(thumbnail: Float32Array): number {
  let gradient = 0;
  const add = (u: number, v: number): void => {
    gradient += Math.abs(Math.trunc(fl(fl(fl(u - v) * 100) / 255)));
  };
  for (let i = 0; i < edge; i++)
    for (let j = 0; j < edge; j++) {
      const at = i * edge + j;
      if (i + 1 < edge) add(thumbnail[at]!, thumbnail[at + edge]!);
      if (j + 1 < edge) add(thumbnail[at]!, thumbnail[at + 1]!);
    }
  return Math.min(100, Math.floor(gradient / 90));
}

/** For each of the eight dihedral hashes: whether to swap rows and columns, and which odd indices of the source change sign. */
const dihedrals: readonly { readonly swap: boolean; readonly sign: (i: number, j: number) => number }[] = [
  { swap: false, sign: () => 0 },
  { swap: true, sign: (_, j) => j + 1 },
  { swap: false, sign: (i, j) => i + j },
  { swap: true, sign: (i) => i + 1 },
  { swap: false, sign: (i) => i + 1 },
  { swap: false, sign: (_, j) => j + 1 },
  { swap: true, sign: () => 0 },
  { swap: true, sign: (i, j) => i + j },
];

const nothing = (): HashResult => ({ hash: new Uint8Array(bits / 8), quality: 0 });

/** Common interface of the two implementations of PDQ. `stretch`: the picture was decoded at reduced scale (see `ThumbnailOptions`). */
export interface PdqKernel {
  /** PDQ of a picture. */
  hash(image: Raster, stretch?: boolean): HashResult;
  /** Its eight dihedral hashes, in the order of `dihedralNames`. */
  dihedral(image: Raster, stretch?: boolean): HashResult[];
}

/** PDQ in plain JavaScript. */
export const plainPdq: PdqKernel = {
  hash(image, stretch = false) {
    const thumbnail = thumbnailOf(image, { stretch, skipFilterAt64: true });
    if (!thumbnail) return nothing();
    return { hash: aboveMedian(dct(thumbnail)), quality: qualityOf(thumbnail) };
  },
  dihedral(image, stretch = false) {
    const thumbnail = thumbnailOf(image, { stretch });
    if (!thumbnail) return dihedrals.map(nothing);
    const quality = qualityOf(thumbnail);
    const source = dct(thumbnail);
    return dihedrals.map(({ swap, sign }) => {
      for (let i = 0; i < side; i++)
        for (let j = 0; j < side; j++) {
          const value = source[i * side + j]!;
          turned[swap ? j * side + i : i * side + j] = sign(i, j) & 1 ? -value : value;
        }
      return { hash: aboveMedian(turned), quality };
    });
  },
};

/** PDQ of a video frame, whose pixels are all filtered (`ThumbnailOptions.whole`). Up to 512 × 512 pixels it is `plainPdq.hash`. */
export function wholePdq(image: Raster): HashResult {
  const thumbnail = thumbnailOf(image, { whole: true, skipFilterAt64: true });
  return thumbnail ? { hash: aboveMedian(dct(thumbnail)), quality: qualityOf(thumbnail) } : nothing();
}

/** The 16 × 16 coefficients whose signs PDQ takes, row by row: TMK's feature of a frame. All zeros for a frame below 5 pixels a side. */
export function pdqCoefficients(image: Raster): Float32Array {
  const thumbnail = thumbnailOf(image, { whole: true, skipFilterAt64: true });
  return thumbnail ? dct(thumbnail).slice() : new Float32Array(bits);
}
