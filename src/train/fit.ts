/**
 * Fits a head to embeddings with tfjs: dense layers, softmax cross-entropy with equal weight for every label, Adam (Kingma & Ba, ICLR 2015)
 * on small batches, weight decay, early stopping on the validation loss. All randomness comes from the seed, and the work runs on one
 * thread of WebAssembly (or plain JavaScript), so that the same embeddings and seed give the same bytes.
 */
import { setImmediate } from 'node:timers/promises';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import { type DenseLayer, headLogits, type LoadedHead, readHeadValue } from '../classify/head.ts';
import { loadRuntime, type Runtime, type Tf } from '../classify/runtime.ts';
import { softmax } from '../classify/softmax.ts';
import type { Head } from '../schema/head.ts';
import { InterruptedError, MissingError } from '../util/errors.ts';
import { float32Text } from '../util/float32.ts';
import { normalVariate } from '../util/normal.ts';
import { type Rng, seededRng } from '../util/rng.ts';
import type { Example } from './embed.ts';

/** Settings of the training, copied unchanged to the metrics. */
export const settings = {
  hidden: { logistic: [], mlp: [128] },
  learningRate: 1e-3,
  batch: 32,
  /** Weight of the sum of squared weights in the loss. */
  weightDecay: 3e-3,
  mostEpochs: 200,
  /** Training stops after this many epochs in which the validation loss did not decrease by at least `gain`, in nats. */
  patience: 10,
  gain: 1e-3,
} as const;

/** What to fit, with progress and stop options. */
export interface FitOptions {
  readonly name: string;
  /** In the order of the scores; the training part must contain each of them. */
  readonly labels: readonly string[];
  readonly kind: Head['kind'];
  readonly seed: number;
  readonly network: Head['network'];
  readonly onEpoch?: (done: number, most: number) => void;
  readonly signal?: AbortSignal;
}

/** The losses after an epoch: mean cross-entropy in nats. In training, labels weigh the same; in validation, pictures do. */
interface Epoch {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  /** Number of correct decisions on the validation pictures. */
  readonly validationRight: number;
}

/** A fitted head. */
export interface Fitted {
  readonly head: LoadedHead;
  /** The same in the format of head.json. */
  readonly file: Head;
  readonly curve: readonly Epoch[];
  /** The epoch whose weights were selected. */
  readonly bestEpoch: number;
  /** The tfjs backend that was used. */
  readonly backend: string;
}

/** WebAssembly if available: with libtensorflow, the order of additions depends on its threads. */
const runtime = (): Promise<Runtime> =>
  loadRuntime('wasm').catch((error: unknown) => {
    if (error instanceof MissingError) return loadRuntime('cpu');
    throw error;
  });

