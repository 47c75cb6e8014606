/**
 * Fitting a head to embeddings with tfjs: dense layers, softmax cross-entropy in which every label weighs the same, Adam (Kingma & Ba, ICLR
 * 2015) on small batches, weight decay, early stopping on the validation loss. Everything random comes from the seed, and one thread of
 * WebAssembly (or plain JavaScript) does the work, so that the same embeddings and seed give the same bytes.
 */
import { setImmediate } from 'node:timers/promises';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { type DenseLayer, headLogits, type LoadedHead, readHeadValue } from '../../classify/head.ts';
import { loadRuntime, type Runtime } from '../../classify/runtime.ts';
import type { Head } from '../../schema/head.ts';
import { toBase64 } from '../../util/base64.ts';
import { InterruptedError, MissingError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { Example } from './example.ts';
import { makeLayers } from './layers.ts';
import { scaled, scalingOf, unscaled } from './scaling.ts';
import { fitTemperature } from './temperature.ts';

/** What the training is done with; in the metrics as it is here. */
export const settings = {
  hidden: { logistic: [], mlp: [128] },
  learningRate: 1e-3,
  batch: 32,
  /** Weight of the sum of squared weights in the loss. */
  weightDecay: 3e-3,
  mostEpochs: 200,
  /** Epochs without a validation loss lower by at least `gain`, in nats, after which training stops. */
  patience: 10,
  gain: 1e-3,
} as const;

/** What to fit, and how to follow it. */
export interface FitOptions {
  readonly name: string;
  /** In the order of the scores; every one must be among the examples to train on. */
  readonly labels: readonly string[];
  readonly kind: Head['kind'];
  readonly seed: number;
  readonly network: Head['network'];
  readonly onEpoch?: (done: number, most: number) => void;
  readonly signal?: AbortSignal;
}

/** The losses after an epoch: mean cross-entropy in nats, labels weighing the same in training, pictures in validation. */
export interface Epoch {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  /** Right decisions on the validation pictures. */
  readonly validationRight: number;
}

/** A fitted head. */
export interface Fitted {
  readonly head: LoadedHead;
  /** The same as it is written to head.json. */
  readonly file: Head;
  readonly curve: readonly Epoch[];
  /** The epoch whose weights were kept. */
  readonly bestEpoch: number;
  /** The tfjs backend that did the work. */
  readonly backend: string;
}

/** WebAssembly where it works: libtensorflow adds in an order that its threads decide. */
const runtime = (): Promise<Runtime> =>
  loadRuntime('wasm').catch((error: unknown) => {
    if (error instanceof MissingError) return loadRuntime('cpu');
    throw error;
  });

/** Trains on one part, stops and calibrates on the other. Throws an InterruptedError between two epochs when the signal says so. */
export async function fitHead(
  { train, validation }: { readonly train: readonly Example[]; readonly validation: readonly Example[] },
  options: FitOptions,
): Promise<Fitted> {
  const { labels, kind, seed, network, name } = options;
  const { tf, backend, activate } = await runtime();
  activate();
  const scaling = scalingOf(train);
  const sizes = [network.embeddingLength, ...settings.hidden[kind], labels.length];
  const layers = makeLayers(tf, sizes, seededRng(seed, 'train weights'));
  const optimizer = tf.train.adam(settings.learningRate);
  const [rows, checkRows] = [scaled(train, scaling), scaled(validation, scaling)];
  const [actual, checkActual] = [train, validation].map((part) => part.map(({ label }) => labels.indexOf(label)));
  const weights = balance(actual!, labels.length);
  const order = seededRng(seed, 'train order');
  const indices = train.map((_, i) => i);
  const curve: Epoch[] = [];
  let best: { loss: number; epoch: number; layers: DenseLayer[] } | undefined;

  const lossOf = (data: Float32Array, target: readonly number[], weight: readonly number[] | undefined): Tensor => {
    const logits = layers.forward(tf.tensor2d(data, [target.length, network.embeddingLength]));
    const hot = tf.oneHot(tf.tensor1d([...target], 'int32'), labels.length);
    return tf.losses.softmaxCrossEntropy(hot, logits, weight ? tf.tensor1d([...weight]) : undefined);
  };
  /** One step of Adam; the loss without the decay. */
  const step = (batch: readonly number[]): number =>
    tf.tidy(() => {
      let loss: Tensor | undefined;
      optimizer.minimize(() => {
        loss = tf.keep(
          lossOf(
            pick(rows, batch, network.embeddingLength),
            batch.map((i) => actual![i]!),
            batch.map((i) => weights[actual![i]!]!),
          ),
        );
        const squares = layers.weights.map((each) => tf.sum(tf.square(each)));
        return tf.add(loss, tf.mul(tf.addN(squares), settings.weightDecay)) as never;
      });
      const value = loss!.dataSync()[0]!;
      loss!.dispose();
      return value;
    });

  try {
    for (let epoch = 1; epoch <= settings.mostEpochs; epoch++) {
      if (options.signal?.aborted) throw new InterruptedError('interrupted');
      const shuffled = order.shuffle(indices);
      let sum = 0;
      for (let at = 0; at < shuffled.length; at += settings.batch) {
        const batch = shuffled.slice(at, at + settings.batch);
        sum += step(batch) * batch.length;
      }
      const validationLoss = tf.tidy(() => lossOf(checkRows, checkActual!, undefined).dataSync()[0]!);
      const decided = tf.tidy(() => {
        const all = tf.tensor2d(checkRows, [validation.length, network.embeddingLength]);
        return tf.argMax(layers.forward(all) as Tensor2D, 1).dataSync();
      });
      const validationRight = checkActual!.filter((label, i) => decided[i] === label).length;
      curve.push({ epoch, trainLoss: sum / train.length, validationLoss, validationRight });
      if (!best || validationLoss < best.loss - settings.gain)
        best = { loss: validationLoss, epoch, layers: layers.snapshot() };
      options.onEpoch?.(epoch, settings.mostEpochs);
      if (epoch - best.epoch >= settings.patience) break;
      // Lets ctrl-C and the progress line through.
      await setImmediate();
      activate();
    }
  } finally {
    layers.dispose();
    optimizer.dispose();
  }
  const found = unscaled(best!.layers, scaling);
  const judged = validation.map(({ embedding }, i) => ({
    logits: headLogits(found, embedding),
    actual: checkActual![i]!,
  }));
  const file: Head = {
    version: 1,
    name,
    kind,
    network,
    labels: [...labels],
    layers: found.map(({ weights: values, bias, ...rest }) => ({ ...rest, weights: text(values), bias: text(bias) })),
    temperature: fitTemperature(judged),
  };
  return { head: readHeadValue(file, `Head ${name}`), file, curve, bestEpoch: best!.epoch, backend };
}

/** A weight a label: the more pictures it has, the less each of them counts; 1 on average over the pictures. */
function balance(actual: readonly number[], labels: number): number[] {
  const counts = new Array<number>(labels).fill(0);
  for (const label of actual) counts[label]!++;
  return counts.map((count) => actual.length / (labels * count));
}

/** Some rows of a matrix, in the order asked for. */
function pick(rows: Float32Array, indices: readonly number[], length: number): Float32Array {
  const out = new Float32Array(indices.length * length);
  indices.forEach((index, i) => {
    out.set(rows.subarray(index * length, (index + 1) * length), i * length);
  });
  return out;
}

/** Little-endian bytes in base64. */
function text(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return toBase64(new Uint8Array(view.buffer));
}
