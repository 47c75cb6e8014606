/** Converts pixels to the input tensor that a user's network file describes. */
import { toLuma } from '../image/luma.ts';
import type { Raster } from '../image/raster.ts';
import { cropped, resizeBicubic, resizeBilinear, resizeLanczos } from '../image/resize.ts';
import { withChannels } from '../image/transform/pixels.ts';
import type { NetworkFile } from '../schema/network-file.ts';

/** A network's input: a batch of one picture. */
export interface InputTensor {
  readonly data: Float32Array | Uint8Array;
  /** Sizes of the axes; the batch is the first. */
  readonly shape: readonly number[];
}

const kernels = { bicubic: resizeBicubic, bilinear: resizeBilinear, lanczos: resizeLanczos } as const;

/**
 * The picture at the input's size in 8 bits, stretched or cut from the middle, then (byte / 255 − mean) × scale in 32-bit floats, or the bytes
 * themselves. For grey, three channels repeat
 * it; a single channel is the luma of ITU-R BT.601, with the mean and scale of the first channel. Mean and scale
 * are those of red, green and blue, in whatever order the network takes them.
 */
export function tensorOf(image: Raster, input: NetworkFile['input']): InputTensor {
  const { width, height, layout, channels = 3, order = 'rgb', type = 'float32' } = input;
  const { data: pixels } = sized(channels === 3 ? withChannels(image, 3) : toLuma(image), input);
  const [mean, scale] = [perChannel(input.mean ?? 0), perChannel(input.scale ?? 1)];
  const area = width * height;
  const data = type === 'uint8' ? new Uint8Array(channels * area) : new Float32Array(channels * area);
  for (let at = 0; at < area; at++)
    for (let c = 0; c < channels; c++) {
      const byte = pixels[channels * at + c]!;
      const place = order === 'bgr' ? channels - 1 - c : c;
      data[layout === 'nchw' ? place * area + at : channels * at + place] =
        type === 'uint8' ? byte : Math.fround(Math.fround(byte / 255) - mean[c]!) * scale[c]!;
    }
  return { data, shape: layout === 'nchw' ? [1, channels, height, width] : [1, height, width, channels] };
}

const perChannel = (value: number | readonly number[]): readonly number[] =>
  (typeof value === 'number' ? [value, value, value] : value).map(Math.fround);

/**
 * The picture at the size of an input. With `shorterSide` the other side keeps the proportion, rounded down, and the cut begins at half of what is
 * too much, rounded to even, as torchvision's Resize and CenterCrop do it. A cut larger than the picture is an error of the file (checkInput).
 */
function sized(image: Raster, { width, height, resize = 'bicubic', shorterSide }: NetworkFile['input']): Raster {
  const kernel = kernels[resize];
  if (shorterSide === undefined) return kernel(image, width, height);
  const shorter = Math.min(image.width, image.height);
  const longer = (side: number): number =>
    side === shorter ? shorterSide : Math.floor((shorterSide * side) / shorter);
  return cropped(kernel(image, longer(image.width), longer(image.height)), width, height);
}

/** What is wrong with an input beyond its schema, as `place: sentence`; undefined if nothing is. */
export function inputFault({
  width,
  height,
  type,
  mean,
  scale,
  shorterSide,
}: NetworkFile['input']): string | undefined {
  if (type === 'uint8' && (mean !== undefined || scale !== undefined))
    return '/input: a network of type uint8 takes the bytes themselves; leave out mean and scale';
  if (shorterSide !== undefined && shorterSide < Math.max(width, height))
    return `/input/shorterSide: ${width} x ${height} pixels cannot be cut from a picture whose shorter side has ${shorterSide}`;
  return undefined;
}