/** Trains on one part; stops and calibrates on the other. Throws an InterruptedError between two epochs if the signal aborts. */
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
  // Only the few pictures of the validation are copied: at a million pictures the others take gigabytes.
  const checkRows = scaled(validation, scaling);
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
  /** One step of Adam; returns the loss without the decay. */
  const step = (batch: readonly number[]): number =>
    tf.tidy(() => {
      let loss: Tensor | undefined;
      optimizer.minimize(() => {
        loss = tf.keep(
          lossOf(
            scaled(
              batch.map((i) => train[i]!),
              scaling,
            ),
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
      // Lets ctrl-C and the progress line run.
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
    layers: found.map(({ weights: values, bias, ...rest }) => ({
      ...rest,
      weights: float32Text(values),
      bias: float32Text(bias),
    })),
    temperature: fitTemperature(judged),
  };
  return { head: readHeadValue(file, `Head ${name}`), file, curve, bestEpoch: best!.epoch, backend };
}

/** One weight per label, inversely proportional to its number of pictures; the mean over the pictures is 1. */
function balance(actual: readonly number[], labels: number): number[] {
  const counts = new Array<number>(labels).fill(0);
  for (const label of actual) counts[label]!++;
  return counts.map((count) => actual.length / (labels * count));
}

// The trainable layers of a head, as tfjs variables.

/** One dense layer in training. */
interface TrainedLayer {
  readonly weights: Variable;
  readonly bias: Variable;
}

/** Layers in training. */
interface TrainedLayers {
  readonly weights: readonly Variable[];
  /** Logits of a batch. */
  forward(batch: Tensor): Tensor2D;
  /** A copy of the current layers. */
  snapshot(): DenseLayer[];
  dispose(): void;
}

/** Standard deviation of the last layer's initial weights: small, so that training starts with even scores. */
const lastSpread = 0.01;

/** Layers of these sizes, input first, with weights drawn from `rng` (He et al., ICCV 2015, for a ReLU) and biases of 0. */
function makeLayers(tf: Tf, sizes: readonly number[], rng: Rng): TrainedLayers {
  const layers: TrainedLayer[] = sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i]!;
    const last = i === sizes.length - 2;
    const spread = last ? lastSpread : Math.sqrt(2 / inputs);
    const values = Float32Array.from({ length: inputs * outputs }, () => spread * normalVariate(rng));
    return {
      weights: tf.tidy(() => tf.variable(tf.tensor2d(values, [inputs, outputs]))),
      bias: tf.tidy(() => tf.variable(tf.zeros([outputs]))),
    };
  });
  const isLast = (i: number): boolean => i === layers.length - 1;
  return {
    weights: layers.map(({ weights }) => weights),
    forward: (batch) =>
      layers.reduce((values, { weights, bias }, i) => {
        const sums = tf.add(tf.matMul(values as Tensor2D, weights as unknown as Tensor2D), bias);
        return isLast(i) ? sums : tf.relu(sums);
      }, batch) as Tensor2D,
    snapshot: () =>
      layers.map(({ weights, bias }, i) => ({
        inputs: sizes[i]!,
        outputs: sizes[i + 1]!,
        activation: isLast(i) ? 'none' : 'relu',
        weights: Float32Array.from(weights.dataSync()),
        bias: Float32Array.from(bias.dataSync()),
      })),
    dispose: () => {
      for (const { weights, bias } of layers) tf.dispose([weights, bias]);
    },
  };
}

// Centres and scales embeddings before training, and merges both into the first layer afterwards, so that a head needs neither.

/** The mean embedding, and one scale for all features, so that nearly constant features are not amplified. */
interface Scaling {
  readonly mean: Float64Array;
  readonly scale: number;
}

/** Mean of every feature, and the root mean square of all deviations. Expects at least one example. */
export function scalingOf(examples: readonly Example[]): Scaling {
  const length = examples[0]!.embedding.length;
  const mean = new Float64Array(length);
  for (const { embedding } of examples) for (let i = 0; i < length; i++) mean[i]! += embedding[i]! / examples.length;
  let squares = 0;
  for (const { embedding } of examples) for (let i = 0; i < length; i++) squares += (embedding[i]! - mean[i]!) ** 2;
  return { mean, scale: Math.sqrt(squares / (length * examples.length)) || 1 };
}

/** Rows of scaled embeddings, concatenated. */
export function scaled(examples: readonly Example[], { mean, scale }: Scaling): Float32Array {
  const out = new Float32Array(examples.length * mean.length);
  examples.forEach(({ embedding }, row) => {
    for (let i = 0; i < mean.length; i++) out[row * mean.length + i] = (embedding[i]! - mean[i]!) / scale;
  });
  return out;
}

/** The equivalent layers for unscaled embeddings: (x − mean) / scale · W + b = x · (W / scale) + (b − mean · W / scale). */
export function unscaled([first, ...others]: readonly DenseLayer[], { mean, scale }: Scaling): DenseLayer[] {
  const { inputs, outputs, weights, bias } = first!;
  const moved = Float64Array.from(bias);
  const divided = Float32Array.from(weights, (weight) => weight / scale);
  for (let i = 0; i < inputs; i++) for (let j = 0; j < outputs; j++) moved[j]! -= mean[i]! * divided[i * outputs + j]!;
  return [{ ...first!, weights: divided, bias: Float32Array.from(moved) }, ...others];
}

// Temperature scaling: divides the logits by one number so that scores are probabilities. The number maximises the likelihood of held-out
// pictures, and changes no decision. Guo et al., "On calibration of modern neural networks" (ICML 2017), https://arxiv.org/abs/1706.04599.
// If every held-out decision is correct, the maximum likelihood would make all scores 1. So each label gets the probability 1 − 1 / (n +
// 2), as in Platt, "Probabilistic outputs for support vector machines" (1999).

/** Logits of a held-out picture, and the index of its label. */
interface Judged {
  readonly logits: ArrayLike<number>;
  readonly actual: number;
}

/** Mean negative log likelihood, in nats, at a temperature. `doubt` in [0, 1) is the probability that the other labels share equally. */
export function negativeLogLikelihood(rows: readonly Judged[], temperature: number, doubt = 0): number {
  let sum = 0;
  for (const { logits, actual } of rows) {
    const scores = softmax(Array.from(logits, (logit) => logit / temperature));
    const others = doubt / (scores.length - 1);
    for (const [label, score] of scores.entries()) {
      const belief = label === actual ? 1 - doubt : others;
      // A score that underflows to 0 would make every temperature equally bad.
      if (belief > 0) sum -= belief * Math.log(Math.max(score, 1e-300));
    }
  }
  return sum / rows.length;
}

const bounds = [1 / 20, 20] as const;
const golden = (Math.sqrt(5) - 1) / 2;

/** The temperature from 0.05 to 20 with the highest likelihood, by golden-section search on its logarithm; 1 if there are no rows. */
export function fitTemperature(rows: readonly Judged[]): number {
  if (rows.length === 0) return 1;
  const doubt = 1 / (rows.length + 2);
  const loss = (logarithm: number): number => negativeLogLikelihood(rows, Math.exp(logarithm), doubt);
  let [low, high] = bounds.map(Math.log) as [number, number];
  // The likelihood is unimodal in 1 / temperature: the log likelihood of a softmax is concave in it.
  while (high - low > 1e-6) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (loss(a) <= loss(b)) high = b;
    else low = a;
  }
  return Number(Math.exp((low + high) / 2).toPrecision(6));
}
