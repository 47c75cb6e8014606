import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import * as nsfwjs from 'nsfwjs';
import { describe, expect, test, vi } from 'vitest';
import { classifiers, loadClassifier } from '../../src/classify/index.ts';
import {
  type Bundle,
  inceptionV3,
  labels,
  loadNetwork,
  mobilenetV2,
  mobilenetV2Mid,
} from '../../src/classify/nsfwjs.ts';
import { loadRuntime } from '../../src/classify/runtime.ts';
import type { Raster } from '../../src/image/raster.ts';
import { MissingError, reasonOf, UserError } from '../../src/util/errors.ts';
import { slow } from '../helpers/slow.ts';
import { waves } from './picture.ts';

const root = resolve(import.meta.dirname, '../..');
const names = Object.keys(classifiers);
/** Why the backend tfjs-node does not work here; undefined if it does. */
const noTensorflow = await loadRuntime('tfjs-node').then(() => undefined, reasonOf);

/** What the package calls each network, and what presend knows of it. */
const packaged = {
  'nsfwjs-mobilenet-v2': { theirs: 'MobileNetV2', network: mobilenetV2 },
  'nsfwjs-mobilenet-v2-mid': { theirs: 'MobileNetV2Mid', network: mobilenetV2Mid },
  'nsfwjs-inception-v3': { theirs: 'InceptionV3', network: inceptionV3 },
} as const satisfies Record<keyof typeof classifiers, unknown>;

/** Networks that plain JavaScript runs in seconds, not minutes; the second has the layers of the first, wider. */
const quick = slow ? ['nsfwjs-mobilenet-v2', 'nsfwjs-mobilenet-v2-mid'] : ['nsfwjs-mobilenet-v2'];

/** What nsfwjs itself says, in our order of labels. */
async function theirs(model: nsfwjs.NSFWJS, { width, height, channels, data }: Raster): Promise<number[]> {
  const { tf } = await loadRuntime('wasm');
  const pixels = tf.tensor3d(data, [height, width, channels], 'int32');
  const found = await model.classify(pixels);
  pixels.dispose();
  return labels.map((label) => found.find((each: { className: string }) => each.className === label)!.probability);
}

