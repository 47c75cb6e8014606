/** Published numbers about single pictures, measured on the photographs themselves. */
import { type PictureFile, readPictureBytes } from '../../dataset/picture-file.ts';
import { hammingDistance } from '../../hash/hamming.ts';
import { pdq, pdqOf } from '../../hash/pdq.ts';
import { decode, RefusedError } from '../../image/decode.ts';
import { decodeFast } from '../../image/decode-fast.ts';
import type { Raster } from '../../image/raster.ts';
import { proportion } from '../../metric/proportion.ts';
import type { Measure, Measured } from './measure.ts';

/** Photographs that are mirrored: more would say no more. */
const mirrored = 300;

/** Quality from which Meta's rule of ten bits holds. */
const ruleQuality = 80;

/** The picture with left and right exchanged. */
function mirror({ width, height, channels, data, ...rest }: Raster): Raster {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        out[(y * width + x) * channels + c] = data[(y * width + (width - 1 - x)) * channels + c]!;
  return { ...rest, width, height, channels, data: out };
}

/** What `read` makes of a photograph, or undefined for a file that is no picture. */
async function open<T>(file: PictureFile, read: (bytes: Uint8Array) => Promise<T>): Promise<T | undefined> {
  try {
    return await read(await readPictureBytes(file));
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
}

const rate = (k: number, n: number): Measured => {
  const { estimate, low, high } = proportion(k, n);
  return { value: estimate ?? Number.NaN, low, high, n };
};

export const pictureMeasures = {
  'decoder-drift': async ({ photographs }) => {
    const files = await photographs();
    const drifts: number[] = [];
    for (const file of files) {
      const pair = await open(file, async (bytes) => {
        const fast = await decodeFast(bytes);
        return fast.reduced ? { fast: fast.image, exact: await decode(bytes) } : undefined;
      });
      if (!pair) continue;
      const exact = pdq.hash(pair.exact);
      if (exact.quality < ruleQuality) continue;
      drifts.push(hammingDistance(exact.hash, pdqOf(pair.fast, { reduced: true }).own.hash));
    }
    return {
      values:
        drifts.length === 0
          ? {}
          : { 'most bits': { value: drifts.reduce((most, each) => Math.max(most, each), 0), n: drifts.length } },
      on: `${drifts.length} of ${files.length} photographs: JPEGs of at least 1,000 pixels a side and that quality, which alone the fast decoder treats otherwise`,
    };
  },
  mirror: async ({ photographs }) => {
    const files = await photographs();
    let [plain, dihedral, n] = [0, 0, 0];
    for (const file of files) {
      if (n >= mirrored) break;
      const image = await open(file, decode);
      if (!image) continue;
      const original = pdqOf(image, { dihedral: true });
      if (original.own.quality < pdq.minQuality) continue;
      const { hash } = pdq.hash(mirror(image));
      const near = (other: Uint8Array): boolean => hammingDistance(hash, other) <= pdq.threshold;
      n++;
      if (near(original.own.hash)) plain++;
      if (original.dihedral.some((each) => near(each.hash))) dihedral++;
    }
    return {
      values: { 'recall, dihedral': rate(dihedral, n), 'recall, plain': rate(plain, n) },
      on: `the first ${n} photographs of at least the authors’ quality`,
    };
  },
} as const satisfies Record<string, Measure>;
