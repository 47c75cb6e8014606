/**
 * A user's own network: the bits of nnhash.py's steps (test/vectors/make_nnhash.py), and of arithmetic done here, through ONNX and
 * tfjs alike; and one sentence for whatever is wrong with its files.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { seededHyperplanes } from '../../src/classify/hyperplanes.ts';
import { loadOnnxRuntime } from '../../src/classify/onnx.ts';
import { loadUserNetwork, readNetworkFile } from '../../src/classify/user-network.ts';
import { decode } from '../../src/image/decode.ts';
import type { Raster } from '../../src/image/raster.ts';
import { cropped, resizeBilinear } from '../../src/image/resize.ts';
import { MissingError, RefusedError, reasonOf, UserError } from '../../src/util/errors.ts';
import { toHex } from '../../src/util/hex.ts';
import { waves } from './picture.ts';
import {
  floatBytes,
  type InputForm,
  matrix,
  onnxFile,
  onnxForm,
  saveGraph,
  saveLayers,
  seedFile,
  type Tiny,
} from './tiny-network.ts';

const folder = mkdtempSync(join(tmpdir(), 'presend-network-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const vectors = join(import.meta.dirname, '..', 'vectors');

/** Why ONNX files cannot be tested here, if they cannot. */
const noOnnx = await loadOnnxRuntime().then(() => undefined, reasonOf);
if (noOnnx) console.warn(`skipped: ${noOnnx}`);

/** NeuralHash's sizes: 360 × 360 × 3 in, 128 floats out, 96 bits. */
const large: Tiny = { side: 360, block: 40, outputs: 128, weights: matrix(243, 128, [37, 101, 199]) };
const largeSeeds = matrix(96, 128, [131, 71, 257]);
/** Single pixels as blocks, so that every pixel and channel has weights of its own. */
const small: Tiny = { side: 4, block: 1, outputs: 16, weights: matrix(48, 16, [37, 101, 199]) };
const smallSeeds = matrix(24, 16, [131, 71, 257]);

const neuralHash = {
  version: 1,
  name: 'tiny',
  format: 'onnx',
  model: 'model.onnx',
  input: { width: 360, height: 360, layout: 'nchw', mean: 0.5, scale: 2 },
  matrix: { path: 'seed1.dat' },
  bits: 96,
  threshold: 17,
};
const onSmall = { ...neuralHash, bits: 24, threshold: 4, input: { ...neuralHash.input, width: 4, height: 4 } };
const tfjs = { format: 'tfjs', model: 'model.json' };

let made = 0;
/** Writes the files of a network into a folder of its own; gives the path of the network file. */
function write(file: object, files: Record<string, Uint8Array | string> = {}): string {
  const own = join(folder, `${++made}`);
  mkdirSync(own);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(own, name), content);
  writeFileSync(join(own, 'network.yaml'), stringify(file));
  return join(own, 'network.yaml');
}

/** A folder with a tfjs model; gives the path of the network file. */
async function writeTfjs(kind: 'layers' | 'graph', tiny: Tiny, seeds: Float32Array, file: object): Promise<string> {
  const path = write({ ...file, ...tfjs }, { 'seed1.dat': seedFile(seeds) });
  await (kind === 'layers' ? saveLayers : saveGraph)(tiny, join(path, '..'));
  return path;
}

const rows = JSON.parse(readFileSync(join(vectors, 'nnhash.json'), 'utf8')).rows as {
  file: string;
  hash: string;
  margin: number;
}[];
const image = (file: string): Promise<Raster> => decode(join(vectors, 'images', file));

