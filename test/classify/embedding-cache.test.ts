/** The cache of embeddings: the same bits, computed once; damaged files are made again; it stays within its bounds. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Classifier } from '../../src/classify/classifier.ts';
import { openEmbeddingCache } from '../../src/classify/embedding-cache.ts';
import { RefusedError } from '../../src/image/decode.ts';
import { encode } from '../../src/image/encode.ts';
import { waves } from './picture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'presend-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Counts what it is asked; its answers are no round numbers. */
function counting(change: Partial<Classifier> = {}): Classifier & { calls: number } {
  const self: Classifier & { calls: number } = {
    calls: 0,
    name: 'net',
    labels: ['x', 'y'],
    embeddingLength: 3,
    backend: 'wasm',
    inference: { runtime: 'none 1.0.0', kernels: 'javascript' },
    sha256: 'ab'.repeat(32),
    preprocessing: 'p 1',
    async classify({ data }) {
      self.calls++;
      const share = data[0]! / 255 / 3;
      return { scores: [share, 1 - share], embedding: Float32Array.of(share, Math.PI, data[1]!) };
    },
    classifyMany: async () => [],
    ...change,
  };
  return self;
}

const files = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

describe('remembered', () => {
  test('the same bits, from pixels and from files, and time only where there was work', async () => {
    const classifier = counting();
    const cache = openEmbeddingCache(classifier, { folder });
    const image = waves(20, 10, 1);
    const file = await encode(image, { type: 'png' });
    const expected = await classifier.classify(image);
    const first = await cache.ofRaster(image);
    const fromFile = await cache.ofFile(file);
    expect(classifier.calls).toBe(3);
    expect(first.millis).toBeGreaterThanOrEqual(0);
    // Another cache on the same folder: another process.
    const again = openEmbeddingCache(classifier, { folder });
    for (const found of [await again.ofRaster(image), await again.ofFile(file)])
      expect(found).toEqual({ ...expected, millis: null });
    expect(fromFile).toMatchObject(expected);
    expect(classifier.calls).toBe(3);
  });

  test('nothing of another picture, network, backend, version, preprocessing or shape', async () => {
    const image = waves(20, 10, 1);
    await openEmbeddingCache(counting(), { folder }).ofRaster(image);
    const others = [
      { sha256: 'cd'.repeat(32) },
      { backend: 'cpu' },
      { inference: { runtime: 'none 2.0.0', kernels: 'javascript' as const } },
      { inference: { runtime: 'none 1.0.0', kernels: 'native' as const } },
      { preprocessing: 'p 2' },
    ].map(counting);
    for (const other of others) {
      await openEmbeddingCache(other, { folder }).ofRaster(image);
      expect(other.calls).toBe(1);
    }
    const same = counting();
    const cache = openEmbeddingCache(same, { folder });
    await cache.ofRaster({ ...image, width: 10, height: 20 });
    await cache.ofRaster({ ...image, data: image.data.with(599, 255 - image.data[599]!) });
    expect(same.calls).toBe(2);
    await cache.ofRaster(image);
    expect(same.calls).toBe(2);
  });

  test('of a head the network’s embedding, with the head’s scores', async () => {
    const network = counting();
    const scoresOf = (embedding: Float32Array): number[] => [embedding[1]!];
    const head: Classifier = { ...counting({ sha256: 'ef'.repeat(32) }), labels: ['h'], network, scoresOf };
    const image = waves(5, 5, 2);
    await openEmbeddingCache(network, { folder }).ofRaster(image);
    const found = await openEmbeddingCache(head, { folder }).ofRaster(image);
    expect(found).toMatchObject({ scores: [Math.fround(Math.PI)], millis: null });
    expect(network.calls).toBe(1);
  });
});

describe('damage', () => {
  test.each<[string, (path: string) => void]>([
    ['cut short', (path) => truncateSync(path, 20)],
    ['empty', (path) => writeFileSync(path, '')],
    [
      'one bit off',
      (path) =>
        writeFileSync(
          path,
          readFileSync(path).map((byte, i) => (i === 50 ? byte ^ 1 : byte)),
        ),
    ],
    ['longer', (path) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(4)]))],
  ])('a file that is %s is made again', async (_, harm) => {
    const classifier = counting();
    const cache = openEmbeddingCache(classifier, { folder });
    const image = waves(8, 8, 3);
    const { millis: _millis, ...expected } = await cache.ofRaster(image);
    harm(files()[0]!);
    expect(await cache.ofRaster(image)).toMatchObject(expected);
    expect(classifier.calls).toBe(2);
    expect((await cache.ofRaster(image)).millis).toBeNull();
  });

  test('a picture that cannot be decoded is refused, and not remembered', async () => {
    const cache = openEmbeddingCache(counting(), { folder });
    await expect(cache.ofFile(Uint8Array.of(1, 2, 3))).rejects.toThrow(RefusedError);
    expect(files()).toEqual([]);
  });

  test('a folder that cannot be written to is no reason to stop', async () => {
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    const classifier = counting();
    const cache = openEmbeddingCache(classifier, { folder: blocked });
    const image = waves(8, 8, 3);
    expect((await cache.ofRaster(image)).scores).toEqual((await classifier.classify(image)).scores);
  });
});

test('the oldest files go where there are too many bytes', async () => {
  const entry = 32 + 8 * 2 + 4 * 3;
  // Room for four files on each of 256 shelves.
  const maxBytes = 256 * 4 * entry;
  const cache = openEmbeddingCache(counting(), { folder, maxBytes });
  for (let i = 0; i < 1500; i++) {
    const data = new Uint8Array(3);
    new DataView(data.buffer).setUint16(0, i);
    await cache.ofRaster({ width: 1, height: 1, channels: 3, data });
  }
  const bytes = files().reduce((sum, path) => sum + statSync(path).size, 0);
  expect(bytes).toBeLessThanOrEqual(maxBytes);
  expect(bytes).toBeGreaterThan(0.5 * maxBytes);
});
