/** The trainable layers of a head, as tfjs variables. */
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { DenseLayer } from '../../classify/head.ts';
import type { Tf } from '../../classify/runtime.ts';
import { normalVariate } from '../../util/normal.ts';
import type { Rng } from '../../util/rng.ts';

/** One dense layer in training. */
interface TrainedLayer {
  readonly weights: Variable;
  readonly bias: Variable;
}

/** Layers in training. */
export interface TrainedLayers {
  readonly weights: readonly Variable[];
  /** Logits of a batch. */
  forward(batch: Tensor): Tensor2D;
  /** What the layers are now, copied. */
  snapshot(): DenseLayer[];
  dispose(): void;
}

/** Spread of the last layer's first weights: small, so that training starts at even scores. */
const lastSpread = 0.01;

/** Layers of these sizes, input first, with weights drawn from `rng` (He et al., ICCV 2015, under a ReLU) and biases of 0. */
export function makeLayers(tf: Tf, sizes: readonly number[], rng: Rng): TrainedLayers {
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
