/** Frames at a constant rate: the same frames as ffmpeg's -r gives. */
import { expect, test } from 'vitest';
import type { VideoFrame } from '../../src/video/frame.ts';
import { atConstantRate } from '../../src/video/resample.ts';
import { all } from './clips.ts';

async function* at(times: readonly number[]): AsyncGenerator<VideoFrame> {
  for (const timeSeconds of times)
    yield { timeSeconds, image: { width: 1, height: 1, channels: 1, data: Uint8Array.of(0) } };
}
const rate = (count: number, framesPerSecond: number): number[] =>
  Array.from({ length: count }, (_, i) => i / framesPerSecond);
const numbers = async (times: readonly number[], to: number): Promise<number[]> =>
  (await all(atConstantRate(at(times), to))).map(({ timeSeconds }) => times.indexOf(timeSeconds));

test('at the same rate every frame comes once', async () => {
  expect(await numbers(rate(5, 15), 15)).toEqual([0, 1, 2, 3, 4]);
});

test('a faster clip loses every second frame, after the first', async () => {
  expect(await numbers(rate(10, 30), 15)).toEqual([0, 1, 2, 3, 5, 7, 9]);
});

test('a slower clip has frames twice', async () => {
  expect(await numbers(rate(4, 7.5), 15)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
});

test('a gap is filled with the frame before it', async () => {
  const found = await numbers([0, 1 / 15, 10 / 15, 11 / 15], 15);
  expect(found).toHaveLength(12);
  expect(found.filter((n) => n === 1).length).toBeGreaterThan(7);
});

test('no frames give none', async () => {
  expect(await numbers([], 15)).toEqual([]);
});
