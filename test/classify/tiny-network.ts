/**
 * A network small enough to write down, as an ONNX file and as tfjs models: the mean of each block of pixels of each channel, then one
 * matrix. ONNX is written byte by byte: fields by their numbers in onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto),
 * in the wire format of Protocol Buffers.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { io } from '@tensorflow/tfjs';
import { loadRuntime } from '../../src/classify/runtime.ts';
import { concatBytes, utf8 } from '../../src/util/bytes.ts';

/** What the network is made of. Its input is NCHW: 1 × 3 × side × side. */
export interface Tiny {
  readonly side: number;
  /** Width and height of a block, in pixels. */
  readonly block: number;
  readonly outputs: number;
  /** (3 × (side / block)²) × outputs floats. */
  readonly weights: Float32Array;
  /** Stands in the ONNX file in the place of the weights. */
  readonly initialiser?: Uint8Array;
}

/** A matrix of `rows` × `columns` floats by the formulas of test/vectors/make_nnhash.py. */
export const matrix = (
  rows: number,
  columns: number,
  [a, b, modulus]: readonly [number, number, number],
): Float32Array =>
  Float32Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    return (((i * a + j * b + i * j) % modulus) - (modulus >> 1)) / 128;
  });

/** Little-endian bytes of floats. */
export function floatBytes(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i]!, true);
  return new Uint8Array(view.buffer);
}

/** A seed matrix file as NeuralHash's: a header, then the rows. */
export const seedFile = (values: ArrayLike<number>, header = 128): Uint8Array =>
  concatBytes(new Uint8Array(header).fill(7), floatBytes(values));

function varint(value: number): Uint8Array {
  const out: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  return Uint8Array.of(...out, value);
}

/** A number, as field `id` of its message. */
const number = (id: number, value: number): Uint8Array => concatBytes(varint(id * 8), varint(value));
/** Text, raw bytes or a message, as field `id` of its message. */
function field(id: number, ...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const content = concatBytes(...parts.map((part) => (typeof part === 'string' ? utf8(part) : part)));
  return concatBytes(varint(id * 8 + 2), varint(content.length), content);
}

const float32 = 1;
const uint8 = 2;
const integers = 7;
const pair = (name: string, value: number): Uint8Array =>
  field(5, field(1, name), number(8, value), number(8, value), number(20, integers));
const node = (type: string, inputs: readonly string[], output: string, ...attributes: Uint8Array[]): Uint8Array =>
  field(1, ...inputs.map((each) => field(1, each)), field(2, output), field(4, type), ...attributes);
/** An input or output of the graph; a size that is a name can be any. */
const value = (id: number, name: string, sizes: readonly (number | string)[], type = float32): Uint8Array =>
  field(
    id,
    field(1, name),
    field(
      2,
      field(
        1,
        number(1, type),
        field(2, ...sizes.map((size) => field(1, typeof size === 'string' ? field(2, size) : number(1, size)))),
      ),
    ),
  );

/** A tensor of floats in an ONNX file: its bytes need not be as many as its sizes say. */
export const onnxInitialiser = (name: string, sizes: readonly number[], bytes: Uint8Array): Uint8Array =>
  field(5, ...sizes.map((size) => number(1, size)), number(2, float32), field(8, name), field(9, bytes));

/** The same with its bytes in a file beside it, as exporters write weights of a large network. */
export const onnxExternal = (name: string, sizes: readonly number[], location: string, length: number): Uint8Array => {
  const entry = (key: string, text: string) => field(13, field(1, key), field(2, text));
  const facts = [entry('location', location), entry('offset', '0'), entry('length', String(length))];
  return field(5, ...sizes.map((size) => number(1, size)), number(2, float32), field(8, name), ...facts, number(14, 1));
};

/** The network as an ONNX file; `extraOutput` also hands out the means. */
export function onnxFile({ side, block, outputs, weights, initialiser }: Tiny, extraOutput = false): Uint8Array {
  const blocks = side / block;
  const means = 3 * blocks * blocks;
  const graph = [
    node('AveragePool', ['image'], 'means', pair('kernel_shape', block), pair('strides', block)),
    node('Flatten', ['means'], 'flat'),
    node('MatMul', ['flat', 'weights'], 'embedding'),
    field(2, 'tiny'),
    initialiser ?? onnxInitialiser('weights', [means, outputs], floatBytes(weights)),
    value(11, 'image', [1, 3, side, side]),
    value(12, 'embedding', [1, outputs]),
    ...(extraOutput ? [value(12, 'flat', [1, means])] : []),
  ];
  const irVersion = 8;
  const opset = 13;
  return concatBytes(number(1, irVersion), field(7, ...graph), field(8, field(1, ''), number(2, opset)));
}

