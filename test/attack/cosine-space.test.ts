import { describe, expect, test } from 'vitest';
import { cosineSpace } from '../../src/attack/cosine-space.ts';
import { norm } from '../../src/attack/search.ts';
import type { Raster } from '../../src/image/raster.ts';
import { seededRng } from '../../src/util/rng.ts';

const flat = (width: number, height: number, channels: 1 | 3 = 1, value = 128): Raster => ({
  width,
  height,
  channels,
  data: new Uint8Array(width * height * channels).fill(value),
});

const changes = (before: Raster, after: Raster): number[] => [...after.data].map((each, i) => each - before.data[i]!);

describe('the space of smooth perturbations', () => {
  test('one coefficient is one cosine of the DCT, to within rounding and interpolation', () => {
    const picture = flat(120, 90);
    const space = cosineSpace(picture, 6);
    expect(space.dimensions).toBe(48);
    for (const [u, v] of [
      [1, 0],
      [0, 2],
      [3, 1],
    ] as const) {
      const coefficients = new Float64Array(48);
      coefficients[v * 7 + u - 1] = 20;
      const scale = (u ? Math.SQRT2 : 1) * (v ? Math.SQRT2 : 1) * 20;
      const got = changes(picture, space.alter(coefficients).image);
      for (let y = 0; y < 90; y += 7)
        for (let x = 0; x < 120; x += 11) {
          const cosine = Math.cos((Math.PI * u * (x + 0.5)) / 120) * Math.cos((Math.PI * v * (y + 0.5)) / 90) * scale;
          expect(Math.abs(got[y * 120 + x]! - cosine), `${u} ${v} at ${x} ${y}`).toBeLessThan(2.2);
        }
    }
  });

  test.each([1, 3] as const)('the norm is the root mean square in grey levels, in %i channels', (channels) => {
    const picture = flat(96, 96, channels);
    const space = cosineSpace(picture, 8);
    const rng = seededRng(1, 'norm');
    const coefficients = Float64Array.from({ length: space.dimensions }, () => (rng.next() - 0.5) * 3);
    const altered = space.alter(coefficients);
    expect(altered.l2 * 255).toBeGreaterThan(0.9 * norm(coefficients));
    expect(altered.l2 * 255).toBeLessThan(1.02 * norm(coefficients));
    // L2 is that of the bytes, not of what was meant.
    const squares = changes(picture, altered.image).reduce((sum, each) => sum + each * each, 0);
    expect(altered.l2).toBeCloseTo(Math.sqrt(squares / picture.data.length) / 255, 12);
  });

  test('channels have perturbations of their own', () => {
    const picture = flat(40, 40, 3);
    const space = cosineSpace(picture, 4);
    const coefficients = new Float64Array(space.dimensions);
    coefficients[24] = 10;
    const moved = changes(picture, space.alter(coefficients).image);
    expect(moved.some((each, i) => i % 3 === 1 && each !== 0)).toBe(true);
    expect(moved.every((each, i) => i % 3 === 1 || each === 0)).toBe(true);
  });

  test('bytes are clipped, the original is left as it was, and nothing asked is nothing changed', () => {
    const picture = flat(32, 32, 1, 250);
    const space = cosineSpace(picture, 4);
    const coefficients = new Float64Array(24);
    coefficients[0] = 60;
    const { image } = space.alter(coefficients);
    expect(Math.max(...image.data)).toBe(255);
    expect(Math.min(...image.data)).toBeLessThan(200);
    expect(new Set(picture.data)).toEqual(new Set([250]));
    const untouched = space.alter(new Float64Array(24));
    expect(untouched.l2).toBe(0);
    expect(untouched.image.data).toEqual(picture.data);
  });

  test.each([0, 1.5, 65])('refuses %s frequencies', (frequencies) => {
    expect(() => cosineSpace(flat(32, 32), frequencies)).toThrow(
      'Expected a whole number from 1 to 64 for frequencies',
    );
  });
});