describe('the steps of nnhash.py, Pillow 9.4.0 and NumPy 1.24.2', () => {
  test('no bit is near enough to its hyperplane for rounding to decide', () => {
    expect(rows).toHaveLength(30);
    for (const { margin } of rows) expect(margin).toBeGreaterThan(1e-5);
  });

  const layers = writeTfjs('layers', large, largeSeeds, neuralHash).then((path) =>
    loadUserNetwork(path, { backend: 'wasm' }),
  );
  test.each(rows)('$file through tfjs', async ({ file, hash }) => {
    expect(toHex((await (await layers).hash(await image(file))).hash)).toBe(hash);
  });

  const onnx = noOnnx
    ? undefined
    : loadUserNetwork(write(neuralHash, { 'model.onnx': onnxFile(large), 'seed1.dat': seedFile(largeSeeds) }));
  test.skipIf(noOnnx).each(rows)('$file through onnxruntime', async ({ file, hash }) => {
    expect(toHex((await (await onnx)!.hash(await image(file))).hash)).toBe(hash);
  });
});

/** The bits of the small network, in double precision; fails where a bit is too near to its hyperplane to be compared. */
function bitsByHand(
  picture: Raster,
  at: (x: number, y: number, channel: number) => number,
  planes: ArrayLike<number> = smallSeeds,
  numberOf = (byte: number): number => (byte / 255) * 2 - 1,
): string {
  const embedding = new Array<number>(small.outputs).fill(0);
  for (let y = 0; y < 4; y++)
    for (let x = 0; x < 4; x++)
      for (let c = 0; c < 3; c++) {
        const byte = picture.data[(y * 4 + x) * 3 + c]!;
        for (let j = 0; j < small.outputs; j++)
          embedding[j]! += numberOf(byte) * small.weights[at(x, y, c) * small.outputs + j]!;
      }
  let bits = '';
  for (let row = 0; row < 24; row++) {
    const sum = embedding.reduce((total, each, j) => total + each * planes[row * small.outputs + j]!, 0);
    expect(Math.abs(sum)).toBeGreaterThan(1e-4);
    bits += sum >= 0 ? '1' : '0';
  }
  return Number.parseInt(bits, 2).toString(16).padStart(6, '0');
}
const nchw = (x: number, y: number, c: number): number => c * 16 + y * 4 + x;
const nhwc = (x: number, y: number, c: number): number => (y * 4 + x) * 3 + c;
const onnxSmall = (file: object = onSmall): string =>
  write(file, { 'model.onnx': onnxFile(small), 'seed1.dat': seedFile(smallSeeds) });

