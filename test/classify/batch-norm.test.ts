/** Batch normalisation in the place of the backend's own kernel: the same bits, whatever the numbers. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { speedUpBatchNorm } from '../../src/classify/batch-norm.ts';
import { loadRuntime } from '../../src/classify/runtime.ts';
import { seededRng } from '../../src/util/rng.ts';

const rng = seededRng(1, 'batch norm');
const numbers = (count: number, scale: number): Float32Array =>
  Float32Array.from({ length: count }, () => (rng.next() * 2 - 1) * scale);
const special = [0, -0, 1e-45, -1e-45, 1e-38, 3.4e38, -3.4e38, Infinity, -Infinity, NaN];

interface Case {
  readonly shape: readonly number[];
  readonly x: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly offset: Float32Array;
  readonly scale: Float32Array;
}
const caseOf = (shape: readonly number[], scale: number): Case => {
  const channels = shape.at(-1)!;
  const values = numbers(
    shape.reduce((product, side) => product * side, 1),
    scale,
  );
  return {
    shape,
    x: values,
    mean: numbers(channels, scale),
    variance: numbers(channels, scale).map(Math.abs),
    offset: numbers(channels, 1),
    scale: numbers(channels, 2),
  };
};
const cases: readonly Case[] = [
  caseOf([1, 1, 1, 1], 1),
  caseOf([1, 7, 7, 3], 5),
  caseOf([2, 5, 3, 16], 100),
  caseOf([1, 14, 14, 96], 6),
  caseOf([1, 3, 3, 257], 1e-20),
  caseOf([1, 3, 3, 33], 1e20),
  { ...caseOf([1, 4, 5, 7], 3), x: Float32Array.from({ length: 140 }, (_, i) => special[i % special.length]!) },
  { ...caseOf([1, 4, 4, 10], 3), variance: Float32Array.from(special) },
  { ...caseOf([1, 4, 4, 10], 3), offset: Float32Array.from(special), scale: Float32Array.from(special).reverse() },
];

/** The bits of the result; every NaN counts as the same. */
function bits({ shape, x, mean, variance, offset, scale }: Case, epsilon: number): Uint32Array {
  const out = tf.tidy(() =>
    tf
      .batchNorm(
        tf.tensor4d(x, shape as [number, number, number, number]),
        tf.tensor1d(mean),
        tf.tensor1d(variance),
        tf.tensor1d(offset),
        tf.tensor1d(scale),
        epsilon,
      )
      .dataSync<'float32'>(),
  );
  return Uint32Array.from(new Uint32Array(Float32Array.from(out).buffer), (word, i) =>
    Number.isNaN(out[i]) ? 0x7fc0_0000 : word,
  );
}

let own: ReturnType<typeof tf.getKernel>;
const epsilons = [1e-3, 1e-5, 0];
const expected: Uint32Array[][] = [];
beforeAll(async () => {
  await tf.setBackend('wasm');
  own = tf.getKernel('FusedBatchNorm', 'wasm');
  expected.push(...cases.map((each) => epsilons.map((epsilon) => bits(each, epsilon))));
  await loadRuntime('tfjs-wasm');
});

test('a runtime on WebAssembly has the fast kernel, once', () => {
  const replaced = tf.getKernel('FusedBatchNorm', 'wasm').kernelFunc;
  expect(replaced).not.toBe(own.kernelFunc);
  speedUpBatchNorm(tf);
  expect(tf.getKernel('FusedBatchNorm', 'wasm').kernelFunc).toBe(replaced);
});

describe.each(cases.map((each, i) => ({ each, i, name: each.shape.join(' × ') })))('$name, case $i', ({ each, i }) => {
  test.each(epsilons)('epsilon %d', (epsilon) => {
    expect(bits(each, epsilon)).toEqual(expected[i]![epsilons.indexOf(epsilon)]);
  });
});

test('without offset and scale the backend’s own kernel computes', () => {
  const [x, mean, variance] = [tf.tensor4d(numbers(12, 1), [1, 2, 2, 3]), tf.zeros([3]), tf.ones([3])];
  const before = tf.memory().numTensors;
  const out = tf.batchNorm(x as tf.Tensor4D, mean as tf.Tensor1D, variance as tf.Tensor1D, undefined, undefined, 0);
  expect(out.shape).toEqual([1, 2, 2, 3]);
  out.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
