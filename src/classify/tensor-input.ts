/** Converts pixels to the input tensor that a user's network file describes. */
import { toLuma } from '../image/luma.ts';
import type { Raster } from '../image/raster.ts';
import { resizeBicubic, resizeLanczos } from '../image/resize.ts';
import { withChannels } from '../image/transform/pixels.ts';
import type { NetworkFile } from '../schema/network-file.ts';

/** A network's input: a batch of one picture. */
export interface InputTensor {
  readonly data: Float32Array;
  /** Sizes of the axes; the batch is the first. */
  readonly shape: readonly number[];
}

/**
 * The picture stretched to the input's size in 8 bits, then (byte / 255 − mean) × scale in 32-bit floats. For grey, three channels repeat
 * it; a single channel is the luma of ITU-R BT.601, with the mean and scale of the first channel. Mean and scale
 * are those of red, green and blue, in whatever order the network takes them.
 */
export function tensorOf(image: Raster, input: NetworkFile['input']): InputTensor {
  const { width, height, layout, channels = 3, order = 'rgb' } = input;
  const resize = input.resize === 'lanczos' ? resizeLanczos : resizeBicubic;
  const { data: pixels } = resize(channels === 3 ? withChannels(image, 3) : toLuma(image), width, height);
  const [mean, scale] = [perChannel(input.mean), perChannel(input.scale)];
  const area = width * height;
  const data = new Float32Array(channels * area);
  for (let at = 0; at < area; at++)
    for (let c = 0; c < channels; c++) {
      const value = Math.fround(Math.fround(pixels[channels * at + c]! / 255) - mean[c]!);
      const place = order === 'bgr' ? channels - 1 - c : c;
      data[layout === 'nchw' ? place * area + at : channels * at + place] = value * scale[c]!;
    }
  return { data, shape: layout === 'nchw' ? [1, channels, height, width] : [1, height, width, channels] };
}

const perChannel = (value: number | readonly number[]): readonly number[] =>
  (typeof value === 'number' ? [value, value, value] : value).map(Math.fround);