describe('bits as computed by hand', () => {
  const cases = [
    ['tfjs layers, NCHW', () => writeTfjs('layers', small, smallSeeds, onSmall), nchw, false],
    ['tfjs graph, NCHW', () => writeTfjs('graph', small, smallSeeds, onSmall), nchw, false],
    [
      'tfjs graph, NHWC',
      () => writeTfjs('graph', small, smallSeeds, { ...onSmall, input: { ...onSmall.input, layout: 'nhwc' } }),
      nhwc,
      false,
    ],
    ['ONNX', async () => onnxSmall(), nchw, true],
  ] as const;
  for (const [name, make, at, needsOnnx] of cases)
    test.skipIf(needsOnnx && noOnnx)(name, async () => {
      const network = await loadUserNetwork(await make());
      expect(network).toMatchObject({ name: 'tiny', bits: 24, threshold: 4, minQuality: 1 });
      const pictures = Array.from({ length: 20 }, (_, seed) => waves(4, 4, seed));
      const hashes = await Promise.all(pictures.map((picture) => network.hash(picture)));
      expect(hashes.map(({ hash }) => toHex(hash))).toEqual(pictures.map((picture) => bitsByHand(picture, at)));
      expect(new Set(hashes.map(({ hash }) => toHex(hash))).size).toBeGreaterThan(10);
      for (const { quality } of hashes) expect(quality).toBe(100);
    });

  test('a header of another length, one number a channel, and a grey picture', async () => {
    const path = await writeTfjs('layers', small, smallSeeds, {
      ...onSmall,
      input: { ...onSmall.input, mean: [0.5, 0.5, 0.5], scale: [2, 2, 2] },
      matrix: { path: 'seed0.dat', headerBytes: 0 },
    });
    writeFileSync(join(path, '..', 'seed0.dat'), floatBytes(smallSeeds));
    const grey = waves(4, 4, 3, 1);
    const data = Uint8Array.from({ length: 48 }, (_, i) => grey.data[Math.floor(i / 3)]!);
    const { hash } = await (await loadUserNetwork(path)).hash(grey);
    expect(toHex(hash)).toBe(bitsByHand({ ...grey, channels: 3, data }, nchw));
  });

  test('hyperplanes of a seed: the sides of the embedding, and another digest for another seed', async () => {
    const { matrix: _, ...noMatrix } = onSmall;
    const seeded = async (seed: number) =>
      loadUserNetwork(await writeTfjs('graph', small, smallSeeds, { ...noMatrix, hyperplanes: { seed } }));
    const [network, other] = [await seeded(5), await seeded(6)];
    const picture = waves(4, 4, 2);
    const planes = seededHyperplanes(24, 16, 5).normals;
    expect(toHex((await network.hash(picture)).hash)).toBe(bitsByHand(picture, nchw, planes));
    expect(toHex((await other.hash(picture)).hash)).not.toBe(bitsByHand(picture, nchw, planes));
    expect(other.sha256).not.toBe(network.sha256);
  });

  test('the digest is of network, matrix and input', async () => {
    const digest = async (path: string) => (await loadUserNetwork(path)).sha256;
    const first = await digest(await writeTfjs('graph', small, smallSeeds, onSmall));
    expect(await digest(await writeTfjs('graph', small, smallSeeds, { ...onSmall, name: 'other' }))).toBe(first);
    const others = [
      await writeTfjs('graph', { ...small, weights: small.weights.map((each) => 2 * each) }, smallSeeds, onSmall),
      await writeTfjs('graph', small, smallSeeds.toReversed(), onSmall),
      await writeTfjs('graph', small, smallSeeds, { ...onSmall, input: { ...onSmall.input, scale: 3 } }),
    ];
    expect(new Set([first, ...(await Promise.all(others.map(digest)))]).size).toBe(4);
  });
});

