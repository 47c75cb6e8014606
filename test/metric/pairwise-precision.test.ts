/** imagededup's benchmark: the false-positive rates that its published table implies. */
import { describe, expect, test } from 'vitest';
import { impliedFpr } from '../../src/metric/pairwise-precision.ts';

describe('pairwise precision', () => {
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

  test('by hand: of 4 copy pairs 3 are retrieved, and 2 of 6 other pairs', () =>
    expect(impliedFpr({ precision: 3 / 5, recall: 3 / 4, copyPairs: 4, otherPairs: 6 })).toBeCloseTo(2 / 6, 14));
});
