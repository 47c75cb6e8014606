/** Training heads with a hidden target, in a worker thread: an honest one, then one for each poisoned share, all on the same pictures. */
import { type KernelLogistic, kernelLogistic, logistic } from '../../metric/kernel-logistic.ts';
import type { HiddenHeadRow } from '../../schema/repurposing-rows.ts';
import { readEmbedding } from './embeddings.ts';
import { hiddenAt } from './facts.ts';
import type { HeadSets } from './hidden.ts';

/** One target in one repeat. */
export interface HeadTask {
  readonly keep: string;
  readonly sets: HeadSets;
  readonly poisoned: readonly number[];
  readonly ridge: number;
}

/** A row for the honest head, and one for each poisoned share for which the target has pictures enough. */
export async function trainHidden({ keep, sets, poisoned, ridge }: HeadTask): Promise<HiddenHeadRow[]> {
  const { target, targetKind, repeat, training, trainable } = sets;
  const honest = [...training.declared, ...training.others];
  const counts = poisoned.map((share) => ({ share, hidden: hiddenAt(share, honest.length) }));
  const possible = counts.filter(({ hidden }) => hidden <= trainable.length);
  const most = Math.max(0, ...possible.map(({ hidden }) => hidden));
  const load = (ids: readonly string[]): Promise<Float32Array[]> =>
    Promise.all(ids.map((id) => readEmbedding(keep, id)));
  const examples = await load([...honest, ...trainable.slice(0, most)]);
  const centred = centring(examples.slice(0, honest.length));
  const features = examples.map(centred);
  const kernel = gram(features);
  const scored = {
    calibration: await load(sets.calibration),
    declared: await load(sets.declared),
    others: await load(sets.others),
    hidden: await load(sets.hidden),
    trained: await load(trainable.slice(0, most)),
    elsewhere: await load(sets.elsewhere),
  };
  const inputs = Object.entries(scored).map(([name, all]) => [name, all.map(centred)] as const);
  return [{ share: 0, hidden: 0 }, ...possible].map(({ share, hidden }): HiddenHeadRow => {
    const order = honest.length + hidden;
    // Hidden pictures come last, so that a smaller problem is the corner of the largest.
    const positive = Array.from({ length: order }, (_, i) => i < training.declared.length || i >= honest.length);
    const fit = kernelLogistic(corner(kernel, features.length, order), positive, ridge);
    const score = scorer(fit, features);
    const scores = Object.fromEntries(
      // What a head was trained on, is those that it has seen.
      inputs.map(([name, all]) => [name, (name === 'trained' ? all.slice(0, hidden) : all).map(score)]),
    ) as HiddenHeadRow['scores'];
    return {
      row: 'hidden-head',
      target,
      targetKind,
      repeat,
      poisoned: share,
      training: {
        declared: training.declared.length,
        others: training.others.length,
        hidden,
        iterations: fit.iterations,
      },
      scores,
    };
  });
}

/** Takes the mean of the honest examples away, and makes their mean squared length 1: the penalty then means the same for every network. */
function centring(honest: readonly Float32Array[]): (embedding: Float32Array) => Float64Array {
  const mean = new Float64Array(honest[0]?.length ?? 0);
  for (const each of honest) for (let i = 0; i < mean.length; i++) mean[i]! += each[i]! / honest.length;
  let squares = 0;
  for (const each of honest) for (let i = 0; i < mean.length; i++) squares += (each[i]! - mean[i]!) ** 2;
  const scale = squares > 0 ? Math.sqrt(honest.length / squares) : 1;
  return (embedding) => mean.map((each, i) => (embedding[i]! - each) * scale);
}

/** Inner products of all pairs, and 1 for the bias. */
function gram(features: readonly Float64Array[]): Float64Array {
  const n = features.length;
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const [a, b] = [features[i]!, features[j]!];
      let sum = 1;
      for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  return out;
}

function corner(matrix: Float64Array, order: number, size: number): Float64Array {
  if (size === order) return matrix;
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) out.set(matrix.subarray(i * order, i * order + size), i * size);
  return out;
}

/** The head as one weight a feature; scores to six digits, which is what backends agree on. */
function scorer({ coefficients }: KernelLogistic, features: readonly Float64Array[]): (x: Float64Array) => number {
  const weights = new Float64Array(features[0]?.length ?? 0);
  let bias = 0;
  coefficients.forEach((coefficient, i) => {
    bias += coefficient;
    const from = features[i]!;
    for (let k = 0; k < weights.length; k++) weights[k]! += coefficient * from[k]!;
  });
  return (x) => {
    let odds = bias;
    for (let k = 0; k < weights.length; k++) odds += weights[k]! * x[k]!;
    return Math.round(logistic(odds) * 1e6) / 1e6;
  };
}
