/** The registered deep hashes, and mobilenet-lsh against its card and its own definition. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deepHashes, loadDeepHash } from '../../src/classify/deep-hashes.ts';
import { randomHyperplanes } from '../../src/classify/hyperplanes.ts';
import { loadClassifier } from '../../src/classify/index.ts';
import { distanceBits } from '../../src/hash/hamming.ts';
import { decode } from '../../src/image/decode.ts';
import { applyTransform, resolveTransform } from '../../src/image/transform/index.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { UserError } from '../../src/util/errors.ts';
import { seededRng } from '../../src/util/rng.ts';
import { waves } from './picture.ts';

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
    "Unknown deep hash 'mobilnet-lsh'. Did you mean mobilenet-lsh? Available: mobilenet-lsh.",
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
