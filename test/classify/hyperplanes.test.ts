import { describe, expect, test } from 'vitest';
import { type Hyperplanes, randomHyperplanes, sidesOf } from '../../src/classify/hyperplanes.ts';
import { readSeedMatrix } from '../../src/classify/seed-matrix.ts';
import { tensorOf } from '../../src/classify/tensor-input.ts';
import { distanceBits } from '../../src/hash/hamming.ts';
import { median, quantile } from '../../src/metric/quantile.ts';
import { UserError } from '../../src/util/errors.ts';
import { toHex } from '../../src/util/hex.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';
import { waves } from './picture.ts';

describe('hyperplanes', () => {
  const axes: Hyperplanes = {
    bits: 10,
    length: 2,
    normals: Float32Array.of(1, 0, 0, 1, -1, 0, 0, -1, 1, 1, -1, -1, 1, -1, -1, 1, 2, 1, -2, -1),
  };

  test('bits are the sides, the first one highest; on a hyperplane counts as 1', () => {
    // Sides of (3, 1): 1, 1, 0, 0, 1, 0, 1, 0 and 1, 0; of the origin: all 1.
    expect(toHex(sidesOf(axes, [3, 1]))).toBe('ca80');
    expect(toHex(sidesOf(axes, [0, 0]))).toBe('ffc0');
    // Minus zero is on the hyperplane, too.
    expect(toHex(sidesOf(axes, [-0, -0]))).toBe('ffc0');
  });

  test('the length of an embedding does not count, its direction does', () => {
    const planes = randomHyperplanes(96, 50, seededRng(1, 'planes'));
    const embedding = Float32Array.from({ length: 50 }, (_, i) => Math.sin(i));
    const sides = sidesOf(planes, embedding);
    expect(
      sidesOf(
        planes,
        embedding.map((each) => each * 1000),
      ),
    ).toEqual(sides);
    expect(
      distanceBits(
        sidesOf(
          planes,
          embedding.map((each) => -each),
        ),
        sides,
      ),
    ).toBe(96);
  });

  // Charikar 2002: Pr[bit differs] = angle / π. 4096 bits: four standard deviations are at most 0.031.
  test.each([15, 45, 90, 135])('an angle of %i degrees is that share of 180 in bits', (degrees) => {
    const planes = randomHyperplanes(4096, 24, seededRng(7, 'angles'));
    const angle = (degrees * Math.PI) / 180;
    const first = Float32Array.from({ length: 24 }, (_, i) => (i === 3 ? 1 : 0));
    const second = first.map((each, i) => (i === 9 ? Math.sin(angle) : each * Math.cos(angle)));
    const share = distanceBits(sidesOf(planes, first), sidesOf(planes, second)) / 4096;
    expect(Math.abs(share - degrees / 180)).toBeLessThan(0.031);
  });

  test('the same stream draws the same ones', () => {
    const draw = (seed: number) => randomHyperplanes(16, 8, seededRng(seed, 'planes')).normals;
    expect(draw(1)).toEqual(draw(1));
    expect(draw(2)).not.toEqual(draw(1));
  });

  test('normal variates have the quartiles of the normal distribution', () => {
    const rng = seededRng(3, 'normal');
    const values = Array.from({ length: 20_000 }, () => normalVariate(rng));
    expect(Math.abs(median(values))).toBeLessThan(0.04);
    expect(quantile(values, 0.75) - quantile(values, 0.25)).toBeCloseTo(1.349, 1);
  });
});

describe('seed matrix', () => {
  const file = new Uint8Array(128 + 8 * 3 * 4);
  const view = new DataView(file.buffer);
  for (let i = 0; i < 24; i++) view.setFloat32(128 + 4 * i, i - 11.5, true);

  test('floats after the header, row by row', () => {
    const { bits, length, normals } = readSeedMatrix(file, 8, 'Seeds');
    expect([bits, length]).toEqual([8, 3]);
    expect(Array.from(normals)).toEqual(Array.from({ length: 24 }, (_, i) => i - 11.5));
  });

  test('from a part of a larger buffer that is not aligned', () => {
    const larger = new Uint8Array(file.length + 9);
    larger.set(file, 1);
    expect(readSeedMatrix(larger.subarray(1, 1 + file.length), 8, 'Seeds')).toEqual(readSeedMatrix(file, 8, 'Seeds'));
  });

  test.each([
    [7, 128],
    [48, 128],
    [8, 400],
  ])('%i rows after %i bytes are not there', (bits, header) => {
    expect(() => readSeedMatrix(file, bits, 'Seeds', header)).toThrow(UserError);
    expect(() => readSeedMatrix(file, bits, 'Seeds', header)).toThrow(/^Seeds: \d+ bytes after a header of/);
  });
});

describe('tensor of a picture', () => {
  const image = waves(4, 2, 1);
  const input = { width: 4, height: 2, layout: 'nchw', mean: [0.1, 0.2, 0.3], scale: [1, 2, 4] } as const;
  const expected = (x: number, y: number, c: number): number =>
    (image.data[(y * 4 + x) * 3 + c]! / 255 - [0.1, 0.2, 0.3][c]!) * [1, 2, 4][c]!;

  test('channels first', () => {
    const { data, shape } = tensorOf(image, { ...input, mean: [...input.mean], scale: [...input.scale] });
    expect(shape).toEqual([1, 3, 2, 4]);
    for (let at = 0; at < 24; at++)
      expect(data[at]).toBeCloseTo(expected(at % 4, Math.floor(at / 4) % 2, Math.floor(at / 8)), 6);
  });

  test('channels last', () => {
    const { data, shape } = tensorOf(image, { ...input, layout: 'nhwc', mean: [0.1, 0.2, 0.3], scale: [1, 2, 4] });
    expect(shape).toEqual([1, 2, 4, 3]);
    for (let at = 0; at < 24; at++)
      expect(data[at]).toBeCloseTo(expected(Math.floor(at / 3) % 4, Math.floor(at / 12), at % 3), 6);
  });

  test('blue first: mean and scale go with their colours', () => {
    const facts = { ...input, mean: [0.1, 0.2, 0.3], scale: [1, 2, 4] } as Parameters<typeof tensorOf>[1];
    const { data: rgb } = tensorOf(image, facts);
    const { data: bgr } = tensorOf(image, { ...facts, order: 'bgr' });
    expect([...bgr]).toEqual([...rgb.slice(16), ...rgb.slice(8, 16), ...rgb.slice(0, 8)]);
    const { data: last } = tensorOf(image, { ...facts, layout: 'nhwc', order: 'bgr' });
    expect([...last.slice(0, 3)]).toEqual([rgb[16], rgb[8], rgb[0]]);
  });

  test('another size: bicubic unless told otherwise', () => {
    const large = { width: 9, height: 7, layout: 'nhwc', mean: 0, scale: 1 } as const;
    const cubic = tensorOf(image, large);
    expect(tensorOf(image, { ...large, resize: 'bicubic' })).toEqual(cubic);
    expect(tensorOf(image, { ...large, resize: 'lanczos' })).not.toEqual(cubic);
    expect(cubic.data).toHaveLength(9 * 7 * 3);
  });
});
