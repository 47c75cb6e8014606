/** Other ways to decode and scale, against those that they stand for. */

import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { largeExact, largeFast } from '../../../src/experiment/score-drift/score.ts';
import { cornersAligned, waysTo } from '../../../src/experiment/score-drift/tasks.ts';
import type { Raster } from '../../../src/image/raster.ts';
import { seededRng } from '../../../src/util/rng.ts';

const noise = (width: number, height: number, channels: 1 | 3): Raster => ({
  width,
  height,
  channels,
  data: seededRng(6, `${width} ${height}`).bytes(width * height * channels),
});

test.each([
  [37, 20, 3, 24],
  [9, 30, 1, 24],
  [24, 24, 3, 24],
] as const)(
  '%d × %d with %d channels to %d: what tf.image.resizeBilinear with aligned corners gives, rounded',
  async (width, height, channels, side) => {
    await tf.setBackend('cpu');
    const image = noise(width, height, channels);
    const input = tf.tensor3d(Float32Array.from(image.data), [height, width, channels]);
    const wanted = tf.image.resizeBilinear(input, [side, side], true).dataSync();
    const { data } = cornersAligned(image, side);
    expect(data).toHaveLength(wanted.length);
    for (const [i, byte] of data.entries()) expect(Math.abs(byte - wanted[i]!)).toBeLessThanOrEqual(0.501);
  },
);

test('the large JPEG is large enough to be decoded fast: luma alone, at a quarter of the size', async () => {
  const ways = new Map(waysTo(undefined).map(({ name, make }) => [name, make]));
  expect([...ways.keys()]).toEqual([largeExact, largeFast]);
  const stored = noise(40, 32, 3);
  const [exact, fast] = [await ways.get(largeExact)!(stored), await ways.get(largeFast)!(stored)];
  expect([exact.width, exact.height, exact.channels]).toEqual([1500, 1200, 3]);
  expect([fast.width, fast.height, fast.channels]).toEqual([375, 300, 1]);
});

test('a network whose input is a known square has its kernels tried, each to that square', async () => {
  const kernels = waysTo(16).slice(0, 2);
  for (const { make } of kernels) expect(await make(noise(40, 32, 1))).toMatchObject({ width: 16, height: 16 });
});
