/** What holds for every benign edit in the registry. */
import { describe, expect, test } from 'vitest';
import type { Raster } from '../../../src/image/raster.ts';
import { applyTransform, resolveTransform, transforms } from '../../../src/image/transform/index.ts';
import type { Transform } from '../../../src/image/transform/transform.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { expectSame, picture } from './pictures.ts';

const sizes: readonly [number, number][] = [
  [1, 1],
  [2, 1],
  [1, 7],
  [33, 17],
  [120, 90],
];
const pictures = sizes.flatMap(([width, height]) => [picture(width, height, 1), picture(width, height, 3)]);
const sizeOf = (image: Raster): string => `${image.width}×${image.height}×${image.channels}`;

describe.each(Object.entries<Transform>(transforms))('transform %s', (name, transform) => {
  const run = (image: Raster, spec: Record<string, number> = {}): Promise<Raster> =>
    applyTransform(image, resolveTransform({ name, ...spec }), seededRng(7, name));

  test('is registered under its own name and says what it does in one sentence', () => {
    expect(transform.name).toBe(name);
    expect(transform.summary).toMatch(/^[A-Z].*[^.]\.$/);
  });

  test('has defaults inside their ranges', () => {
    for (const [key, parameter] of Object.entries(transform.parameters)) {
      expect(parameter.min, key).toBeLessThanOrEqual(parameter.default);
      expect(parameter.max, key).toBeGreaterThanOrEqual(parameter.default);
      expect(parameter.min, key).toBeLessThan(parameter.max);
      if (parameter.integer) expect(Number.isInteger(parameter.default), key).toBe(true);
    }
  });

  test.each(pictures.map((image) => [sizeOf(image), image] as const))(
    'of %s is a valid raster with as many channels',
    async (_, image) => {
      const before = { ...image, data: image.data.slice() };
      const { width, height, channels, data } = await run(image);
      expectSame(image, before);
      expect(Number.isInteger(width) && width >= 1, `width ${width}`).toBe(true);
      expect(Number.isInteger(height) && height >= 1, `height ${height}`).toBe(true);
      expect(channels).toBe(image.channels);
      expect(data).toBeInstanceOf(Uint8Array);
      expect(data.length).toBe(width * height * channels);
    },
  );

  test('gives the same pixels for the same stream', async () => {
    const image = picture(120, 90);
    expectSame(await run(image), await run(image));
  });

  test('works at both ends of every range', async () => {
    for (const [key, { min, max }] of Object.entries(transform.parameters))
      for (const value of [min, max]) {
        const { width, height, channels, data } = await run(picture(24, 10), { [key]: value });
        expect(width * height * channels, `${key}=${value}`).toBe(data.length);
        expect(data.length, `${key}=${value}`).toBeGreaterThan(0);
      }
  });
});
