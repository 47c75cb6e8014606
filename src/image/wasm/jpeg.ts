/**
 * Decodes a JPEG's luma at reduced scale, with the WebAssembly module of jpeg.as. It uses only the four lowest coefficients of each block,
 * skips colour, and reads only the scans of a progressive file that contain these coefficients.
 */
import { lazyModule, wasmBytes } from '../../util/wasm.ts';
import { endOfImage, type Frame, frameOf, type Segment, segments, startOfScan } from '../jpeg.ts';
import { UsualSegments } from '../jpeg-usual.ts';
import type { Raster } from '../raster.ts';
import { jpegWasm } from './jpeg-wasm.ts';

/** Exports of jpeg.as; addresses are byte offsets into its memory. */
interface Exports {
  readonly components: WebAssembly.Global<'i32'>;
  readonly definition: WebAssembly.Global<'i32'>;
  readonly end: WebAssembly.Global<'i32'>;
  define(index: number): void;
  scan(
    from: number,
    end: number,
    count: number,
    across: number,
    down: number,
    interval: number,
    first: number,
    last: number,
    refines: 0 | 1,
    low: number,
    blocks: number,
    stride: number,
    copy: number,
  ): number;
  paint(blocks: number, across: number, down: number, q0: number, q1: number, q2: number, q4: number, to: number): void;
}

/** Last coefficient in use, in zigzag order. */
const lastUsed = 4;
/** Bytes of a block's coefficients. */
const blockBytes = 16;
/** Maximum number of bytes read beyond the end of the coded data before this is noticed: a unit of the largest blocks. */
const beyond = 65536;
/** Largest file, in bytes: it is copied into the module's memory, which never shrinks. */
const largestFile = 2 ** 25;
/** Largest picture, in pixels, for the same reason. */
const largestPicture = 2 ** 28;
/** Mean of the first cosine wave over half a block, and of the product of two: their weight in 2 × 2 pixels that each average 4 × 4. */
const [wave, waves] = [0.906127, 0.821067];

/** The module's bytes. */
export const jpegModuleBytes = (): Uint8Array<ArrayBuffer> => wasmBytes(jpegWasm);

const compiled = lazyModule(jpegWasm);
let made: { readonly call: Exports; readonly memory: WebAssembly.Memory } | undefined;

function instance(): typeof made {
  const module = made ? undefined : compiled();
  if (module) {
    const memory = new WebAssembly.Memory({ initial: 1 });
    made = { memory, call: new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports };
  }
  return made;
}

/**
 * The luma of a JPEG at a quarter of its size, as a grey picture; each pixel is about the mean of 4 × 4. Undefined if the file is
 * incomplete, invalid or unusual (other than 8-bit YCbCr or grey, Huffman-coded): then a full decoder must decide.
 */