describe('forms of input', () => {
  const forms: readonly (readonly [name: string, form: InputForm])[] = [
    ['NCHW floats', { layout: 'nchw', type: 'float32' }],
    ['NHWC floats, a batch of any size', { layout: 'nhwc', type: 'float32', dynamicBatch: true }],
    ['NHWC bytes', { layout: 'nhwc', type: 'uint8' }],
    ['NCHW bytes, a batch of any size', { layout: 'nchw', type: 'uint8', dynamicBatch: true }],
  ];
  const sizes = { width: 4, height: 4 };
  const scaling = { mean: 0.5, scale: 2 };
  const inputOf = ({ layout, type }: InputForm) => ({ ...sizes, layout, type, ...(type === 'uint8' ? {} : scaling) });
  const inForm = (form: InputForm, input: object = inputOf(form)): string =>
    write({ ...onSmall, input }, { 'model.onnx': onnxForm(small, form), 'seed1.dat': seedFile(smallSeeds) });

  for (const [name, form] of forms)
    test.skipIf(noOnnx)(`ONNX, ${name}`, async () => {
      const network = await loadUserNetwork(inForm(form));
      const numberOf = form.type === 'uint8' ? (byte: number) => byte : (byte: number) => (byte / 255) * 2 - 1;
      for (let seed = 0; seed < 5; seed++) {
        const picture = waves(4, 4, seed);
        const byHand = bitsByHand(picture, form.layout === 'nchw' ? nchw : nhwc, smallSeeds, numberOf);
        expect(toHex((await network.hash(picture)).hash)).toBe(byHand);
      }
    });

  test.skipIf(noOnnx)('blue first, and no mean and scale: bytes divided by 255', async () => {
    const form: InputForm = { layout: 'nhwc', type: 'float32' };
    const network = await loadUserNetwork(inForm(form, { ...sizes, layout: 'nhwc', order: 'bgr' }));
    const picture = waves(4, 4, 3);
    const bgr = (x: number, y: number, c: number): number => nhwc(x, y, 2 - c);
    const byHand = bitsByHand(picture, bgr, smallSeeds, (byte) => byte / 255);
    expect(toHex((await network.hash(picture)).hash)).toBe(byHand);
  });

  test.skipIf(noOnnx).each<[string, InputForm, object, string]>([
    [
      'the other layout',
      { layout: 'nchw', type: 'float32' },
      { ...sizes, layout: 'nhwc', ...scaling },
      "its input 'image' takes float32 of 1 x 3 x 4 x 4, and its file describes float32 of 1 x 4 x 4 x 3",
    ],
    [
      'another size, a batch of any size',
      { layout: 'nchw', type: 'float32', dynamicBatch: true },
      { width: 8, height: 6, layout: 'nchw', ...scaling },
      "its input 'image' takes float32 of any x 3 x 4 x 4, and its file describes float32 of 1 x 3 x 6 x 8",
    ],
    [
      'floats for bytes',
      { layout: 'nhwc', type: 'uint8' },
      { ...sizes, layout: 'nhwc', ...scaling },
      "its input 'image' takes uint8 of 1 x 4 x 4 x 3, and its file describes float32 of 1 x 4 x 4 x 3",
    ],
    [
      'bytes for floats, in one channel',
      { layout: 'nhwc', type: 'float32' },
      { ...sizes, layout: 'nhwc', type: 'uint8', channels: 1 },
      "its input 'image' takes float32 of 1 x 4 x 4 x 3, and its file describes uint8 of 1 x 4 x 4 x 1",
    ],
  ])('a wrong shape or type names the layer, and both: %s', async (_, form, input, sentence) => {
    const network = await loadUserNetwork(inForm(form, input));
    const wrong = network.hash(waves(4, 4, 1));
    await expect(wrong).rejects.toBeInstanceOf(UserError);
    await expect(wrong).rejects.toThrow(`The network tiny cannot take its input: ${sentence}`);
  });

  test('mean and scale of bytes, and a cut that is larger than the picture, are refused', async () => {
    const read = (input: object) =>
      readNetworkFile(write({ ...onSmall, input: { ...sizes, layout: 'nhwc', ...input } }));
    await expect(read({ type: 'uint8', mean: 0.5 })).rejects.toThrow('leave out mean and scale');
    await expect(read({ shorterSide: 3 })).rejects.toThrow('4 x 4 pixels cannot be cut');
    await expect(read({ shorterSide: 4, resize: 'bilinear' })).resolves.toBeDefined();
  });

  test('a picture whose shorter side is resized, and whose middle is cut, as CLIP and DINOv2 take it', async () => {
    const input = { ...sizes, ...scaling, layout: 'nchw', shorterSide: 5, resize: 'bilinear' };
    const network = await loadUserNetwork(await writeTfjs('graph', small, smallSeeds, { ...onSmall, input }));
    for (const [width, height, wide, high] of [
      [20, 10, 10, 5],
      [10, 17, 5, 8],
    ] as const) {
      const picture = waves(width, height, 6);
      const middle = cropped(resizeBilinear(picture, wide, high), 4, 4);
      expect(toHex((await network.hash(picture)).hash)).toBe(bitsByHand(middle, nchw));
    }
  });

  test('a matrix of floats alone needs no headerBytes, and neither does that of NeuralHash', async () => {
    const hashes = [];
    for (const header of [0, 128]) {
      const path = await writeTfjs('graph', small, smallSeeds, onSmall);
      writeFileSync(join(path, '..', 'seed1.dat'), seedFile(smallSeeds, header));
      hashes.push(toHex((await (await loadUserNetwork(path)).hash(waves(4, 4, 3))).hash));
    }
    expect(hashes).toEqual([hashes[0], hashes[0]]);
    // 128 bytes are whole rows of 8, 16 and 32 bits: then the length of the embedding decides.
    const eight = { ...onSmall, bits: 8, threshold: 1 };
    const few = smallSeeds.slice(0, 8 * 16);
    for (const header of [0, 128]) {
      const path = await writeTfjs('graph', small, few, eight);
      writeFileSync(join(path, '..', 'seed1.dat'), seedFile(few, header));
      expect(toHex((await (await loadUserNetwork(path)).hash(waves(4, 4, 3))).hash)).toBe(hashes[0]!.slice(0, 2));
    }
  });

  test('an output that is bits', async () => {
    const { matrix: _, ...noMatrix } = onSmall;
    const file = { ...noMatrix, bits: 16, threshold: 3, signs: { above: 0 } };
    const network = await loadUserNetwork(await writeTfjs('graph', small, smallSeeds, file));
    const identity = Float32Array.from({ length: 24 * 16 }, (__, at) => Number(Math.floor(at / 16) === at % 16));
    // The hyperplanes 16 to 23 are zero: their bits are 1.
    const picture = waves(4, 4, 4);
    const own = await loadUserNetwork(await writeTfjs('graph', small, identity, onSmall));
    expect(toHex((await network.hash(picture)).hash)).toBe(toHex((await own.hash(picture)).hash).slice(0, 4));
    const wrong = await loadUserNetwork(await writeTfjs('graph', small, smallSeeds, { ...file, bits: 24 }));
    await expect(wrong.hash(picture)).rejects.toThrow('gives 16 floats, but its file says 24 bits');
  });
});

