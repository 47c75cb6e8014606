/** Sums of blocks and numbers of colours by the WebAssembly module of counts.as, which receives a picture in bands of rows. */
import type { Raster } from '../../image/raster.ts';
import { lazyModule, wasmBytes } from '../../util/wasm.ts';
import { Places, ReusedInstance } from '../../util/wasm-memory.ts';
import { countsWasm } from './counts-wasm.ts';

/** What counts.as exports: places are byte offsets into its memory. */
interface Exports {
  addRows(source: number, bytes: number, rows: number, weight: number, sums: number): void;
  countColours(source: number, pixels: number, counts: number): void;
}

/** Bytes of a band, about. */
const bandBytes = 2 ** 18;
/** Rows whose sums fit 16 bits, with which the module counts at first. */
const mostRows = 256;
/** Counters of colours, of which the module uses all but the last. */
const classes = 16;

/** The module's bytes. */
export const countsModuleBytes = (): Uint8Array<ArrayBuffer> => wasmBytes(countsWasm);

const instance = new ReusedInstance<Exports>(lazyModule(countsWasm));

/** Whether the module can be used here. */
export const canCount = (): boolean => instance.works;

/**
 * The sums of the samples of side × side blocks, row by row, times side²: a pixel that lies in several blocks counts for each by the share
 * of it that lies there, and so a sum is whole. The picture is at least `side` pixels wide and high; a grey one has one sample a pixel.
 */
export function blockSums({ width, height, channels, data }: Raster, side: number): Float64Array {
  const stride = width * channels;
  const most = Math.max(1, Math.min(mostRows, Math.floor(bandBytes / stride)));
  const places = new Places();
  const source = places.take(most * stride);
  const sumsAt = places.take(4 * stride);
  return instance.run(places.end, (call, memory) => {
    const sums = new Uint32Array(memory.buffer, sumsAt, stride);
    const out = new Float64Array(side * side);
    const add = (from: number, to: number, weight: number): void => {
      for (let top = from; top < to; top += most) {
        const rows = Math.min(most, to - top);
        memory.set(data.subarray(top * stride, (top + rows) * stride), source);
        call.addRows(source, stride, rows, weight, sumsAt);
      }
    };
    for (let y = 0; y < side; y++) {
      sums.fill(0);
      sharesOf(y, height, side, add);
      for (let x = 0; x < side; x++) {
        let sum = 0;
        sharesOf(x, width, side, (from, to, weight) => {
          for (let at = from * channels; at < to * channels; at++) sum += weight * sums[at]!;
        });
        out[y * side + x] = sum;
      }
    }
    return out;
  });
}

/** Which of `length` pixels lie in part `index` of `parts`, and how many parts of each: the one cut by its start, whole ones, that by its end. */
function sharesOf(
  index: number,
  length: number,
  parts: number,
  use: (from: number, to: number, share: number) => void,
) {
  const [start, end] = [index * length, (index + 1) * length];
  const first = Math.ceil(start / parts);
  const last = Math.floor(end / parts);
  if (start % parts > 0) use(first - 1, first, parts - (start % parts));
  use(first, last, parts);
  if (end % parts > 0) use(last, last + 1, end % parts);
}

/** Numbers of pixels of an RGB picture: black, grey, of each of six hues, faint and then bright, and neither faint nor bright. */
export function colourCounts({ data }: Raster): Uint32Array {
  const band = 3 * Math.floor(bandBytes / 24) * 8;
  const places = new Places();
  const source = places.take(Math.min(band, data.length + 24));
  const countsAt = places.take(4 * classes);
  return instance.run(places.end, (call, memory) => {
    const counters = new Uint32Array(memory.buffer, countsAt, classes).fill(0);
    let added = 0;
    for (let at = 0; at < data.length; at += band) {
      const bytes = Math.min(band, data.length - at);
      memory.set(data.subarray(at, at + bytes), source);
      const rounded = Math.ceil(bytes / 24) * 24;
      // Black pixels fill up the last eight, and are taken away again.
      memory.fill(0, source + bytes, source + rounded);
      added = (rounded - bytes) / 3;
      call.countColours(source, rounded / 3, countsAt);
    }
    const counts = counters.slice(0, classes - 1);
    counts[0]! -= added;
    return counts;
  });
}
