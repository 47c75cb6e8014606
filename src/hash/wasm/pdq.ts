/** PDQ by the WebAssembly module of pdq.as. It receives the picture row by row, and only the sampled rows of a large one. */
import type { Raster } from '../../image/raster.ts';
import { lazyModule, wasmBytes } from '../../util/wasm.ts';
import { cosines, type PdqKernel } from '../pdq-plain.ts';
import { edge, filteredSize, isThumbnail, type ThumbnailOptions, thumbnailOf } from '../pdq-thumbnail.ts';
import type { HashResult } from '../perceptual-hash.ts';
import { pdqWasm } from './pdq-wasm.ts';

/** Exports of pdq.as; addresses are byte offsets into its memory. */
interface Exports {
  readonly source: WebAssembly.Global<'i32'>;
  readonly sourceBytes: WebAssembly.Global<'i32'>;
  readonly cosines: WebAssembly.Global<'i32'>;
  readonly thumbnail: WebAssembly.Global<'i32'>;
  readonly hashes: WebAssembly.Global<'i32'>;
  readonly end: WebAssembly.Global<'i32'>;
  begin(width: number, height: number, sourceWidth: number, channels: number): void;
  rows(count: number, stride: number): void;
  finish(): void;
  quality(): number;
  hash(all: 0 | 1): void;
}

/** Rows per call of the module. */
const group = 8;
/** Bytes of a hash. */
const hashBytes = 32;

/** The module's bytes. */
export const pdqModuleBytes = (): Uint8Array<ArrayBuffer> => wasmBytes(pdqWasm);

const compiled = lazyModule(pdqWasm);
let kernel: PdqKernel | undefined;

/** The kernel, or undefined if there is no WebAssembly with SIMD. */
export function wasmPdq(): PdqKernel | undefined {
  const module = kernel ? undefined : compiled();
  if (module) kernel = instantiate(module);
  return kernel;
}

function instantiate(module: WebAssembly.Module): PdqKernel {
  const memory = new WebAssembly.Memory({ initial: 0 });
  const call = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  memory.grow(Math.ceil(call.end.value / 65536));
  const bytes = new Uint8Array(memory.buffer);
  const source = bytes.subarray(call.source.value, call.source.value + call.sourceBytes.value);
  const thumbnail = new Float32Array(memory.buffer, call.thumbnail.value, edge * edge);
  new Float32Array(memory.buffer, call.cosines.value, cosines.length).set(cosines);

  const results = (image: Raster, count: 1 | 8, options: ThumbnailOptions): HashResult[] => {
    filter(image, options);
    call.hash(count === 8 ? 1 : 0);
    const quality = call.quality();
    const at = call.hashes.value;
    return Array.from({ length: count }, (_, i) => ({
      hash: bytes.slice(at + i * hashBytes, at + (i + 1) * hashBytes),
      quality,
    }));
  };

  /** Computes the picture's thumbnail in the module's memory. */
  const filter = (image: Raster, options: ThumbnailOptions): void => {
    const size = filteredSize(image, options);
    const stride = image.width * image.channels;
    const most = Math.floor(source.length / stride / group) * group;
    // Too small for a hash (an empty thumbnail is flat), not to be filtered, or rows too long for the module.
    if (!size || most === 0 || isThumbnail(image, options)) {
      const plain = thumbnailOf(image, options);
      if (plain) thumbnail.set(plain);
      else thumbnail.fill(0);
      return;
    }
    const { width, height } = size;
    call.begin(width, height, image.width, image.channels);
    for (let top = 0; top < height; top += most) {
      const count = Math.min(most, height - top);
      if (height === image.height) source.set(image.data.subarray(top * stride, (top + count) * stride));
      else
        for (let i = 0; i < count; i++) {
          const from = Math.floor(((top + i) * image.height) / height) * stride;
          source.set(image.data.subarray(from, from + stride), i * stride);
        }
      call.rows(count, stride);
    }
    call.finish();
  };
  return {
    hash: (image, stretch = false) => results(image, 1, { stretch, skipFilterAt64: true })[0]!,
    dihedral: (image, stretch = false) => results(image, 8, { stretch }),
  };
}
