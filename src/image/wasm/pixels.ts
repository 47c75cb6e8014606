/**
 * Resizing and luma by the WebAssembly module of pixels.as. Pictures pass through its memory in bands of rows, so that what stays there
 * of a large one is its narrow copy; an instance whose memory has grown large is not kept.
 */
import { lazyModule, wasmBytes } from '../../util/wasm.ts';
import { Places, ReusedInstance } from '../../util/wasm-memory.ts';
import type { Weights } from '../filter.ts';
import type { PixelKernel } from '../pixel-kernel.ts';
import { plainPixels } from '../plain-pixels.ts';
import type { Raster } from '../raster.ts';
import { pixelsWasm } from './pixels-wasm.ts';

/** What pixels.as exports: places are byte offsets into its memory. */
interface Exports {
  across(
    source: number,
    pitch: number,
    rows: number,
    starts: number,
    weights: number,
    steps: number,
    target: number,
    width: number,
  ): void;
  down(
    source: number,
    pitch: number,
    bytes: number,
    spans: number,
    weights: number,
    stride: number,
    target: number,
    targetPitch: number,
    height: number,
  ): void;
  split(source: number, width: number, rows: number, target: number, pitch: number): void;
  luma(source: number, pixels: number, target: number): void;
}

/** Bytes of a band, about. */
const bandBytes = 2 ** 18;
/** Bytes of memory beyond which JavaScript takes the picture: only making a huge picture into another huge one needs as much. */
const mostUsed = 2 ** 29;

/** The module's bytes. */
export const pixelsModuleBytes = (): Uint8Array<ArrayBuffer> => wasmBytes(pixelsWasm);

const instance = new ReusedInstance<Exports>(lazyModule(pixelsWasm));

/** Bytes of memory that are held for the next picture. */
export const heldBytes = (): number => instance.heldBytes;

const upTo = (multiple: number, value: number): number => Math.ceil(value / multiple) * multiple;
const most = (values: Int32Array): number => values.reduce((a, b) => Math.max(a, b), 0);

/** Bits of the low part of a weight, and a weight's two parts. */
const lowBits = 15;
const low = (weight: number): number => weight & ((1 << lowBits) - 1);
const high = (weight: number): number => weight >> lowBits;

/** Weights as the module's passes take them. */
interface Packed {
  /** Across: the first source pixel of each target pixel. Down: that and how many pairs of rows it draws on. */
  readonly spans: Int32Array;
  readonly weights: Int16Array;
  /** Across: times eight weights a target pixel; down: pairs of them. */
  readonly steps: number;
}

function packAcross({ starts, counts, weights, stride }: Weights): Packed {
  const steps = Math.ceil(most(counts) / 8);
  const packed = new Int16Array(starts.length * steps * 16);
  for (let i = 0; i < starts.length; i++)
    for (let k = 0; k < counts[i]!; k++) {
      const weight = weights[i * stride + k]!;
      const at = (i * steps + (k >> 3)) * 16 + (k & 7);
      packed[at] = low(weight);
      packed[at + 8] = high(weight);
    }
  return { spans: starts, weights: packed, steps };
}

function packDown({ starts, counts, weights, stride }: Weights): Packed {
  const steps = Math.ceil(most(counts) / 2);
  const packed = new Int16Array(starts.length * steps * 4);
  const spans = new Int32Array(2 * starts.length);
  for (let i = 0; i < starts.length; i++) {
    spans[2 * i] = starts[i]!;
    spans[2 * i + 1] = Math.ceil(counts[i]! / 2);
    for (let k = 0; k < counts[i]!; k++) {
      const weight = weights[i * stride + k]!;
      const at = (i * steps + (k >> 1)) * 4 + (k & 1);
      packed[at] = low(weight);
      packed[at + 2] = high(weight);
    }
  }
  return { spans, weights: packed, steps };
}

