/**
 * A head on a network: dense layers from its embedding to labels, then a softmax whose temperature was fitted so that scores are
 * probabilities (Guo et al., "On calibration of modern neural networks", ICML 2017). Plain arithmetic in double precision: equal embeddings
 * give equal scores on every machine.
 */
import { check } from '../schema/check.ts';
import { Head, type HeadLayer } from '../schema/head.ts';
import { canonicalJson, sha256Hex } from '../util/digest.ts';
import { UserError } from '../util/errors.ts';
import { float32sOf } from '../util/float32.ts';
import type { Classifier } from './classifier.ts';
import { softmax } from './softmax.ts';

/** A layer with decoded weights. */
export interface DenseLayer extends Pick<HeadLayer, 'inputs' | 'outputs' | 'activation'> {
  /** inputs × outputs, row by row. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** A validated head with decoded weights. */
export interface LoadedHead extends Omit<Head, 'layers'> {
  readonly layers: readonly DenseLayer[];
  /** SHA-256 of everything that determines its scores: layers, labels, temperature, network. */
  readonly sha256: string;
}

/** Reads a head from its parsed file. Throws a UserError, which starts with `what`, about the first fault. */
export function readHeadValue(value: unknown, what: string): LoadedHead {
  const head = check(Head, value, what);
  const { network, labels, layers } = head;
  let inputs = network.embeddingLength;
  layers.forEach((layer, i) => {
    if (layer.inputs !== inputs)
      throw new UserError(`${what} at /layers/${i}: it needs ${layer.inputs} floats, but gets ${inputs}`);
    inputs = layer.outputs;
  });
  if (inputs !== labels.length)
    throw new UserError(`${what}: its last layer gives ${inputs} scores, but there are ${labels.length} labels`);
  const read = layers.map((layer, i) => ({
    ...layer,
    weights: floatsOf(layer.weights, layer.inputs * layer.outputs, `${what} at /layers/${i}/weights`),
    bias: floatsOf(layer.bias, layer.outputs, `${what} at /layers/${i}/bias`),
  }));
  const { version: _, name: _name, ...deciding } = head;
  return { ...head, layers: read, sha256: sha256Hex(canonicalJson(deciding)) };
}

function floatsOf(text: string, count: number, what: string): Float32Array {
  const floats = float32sOf(text, what);
  if (floats.length !== count)
    throw new UserError(`${what}: ${4 * floats.length} bytes instead of ${count} 32-bit floats`);
  const wrong = floats.findIndex((each) => !Number.isFinite(each));
  if (wrong >= 0) throw new UserError(`${what}: float ${wrong} is ${floats[wrong]}, which is not a number`);
  return floats;
}

/** The last layer's output, before temperature and softmax. Expects `network.embeddingLength` floats. */
export function headLogits(layers: readonly DenseLayer[], embedding: ArrayLike<number>): Float64Array {
  let values = Float64Array.from(embedding);
  for (const { inputs, outputs, activation, weights, bias } of layers) {
    const next = Float64Array.from(bias);
    for (let i = 0; i < inputs; i++) {
      const value = values[i]!;
      if (value === 0) continue;
      const row = i * outputs;
      for (let j = 0; j < outputs; j++) next[j]! += value * weights[row + j]!;
    }
    values = activation === 'relu' ? next.map((each) => Math.max(0, each)) : next;
  }
  return values;
}

/**
 * One probability per label. Throws a UserError if one is not a number, for example because the embedding contains NaN: NaN must never
 * reach a row.
 */
export function headScores(head: LoadedHead, embedding: ArrayLike<number>): number[] {
  const scores = softmax(headLogits(head.layers, embedding).map((logit) => logit / head.temperature));
  if (!scores.every(Number.isFinite))
    throw new UserError(
      `The head ${head.name} gives scores that are not numbers: [${scores.slice(0, 8).join(', ')}]; train it again with presend train`,
    );
  return scores;
}

/** The head as a classifier. Throws a UserError if the network is not the one that it was trained on. */
export function headClassifier(head: LoadedHead, network: Classifier): Classifier {
  const { name, labels, sha256, network: wanted } = head;
  if (network.sha256 !== wanted.sha256 || network.embeddingLength !== wanted.embeddingLength)
    throw new UserError(
      `The head ${name} was trained on ${wanted.name} with weights ${wanted.sha256.slice(0, 12)}…, ` +
        `but ${network.name} here has ${network.sha256.slice(0, 12)}…: train it again with presend train`,
    );
  const scoresOf = (embedding: Float32Array): number[] => headScores(head, embedding);
  return {
    name,
    labels,
    embeddingLength: network.embeddingLength,
    backend: network.backend,
    inference: network.inference,
    sha256,
    preprocessing: network.preprocessing,
    network,
    scoresOf,
    async classify(image) {
      const { embedding } = await network.classify(image);
      return { scores: scoresOf(embedding), embedding };
    },
    classifyMany: async (images, size) =>
      (await network.classifyMany(images, size)).map(({ embedding }) => ({ scores: scoresOf(embedding), embedding })),
  };
}
