/** The registered deep hashes, and each against its card and its own definition. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCopynetFeatures } from '../../src/classify/copynet-256.ts';
import { deepHashes, loadDeepHash } from '../../src/classify/deep-hashes.ts';
import { randomHyperplanes } from '../../src/classify/hyperplanes.ts';
import { loadClassifier } from '../../src/classify/index.ts';
import { loadOnnxRuntime } from '../../src/classify/onnx.ts';
import { distanceBits } from '../../src/hash/hamming.ts';
import { pdq } from '../../src/hash/pdq.ts';
import { decode } from '../../src/image/decode.ts';
import { applyTransform, resolveTransform } from '../../src/image/transform/index.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { reasonOf, UserError } from '../../src/util/errors.ts';
import { seededRng } from '../../src/util/rng.ts';
import { waves } from './picture.ts';

/** Why ONNX cannot be compared here, if it cannot. */
const noOnnx = await loadOnnxRuntime().then(() => undefined, reasonOf);
if (noOnnx) console.warn(`skipped: ${noOnnx}`);

const root = join(import.meta.dirname, '../..');
const images = ['leaves-640x480.png', 'leaves-333x500.png', 'meme.png', 'document.png', 'pink-300x200.png'];
const pictures = images.map((file) => decode(join(root, 'test/vectors/images', file)));

describe.each(Object.keys(deepHashes))('deep hash %s', (name) => {
  const loading = loadDeepHash(name, { backend: 'wasm' });
  const card = JSON.parse(readFileSync(join(root, 'models', name, 'card.json'), 'utf8'));

  test('is what its card says, and describes itself', async () => {
    const hash = await loading;
    expect(hash).toMatchObject({ name, sha256: card.sha256, threshold: card.threshold.bits });
    expect(hash.bits % 8).toBe(0);
    expect(hash.threshold).toBeLessThan(hash.bits / 2);
    expect(hash.summary).toMatch(/\.$/);
    expect(hash.reference).not.toBe('');
    expect(card).toMatchObject({ name, source: expect.any(String), licence: expect.any(String) });
    expect(card.limits.length).toBeGreaterThan(0);
  });

  test('is deterministic, of its stated length, and leaves the picture alone', async () => {
    const hash = await loading;
    for (const image of [waves(300, 200, 1), waves(50, 80, 2, 1), waves(1, 1, 3)]) {
      const before = image.data.slice();
      const first = await hash.hash(image);
      expect(first.hash).toHaveLength(hash.bits / 8);
      // One pixel has no structure.
      expect(first.quality).toBe(image.width > 1 ? 100 : 0);
      expect(await hash.hash(image)).toEqual(first);
      expect(image.data).toEqual(before);
    }
  });

  test('hashes asked for at once are those asked for one by one', async () => {
    const hash = await loading;
    const all = Array.from({ length: 6 }, (_, i) => waves(64, 64, i));
    const atOnce = await Promise.all(all.map((image) => hash.hash(image)));
    for (const [i, image] of all.entries()) expect(await hash.hash(image)).toEqual(atOnce[i]);
  });

  test('a slightly brighter picture is a match; as JPEG it is nearest to its own original', async () => {
    const hash = await loading;
    const originals = await Promise.all((await Promise.all(pictures)).map((image) => hash.hash(image)));
    const jpeg = resolveTransform({ name: 'jpeg', quality: 75 });
    for (const [i, picture] of pictures.entries()) {
      const image = await picture;
      const brighter = { ...image, data: image.data.map((byte) => Math.min(255, byte + 2)) };
      expect(distanceBits((await hash.hash(brighter)).hash, originals[i]!.hash)).toBeLessThanOrEqual(hash.threshold);
      const { hash: bits } = await hash.hash(await applyTransform(image, jpeg, seededRng(1)));
      const distances = originals.map((other) => distanceBits(bits, other.hash));
      expect(distances.indexOf(Math.min(...distances))).toBe(i);
      for (const [j, other] of originals.entries())
        if (i !== j) expect(distanceBits(originals[i]!.hash, other.hash)).toBeGreaterThan(hash.threshold);
    }
  });

  test('is loaded once per thread and backend', async () => {
    expect(await loadDeepHash(name, { backend: 'wasm' })).toBe(await loading);
    expect(await loadDeepHash(name, { backend: 'cpu' })).not.toBe(await loading);
  });
});

test('a name that is not there lists those that are', async () => {
  await expect(loadDeepHash('mobilnet-lsh')).rejects.toThrow(
    "Unknown deep hash 'mobilnet-lsh'. Did you mean mobilenet-lsh? Available: mobilenet-lsh, copynet-256.",
  );
  await expect(loadDeepHash('toString')).rejects.toBeInstanceOf(UserError);
});