describe('what is wrong is one sentence', () => {
  const graph = (file: object = onSmall): Promise<string> => writeTfjs('graph', small, smallSeeds, file);
  const change = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = await graph();
    writeFileSync(join(path, '..', name), content);
    return path;
  };
  const modelJson = (shard: string): string =>
    JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths: [shard], weights: [] }] });

  test.each<[string, () => Promise<string>, RegExp]>([
    ['an unknown key', () => graph({ ...onSmall, treshold: 3 }), /^Network file .*: unknown key treshold/],
    [
      'both a matrix and random hyperplanes',
      () => graph({ ...onSmall, hyperplanes: { seed: 1 } }),
      /expected either \/matrix or \/hyperplanes/,
    ],
    [
      'neither',
      () => Promise.resolve(write((({ matrix: _, ...rest }) => rest)(onSmall))),
      /expected either \/matrix or \/hyperplanes/,
    ],
    ['an unknown format', () => Promise.resolve(write({ ...onSmall, format: 'pt' })), /at \/format: expected one of/],
    ['bits that fill no bytes', () => graph({ ...onSmall, bits: 20 }), /at \/bits/],
    ['a threshold of all bits', () => graph({ ...onSmall, threshold: 24 }), /24 of 24 bits would match every picture/],
    ['not YAML', () => change('network.yaml', 'a: ['), /is neither YAML nor JSON/],
    [
      'a matrix that does not come out even',
      () => change('seed1.dat', new Uint8Array(1000)),
      /872 bytes after a header/,
    ],
    ['an empty matrix', () => change('seed1.dat', ''), /^Seed matrix of tiny: 0 bytes after a header of 128/],
    [
      'a matrix with a value that is no number',
      () => change('seed1.dat', seedFile(smallSeeds.with(20, Number.NaN))),
      /^Seed matrix of tiny: row 1 holds NaN/,
    ],
    [
      'no model.json',
      () => change('model.json', '[]'),
      /^The network tiny cannot be loaded: it is not the model\.json/,
    ],
    ['broken JSON', () => change('model.json', '{'), /it is not the model\.json/],
    ['a missing shard', () => change('model.json', modelJson('gone.bin')), /its shard gone\.bin cannot be read/],
    ['a shard elsewhere', () => change('model.json', modelJson('../../x')), /is outside the folder of model\.json/],
    ['a shard cut short', () => change('shard-2.bin', new Uint8Array(8)), /^The network tiny cannot be loaded: /],
    ['no such output', () => graph({ ...onSmall, output: 'logits' }), /logits/],
  ])('%s', async (_, make, sentence) => {
    const use = async () => (await loadUserNetwork(await make())).hash(waves(4, 4, 1));
    await expect(use()).rejects.toBeInstanceOf(UserError);
    await expect(use()).rejects.toThrow(sentence);
    await use().catch((error: Error) => expect(error.message.split('\n')).toHaveLength(1));
  });

  test.each([
    ['network file', () => 'no/such/network.yaml', /^Network file .*: there is no file/],
    ['seed matrix', () => write(onSmall, { 'model.onnx': 'x' }), /^Seed matrix of tiny: there is no file/],
    ['model', () => write(onSmall, { 'seed1.dat': seedFile(smallSeeds) }), /^Model of tiny: there is no file/],
  ])('a %s that is not there is a MissingError', async (_, make, sentence) => {
    await expect(loadUserNetwork(make())).rejects.toBeInstanceOf(MissingError);
    await expect(loadUserNetwork(make())).rejects.toThrow(sentence);
  });

  test('an embedding of another length, an input of another size, and an embedding with NaN', async () => {
    const wide = await loadUserNetwork(await writeTfjs('graph', small, matrix(24, 12, [1, 2, 5]), onSmall));
    await expect(wide.hash(waves(4, 4, 1))).rejects.toThrow('gives 16 floats, but a row of its seed matrix has 12');
    const input = { ...onSmall.input, width: 5 };
    const sized = await loadUserNetwork(await graph({ ...onSmall, input }));
    await expect(sized.hash(waves(4, 4, 1))).rejects.toThrow(/^The network tiny cannot take its input: /);
    const nan = { ...small, weights: small.weights.with(3, Number.NaN) };
    const broken = await loadUserNetwork(await writeTfjs('graph', nan, smallSeeds, onSmall));
    await expect(broken.hash(waves(4, 4, 1))).rejects.toThrow(/^The network tiny gives an embedding with values/);
    // It can be the fault of this picture alone.
    await expect(broken.hash(waves(4, 4, 1))).rejects.toBeInstanceOf(RefusedError);
  });

  test.skipIf(noOnnx)('ONNX: a damaged file, and several outputs', async () => {
    const files = { 'seed1.dat': seedFile(smallSeeds) };
    const damaged = write(onSmall, { ...files, 'model.onnx': onnxFile(small).slice(0, 900) });
    await expect(loadUserNetwork(damaged)).rejects.toThrow(/^The network tiny cannot be loaded: /);
    const several = { ...files, 'model.onnx': onnxFile(small, true) };
    await expect(loadUserNetwork(write(onSmall, several))).rejects.toThrow(
      'its outputs are embedding, flat: name one of them as the output',
    );
    const named = await loadUserNetwork(write({ ...onSmall, output: 'embedding' }, several));
    expect(toHex((await named.hash(waves(4, 4, 2))).hash)).toBe(bitsByHand(waves(4, 4, 2), nchw));
  });

  test.skipIf(!noOnnx)('ONNX without onnxruntime: the command that installs it', async () => {
    await expect(loadUserNetwork(onnxSmall())).rejects.toBeInstanceOf(MissingError);
    await expect(loadUserNetwork(onnxSmall())).rejects.toThrow('`npm install onnxruntime-web` installs it');
  });
});

test('a network file is read as JSON, too', async () => {
  const path = write({});
  writeFileSync(path, JSON.stringify(neuralHash));
  expect(await readNetworkFile(path)).toEqual(neuralHash);
});
