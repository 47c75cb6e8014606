/** Layers as fused operations give what tfjs gives layer by layer, for every kind of layer that is fused and every way in which it is. */
import type { LayersModel, Shape, SymbolicTensor, Tensor } from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fusedLayers } from '../../src/classify/fused-layers.ts';
import { loadRuntime, type Tf } from '../../src/classify/runtime.ts';
import { seededRng } from '../../src/util/rng.ts';

let tf: Tf;
beforeAll(async () => {
  const runtime = await loadRuntime('wasm');
  runtime.activate();
  ({ tf } = runtime);
});

const models: LayersModel[] = [];
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
});

/** A model whose weights are random; variances are positive. */
function model(shape: Shape, build: (input: SymbolicTensor) => SymbolicTensor | SymbolicTensor[]): LayersModel {
  const inputs = tf.input({ shape });
  const made = tf.model({ inputs, outputs: build(inputs) });
  const rng = seededRng(3, 'fused layers');
  for (const layer of made.layers)
    layer.setWeights(
      layer.getWeights().map((weight) => {
        const values = Float32Array.from({ length: weight.size }, () => rng.next() - 0.4);
        return tf.tensor(
          layer.getClassName() === 'BatchNormalization' ? values.map((v) => Math.abs(v) + 0.1) : values,
          weight.shape,
        );
      }),
    );
  models.push(made);
  return made;
}

const batchOf = (made: LayersModel): Tensor => {
  const [, ...sides] = made.inputs[0]!.shape as number[];
  const rng = seededRng(4, 'fused layers');
  const size = sides.reduce((product, side) => product * side, 2);
  return tf.tensor(
    Float32Array.from({ length: size }, () => 4 * rng.next() - 2),
    [2, ...sides],
  );
};

