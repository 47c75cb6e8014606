/**
 * The networks in the npm package nsfwjs, so that no weights are downloaded: five labels, and the features below them.
 * https://github.com/infinitered/nsfwjs (MIT). They were trained to find adult content; presend uses the benign label Drawing and the
 * features, on benign pictures only. It does not use the package's own wrapper, which returns scores or features, but not both.
 */
import type { io } from '@tensorflow/tfjs';
import type { Raster } from '../image/raster.ts';
import { fromBase64 } from '../util/base64.ts';
import { concatBytes } from '../util/bytes.ts';
import { sha256Hex } from '../util/digest.ts';
import { isMachineTrouble, reasonOf, UserError } from '../util/errors.ts';
import { backendNamed } from './backend.ts';
import { inBatches } from './batches.ts';
import type { Classification, Classifier } from './classifier.ts';
import { modelBytes, onnxFile } from './model-folder.ts';
import type { LoadedNetwork } from './network.ts';
import { loadOnnx, type OnnxPackage, onnxOutputs } from './onnx.ts';
import { toInput, toInputVersion } from './preprocess.ts';
import { oneLine } from './runtime.ts';
import { loadTfjs, type TfjsModel } from './tfjs-model.ts';

/** The package's labels, in the order of its networks' outputs (its nsfw_classes.js). */
export const labels = ['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy'] as const;

/** A network in the package's format: topology, and the weights as base64 text in shards. */
export interface Bundle {
  modelJson(): Promise<{ default: io.ModelJSON }>;
  readonly weightBundles: readonly (() => Promise<{ default: string }>)[];
}

/** One of the package's networks, and its known properties. */
export interface Network {
  readonly name: string;
  /** Width and height of its input, in pixels. */
  readonly inputSide: number;
  /** The layer or graph node whose output is the embedding: the average over the last feature map. */
  readonly embeddingNode: string;
  /** Floats in an embedding. */
  readonly embeddingLength: number;
  /** SHA-256 of the concatenated weight shards; the card under models/ has the same. */
  readonly sha256: string;
  /** SHA-256 of the network as an ONNX file (tfjs-to-onnx.ts); the card has the same. */
  readonly onnxSha256: string;
  bundle(): Promise<Bundle>;
}

/** The small network: MobileNetV2 of width 1.0. */
export const mobilenetV2: Network = {
  name: 'nsfwjs-mobilenet-v2',
  inputSide: 224,
  embeddingNode: 'average_pooling2d_1',
  embeddingLength: 1280,
  sha256: '8e7dddbb16acacc1bf1601b1b8a761e730ff934b7f2d7771312b2f000e5f5f13',
  onnxSha256: 'be1e8bf8f7cd65c93808ed902369d19b8379dd8f13766a067da8b9fbe1ac5560',
  bundle: async () => (await import('nsfwjs/models/mobilenet_v2')).MobileNetV2Model as unknown as Bundle,
};

// A frozen graph contains the path of every function that it was traced through.
const call = 'StatefulPartitionedCall/';

/** The middle network: MobileNetV2 of width 1.4. */
export const mobilenetV2Mid: Network = {
  name: 'nsfwjs-mobilenet-v2-mid',
  inputSide: 224,
  embeddingNode: `${call}sequential/keras_layer/${call}${call}${call}predict/MobilenetV2/Logits/AvgPool`,
  embeddingLength: 1792,
  sha256: 'fee38f0bcbad1a223b8301c014bbf78984365aef5ab08fc3289ed4229ab67f0e',
  onnxSha256: '6fa8da63945789cda6fcbd1e6b6dc2d908f1ac48fd5e7e4ae5b09c77a22a93ce',
  bundle: async () => (await import('nsfwjs/models/mobilenet_v2_mid')).MobileNetV2MidModel as unknown as Bundle,
};

/** The large network: Inception v3. */
export const inceptionV3: Network = {
  name: 'nsfwjs-inception-v3',
  inputSide: 299,
  embeddingNode: 'average_pooling2d_10',
  embeddingLength: 2048,
  sha256: '8a457f3fdec7db18b16e44323454db0eaeb8f314eda0046b2e293e58a5bfabf4',
  onnxSha256: '4277cd57c006691a0ee3003a889f2311de652cef304827c921f7e5994a8ea1de',
  bundle: async () => (await import('nsfwjs/models/inception_v3')).InceptionV3Model as unknown as Bundle,
};

