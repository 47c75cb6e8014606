/** From pixels to the tensor that a user's network takes, as its network file describes it. */
import type { Raster } from '../image/raster.ts';
import { resizeBicubic, resizeLanczos } from '../image/resize.ts';
import { withChannels } from '../image/transform/pixels.ts';
import type { NetworkFile } from '../schema/network-file.ts';

/** A network's input: a batch of one picture. */
export interface InputTensor {
  readonly data: Float32Array;
  /** Sizes of the axes, the batch's first. */
  readonly shape: readonly number[];
}

/** The picture stretched to the input's size in 8 bits, then (byte / 255 − mean) × scale in 32-bit floats; grey is repeated. */
export function tensorOf(image: Raster, input: NetworkFile['input']): InputTensor {
  const { width, height, layout } = input;
  const resize = input.resize === 'lanczos' ? resizeLanczos : resizeBicubic;
  const { data: pixels } = resize(withChannels(image, 3), width, height);
  const [mean, scale] = [perChannel(input.mean), perChannel(input.scale)];
  const area = width * height;
  const data = new Float32Array(3 * area);
  for (let at = 0; at < area; at++)
    for (let c = 0; c < 3; c++) {
      const value = Math.fround(Math.fround(pixels[3 * at + c]! / 255) - mean[c]!);
      data[layout === 'nchw' ? c * area + at : 3 * at + c] = value * scale[c]!;
    }
  return { data, shape: layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3] };
}

const perChannel = (value: number | readonly number[]): readonly number[] =>
  (typeof value === 'number' ? [value, value, value] : value).map(Math.fround);
