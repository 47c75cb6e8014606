import { describe, expect, test } from 'vitest';
import { decibels, meanSquaredError, ssim } from '../../src/metric/ssim.ts';
import { seededRng } from '../../src/util/rng.ts';

const rng = seededRng(1, 'ssim');
const noise = (length: number): Uint8Array => rng.bytes(length);

/** Section III-B of the paper, equations 13 to 16, window by window. */
function paper(a: ArrayLike<number>, b: ArrayLike<number>, width: number, height: number, range: number): number {
  const weights: number[] = [];
  for (let v = -5; v <= 5; v++)
    for (let u = -5; u <= 5; u++) weights.push(Math.exp(-(u * u + v * v) / (2 * 1.5 * 1.5)));
  const total = weights.reduce((sum, each) => sum + each, 0);
  const values: number[] = [];
  for (let y = 5; y < height - 5; y++)
    for (let x = 5; x < width - 5; x++) {
      const at = weights.map((_, i) => (y + Math.floor(i / 11) - 5) * width + x + (i % 11) - 5);
      const mean = (f: (i: number) => number): number =>
        at.reduce((sum, where, i) => sum + (weights[i]! / total) * f(where), 0);
      const [ma, mb] = [mean((i) => a[i]!), mean((i) => b[i]!)];
      const va = mean((i) => (a[i]! - ma) ** 2);
      const vb = mean((i) => (b[i]! - mb) ** 2);
      const cov = mean((i) => (a[i]! - ma) * (b[i]! - mb));
      const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
      values.push(((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma ** 2 + mb ** 2 + c1) * (va + vb + c2)));
    }
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

describe('SSIM', () => {
  test('Wang et al. 2004, equations 13 to 16, transcribed window by window', () => {
    const a = noise(23 * 17);
    const near = a.map((each) => Math.min(255, each + 9));
    const other = noise(23 * 17);
    for (const b of [near, other]) expect(ssim(a, b, 23, 17)).toBeCloseTo(paper(a, b, 23, 17, 255), 10);
    expect(ssim(a, other, 23, 17, 1023)).toBeCloseTo(paper(a, other, 23, 17, 1023), 10);
  });

  test('is 1 for equal pictures, symmetric, and near 0 for unrelated noise', () => {
    const [a, b] = [noise(64 * 64), noise(64 * 64)];
    expect(ssim(a, a, 64, 64)).toBeCloseTo(1, 12);
    expect(ssim(a, b, 64, 64)).toBeCloseTo(ssim(b, a, 64, 64), 12);
    expect(Math.abs(ssim(a, b, 64, 64))).toBeLessThan(0.05);
  });

  test('flat pictures: only the luminance term is left', () => {
    const c1 = 2.55 ** 2;
    const [a, b] = [new Array<number>(400).fill(100), new Array<number>(400).fill(150)];
    expect(ssim(a, b, 20, 20)).toBeCloseTo((2 * 100 * 150 + c1) / (100 ** 2 + 150 ** 2 + c1), 12);
  });

  test('a picture turned to its negative about the mean is below 0', () => {
    const a = noise(32 * 32);
    expect(
      ssim(
        a,
        a.map((each) => 255 - each),
        32,
        32,
      ),
    ).toBeLessThan(-0.8);
  });

  test('sides under 11 have a window as long as the side', () => {
    const a = noise(64);
    expect(ssim(a, a, 8, 8)).toBeCloseTo(1, 12);
    expect(ssim(a, noise(64), 8, 8)).toBeLessThan(0.9);
  });

  test('refuses pictures of different sizes', () => {
    expect(() => ssim([1, 2], [1], 2, 1)).toThrow('Cannot compare pictures of 2 and 1 values: expected 2');
    expect(() => meanSquaredError([], [])).toThrow('Cannot compare pictures of 0 and 0 values: expected some');
  });
});

describe('PSNR', () => {
  const psnr = (a: ArrayLike<number>, b: ArrayLike<number>): number => decibels(meanSquaredError(a, b));

  test('a difference of one level everywhere is 48.13 dB', () =>
    expect(psnr([1, 2, 3], [2, 3, 4])).toBeCloseTo(48.1308, 4));

  test('equal pictures have the noise of rounding; black against white has 0 dB', () => {
    expect(psnr([5, 6], [5, 6])).toBeCloseTo(10 * Math.log10(255 ** 2 * 12), 12);
    expect(psnr([0, 0], [255, 255])).toBeCloseTo(0, 12);
    expect(meanSquaredError([0, 3], [4, 3])).toBe(8);
  });
});
