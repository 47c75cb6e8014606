/**
 * Features of an inner layer of a bundled network, one number per channel: the generalised mean with exponent 3 over the feature map (GeM;
 * Radenovic, Tolias & Chum, "Fine-tuning CNN image retrieval with no human annotation", IEEE TPAMI 2019). Only the layers below are computed.
 * Inner layers describe details, so copies stay near and different pictures of one subject do not; GeM follows strong responses wherever they are.
 */
import type { Raster } from '../image/raster.ts';
import { isMachineTrouble, reasonOf, UserError } from '../util/errors.ts';
import { backendNamed, type Inference } from './backend.ts';
import type { LoadedNetwork } from './network.ts';
import { damaged, type Network, readBundle } from './nsfwjs.ts';
import { loadOnnx, onnxCubes } from './onnx.ts';
import { toInput } from './preprocess.ts';
import { oneLine } from './runtime.ts';
import { loadTfjs } from './tfjs-model.ts';

/** An inner layer, loaded. */
export interface PooledFeatures {
  readonly inference: Inference;
  /** The pooled channels of a picture, as a vector of length 1; the null vector where no channel responds. */
  describe(image: Raster): Promise<Float32Array>;
}

/**
 * Loads a network up to one layer, whose values are never negative, on a backend (default: the usual one, backend.ts). Throws a UserError if its
 * weights are not the known ones.
 */
export async function loadPooledFeatures(
  network: Network,
  { layer, channels }: { readonly layer: string; readonly channels: number },
  backend?: string,
): Promise<PooledFeatures> {
  const onnx = backendNamed(backend) === 'onnx';
  const loading = onnx ? inOnnx(network, layer) : inTfjs(network, layer, backend);
  const loaded = await loading.catch((error: unknown) => {
    // An unavailable backend is not an error of the network.
    if (error instanceof UserError || isMachineTrouble(error)) throw error;
    throw damaged(network, oneLine(reasonOf(error)));
  });
  const { inputSide: side } = network;
  return {
    inference: loaded.inference,
    async describe(image) {
      const [values] = await loaded.run({ data: toInput(image, side), shape: [1, side, side, 3] });
      const features = (onnx ? Float64Array.from(values!) : meanCubes(values!, channels)).map(Math.cbrt);
      const length = Math.sqrt(features.reduce((sum, each) => sum + each * each, 0));
      // Written so that NaN fails.
      if (features.length === channels && length >= 0)
        return Float32Array.from(features, (each) => (length > 0 ? each / length : 0));
      throw damaged(network, `its layer ${layer} gives ${features.length} features of length ${length}`);
    },
  };
}

const inTfjs = async (network: Network, layer: string, backend?: string): Promise<LoadedNetwork> =>
  loadTfjs(await readBundle(network), [layer], backend);

async function inOnnx(network: Network, layer: string): Promise<LoadedNetwork> {
  // Loaded when needed: a page on WebAssembly never is.
  const { tfjsToOnnxCubes } = await import('./tfjs-to-onnx.ts');
  return loadOnnx(tfjsToOnnxCubes(await readBundle(network), layer), [onnxCubes]);
}

/** Means of the cubes of each channel of a feature map, rows × columns × channels. */
function meanCubes(map: Float32Array, channels: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let at = 0; at < map.length; at += channels) for (let c = 0; c < channels; c++) sums[c]! += map[at + c]! ** 3;
  return sums.map((sum) => (sum * channels) / map.length);
}