describe.each(names)('classifier %s', (name) => {
  const { theirs: theirName, network } = packaged[name as keyof typeof packaged];

  test('is what its card says', async () => {
    const card = JSON.parse(readFileSync(resolve(root, 'models', name, 'card.json'), 'utf8'));
    const classifier = await loadClassifier(name, { backend: 'wasm' });
    expect(classifier).toMatchObject({ name, backend: 'wasm', labels: card.labels, sha256: card.sha256 });
    expect(card).toMatchObject({ name, licence: 'MIT', embedding: { length: classifier.embeddingLength } });
    const nsfwjsPackage = JSON.parse(readFileSync(resolve(root, 'node_modules/nsfwjs/package.json'), 'utf8'));
    expect(card.source).toContain(`nsfwjs ${nsfwjsPackage.version}`);
  });

  // Pictures become the same input for every network (preprocess.ts): one network shows that it takes every kind.
  const kinds: [string, Raster][] = [
    ['RGB', waves(320, 240, 1)],
    ['grey', waves(100, 50, 2, 1)],
    ['1 × 1', { width: 1, height: 1, channels: 3, data: Uint8Array.of(9, 99, 199) }],
  ];
  test.each(name === names[0] ? kinds : kinds.slice(0, 1))(
    'gives a %s picture five probabilities and its features, twice the same',
    async (_, image) => {
      const classifier = await loadClassifier(name, { backend: 'wasm' });
      const first = await classifier.classify(image);
      expect(classifier.labels).toEqual(['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy']);
      expect(first.scores).toHaveLength(5);
      expect(first.scores.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
      expect(first.embedding).toHaveLength(classifier.embeddingLength);
      expect(first.embedding.some((each) => each > 0)).toBe(true);
      expect(await classifier.classify(image)).toEqual(first);
    },
  );

  test('agrees with nsfwjs.classify(), and its features with those under its scores', async () => {
    const classifier = await loadClassifier(name, { backend: 'wasm' });
    // Never disposed: nsfwjs 4.3.0 disposes the layers that its feature model shares twice, and throws.
    const model = await nsfwjs.load(theirName);
    const side = network.inputSide;
    const whole = waves(side, side, 3);
    const found = await classifier.classify(whole);
    const agree = (scores: readonly number[], expected: readonly number[], most: number): void => {
      for (const [i, score] of scores.entries()) expect(Math.abs(score - expected[i]!)).toBeLessThanOrEqual(most);
    };
    agree(found.scores, await theirs(model, whole), 1e-5);
    if (name === names[0]) {
      // Larger pictures differ by the kernel, which all networks share: ours averages areas, nsfwjs samples corner to corner.
      const larger = waves(640, 480, 3);
      agree((await classifier.classify(larger)).scores, await theirs(model, larger), 0.1);
    }
    // Their infer() knows layers, not the nodes of a graph.
    if (network === mobilenetV2Mid) return;
    const { tf } = await loadRuntime('wasm');
    const features = tf.tidy(() =>
      model.infer(tf.tensor3d(whole.data, [side, side, 3], 'int32'), network.embeddingNode).dataSync(),
    );
    // Theirs computes layers one by one; fused ones differ in the last digits.
    expect(found.embedding).toHaveLength(features.length);
    for (const [i, value] of found.embedding.entries()) expect(Math.abs(value - features[i]!)).toBeLessThan(1e-4);
  });

  test('keeps no tensor', async () => {
    const { tf } = await loadRuntime('wasm');
    const classifier = await loadClassifier(name, { backend: 'wasm' });
    await classifier.classify(waves(60, 60, 4));
    const before = tf.memory();
    await classifier.classify(waves(60, 60, 5));
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numBytes).toBe(before.numBytes);
  });

  test('gives several pictures, in batches, what it gives each', async () => {
    const classifier = await loadClassifier(name, { backend: 'wasm' });
    const images = Array.from({ length: 3 }, (_, i) => waves(40 + 9 * i, 50, i, i % 2 ? 1 : 3));
    const together = await classifier.classifyMany(images, 2);
    expect(together).toHaveLength(3);
    for (const [i, image] of images.entries()) {
      const { scores, embedding } = await classifier.classify(image);
      for (const [j, score] of scores.entries()) expect(Math.abs(score - together[i]!.scores[j]!)).toBeLessThan(1e-5);
      for (const [j, value] of embedding.entries())
        expect(Math.abs(value - together[i]!.embedding[j]!)).toBeLessThan(1e-4);
    }
    expect(await classifier.classifyMany([])).toEqual([]);
  });

  test.skipIf(noTensorflow)(
    `gives the same on tfjs-node${noTensorflow ? ` (skipped: ${noTensorflow})` : ''}`,
    async () => {
      const image = waves(90, 80, 6);
      const [node, wasm] = await Promise.all(
        ['tfjs-node', 'tfjs-wasm'].map(async (backend) => (await loadClassifier(name, { backend })).classify(image)),
      );
      for (const [i, score] of wasm!.scores.entries()) expect(Math.abs(score - node!.scores[i]!)).toBeLessThan(1e-4);
      for (const [i, value] of wasm!.embedding.entries())
        expect(Math.abs(value - node!.embedding[i]!)).toBeLessThan(1e-3);
      // A graph is computed as it is; a network of layers is fused, on every backend.
      const { runtime } = (await loadClassifier(name, { backend: 'wasm' })).inference;
      const fused = /, fused layers$/.exec(runtime)?.[0] ?? '';
      expect((await loadClassifier(name, { backend: 'tfjs-node' })).inference).toEqual({
        runtime: expect.stringMatching(new RegExp(`^tfjs 4\\.\\d+\\.\\d+, libtensorflow 2\\.\\d+\\.\\d+${fused}$`)),
        kernels: 'native',
      });
    },
  );

  test.runIf(quick.includes(name))('gives the same on cpu and wasm, called at once in one thread', async () => {
    const image = waves(64, 48, 5);
    const [wasm, cpu] = await Promise.all([
      loadClassifier(name, { backend: 'wasm' }).then((each) => each.classify(image)),
      loadClassifier(name, { backend: 'cpu' }).then((each) => each.classify(image)),
    ]);
    for (const [i, score] of wasm.scores.entries()) expect(Math.abs(score - cpu.scores[i]!)).toBeLessThan(1e-4);
    for (const [i, value] of wasm.embedding.entries()) expect(Math.abs(value - cpu.embedding[i]!)).toBeLessThan(1e-3);
  });
});