/** How far the fused results are from those of tfjs, at most, in parts of the largest value. */
function gap(made: LayersModel): number {
  const batch = batchOf(made);
  const expected = [made.predictOnBatch(batch)].flat() as Tensor[];
  const fused = fusedLayers(tf, made)!;
  const before = tf.memory().numTensors;
  const given = fused(batch);
  expect(tf.memory().numTensors - before).toBe(given.length);
  expect(given.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  let most = 0;
  for (const [i, each] of expected.entries()) {
    const [a, b] = [each.dataSync<'float32'>(), given[i]!.dataSync<'float32'>()];
    const scale = a.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    expect(scale).toBeGreaterThan(0);
    for (const [k, value] of a.entries()) most = Math.max(most, Math.abs(value - b[k]!) / scale);
  }
  return most;
}

const relu6 = () => tf.layers.reLU({ maxValue: 6 });
const on =
  (...layers: { apply(x: SymbolicTensor): unknown }[]) =>
  (x: SymbolicTensor) =>
    layers.reduce((y, layer) => layer.apply(y) as SymbolicTensor, x);
const conv = (settings: object = {}) => tf.layers.conv2d({ filters: 5, kernelSize: 3, ...settings });
const depthwise = (settings: object = {}) => tf.layers.depthwiseConv2d({ kernelSize: 3, ...settings });
const norm = (settings: object = {}) => tf.layers.batchNormalization(settings);

const cases: Readonly<Record<string, () => LayersModel>> = {
  'a convolution with its bias': () => model([9, 8, 3], on(conv())),
  'its own activation': () => model([9, 8, 3], on(conv({ activation: 'relu' }), relu6())),
  'normalisation and relu6': () => model([9, 8, 3], on(conv({ useBias: false }), norm(), relu6())),
  'normalisation of a convolution with a bias': () => model([9, 8, 3], on(conv(), norm(), tf.layers.reLU())),
  'normalisation without scale': () =>
    model([9, 8, 3], on(conv(), norm({ scale: false }), tf.layers.activation({ activation: 'relu' }))),
  'normalisation without center': () => model([9, 8, 3], on(conv(), norm({ center: false }))),
  'strides and zeros as needed': () => model([9, 8, 3], on(conv({ strides: 2, padding: 'same' }), norm())),
  'zeros on two sides': () =>
    model(
      [8, 8, 3],
      on(
        tf.layers.zeroPadding2d({
          padding: [
            [0, 1],
            [0, 1],
          ],
        }),
        conv({ strides: 2 }),
        norm(),
        relu6(),
      ),
    ),
  'a depthwise convolution': () =>
    model([9, 8, 3], on(depthwise({ useBias: false, padding: 'same' }), norm(), relu6())),
  'a depthwise one with several outputs an input': () =>
    model([9, 8, 3], on(depthwise({ depthMultiplier: 2 }), norm())),
  'a depthwise one after zeros': () =>
    model(
      [9, 9, 3],
      on(
        tf.layers.zeroPadding2d({
          padding: [
            [1, 2],
            [0, 1],
          ],
        }),
        depthwise({ strides: [2, 2] }),
        norm(),
        relu6(),
      ),
    ),
  'a convolution that two layers read': () =>
    model([8, 8, 3], (x) => {
      const first = conv().apply(x) as SymbolicTensor;
      const second = on(norm(), relu6())(conv({ padding: 'same' }).apply(first) as SymbolicTensor);
      return tf.layers
        .concatenate()
        .apply([tf.layers.add().apply([first, second]) as SymbolicTensor, second]) as SymbolicTensor;
    }),
  'an output between convolution and activation': () =>
    model([9, 8, 3], (x) => {
      const first = conv().apply(x) as SymbolicTensor;
      return [first, on(relu6(), tf.layers.flatten(), tf.layers.dense({ units: 3, activation: 'softmax' }))(first)];
    }),
  'pools and matrices': () =>
    model(
      [9, 9, 4],
      on(
        conv(),
        tf.layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
        tf.layers.averagePooling2d({ poolSize: [3, 2], strides: 2 }),
        tf.layers.dropout({ rate: 0.5 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 7, activation: 'relu' }),
        tf.layers.dense({ units: 3, useBias: false }),
      ),
    ),
  'the mean of each channel': () =>
    model([9, 9, 4], on(conv(), tf.layers.globalAveragePooling2d({}), tf.layers.dense({ units: 3 }))),
};

describe('as tfjs gives them', () => {
  test.each(Object.keys(cases))('%s', (name) => {
    expect(gap(cases[name]!())).toBeLessThan(1e-5);
  });

  test('whole numbers, which become floats as in tfjs', () => {
    const made = model([9, 8, 3], on(conv(), norm(), relu6()));
    const batch = tf.cast(tf.mul(batchOf(made), 50), 'int32');
    const expected = (made.predictOnBatch(batch) as Tensor).dataSync<'float32'>();
    const [given] = fusedLayers(tf, made)!(batch);
    const values = given!.dataSync<'float32'>();
    expect(Math.max(...expected)).toBeGreaterThan(0);
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
  });

  test('after the model and its weights are gone', () => {
    const made = model([9, 8, 3], on(conv(), norm(), relu6()));
    const batch = batchOf(made);
    const expected = (made.predictOnBatch(batch) as Tensor).dataSync();
    const fused = fusedLayers(tf, made)!;
    made.dispose();
    models.length = 0;
    const [given] = fused(batch);
    for (const [i, value] of given!.dataSync().entries()) expect(value).toBeCloseTo(expected[i]!, 4);
  });
});

describe('what has no fused form is left to tfjs, and keeps no tensor', () => {
  test.each<[string, () => LayersModel]>([
    ['a layer of another kind', () => model([9, 8, 3], on(conv(), tf.layers.upSampling2d({})))],
    ['another activation', () => model([9, 8, 3], on(conv({ activation: 'tanh' })))],
    [
      'normalisation after a sum',
      () => model([9, 8, 3], (x) => on(norm())(tf.layers.add().apply([x, x]) as SymbolicTensor)),
    ],
    ['channels first', () => model([3, 9, 8], on(conv({ dataFormat: 'channelsFirst' })))],
    ['dilation', () => model([9, 8, 3], on(conv({ dilationRate: 2 })))],
    ['normalisation after an activation', () => model([9, 8, 3], on(conv({ activation: 'relu' }), norm()))],
    ['a relu up to another number', () => model([9, 8, 3], on(conv(), tf.layers.reLU({ maxValue: 4 })))],
    ['a matrix for each pixel', () => model([9, 8, 3], on(tf.layers.dense({ units: 2 })))],
    [
      'a layer that is used twice',
      () => {
        const twice = conv({ padding: 'same', filters: 3 });
        return model([9, 8, 3], on(twice, twice));
      },
    ],
  ])('%s', (_, build) => {
    const made = build();
    const before = tf.memory().numTensors;
    expect(fusedLayers(tf, made)).toBeUndefined();
    expect(tf.memory().numTensors).toBe(before);
  });
});
