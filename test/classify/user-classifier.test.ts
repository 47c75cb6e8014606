/** A user's own network as a classifier: the same scores through every runtime, and one sentence for whatever is wrong. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadOnnxRuntime } from '../../src/classify/onnx.ts';
import { loadRuntime } from '../../src/classify/runtime.ts';
import { softmax } from '../../src/classify/softmax.ts';
import { loadUserClassifier } from '../../src/classify/user-classifier.ts';
import { toLuma } from '../../src/image/luma.ts';
import { MissingError, reasonOf, UserError } from '../../src/util/errors.ts';
import { waves } from './picture.ts';
import { floatBytes, matrix, onnxExternal, onnxFile, saveGraph, saveLayers, type Tiny } from './tiny-network.ts';

const folder = mkdtempSync(join(tmpdir(), 'presend-classifier-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const noOnnx = await loadOnnxRuntime().then(() => undefined, reasonOf);
const noTensorflow = await loadRuntime('tensorflow').then(() => undefined, reasonOf);
for (const reason of [noOnnx, noTensorflow]) if (reason) console.warn(`skipped: ${reason}`);

const labels = ['boot', 'cap', 'scarf', 'glove'];
const tiny: Tiny = { side: 4, block: 1, outputs: labels.length, weights: matrix(48, labels.length, [37, 101, 199]) };
const file = {
  version: 1,
  name: 'mine',
  format: 'tfjs',
  model: 'model.json',
  input: { width: 4, height: 4, layout: 'nchw', mean: 0.5, scale: 2 },
  activation: 'softmax',
  labels,
};

let made = 0;
async function write(format: 'layers' | 'graph' | 'onnx', change: object = {}, network: Tiny = tiny): Promise<string> {
  const own = join(folder, `${++made}`);
  mkdirSync(own);
  if (format === 'onnx') writeFileSync(join(own, 'model.onnx'), onnxFile(network, 'embedding' in change));
  else await (format === 'layers' ? saveLayers : saveGraph)(network, own);
  const kind = format === 'onnx' ? { format: 'onnx', model: 'model.onnx' } : {};
  writeFileSync(join(own, 'network.yaml'), stringify({ ...file, ...kind, ...change }));
  return join(own, 'network.yaml');
}

const pictures = Array.from({ length: 5 }, (_, seed) => waves(4, 4, seed));

/** Logits in double precision. */
const logitsByHand = (picture: (typeof pictures)[number]): number[] => {
  const logits = labels.map(() => 0);
  for (let at = 0; at < 48; at++) {
    const [c, pixel] = [Math.floor(at / 16), at % 16];
    const value = (picture.data[3 * pixel + c]! / 255 - 0.5) * 2;
    for (const j of labels.keys()) logits[j]! += value * tiny.weights[at * labels.length + j]!;
  }
  return logits;
};

describe('scores to 1e-4 as computed by hand', () => {
  const cases = [
    ['tfjs layers on wasm', 'layers', 'wasm', undefined],
    ['tfjs layers on cpu', 'layers', 'cpu', undefined],
    ['tfjs layers on tensorflow', 'layers', 'tensorflow', noTensorflow],
    ['tfjs graph on wasm', 'graph', 'wasm', undefined],
    ['tfjs graph on cpu', 'graph', 'cpu', undefined],
    ['tfjs graph on tensorflow', 'graph', 'tensorflow', noTensorflow],
    ['ONNX by onnxruntime', 'onnx', undefined, noOnnx],
  ] as const;
  for (const [title, format, backend, missing] of cases)
    test.skipIf(missing)(missing ? `${title} (skipped: ${missing})` : title, async () => {
      const classifier = await loadUserClassifier(await write(format), { backend });
      expect(classifier).toMatchObject({
        name: 'mine',
        labels,
        embeddingLength: 4,
        backend: backend ?? 'onnxruntime-web',
      });
      const found = await classifier.classifyMany(pictures);
      for (const [i, picture] of pictures.entries()) {
        const expected = softmax(logitsByHand(picture));
        for (const [j, score] of expected.entries()) expect(Math.abs(score - found[i]!.scores[j]!)).toBeLessThan(1e-4);
        expect(found[i]!.scores.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 6);
      }
    });

  test('sigmoid: every label by itself', async () => {
    const classifier = await loadUserClassifier(await write('layers', { activation: 'sigmoid' }));
    const { scores } = await classifier.classify(pictures[1]!);
    for (const [j, logit] of logitsByHand(pictures[1]!).entries())
      expect(scores[j]).toBeCloseTo(1 / (1 + Math.exp(-logit)), 4);
  });
});

describe('the embedding', () => {
  test('is another layer where the file names one', async () => {
    const classifier = await loadUserClassifier(await write('layers', { embedding: 'flat' }));
    expect(classifier.embeddingLength).toBe(48);
    const { embedding, scores } = await classifier.classify(pictures[2]!);
    expect(embedding).toHaveLength(48);
    expect(scores).toHaveLength(4);
  });

  test.skipIf(noOnnx)('is another output of an ONNX file', async () => {
    const path = await write('onnx', { output: 'embedding', embedding: 'flat' });
    expect((await loadUserClassifier(path)).embeddingLength).toBe(48);
  });
});

test('the digest is of network, input, labels and activation', async () => {
  const digest = async (change: object = {}) => (await loadUserClassifier(await write('graph', change))).sha256;
  const first = await digest();
  expect(await digest({ name: 'other' })).toBe(first);
  const others = [{ activation: 'sigmoid' }, { labels: labels.toReversed() }, { input: { ...file.input, scale: 1 } }];
  expect(new Set([first, ...(await Promise.all(others.map(digest)))]).size).toBe(4);
});

