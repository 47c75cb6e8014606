/**
 * Cubic interpolation with four taps per direction at any scale: OpenCV's `resize` with `INTER_CUBIC`, the default of imgaug. Shrinking by
 * more than two skips pixels, and fine patterns turn into coarse ones (aliasing). In floating point; OpenCV rounds weights to 1/2048, which
 * changes at most one level.
 */
import type { Raster } from '../raster.ts';
import { filled, toByte } from './pixels.ts';

const taps = 4;
/** OpenCV's parameter of the cubic kernel; Catmull and Rom use -0.5. */
const a = -0.75;

const cubic = (x: number): number =>
  x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;

/** For each target pixel, four source pixels (the outermost repeat beyond the edge) and their weights. */
function tapsOf(from: number, to: number): { places: Int32Array; weights: Float64Array } {
  const places = new Int32Array(taps * to);
  const weights = new Float64Array(taps * to);
  for (let i = 0; i < to; i++) {
    const center = ((i + 0.5) * from) / to - 0.5;
    const first = Math.floor(center) - 1;
    for (let k = 0; k < taps; k++) {
      places[taps * i + k] = Math.min(from - 1, Math.max(0, first + k));
      weights[taps * i + k] = cubic(Math.abs(center - first - k));
    }
  }
  return { places, weights };
}

/** The picture at another size, in pixels. */
export function resizeFourTaps(image: Raster, width: number, height: number): Raster {
  const { channels, data } = image;
  const across = tapsOf(image.width, width);
  const down = tapsOf(image.height, height);
  const row = width * channels;
  const half = new Float64Array(row * image.height);
  for (let y = 0, at = 0; y < image.height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++, at++)
        for (let k = taps * x; k < taps * (x + 1); k++)
          half[at]! += across.weights[k]! * data[(y * image.width + across.places[k]!) * channels + c]!;
  const out = filled(width, height, channels, 0);
  for (let y = 0, at = 0; y < height; y++)
    for (let i = 0; i < row; i++, at++) {
      let value = 0;
      for (let k = taps * y; k < taps * (y + 1); k++) value += down.weights[k]! * half[down.places[k]! * row + i]!;
      out.data[at] = toByte(value);
    }
  return out;
}
