/** Area, equal error rate and recall from histograms: by hand, against roc.ts, and against scikit-learn's example. */
import { describe, expect, test } from 'vitest';
import { histogramOf } from '../../src/metric/distance-histogram.ts';
import { auc, largestDistance } from '../../src/metric/roc.ts';
import { aucOfHistograms, chooseFromHistogram, equalErrorRate } from '../../src/metric/verification.ts';
import { seededRng } from '../../src/util/rng.ts';

const h = (...distances: number[]) => histogramOf(distances, 100);

describe('area under the ROC of histograms', () => {
  test.each([1, 2, 3])('is roc.ts on the same distances, seed %d', (seed) => {
    const rng = seededRng(seed, 'area');
    const copies = Array.from({ length: 150 }, () => rng.int(40));
    const others = Array.from({ length: 220 }, () => 20 + rng.int(60));
    const listed = auc(
      copies.map((d) => -d),
      others.map((d) => -d),
    )!;
    const counted = aucOfHistograms(h(...copies), h(...others))!;
    expect(counted.estimate).toBeCloseTo(listed.estimate, 12);
    expect([counted.low, counted.high]).toEqual([expect.closeTo(listed.low, 10), expect.closeTo(listed.high, 10)]);
    expect(counted.method).toBe(listed.method);
  });

  test('no overlap and nothing to compare', () => {
    expect(aucOfHistograms(h(1, 2), h(50, 60))).toMatchObject({ estimate: 1, high: 1 });
    expect(aucOfHistograms(h(), h(1)), 'runs A3').toBeNull();
    expect(aucOfHistograms(h(1), h()), 'runs A3').toBeNull();
  });
});

describe('equal error rate', () => {
  test("PHASER's own example: scores 0.35, 0.8 against 0.1, 0.4", () =>
    expect(equalErrorRate(h(65, 20), h(90, 60))).toMatchObject({ rate: 0.5, threshold: 60 }));

  test('between two distances, by hand', () => {
    const { rate, threshold, at } = equalErrorRate(h(0, 0, 0, 10), h(10, 10, 20, 20));
    expect([rate, threshold]).toEqual([expect.closeTo(1 / 6, 14), expect.closeTo(10 / 3, 14)]);
    expect(at).toMatchObject({ threshold: 0, fnr: { k: 1, n: 4 }, fpr: { k: 0, n: 4 } });
  });

  test('no overlap: 0, at the farthest copy', () =>
    expect(equalErrorRate(h(1, 9), h(40, 50))).toMatchObject({ rate: 0, threshold: 9, at: { threshold: 9 } }));

  test('the same distribution: one half', () =>
    expect(equalErrorRate(h(10, 20, 30, 40), h(10, 20, 30, 40)).rate).toBe(0.5));

  test('the wrong way round: above one half', () => {
    expect(equalErrorRate(h(50), h(1))).toMatchObject({ rate: 1, at: { threshold: 1 } });
    expect(equalErrorRate(h(50), h(50))).toMatchObject({ rate: 0.5, threshold: 24.5, at: { threshold: -1 } });
  });

  test('nothing to compare', () =>
    expect(() => equalErrorRate(h(1), h())).toThrow('Expected distances of copies and of other pairs'));
});

describe('the threshold for a false-positive rate', () => {
  test.each([0, 0.001, 0.01, 0.3, 1])('chooses as largestDistance does, target %d', (target) => {
    const rng = seededRng(5, 'choose');
    const distances = Array.from({ length: 1000 }, () => rng.int(101));
    expect(chooseFromHistogram(h(...distances), target)).toBe(largestDistance(distances, target, 100));
  });

  test('without calibration nothing matches', () => expect(chooseFromHistogram(h(), 0.5)).toBe(-1));
});
