/**
 * The MobileNetV2 networks that the npm package nsfwjs carries, so that no weight is downloaded: five labels and the features
 * under them. https://github.com/infinitered/nsfwjs (MIT). They were made to find adult content; presend uses the benign label
 * Drawing and the features, on benign pictures only. The package's own wrapper is not used: it gives scores or features, not both.
 */
import type { io, Tensor } from '@tensorflow/tfjs';
import type { Raster } from '../image/raster.ts';
import { concatBytes } from '../util/bytes.ts';
import { sha256Hex } from '../util/digest.ts';
import { reasonOf, UserError } from '../util/errors.ts';
import type { Classifier } from './classifier.ts';
import { fromMemory } from './from-memory.ts';
import { toInput } from './preprocess.ts';
import { loadRuntime, type Tf } from './runtime.ts';

/** The package's labels, in the order of its networks' outputs (its nsfw_classes.js). */
export const labels = ['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy'] as const;

/** Width and height of the networks' input, in pixels. */
export const inputSide = 224;

/** A network as the package stores it: topology, and the weights as base64 text in shards. */
export interface Bundle {
  modelJson(): Promise<{ default: io.ModelJSON }>;
  readonly weightBundles: readonly (() => Promise<{ default: string }>)[];
}

/** One of the package's networks, and what presend knows of it. */
export interface Network {
  readonly name: string;
  /** Keras layers, or a frozen TensorFlow graph. */
  readonly kind: 'layers' | 'graph';
  /** The layer or graph node whose output is the embedding: the average over the last feature map. */
  readonly embeddingNode: string;
  /** Floats in an embedding. */
  readonly embeddingLength: number;
  /** SHA-256 of the weight shards, one after the other; the card under models/ has the same. */
  readonly sha256: string;
  bundle(): Promise<Bundle>;
}

/** The small network: MobileNetV2 of width 1.0. */
export const mobilenetV2: Network = {
  name: 'nsfwjs-mobilenet-v2',
  kind: 'layers',
  embeddingNode: 'average_pooling2d_1',
  embeddingLength: 1280,
  sha256: '8e7dddbb16acacc1bf1601b1b8a761e730ff934b7f2d7771312b2f000e5f5f13',
  bundle: async () => (await import('nsfwjs/models/mobilenet_v2')).MobileNetV2Model as unknown as Bundle,
};

// A frozen graph keeps the path of every function it was traced through.
const call = 'StatefulPartitionedCall/';

/** The middle network: MobileNetV2 of width 1.4. */
export const mobilenetV2Mid: Network = {
  name: 'nsfwjs-mobilenet-v2-mid',
  kind: 'graph',
  embeddingNode: `${call}sequential/keras_layer/${call}${call}${call}predict/MobilenetV2/Logits/AvgPool`,
  embeddingLength: 1792,
  sha256: 'fee38f0bcbad1a223b8301c014bbf78984365aef5ab08fc3289ed4229ab67f0e',
  bundle: async () => (await import('nsfwjs/models/mobilenet_v2_mid')).MobileNetV2MidModel as unknown as Bundle,
};

/** Loads a network on a tfjs backend (the fastest when none is named). A UserError when its weights are not the known ones. */
export async function loadNetwork(network: Network, backend?: string): Promise<Classifier> {
  const runtime = await loadRuntime(backend);
  const { tf } = runtime;
  const { modelJson, weights } = await read(network);
  const sha256 = sha256Hex(weights);
  if (sha256 !== network.sha256)
    throw damaged(network, `their sha256 is ${sha256.slice(0, 12)}… and not ${network.sha256.slice(0, 12)}…`);
  runtime.activate();
  let forward: Forward;
  try {
    forward = await (network.kind === 'layers' ? layers : graph)(tf, fromMemory(modelJson, weights), network);
  } catch (error) {
    throw damaged(network, reasonOf(error));
  }
  return {
    name: network.name,
    labels,
    embeddingLength: network.embeddingLength,
    backend: runtime.backend,
    sha256,
    async classify(image: Raster) {
      const input = toInput(image, inputSide);
      runtime.activate();
      const outputs = tf.tidy(() => forward(tf.tensor4d(input, [1, inputSide, inputSide, 3])));
      try {
        const [scores, embedding] = await Promise.all(outputs.map((each) => each.data<'float32'>()));
        return { scores: checked(network, scores!), embedding: embedding! };
      } finally {
        tf.dispose(outputs);
      }
    },
  };
}

/** One pass through a network: scores, then embedding. */
type Forward = (batch: Tensor) => Tensor[];

async function layers(tf: Tf, handler: io.IOHandler, { embeddingNode }: Network): Promise<Forward> {
  const model = await tf.loadLayersModel(handler);
  const both = tf.model({
    inputs: model.inputs,
    outputs: [model.outputs[0]!, model.getLayer(embeddingNode).output].flat(),
  });
  return (batch) => both.predictOnBatch(batch) as Tensor[];
}

async function graph(tf: Tf, handler: io.IOHandler, { embeddingNode }: Network): Promise<Forward> {
  const model = await tf.loadGraphModel(handler);
  const wanted = [model.outputs[0]!.name, embeddingNode];
  return (batch) => model.execute(batch, wanted) as Tensor[];
}

async function read(network: Network): Promise<{ modelJson: io.ModelJSON; weights: Uint8Array<ArrayBuffer> }> {
  try {
    const bundle = await network.bundle();
    const shards = await Promise.all(bundle.weightBundles.map(async (shard) => fromBase64((await shard()).default)));
    return { modelJson: (await bundle.modelJson()).default, weights: Uint8Array.from(concatBytes(...shards)) };
  } catch (error) {
    throw damaged(network, reasonOf(error));
  }
}

/** The scores, once they are seen to be probabilities: a damaged network gives NaN, and NaN must never become a row. */
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

const damaged = (network: Network, why: string): UserError =>
  new UserError(
    `The network ${network.name} in the package nsfwjs cannot be used: ${why}. \`npm ci\` restores the package.`,
  );

/** Bytes of base64 text; `atob`, because a browser has no Buffer. */
function fromBase64(text: string): Uint8Array {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