describe('loading', () => {
  test('is done once per thread', async () => {
    expect(await loadClassifier(names[0]!, { backend: 'wasm' })).toBe(
      await loadClassifier(names[0]!, { backend: 'wasm' }),
    );
  });

  test('of an unknown name says which there are', async () => {
    await expect(loadClassifier('nsfwjs-mobilenet-v1')).rejects.toThrow(
      "Unknown classifier 'nsfwjs-mobilenet-v1'. Did you mean nsfwjs-mobilenet-v2",
    );
    await expect(loadClassifier('resnet')).rejects.toThrow(UserError);
    await expect(loadClassifier('./detectors/mine.yaml')).rejects.toThrow(
      'Expected a classifier with an embedding, which attackers and trained heads use, but received the file ./detectors/mine.yaml',
    );
  });

  test('on an unknown backend says which there are', async () => {
    await expect(loadRuntime('metal')).rejects.toThrow(
      "Unknown backend 'metal'. Available: tfjs-wasm, tfjs-node, tfjs-webgpu, tfjs-cpu, onnx.",
    );
  });

  test('on a backend that is not installed names the command that installs it', async () => {
    const refused = loadRuntime('tfjs-webgpu');
    await expect(refused).rejects.toBeInstanceOf(MissingError);
    await expect(refused).rejects.toThrow('`npm install @tensorflow/tfjs-backend-webgpu`');
  });

  test('takes the usual backend, which gives the same bytes everywhere, even where a faster one is installed', async () => {
    vi.stubEnv('PRESEND_BACKEND', '');
    expect(await loadRuntime()).toMatchObject({
      backend: 'wasm',
      inference: { runtime: expect.stringMatching(/^tfjs \d+\.\d+\.\d+$/), kernels: 'wasm simd' },
    });
    vi.unstubAllEnvs();
  });

  test('knows a backend by the name of the command line and by that of rows', async () => {
    expect(await loadRuntime('tfjs-cpu')).toBe(await loadRuntime('cpu'));
  });

  test('obeys PRESEND_BACKEND', async () => {
    vi.stubEnv('PRESEND_BACKEND', 'cpu');
    try {
      expect((await loadRuntime()).backend).toBe('cpu');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('works in a worker thread under tsx, and prints nothing', async () => {
    const module = pathToFileURL(resolve(root, 'src/classify/index.ts')).href;
    const source = `
      import { parentPort } from 'node:worker_threads';
      import { loadClassifier } from ${JSON.stringify(module)};
      await loadClassifier('nsfwjs-mobilenet-v2', { backend: 'cpu' });
      const classifier = await loadClassifier('nsfwjs-mobilenet-v2', { backend: 'wasm' });
      const data = new Uint8Array(64 * 64).fill(128);
      parentPort.postMessage((await classifier.classify({ width: 64, height: 64, channels: 1, data })).scores);`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
      // `--import tsx` does nothing in a worker (tsx 4.23 registers in the main thread only); its register() does.
      execArgv: [
        '--import',
        `data:text/javascript,import{register}from"${import.meta.resolve('tsx/esm/api')}";register()`,
      ],
      stdout: true,
      stderr: true,
    });
    let printed = '';
    for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (text) => (printed += text));
    const closed = new Promise((settle) => worker.once('exit', settle));
    const scores = await new Promise<number[]>((settle, reject) =>
      worker.once('message', settle).once('error', reject),
    );
    await closed;
    const here = await loadClassifier('nsfwjs-mobilenet-v2', { backend: 'wasm' });
    const data = new Uint8Array(64 * 64).fill(128);
    expect(scores).toEqual((await here.classify({ width: 64, height: 64, channels: 1, data })).scores);
    expect(printed).toBe('');
  });
});

describe('a damaged network', () => {
  const damage = (change: (bundle: Bundle) => Bundle): Promise<unknown> =>
    loadNetwork({ ...mobilenetV2, bundle: async () => change(await mobilenetV2.bundle()) }, 'wasm');
  const restores = /^The network nsfwjs-mobilenet-v2 in the package nsfwjs cannot be used: .*`npm ci` restores/;

  test('is known by its weights', async () => {
    const other = btoa('not the weights');
    const loading = damage((bundle) => ({ ...bundle, weightBundles: [async () => ({ default: other })] }));
    await expect(loading).rejects.toThrow(restores);
    await expect(loading).rejects.toThrow('their sha256 is');
  });

  test('may not even be base64, or there', async () => {
    await expect(damage((bundle) => ({ ...bundle, weightBundles: [async () => ({ default: '%' })] }))).rejects.toThrow(
      restores,
    );
    const absent = { ...mobilenetV2, bundle: () => Promise.reject(new Error("Cannot find package 'nsfwjs'")) };
    await expect(loadNetwork(absent, 'wasm')).rejects.toThrow("Cannot find package 'nsfwjs'");
  });

  test('may lack the layer of the embedding', async () => {
    await expect(loadNetwork({ ...mobilenetV2, embeddingNode: 'average_pooling2d_9' }, 'wasm')).rejects.toThrow(
      restores,
    );
  });

  test('that gives NaN is one sentence, not a row', async () => {
    const classifier = await loadNetwork(
      {
        ...mobilenetV2,
        async bundle() {
          const bundle = await mobilenetV2.bundle();
          const modelJson = structuredClone((await bundle.modelJson()).default);
          // In the last layer: an earlier NaN is lost in the ReLU6 after it. The bytes stay as they are.
          const last = modelJson.weightsManifest[0]!.weights.find((each) => each.name === 'dense_3/kernel')!;
          Object.assign(last.quantization!, { scale: Number.NaN });
          return { ...bundle, modelJson: async () => ({ default: modelJson }) };
        },
      },
      'wasm',
    );
    const { tf } = await loadRuntime('wasm');
    const before = tf.memory().numTensors;
    await expect(classifier.classify(waves(32, 32, 6))).rejects.toThrow(restores);
    expect(tf.memory().numTensors).toBe(before);
  });
});