/** Forms in which exporters write an input. */
export interface InputForm {
  readonly layout: 'nchw' | 'nhwc';
  readonly type: 'float32' | 'uint8';
  /** The batch can have any size. */
  readonly dynamicBatch?: boolean;
}

/** The last matrix alone as an ONNX file, with an input of another form: the weights are in the order of its layout. */
export function onnxForm(
  { side, outputs, weights }: Tiny,
  { layout, type, dynamicBatch = false }: InputForm,
): Uint8Array {
  const batch = dynamicBatch ? 'batch' : 1;
  const toFloat = field(5, field(1, 'to'), number(3, float32), number(20, 2));
  const graph = [
    node('Cast', ['image'], 'floats', toFloat),
    node('Flatten', ['floats'], 'flat'),
    node('MatMul', ['flat', 'weights'], 'embedding'),
    field(2, 'tiny'),
    onnxInitialiser('weights', [3 * side * side, outputs], floatBytes(weights)),
    value(
      11,
      'image',
      layout === 'nchw' ? [batch, 3, side, side] : [batch, side, side, 3],
      type === 'uint8' ? uint8 : float32,
    ),
    value(12, 'embedding', [batch, outputs]),
  ];
  return concatBytes(number(1, 8), field(7, ...graph), field(8, field(1, ''), number(2, 13)));
}

/** Saves the network as a tfjs layers model, as tfjs itself does it: model.json and two shards. */
export async function saveLayers({ side, block, outputs, weights }: Tiny, folder: string): Promise<void> {
  const { tf } = await loadRuntime('cpu');
  const model = tf.sequential({
    layers: [
      tf.layers.averagePooling2d({ inputShape: [3, side, side], poolSize: block, dataFormat: 'channelsFirst' }),
      tf.layers.flatten({ name: 'flat' }),
      tf.layers.dense({ units: outputs, useBias: false, name: 'embedding' }),
    ],
  });
  const kernel = tf.tensor2d(weights, [weights.length / outputs, outputs]);
  model.setWeights([kernel]);
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const bytes = new Uint8Array(weightData as ArrayBuffer);
      save(folder, { modelTopology: modelTopology!, format: 'layers-model', weights: weightSpecs!, bytes });
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  kernel.dispose();
  model.dispose();
}

/**
 * Saves a tfjs graph model of the last matrix alone: its blocks are single pixels. A dynamic one sends the pixels through a condition, which
 * tfjs runs asynchronously only.
 */
export function saveGraph({ side, outputs, weights }: Tiny, folder: string, dynamic = false): void {
  const inputs = 3 * side * side;
  const type = (dtype: string) => ({ dtype: { type: dtype } });
  const modelTopology = {
    node: [
      { name: 'image', op: 'Placeholder', attr: type('DT_FLOAT') },
      { name: 'sizes', op: 'Const', attr: type('DT_INT32') },
      { name: 'weights', op: 'Const', attr: type('DT_FLOAT') },
      { name: 'flat', op: 'Reshape', input: ['image', 'sizes'] },
      ...(dynamic
        ? [
            { name: 'always', op: 'Const', attr: type('DT_BOOL') },
            { name: 'switch', op: 'Switch', input: ['flat', 'always'] },
            { name: 'chosen', op: 'Merge', input: ['switch:0', 'switch:1'] },
          ]
        : []),
      {
        name: 'embedding',
        op: 'MatMul',
        input: [dynamic ? 'chosen' : 'flat', 'weights'],
        attr: { transpose_a: { b: false }, transpose_b: { b: false } },
      },
    ],
    versions: { producer: 1 },
  };
  const always = dynamic ? Uint8Array.of(1) : new Uint8Array();
  const bytes = concatBytes(new Uint8Array(Int32Array.of(1, inputs).buffer), floatBytes(weights), always);
  save(folder, {
    modelTopology,
    format: 'graph-model',
    weights: [
      { name: 'sizes', shape: [2], dtype: 'int32' },
      { name: 'weights', shape: [inputs, outputs], dtype: 'float32' },
      ...(dynamic ? [{ name: 'always', shape: [], dtype: 'bool' as const }] : []),
    ],
    bytes,
  });
}

function save(
  folder: string,
  model: { modelTopology: object; format: string; weights: io.WeightsManifestEntry[]; bytes: Uint8Array },
): void {
  mkdirSync(folder, { recursive: true });
  const { modelTopology, format, weights, bytes } = model;
  const paths = ['shard-1.bin', 'shard-2.bin'];
  const half = bytes.length >> 1;
  writeFileSync(join(folder, paths[0]!), bytes.subarray(0, half));
  writeFileSync(join(folder, paths[1]!), bytes.subarray(half));
  writeFileSync(
    join(folder, 'model.json'),
    JSON.stringify({ modelTopology, format, weightsManifest: [{ paths, weights }] }),
  );
}