describe('mobilenet-lsh', () => {
  const folder = join(root, 'models/mobilenet-lsh');
  const card = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'));
  const meanText = readFileSync(join(folder, 'mean.json'), 'utf8');

  test('mean and network are those of the card', async () => {
    expect(sha256Hex(meanText)).toBe(card.mean.sha256);
    const network = await loadClassifier(card.network.name, { backend: 'wasm' });
    expect(JSON.parse(meanText)).toMatchObject({ network: network.sha256 });
    expect(card.network.sha256).toBe(network.sha256);
  });

  test('bits are the sides of embedding minus mean, on seeded hyperplanes', async () => {
    const network = await loadClassifier(card.network.name, { backend: 'wasm' });
    const { values } = JSON.parse(meanText) as { values: number[] };
    const { bits, seed, stream } = card.hyperplanes;
    const { normals, length } = randomHyperplanes(bits, network.embeddingLength, seededRng(seed, stream));
    const image = await pictures[0]!;
    const { embedding } = await network.classify(image);
    const { hash } = await (await loadDeepHash('mobilenet-lsh', { backend: 'wasm' })).hash(image);
    let clear = 0;
    for (let row = 0; row < bits; row++) {
      let sum = 0;
      for (let i = 0; i < length; i++) sum += normals[row * length + i]! * (embedding[i]! - values[i]!);
      if (Math.abs(sum) < 1e-3) continue;
      clear++;
      expect((hash[row >> 3]! >> (7 - (row & 7))) & 1).toBe(sum > 0 ? 1 : 0);
    }
    expect(clear).toBeGreaterThan(90);
  });

  test('bits are balanced over the pictures: the mean is gone', async () => {
    const hash = await loadDeepHash('mobilenet-lsh', { backend: 'wasm' });
    const all = await Promise.all((await Promise.all(pictures)).map((image) => hash.hash(image)));
    const ones = all.reduce((sum, { hash: bits }) => sum + distanceBits(bits, new Uint8Array(12)), 0);
    expect(ones / (all.length * 96)).toBeGreaterThan(0.35);
    expect(ones / (all.length * 96)).toBeLessThan(0.65);
  });

  test('backends agree but for bits on a hyperplane', async () => {
    const image = waves(120, 90, 4);
    const [wasm, cpu] = await Promise.all(
      ['wasm', 'cpu'].map(async (backend) => (await loadDeepHash('mobilenet-lsh', { backend })).hash(image)),
    );
    expect(distanceBits(wasm!.hash, cpu!.hash)).toBeLessThanOrEqual(1);
  });

  test('the card’s threshold keeps its own rule', () => {
    const { calibration } = card.measured;
    expect(calibration.falsePositives.k / calibration.falsePositives.n).toBeLessThanOrEqual(0.001);
    expect(calibration.falsePositives.n).toBe(calibration.unrelatedPairs.n);
  });
});

describe('copynet-256', () => {
  const folder = join(root, 'models/copynet-256');
  const card = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'));
  const weightsText = readFileSync(join(folder, 'weights.json'), 'utf8');
  const weights = JSON.parse(weightsText) as { bits: number; normals: string; offsets: number[]; network: string };
  const normals = new Int8Array(Buffer.from(weights.normals, 'base64'));

  test('hyperplanes and network are those of the card', async () => {
    expect(sha256Hex(weightsText)).toBe(card.hyperplanes.sha256);
    const network = await loadClassifier(card.network.name, { backend: 'wasm' });
    expect([card.network.sha256, weights.network]).toEqual([network.sha256, network.sha256]);
    expect(normals).toHaveLength(256 * 528);
    expect(weights.offsets).toHaveLength(256);
  });

  test('bits are the sides of the features, on the hyperplanes of the file', async () => {
    const image = await pictures[0]!;
    const features = await (await loadCopynetFeatures('wasm')).describe(image);
    const { hash } = await (await loadDeepHash('copynet-256', { backend: 'wasm' })).hash(image);
    let clear = 0;
    for (let row = 0; row < 256; row++) {
      const along = features.reduce((sum, each, i) => sum + each * normals[528 * row + i]!, 0);
      if (Math.abs(along - weights.offsets[row]!) < 1e-3) continue;
      clear++;
      expect((hash[row >> 3]! >> (7 - (row & 7))) & 1).toBe(along > weights.offsets[row]! ? 1 : 0);
    }
    expect(clear).toBeGreaterThan(250);
  });

  test('finds edits that PDQ does not', async () => {
    const hash = await loadDeepHash('copynet-256', { backend: 'wasm' });
    const image = await pictures[0]!;
    const original = (await hash.hash(image)).hash;
    for (const spec of [
      { name: 'crop', fraction: 0.05 },
      { name: 'rotate', degrees: 4 },
      { name: 'caption' },
      { name: 'screenshot' },
    ]) {
      const edited = await applyTransform(image, resolveTransform(spec), seededRng(1));
      expect(distanceBits((await hash.hash(edited)).hash, original), spec.name).toBeLessThanOrEqual(hash.threshold);
      expect(distanceBits(pdq.hash(edited).hash, pdq.hash(image).hash), spec.name).toBeGreaterThan(pdq.threshold);
    }
  });

  test('backends agree but for bits on a hyperplane', async () => {
    const image = waves(120, 90, 4);
    const backends = ['wasm', 'cpu', ...(noOnnx ? [] : ['onnx'])];
    const [first, ...others] = await Promise.all(
      backends.map(async (backend) => (await loadDeepHash('copynet-256', { backend })).hash(image)),
    );
    for (const { hash } of others) expect(distanceBits(first!.hash, hash)).toBeLessThanOrEqual(3);
  });

  test('on photographs that it was not fitted on, it finds more geometric edits than PDQ and mobilenet-lsh, and the intervals are apart', () => {
    const { photographs } = card.measured;
    for (const where of ['at 0.001', 'at 0.0001']) {
      const at = (name: string) => photographs[name][where].recall.geometric;
      for (const other of ['pdq', 'mobilenet-lsh']) expect(at('copynet-256').low).toBeGreaterThan(at(other).high);
    }
  });
});