export function quarterLuma(bytes: Uint8Array): Raster | undefined {
  const wasm = bytes.length <= largestFile ? instance() : undefined;
  return wasm ? new Reader(bytes, wasm.call, wasm.memory).read() : undefined;
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** State of reading one file. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #call: Exports;
  readonly #memory: WebAssembly.Memory;
  #frame: Frame | undefined;
  #interval = 0;
  /** Whether an Adobe marker says that the three components are not luma and chroma. */
  #rgb = false;
  readonly #quantisers = new Map<number, readonly number[]>();
  /** Addresses of the file and the blocks in the module's memory, and the number of blocks per row and column. */
  #at = { file: 0, copy: 0, blocks: 0, across: 0, down: 0 };

  constructor(bytes: Uint8Array, call: Exports, memory: WebAssembly.Memory) {
    this.#bytes = bytes;
    this.#call = call;
    this.#memory = memory;
  }

  read(): Raster | undefined {
    let scans = 0;
    const usual = new UsualSegments();
    for (const segment of segments(this.#bytes)) {
      const { marker, payload } = segment;
      if (!usual.accepts(segment)) return undefined;
      const frame = frameOf(segment);
      if (frame) {
        if (this.#frame || !this.#begin(frame)) return undefined;
      } else if (marker === 0xc4) this.#define(payload);
      else if (marker === 0xdb) this.#quantise(payload);
      else if (marker === 0xdd) this.#interval = payload[0]! * 256 + payload[1]!;
      else if (marker === 0xee) this.#rgb ||= latin(payload.subarray(0, 5)) === 'Adobe' && payload[11] === 0;
      else if (marker === startOfScan) {
        const end = this.#scan(segment);
        if (end === 'failed') return undefined;
        if (end === 'passed') continue;
        scans++;
        // Most files have one scan: the marker that was just found need not be searched for in its data.
        if (this.#bytes[end + 1] === endOfImage) return this.#paint();
      } else if (marker === endOfImage) return scans > 0 ? this.#paint() : undefined;
    }
    return undefined;
  }

  /** Reads a frame header and lays out the memory; returns false if the frame is unusual. */
  #begin(frame: Frame): boolean {
    const { width, height, components, marker, precision } = frame;
    const luma = components[0];
    const ids = components.map(({ id }) => id).join();
    if (marker > 0xc2 || precision !== 8 || !luma) return false;
    if (width * height === 0 || width * height > largestPicture) return false;
    if ((components.length !== 1 && components.length !== 3) || ids === '82,71,66') return false;
    if (components.some(({ wide, high }) => wide < 1 || wide > luma.wide || high < 1 || high > luma.high)) return false;
    if (luma.wide > 4 || luma.high > 4) return false;
    this.#frame = frame;
    const across = Math.ceil(width / (8 * luma.wide)) * luma.wide;
    const down = Math.ceil(height / (8 * luma.high)) * luma.high;
    const file = this.#call.end.value;
    const copy = file + this.#bytes.length + beyond;
    const blocks = 16 * Math.ceil((copy + this.#bytes.length + beyond) / 16);
    const pixels = blocks + blockBytes * across * down;
    const short = pixels + 4 * across * down - this.#memory.buffer.byteLength;
    if (short > 0) this.#memory.grow(Math.ceil(short / 65536));
    this.#at = { file, copy, blocks, across, down };
    const memory = new Uint8Array(this.#memory.buffer);
    memory.set(this.#bytes, file);
    memory.fill(0, file + this.#bytes.length, copy);
    memory.fill(0, blocks, pixels);
    return true;
  }

  #define(payload: Uint8Array): void {
    for (let at = 0; at + 17 <= payload.length; ) {
      const kind = payload[at]!;
      const counts = payload.subarray(at + 1, at + 17);
      const end = at + 17 + counts.reduce((sum, count) => sum + count, 0);
      new Uint8Array(this.#memory.buffer).set(
        payload.subarray(at + 1, Math.min(end, at + 17 + 256)),
        this.#call.definition.value,
      );
      this.#call.define((kind >> 4 ? 4 : 0) + (kind & 3));
      at = end;
    }
  }

  #quantise(payload: Uint8Array): void {
    for (let at = 0; at < payload.length; ) {
      const wide = payload[at]! >> 4 ? 2 : 1;
      const values = Array.from({ length: lastUsed + 1 }, (_, i) =>
        wide === 1 ? payload[at + 1 + i]! : payload[at + 1 + 2 * i]! * 256 + payload[at + 2 + 2 * i]!,
      );
      this.#quantisers.set(payload[at]! & 15, values);
      at += 1 + 64 * wide;
    }
  }

  /** Reads a scan if it contains needed luma; returns the position of the following marker in the file. */
  #scan({ payload, end }: Segment): number | 'passed' | 'failed' {
    const frame = this.#frame;
    const count = payload[0] ?? 0;
    if (!frame || count > frame.components.length || payload.length < 4 + 2 * count) return 'failed';
    const [first, last, precision] = payload.subarray(1 + 2 * count) as unknown as [number, number, number];
    const [high, low] = [precision >> 4, precision & 15];
    const luma = frame.components[0]!;
    if (payload[1] !== luma.id || first > lastUsed || (high > 0 && first > 0)) return 'passed';
    if (last > 63 || low > 13 || (first > 0 && count > 1)) return 'failed';
    const table = new Uint32Array(this.#memory.buffer, this.#call.components.value, 16);
    for (let i = 0; i < count; i++) {
      const component = frame.components.find(({ id }) => id === payload[1 + 2 * i]);
      if (!component) return 'failed';
      const tables = payload[2 + 2 * i]!;
      const [wide, tall] = count === 1 ? [1, 1] : [component.wide, component.high];
      table.set([wide, tall, ((tables >> 4) & 3) | ((4 + (tables & 3)) << 8)], 4 * i);
    }
    const { file, copy, blocks, across } = this.#at;
    const unit = count === 1 ? { wide: 8, high: 8 } : { wide: 8 * luma.wide, high: 8 * luma.high };
    const [columns, rows] = [Math.ceil(frame.width / unit.wide), Math.ceil(frame.height / unit.high)];
    const [from, stop] = [file + end, file + this.#bytes.length];
    const refines = high > 0 ? 1 : 0;
    const marker = this.#call.scan(
      from,
      stop,
      count,
      columns,
      rows,
      this.#interval,
      first,
      last,
      refines,
      low,
      blocks,
      across,
      copy,
    );
    return marker > 0 ? marker - file : 'failed';
  }

  #paint(): Raster | undefined {
    const { width, height, components } = this.#frame!;
    const steps = this.#quantisers.get(components[0]!.quantiser);
    if (!steps || (this.#rgb && components.length === 3)) return undefined;
    const { blocks, across, down } = this.#at;
    const pixels = blocks + blockBytes * across * down;
    const [q0, q1, q2, , q4] = steps.map((step) => step / 8) as [number, number, number, number, number];
    this.#call.paint(blocks, across, down, q0, q1 * wave, q2 * wave, q4 * waves, pixels);
    const size = { width: Math.ceil(width / 4), height: Math.ceil(height / 4) };
    const data = new Uint8Array(size.width * size.height);
    const plane = new Uint8Array(this.#memory.buffer, pixels);
    // Blocks can extend beyond the picture.
    for (let y = 0, from = 0; y < size.height; y++, from += 2 * across)
      data.set(plane.subarray(from, from + size.width), y * size.width);
    return { ...size, channels: 1, data };
  }
}
