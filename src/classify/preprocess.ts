/**
 * Converts pixels to a network's input, with the same numbers in Node and in a browser. Kernel, per axis: shrinking averages the exact area
 * of a target pixel (box; OpenCV's INTER_AREA), enlarging is bilinear between pixel centres. WebAssembly does it where there is SIMD, with the
 * same bits as the JavaScript.
 */
import type { Raster } from '../image/raster.ts';
import { lazyModule } from '../util/wasm.ts';
import { Places, ReusedInstance } from '../util/wasm-memory.ts';
import { areaWasm } from './wasm/area-wasm.ts';

/** Name and version of this preprocessing; it must change when any output number changes. */
export const toInputVersion = 'area-bilinear-1';

/** For each target pixel, its first source pixel, and the weights of that one and the following ones. */
interface Taps {
  readonly start: Int32Array;
  readonly weight: readonly Float32Array[];
}

/** What area.as exports: places are byte offsets into its memory. */
interface Exports {
  scale(
    data: number,
    stride: number,
    channels: number,
    side: number,
    starts: number,
    counts: number,
    weights: number,
    line: number,
    out: number,
  ): void;
}

const instance = new ReusedInstance<Exports>(lazyModule(areaWasm));

/** Bytes of a picture beyond which JavaScript takes it: it would have to be copied into a memory as large. */
const mostCopied = 12 * 2 ** 20;

/** A picture as side × side × 3 floats in [0, 1], stretched to the square as in nsfwjs; grey is repeated in each channel. */
export const toInput = (image: Raster, side: number): Float32Array =>
  instance.works && image.data.length <= mostCopied ? wasmInput(image, side) : plainInput(image, side);

function wasmInput({ width, height, channels, data }: Raster, side: number): Float32Array {
  const axes = [taps(height, side), taps(width, side)];
  const starts = axes.flatMap(({ start }) => [...start]);
  const weights = axes.flatMap(({ weight }) => weight);
  const stride = width * channels;
  const places = new Places();
  const [dataAt, lineAt, outAt] = [data.length, 4 * stride, 12 * side * side].map((bytes) => places.take(bytes));
  const [startsAt, countsAt] = [8 * side, 8 * side].map((bytes) => places.take(bytes));
  const weightsAt = places.take(4 * weights.reduce((sum, each) => sum + each.length, 0));
  return instance.run(places.end, (call, memory) => {
    memory.set(data, dataAt);
    const [words, floats] = [new Int32Array(memory.buffer), new Float32Array(memory.buffer)];
    words.set(starts, startsAt! / 4);
    let at = weightsAt / 4;
    for (const [i, each] of weights.entries()) {
      words[countsAt! / 4 + i] = each.length;
      floats.set(each, at);
      at += each.length;
    }
    call.scale(dataAt!, stride, channels, side, startsAt!, countsAt!, weightsAt, lineAt!, outAt!);
    return floats.slice(outAt! / 4, outAt! / 4 + 3 * side * side);
  });
}

/** The same in JavaScript. */
export function plainInput(image: Raster, side: number): Float32Array {
  const { width, height, channels, data } = image;
  const rows = taps(height, side);
  const columns = taps(width, side);
  const stride = width * channels;
  const line = new Float32Array(stride);
  const out = new Float32Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    // Vertically first, two rows at a time: rows are contiguous, and this loop dominates for large pictures.
    line.fill(0);
    const vertical = rows.weight[y]!;
    for (let t = 0; t < vertical.length; t += 2) {
      const first = vertical[t]!;
      const second = vertical[t + 1] ?? 0;
      const from = (rows.start[y]! + t) * stride;
      const next = t + 1 < vertical.length ? from + stride : from;
      for (let i = 0; i < stride; i++) line[i]! += first * data[from + i]! + second * data[next + i]!;
    }
    for (let x = 0; x < side; x++) {
      const horizontal = columns.weight[x]!;
      const to = (y * side + x) * 3;
      let at = columns.start[x]! * channels;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let t = 0; t < horizontal.length; t++, at += channels) {
        const weight = horizontal[t]!;
        red += weight * line[at]!;
        if (channels === 1) continue;
        green += weight * line[at + 1]!;
        blue += weight * line[at + 2]!;
      }
      out[to] = red / 255;
      out[to + 1] = (channels === 1 ? red : green) / 255;
      out[to + 2] = (channels === 1 ? red : blue) / 255;
    }
  }
  return out;
}

/** The weights for scaling `from` pixels to `to`; each target's weights sum to 1. */
function taps(from: number, to: number): Taps {
  const scale = from / to;
  const start = new Int32Array(to);
  const weight = Array.from({ length: to }, (_, i) => {
    if (scale > 1) {
      const [low, high] = [i * scale, (i + 1) * scale];
      const first = Math.floor(low);
      start[i] = first;
      // The epsilon prevents a pixel of weight 0, which could lie outside, because of rounding.
      const count = Math.max(1, Math.ceil(high - 1e-9) - first);
      return Float32Array.from(
        { length: count },
        (_, t) => (Math.min(high, first + t + 1) - Math.max(low, first + t)) / scale,
      );
    }
    const centre = Math.min(from - 1, Math.max(0, (i + 0.5) * scale - 0.5));
    const first = Math.floor(centre);
    start[i] = first;
    const fraction = centre - first;
    return fraction === 0 ? Float32Array.of(1) : Float32Array.of(1 - fraction, fraction);
  });
  return { start, weight };
}