/** Loads a network on a backend (default: the usual one, backend.ts); on the backend onnx, with the first of `among` that works. Throws a UserError if its weights are not the known ones. */
export async function loadNetwork(
  network: Network,
  backend?: string,
  among?: readonly OnnxPackage[],
): Promise<Classifier> {
  const { name, inputSide, embeddingLength, sha256 } = network;
  const loading = backendNamed(backend) === 'onnx' ? inOnnx(network, among) : inTfjs(network, backend);
  const loaded = await loading.catch((error: unknown) => {
    // An unavailable backend is not an error.
    if (error instanceof UserError || isMachineTrouble(error)) throw error;
    throw damaged(network, oneLine(reasonOf(error)));
  });
  const floats = inputSide * inputSide * 3;
  const batch = async (images: readonly Raster[]): Promise<Classification[]> => {
    const data = new Float32Array(images.length * floats);
    for (const [i, image] of images.entries()) data.set(toInput(image, inputSide), i * floats);
    const [scores, embeddings] = await loaded.run({ data, shape: [images.length, inputSide, inputSide, 3] });
    return images.map((_, i) => ({
      scores: checked(network, scores!.subarray(i * labels.length, (i + 1) * labels.length)),
      embedding: embeddings!.slice(i * embeddingLength, (i + 1) * embeddingLength),
    }));
  };
  return {
    name,
    labels,
    embeddingLength,
    backend: loaded.backend,
    inference: loaded.inference,
    sha256,
    preprocessing: `${toInputVersion} ${inputSide}`,
    classify: async (image) => (await batch([image]))[0]!,
    classifyMany: (images, size) => inBatches(images, batch, size),
  };
}

/** Scores first, then the embedding. */
const inTfjs = async (network: Network, backend?: string): Promise<LoadedNetwork> =>
  loadTfjs(await readBundle(network), [undefined, network.embeddingNode], backend);

/** The same from the ONNX file under models/, or converted now if there is none: the large network's is not stored, and a page has no files. */
async function inOnnx(network: Network, among?: readonly OnnxPackage[]): Promise<LoadedNetwork> {
  const { name, onnxSha256 } = network;
  const stored = modelBytes(name, onnxFile);
  const file = stored ?? (await convert(network));
  const sha256 = sha256Hex(file);
  if (sha256 !== onnxSha256)
    throw stored
      ? new UserError(
          `The file models/${name}/${onnxFile} is damaged: its sha256 is ${sha256.slice(0, 12)}… and not ${onnxSha256.slice(0, 12)}…; \`npm run convert:onnx\` makes it again`,
        )
      : damaged(network, `its ONNX file has the sha256 ${sha256.slice(0, 12)}… and not ${onnxSha256.slice(0, 12)}…`);
  return loadOnnx(file, onnxOutputs, { among });
}

/** The network as an ONNX file. Throws a UserError if its weights are not the known ones. */
export async function convert(network: Network): Promise<Uint8Array> {
  // Loaded when needed: a page on WebAssembly never is.
  const { tfjsToOnnx } = await import('./tfjs-to-onnx.ts');
  return tfjsToOnnx(await readBundle(network), network.embeddingNode);
}

/** The network in tfjs' format. Throws a UserError if its weights are not the known ones. */
export async function readBundle(network: Network): Promise<TfjsModel> {
  const model = await unpacked(network);
  const sha256 = sha256Hex(model.weights);
  if (sha256 !== network.sha256)
    throw damaged(network, `their sha256 is ${sha256.slice(0, 12)}… and not ${network.sha256.slice(0, 12)}…`);
  return model;
}

async function unpacked(network: Network): Promise<TfjsModel> {
  try {
    const bundle = await network.bundle();
    const shards = await Promise.all(bundle.weightBundles.map(async (shard) => fromBase64((await shard()).default)));
    return { modelJson: (await bundle.modelJson()).default, weights: Uint8Array.from(concatBytes(...shards)) };
  } catch (error) {
    if (isMachineTrouble(error)) throw error;
    throw damaged(network, reasonOf(error));
  }
}

/** Returns the scores if they are probabilities: a corrupt network gives NaN, and NaN must never reach a row. */
function checked(network: Network, scores: ArrayLike<number>): readonly number[] {
  const list = Array.from(scores);
  const sum = list.reduce((total, each) => total + each, 0);
  // Written so that NaN fails.
  if (list.length === labels.length && Math.abs(sum - 1) < 1e-3 && list.every((each) => each >= 0)) return list;
  throw damaged(
    network,
    `its scores are [${list.slice(0, 8).join(', ')}] where ${labels.length} probabilities should be`,
  );
}

/** The error about a network that cannot be used. */
export const damaged = (network: Network, why: string): UserError =>
  new UserError(
    `The network ${network.name} in the package nsfwjs cannot be used: ${why}. \`npm ci\` restores the package.`,
  );
