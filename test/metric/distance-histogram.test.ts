/** Histograms against the list of distances that they stand for. */
import { describe, expect, test } from 'vitest';
import {
  addHistograms,
  distanceQuantile,
  distanceStep,
  histogramOf,
  histogramTotal,
  meanDistance,
  minDistance,
  sdDistance,
  tailShare,
} from '../../src/metric/distance-histogram.ts';
import { quantile } from '../../src/metric/quantile.ts';
import { seededRng } from '../../src/util/rng.ts';

const rng = seededRng(1, 'histogram');
const distances = Array.from({ length: 501 }, () => 3 + rng.int(20));
const h = histogramOf(distances, 64);
const empty = histogramOf([], 64);

describe('distance histogram', () => {
  test('moments by hand', () => {
    const small = histogramOf([2, 4, 4, 6], 8);
    expect([meanDistance(small), sdDistance(small), minDistance(small)]).toEqual([0.5, Math.SQRT2 / 8, 2]);
    expect(small.counts).toEqual([0, 0, 1, 0, 2, 0, 1, 0, 0]);
  });

  test.each([0, 0.001, 0.25, 0.333, 0.5, 0.9, 1])('quantile %d is that of the list', (p) =>
    expect(distanceQuantile(h, p)).toBeCloseTo(quantile(distances, p), 12),
  );

  test.each([-1, 3, 10, 10.5, 64])('share at or below %d', (threshold) =>
    expect(tailShare(h, threshold)).toEqual({ k: distances.filter((d) => d <= threshold).length, n: 501 }),
  );

  test('parts add up', () => {
    const parts = [histogramOf(distances.slice(0, 200), 64), histogramOf(distances.slice(200), 64)];
    expect(addHistograms(parts)).toEqual(h);
    expect(() => addHistograms([h, histogramOf([], 32)])).toThrow('Expected 64 bits for the hash length');
  });

  test('step: even but for a few ties, or not', () => {
    expect(distanceStep(h)).toBe(1);
    expect(distanceStep(histogramOf([...new Array(199).fill(4), 5], 8))).toBe(2);
    expect(distanceStep(histogramOf([...new Array(97).fill(4), 5], 8))).toBe(1);
  });

  test('nothing counted', () => {
    expect([histogramTotal(empty), minDistance(empty)]).toEqual([0, null]);
    expect([meanDistance(empty), sdDistance(empty), distanceQuantile(empty, 0.5)]).toEqual([NaN, NaN, NaN]);
  });

  test.each([-1, 65, 1.5])('distance %d is refused', (distance) =>
    expect(() => histogramOf([distance], 64)).toThrow('Expected a whole number from 0 to 64 for a distance'),
  );
});
