/** imagededup's benchmark: rates by hand, and the false-positive rates that its published table implies. */
import { describe, expect, test } from 'vitest';
import { histogramOf } from '../../src/metric/distance-histogram.ts';
import { impliedFpr, pairwisePrecision } from '../../src/metric/pairwise-precision.ts';

describe('pairwise precision', () => {
  const table = pairwisePrecision(histogramOf([0, 0, 8, 33], 64), histogramOf([10, 31, 32, 33, 40, 0], 64));

  test.each([
    [0, 2, 1],
    [10, 3, 2],
    [32, 3, 4],
  ])('at %d bits, by hand', (threshold, tp, fp) =>
    expect(table.find((row) => row.threshold === threshold)).toMatchObject({
      tp,
      fp,
      fn: 4 - tp,
      tn: 6 - fp,
      precision: { k: tp, n: tp + fp },
      recall: { k: tp, n: 4 },
      fpr: { k: fp, n: 6 },
    }),
  );

  test('nothing retrieved has no precision', () =>
    expect(pairwisePrecision(histogramOf([5], 64), histogramOf([5], 64), [4])[0]!.precision).toMatchObject({
      n: 0,
      estimate: null,
    }));

  // 2,550 originals with a copy each: 5,100 pictures, 13,002,450 pairs, 12,999,900 of them no copies.
  test.each([
    ['dhash', 0.223, 6.8e-4],
    ['phash', 0.98, 4e-6],
    ['ahash', 0.044, 4.3e-3],
    ['whash', 0.029, 6.6e-3],
  ])('%s at 10 bits: precision %d implies a rate of %d', (_, precision, rate) => {
    const implied = impliedFpr({ precision, recall: 1, copyPairs: 2550, otherPairs: 12_999_900 });
    expect(Math.abs(implied / rate - 1)).toBeLessThan(0.01);
  });

  test('the implied rate is the one the table was made from', () => {
    const { precision, recall, fpr } = table[1]!;
    const published = { precision: precision.estimate!, recall: recall.estimate!, copyPairs: 4, otherPairs: 6 };
    expect(impliedFpr(published)).toBeCloseTo(fpr.estimate!, 14);
  });
});
