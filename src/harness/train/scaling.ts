/** Centring and scaling of embeddings before training, and putting both into the first layer afterwards, so that a head needs neither. */
import type { DenseLayer } from '../../classify/head.ts';
import type { Example } from './example.ts';

/** The mean embedding, and one scale for all features: features that hardly vary are not blown up. */
export interface Scaling {
  readonly mean: Float64Array;
  readonly scale: number;
}

/** Mean of every feature, and the root mean square of all deviations from them. Expects at least one example. */
export function scalingOf(examples: readonly Example[]): Scaling {
  const length = examples[0]!.embedding.length;
  const mean = new Float64Array(length);
  for (const { embedding } of examples) for (let i = 0; i < length; i++) mean[i]! += embedding[i]! / examples.length;
  let squares = 0;
  for (const { embedding } of examples) for (let i = 0; i < length; i++) squares += (embedding[i]! - mean[i]!) ** 2;
  return { mean, scale: Math.sqrt(squares / (length * examples.length)) || 1 };
}

/** Rows of scaled embeddings, one after the other. */
export function scaled(examples: readonly Example[], { mean, scale }: Scaling): Float32Array {
  const out = new Float32Array(examples.length * mean.length);
  examples.forEach(({ embedding }, row) => {
    for (let i = 0; i < mean.length; i++) out[row * mean.length + i] = (embedding[i]! - mean[i]!) / scale;
  });
  return out;
}

/** The layers as they are on embeddings that are not scaled: (x − mean) / scale · W + b = x · (W / scale) + (b − mean · W / scale). */
export function unscaled([first, ...others]: readonly DenseLayer[], { mean, scale }: Scaling): DenseLayer[] {
  const { inputs, outputs, weights, bias } = first!;
  const moved = Float64Array.from(bias);
  const divided = Float32Array.from(weights, (weight) => weight / scale);
  for (let i = 0; i < inputs; i++) for (let j = 0; j < outputs; j++) moved[j]! -= mean[i]! * divided[i * outputs + j]!;
  return [{ ...first!, weights: divided, bias: Float32Array.from(moved) }, ...others];
}
