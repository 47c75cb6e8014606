/**
 * Batch normalisation on tfjs's WebAssembly backend, several times as fast as its own kernel, with the same bits. That kernel keeps four
 * counters and looks up four tables for every value; it took half of MobileNetV2. Networks whose layers are all known run without batch
 * normalisation (fused-layers.ts); this is for all others.
 */
import type * as Tfjs from '@tensorflow/tfjs';
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import { lazyModule } from '../util/wasm.ts';
import { normalizeWasm } from './wasm/normalize-wasm.ts';

const kernelName = 'FusedBatchNorm';

/** What the kernel uses of the backend. */
interface WasmBackend {
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  disposeData(dataId: object): boolean;
  /** A view of a tensor's values in the memory of WebAssembly. */
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
  readonly wasm: { readonly asm?: { readonly memory?: unknown } };
}

/** What normalize.as exports; addresses are byte offsets into the memory of tfjs. */
interface Exports {
  deviationsOf(variance: number, epsilon: number, channels: number, out: number): void;
  normalize(
    x: number,
    mean: number,
    scale: number,
    deviation: number,
    offset: number,
    out: number,
    count: number,
    channels: number,
  ): void;
}

/** The tensors of a batch normalisation: values with the channel last, and for each channel mean, variance, offset and scale. */
interface Inputs {
  readonly x: TensorInfo;
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
  readonly offset?: TensorInfo | null;
  readonly scale?: TensorInfo | null;
}

/** The kernels of this module. */
const fast = new Set<KernelConfig['kernelFunc']>();

const compiled = lazyModule(normalizeWasm);

/**
 * Puts the fast kernel in the place of the backend's own, once the backend has started. The own one remains for parameters that are not one
 * number for each channel, and for everything where there is no SIMD, or where the memory belongs to several threads.
 */
export function speedUpBatchNorm(tf: typeof Tfjs): void {
  const own = tf.getKernel(kernelName, 'wasm');
  const { memory } = (tf.backend() as unknown as WasmBackend).wasm.asm ?? {};
  const module = compiled();
  if (!own || fast.has(own.kernelFunc) || !module || !(memory instanceof WebAssembly.Memory)) return;
  if (!(memory.buffer instanceof ArrayBuffer)) return;
  const { deviationsOf, normalize } = new WebAssembly.Instance(module, { env: { memory } })
    .exports as unknown as Exports;
  const kernelFunc: KernelConfig['kernelFunc'] = (args) => {
    const { x, mean, variance, offset, scale } = args.inputs as unknown as Inputs;
    const channels = x.shape.at(-1) ?? 0;
    const perChannel = [mean, variance, offset, scale].every(
      (each) => each?.dtype === 'float32' && each.shape.length === 1 && each.shape[0] === channels,
    );
    if (!perChannel || channels === 0 || x.dtype !== 'float32') return own.kernelFunc(args);
    const backend = args.backend as unknown as WasmBackend;
    const out = backend.makeOutput([...x.shape], 'float32');
    // Numbers of double precision, two places each.
    const deviation = backend.makeOutput([2 * channels], 'float32');
    const at = (tensor: TensorInfo): number => backend.typedArrayFromHeap(tensor).byteOffset;
    const { varianceEpsilon } = args.attrs as { readonly varianceEpsilon: number };
    deviationsOf(at(variance), varianceEpsilon, channels, at(deviation));
    const { length } = backend.typedArrayFromHeap(x);
    normalize(at(x), at(mean), at(scale!), at(deviation), at(offset!), at(out), length, channels);
    backend.disposeData(deviation.dataId);
    return out;
  };
  fast.add(kernelFunc);
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...own, kernelFunc });
}