describe('what is wrong is one sentence', () => {
  test.each<[string, () => Promise<string>, RegExp]>([
    [
      'a label too few',
      () => write('graph', { labels: labels.slice(1) }),
      /gives 4 scores for 3 labels \(cap, scarf, glove\)/,
    ],
    ['a label twice', () => write('graph', { labels: ['a', 'a', 'b', 'c'] }), /at \/labels/],
    [
      'an unknown activation',
      () => write('graph', { activation: 'tanh' }),
      /at \/activation: expected one of none, softmax, sigmoid/,
    ],
    ['a deep hash’s key', () => write('graph', { bits: 96 }), /unknown key bits/],
    [
      'scores that are no probabilities',
      () => write('graph', { activation: 'none' }),
      /its scores with activation none are \[.*\], not all of them from 0 to 1/,
    ],
    [
      'NaN among the weights',
      () => write('graph', {}, { ...tiny, weights: tiny.weights.with(5, Number.NaN) }),
      /its scores with activation softmax are \[NaN/,
    ],
    [
      'an input of another size',
      () => write('graph', { input: { ...file.input, width: 5 } }),
      /^The network mine cannot take its input: /,
    ],
    [
      'a layer that is not there',
      () => write('layers', { embedding: 'pool' }),
      /^The network mine cannot be loaded: .*pool/,
    ],
    [
      'a shard cut short',
      async () => {
        const path = await write('layers');
        writeFileSync(join(path, '..', 'shard-2.bin'), new Uint8Array(8));
        return path;
      },
      /^The network mine cannot be loaded: /,
    ],
  ])('%s', async (_, make, sentence) => {
    const path = await make();
    const use = (): Promise<unknown> => loadUserClassifier(path);
    await expect(use()).rejects.toBeInstanceOf(UserError);
    await expect(use()).rejects.toThrow(sentence);
    await use().catch((error: Error) => expect(error.message.split('\n')).toHaveLength(1));
  });

  test('a file that is not there is a MissingError', async () => {
    await expect(loadUserClassifier(join(folder, 'no.yaml'))).rejects.toBeInstanceOf(MissingError);
  });
});

describe('runs E: what people with models bring', () => {
  const scoresOf = async (path: string) => {
    const classifier = await loadUserClassifier(path, {});
    return (await classifier.classify(pictures[0]!)).scores;
  };
  const byHand = () => softmax(Float32Array.from(logitsByHand(pictures[0]!)));
  const near = (scores: readonly number[], wanted: readonly number[]): void => {
    for (const [i, score] of scores.entries()) expect(score).toBeCloseTo(wanted[i]!, 4);
  };

  test.skipIf(noOnnx)('weights of an ONNX file outside its folder are not read', async () => {
    const initialiser = onnxExternal('weights', [48, labels.length], '../weights.bin', 768);
    const path = await write('onnx', {}, { ...tiny, initialiser });
    await expect(loadUserClassifier(path, {})).rejects.toThrow('weights.bin is outside the folder of model.onnx');
  });

  test.skipIf(noOnnx)('weights of an ONNX file that lie beside it, whatever they are called', async () => {
    for (const data of ['model.onnx.data', 'weights.bin']) {
      const bytes = floatBytes(tiny.weights);
      const initialiser = onnxExternal('weights', [48, labels.length], data, bytes.length);
      const path = await write('onnx', {}, { ...tiny, initialiser });
      await expect(loadUserClassifier(path, {})).rejects.toThrow(UserError);
      writeFileSync(join(path, '..', data), bytes);
      near(await scoresOf(path), byHand());
      const before = (await loadUserClassifier(path, {})).sha256;
      writeFileSync(join(path, '..', data), floatBytes(tiny.weights.map((each) => each + 1)));
      expect((await loadUserClassifier(path, {})).sha256).not.toBe(before);
    }
  });

  test('a graph model with a condition, which runs asynchronously only', async () => {
    const path = await write('graph');
    saveGraph(tiny, join(path, '..'), true);
    near(await scoresOf(path), byHand());
  });

  test.skipIf(noOnnx)('an input of another size is told with both shapes, in one line', async () => {
    const path = await write('onnx', { input: { ...file.input, width: 5, height: 5 } });
    const said = await loadUserClassifier(path, {}).then(() => '', reasonOf);
    expect(said).toMatch(
      /^The network mine cannot take its input: its input 'image' takes float32 of 1 x 3 x 4 x 4, and its file describes float32 of 1 x 3 x 5 x 5/,
    );
    expect(said).not.toContain('\n');
  });

  test('a network of one channel sees the luma', async () => {
    const grey: Tiny = {
      side: 4,
      block: 1,
      outputs: labels.length,
      weights: matrix(48, labels.length, [37, 101, 199]),
    };
    const input = { ...file.input, channels: 1, width: 12, height: 4 };
    // 12 × 4 pixels of one channel are as many values as 4 × 4 of three: the graph takes them as they come.
    const path = await write('graph', { input }, grey);
    const wide = waves(12, 4, 1);
    const luma = toLuma(wide).data;
    const logits = labels.map((_, j) =>
      [...luma].reduce((sum, byte, at) => sum + (byte / 255 - 0.5) * 2 * grey.weights[at * labels.length + j]!, 0),
    );
    const { scores } = await (await loadUserClassifier(path, {})).classify(wide);
    near(scores, softmax(Float32Array.from(logits)));
  });
});
