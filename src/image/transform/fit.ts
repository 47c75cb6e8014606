/** Scales until the longer side has a given length; uses the kernel of a named library if a benchmark requires it. */
import type { Raster } from '../raster.ts';
import { resizeFourTaps } from './four-taps.ts';
import { resample, scaled } from './resize.ts';
import { throughSharp } from './through.ts';
import { defineTransform } from './transform.ts';

/** By number: Lanczos as in `resize`; a Catmull–Rom cubic that widens when shrinking, as in Pillow; OpenCV's cubic, which does not widen. */
const kernels: readonly ((image: Raster, width: number, height: number) => Promise<Raster>)[] = [
  resample,
  async (image, width, height) =>
    width === image.width && height === image.height
      ? image
      : throughSharp(image, (input) => input.resize({ width, height, fit: 'fill', kernel: 'cubic' })),
  async (image, width, height) => resizeFourTaps(image, width, height),
];

export const fit = defineTransform({
  name: 'fit',
  summary: 'Scaled until the longer side has a given length; smaller pictures grow only if asked to.',
  parameters: {
    side: { default: 1024, min: 1, max: 16384, unit: 'px', integer: true },
    kernel: { default: 0, min: 0, max: 2, unit: '0 = Lanczos, 1 = cubic, 2 = cubic of four taps', integer: true },
    enlarge: { default: 0, min: 0, max: 1, unit: '0 = shrinks only, 1 = grows too', integer: true },
  },
  reference:
    'noop of the benchmark in github.com/thorn-oss/perception (kernel 2); Pillow’s Image.thumbnail (kernel 1), as PHASER uses it',
  apply: async (image, { side, kernel, enlarge }) => {
    const factor = side / Math.max(image.width, image.height);
    if (factor >= 1 && !enlarge) return image;
    return kernels[kernel]!(image, scaled(image.width, factor), scaled(image.height, factor));
  },
});
