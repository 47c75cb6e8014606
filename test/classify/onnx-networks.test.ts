/** The bundled networks in ONNX: the files are what the script writes, and onnxruntime gives the scores of tfjs, the same bits every time. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadClassifier } from '../../src/classify/index.ts';
import { onnxFile, readCard } from '../../src/classify/model-folder.ts';
import { convert, inceptionV3, loadNetwork, mobilenetV2, mobilenetV2Mid } from '../../src/classify/nsfwjs.ts';
import { loadOnnx, loadOnnxRuntime, type OnnxPackage, onnxOutputs, onnxPackages } from '../../src/classify/onnx.ts';
import { toInput } from '../../src/classify/preprocess.ts';
import { tfjsToOnnx } from '../../src/classify/tfjs-to-onnx.ts';
import { miniature } from '../../src/dataset/generated/miniature.ts';
import type { Raster } from '../../src/image/raster.ts';
import { fromBase64 } from '../../src/util/base64.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { reasonOf, UserError } from '../../src/util/errors.ts';
import { waves } from './picture.ts';

const models = resolve(import.meta.dirname, '../../models');
const networks = [mobilenetV2, mobilenetV2Mid, inceptionV3];
type Network = (typeof networks)[number];

/** Why a package of onnxruntime does not work here; undefined if it does. */
const refusals = new Map<OnnxPackage, string | undefined>();
for (const name of onnxPackages) refusals.set(name, await loadOnnxRuntime([name]).then(() => undefined, reasonOf));

/** Largest differences from tfjs: of a score, and of a number of an embedding. */
const most = { score: 1e-4, embedding: 1e-3 };

const pictures: readonly Raster[] = [
  ...[1, 2].map((seed) => waves(300, 200, seed)),
  waves(90, 70, 3, 1),
  ...[0, 1, 2].map((i) => miniature(5, i).raster),
];

/** How far a file's answers are from those of tfjs, at most. */
async function gaps(network: Network, file: Uint8Array, among: OnnxPackage) {
  const { run, backend } = await loadOnnx(file, onnxOutputs, { among: [among] });
  const tfjs = await loadClassifier(network.name, { backend: 'tfjs-wasm' });
  const side = network.inputSide;
  const found = { score: 0, embedding: 0 };
  // The largest takes a second a picture: one in colour and one in grey.
  for (const picture of network === inceptionV3 ? pictures.slice(1, 3) : pictures) {
    const [scores, embedding] = await run({ data: toInput(picture, side), shape: [1, side, side, 3] });
    const known = await tfjs.classify(picture);
    for (const [i, score] of known.scores.entries()) found.score = Math.max(found.score, Math.abs(score - scores![i]!));
    for (const [i, value] of known.embedding.entries())
      found.embedding = Math.max(found.embedding, Math.abs(value - embedding![i]!));
    expect(embedding).toHaveLength(network.embeddingLength);
  }
  return { ...found, backend };
}

const bytesOf = async (network: Network): Promise<Uint8Array> => {
  const path = resolve(models, network.name, onnxFile);
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : convert(network);
};

afterEach(() => vi.unstubAllEnvs());

describe.each(networks)('$name', (network) => {
  test('is converted to the bytes that its card and its file have', async () => {
    const file = await convert(network);
    const card = readCard(network.name);
    expect(card.kind === 'network' && card.onnx).toMatchObject({
      sha256: network.onnxSha256,
      bytes: file.length,
      file: network === inceptionV3 ? null : onnxFile,
    });
    expect(sha256Hex(file)).toBe(network.onnxSha256);
    expect(existsSync(resolve(models, network.name, onnxFile))).toBe(network !== inceptionV3);
    expect(sha256Hex(await bytesOf(network))).toBe(network.onnxSha256);
  }, 60_000);

  describe.each(onnxPackages)('%s', (among) => {
    const refused = refusals.get(among);
    test.skipIf(refused)(
      `gives the scores of tfjs${refused ? ` (skipped: ${refused})` : ''}`,
      async () => {
        const { score, embedding, backend } = await gaps(network, await bytesOf(network), among);
        expect(backend).toBe(among);
        expect(score).toBeLessThan(most.score);
        expect(embedding).toBeLessThan(most.embedding);
        // Not the same bits: this compares two computations.
        expect(embedding).toBeGreaterThan(0);
      },
      120_000,
    );
  });
});

test('the comparison fails for a network with one other weight in a thousand', async () => {
  const bundle = await mobilenetV2.bundle();
  const modelJson = (await bundle.modelJson()).default;
  const weights = fromBase64((await bundle.weightBundles[0]!()).default);
  for (let at = 0; at < weights.length; at += 1000) weights[at] = 255 - weights[at]!;
  const { score, embedding } = await gaps(
    mobilenetV2,
    tfjsToOnnx({ modelJson, weights }, mobilenetV2.embeddingNode),
    'onnxruntime-web',
  );
  expect(score).toBeGreaterThan(most.score);
  expect(embedding).toBeGreaterThan(most.embedding);
}, 60_000);

describe.each(onnxPackages)('determinism on %s', (among) => {
  const refused = refusals.get(among);
  test.skipIf(refused)(`the same bits from a second session${refused ? ` (skipped: ${refused})` : ''}`, async () => {
    const file = await bytesOf(mobilenetV2);
    const image = { data: toInput(waves(300, 200, 8), 224), shape: [1, 224, 224, 3] };
    const sessions = await Promise.all([1, 2].map(() => loadOnnx(file, onnxOutputs, { among: [among] })));
    const [first, second] = await Promise.all(sessions.map(({ run }) => run(image)));
    expect(second).toEqual(first);
    expect(await sessions[0]!.run(image)).toEqual(first);
  });
});

const none = [...refusals.values()].every((each) => each !== undefined);
test.skipIf(none)('a head scores the embedding of the backend onnx: the weights are the same', async () => {
  const [onnx, tfjs] = await Promise.all(
    (['onnx', 'tfjs-wasm'] as const).map((backend) => loadClassifier('generated-topics', { backend })),
  );
  expect(onnx!.sha256).toBe(tfjs!.sha256);
  expect(onnx!.inference.runtime).toMatch(/^onnxruntime-(node|web) \d/);
  const [here, there] = await Promise.all([onnx, tfjs].map((each) => each!.classify(waves(120, 90, 4))));
  for (const [i, score] of here!.scores.entries()) expect(Math.abs(score - there!.scores[i]!)).toBeLessThan(1e-3);
});

test.skipIf(none)('a file of other bytes is refused', async () => {
  const other = { ...mobilenetV2, onnxSha256: 'ab'.repeat(32) };
  const loading = loadNetwork(other, 'onnx');
  await expect(loading).rejects.toThrow(UserError);
  await expect(loading).rejects.toThrow(
    'models/nsfwjs-mobilenet-v2/network.onnx is damaged: its sha256 is be1e8bf8f7cd…',
  );
});