/** Packs weights, and keeps what it made for as long as they are kept. */
function remembered(pack: (weights: Weights) => Packed): (weights: Weights) => Packed {
  const known = new WeakMap<Weights, Packed>();
  return (weights) => {
    const packed = known.get(weights) ?? pack(weights);
    known.set(weights, packed);
    return packed;
  };
}
const packedAcross = remembered(packAcross);
const packedDown = remembered(packDown);

function resize(image: Raster, across: Weights | undefined, down: Weights | undefined): Raster {
  if (!across && !down) return image;
  const { width: from, height: rows, channels, data } = image;
  const width = across?.starts.length ?? from;
  const height = down?.starts.length ?? rows;
  // Channels lie side by side in a row after the pass across, and where they were without one.
  const row = width * channels;

  const places = new Places();
  const placed = (packed: Packed) => ({
    ...packed,
    spansAt: places.take(packed.spans.byteLength),
    weightsAt: places.take(packed.weights.byteLength),
  });
  const horizontal = across ? placed(packedAcross(across)) : undefined;
  const vertical = down ? placed(packedDown(down)) : undefined;
  const stride = from * channels;
  // Four lines are filtered at a time.
  const band = horizontal ? Math.min(upTo(4, rows), Math.max(4, Math.floor(bandBytes / stride) & ~3)) : rows;
  const pitch = channels === 3 ? upTo(16, from) : from;
  const beyond = horizontal ? 3 * pitch + 8 * horizontal.steps : stride;
  const source = places.take(band * stride + beyond);
  const planes = horizontal && channels === 3 ? places.take(3 * band * pitch + beyond) : source;
  const narrow = horizontal ? places.take((rows + 3) * row) : source;
  const targetPitch = upTo(16, row);
  const target = vertical ? places.take(height * targetPitch) : narrow;
  if (places.end > mostUsed) return plainPixels.resize(image, across, down);

  return instance.run(places.end, (call, memory) => {
    const words = new Int32Array(memory.buffer);
    const halves = new Int16Array(memory.buffer);
    for (const each of [horizontal, vertical])
      if (each) {
        words.set(each.spans, each.spansAt / 4);
        halves.set(each.weights, each.weightsAt / 2);
      }
    for (let top = 0; top < rows; top += band) {
      const count = Math.min(band, rows - top);
      memory.set(data.subarray(top * stride, (top + count) * stride), source);
      if (!horizontal) continue;
      if (channels === 3) call.split(source, from, count, planes, pitch);
      const { spansAt, weightsAt, steps } = horizontal;
      call.across(planes, pitch, count * channels, spansAt, weightsAt, steps, narrow + top * row, width);
    }
    if (vertical) {
      const { spansAt, weightsAt, steps } = vertical;
      call.down(narrow, row, row, spansAt, weightsAt, 8 * steps, target, targetPitch, height);
    }
    const result = new Uint8Array(height * row);
    for (let y = 0; y < height; y++) {
      const at = target + y * (vertical ? targetPitch : row);
      const line = memory.subarray(at, at + row);
      if (!horizontal || channels === 1) result.set(line, y * row);
      else
        for (let x = 0, to = y * row; x < width; x++, to += 3) {
          result[to] = line[x]!;
          result[to + 1] = line[width + x]!;
          result[to + 2] = line[2 * width + x]!;
        }
    }
    return { width, height, channels, data: result };
  });
}

function luma(rgb: Uint8Array): Uint8Array {
  const pixels = rgb.length / 3;
  const band = Math.min(upTo(16, pixels), bandBytes);
  const places = new Places();
  const source = places.take(3 * band);
  const target = places.take(band);
  return instance.run(places.end, (call, memory) => {
    const result = new Uint8Array(pixels);
    for (let at = 0; at < pixels; at += band) {
      const count = Math.min(band, pixels - at);
      memory.set(rgb.subarray(3 * at, 3 * (at + count)), source);
      call.luma(source, count, target);
      result.set(memory.subarray(target, target + count), at);
    }
    return result;
  });
}

const kernel: PixelKernel = { resize, luma };

/** The kernel, or undefined if there is no WebAssembly with SIMD. */
export const wasmPixels = (): PixelKernel | undefined => (instance.works ? kernel : undefined);
