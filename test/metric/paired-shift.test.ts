/** Means and quantiles of shifts, with intervals that cover. */
import { expect, test } from 'vitest';
import { meanInterval, meanOfFew, quantileInterval } from '../../src/metric/paired-shift.ts';
import { normalVariate } from '../../src/metric/random.ts';
import { seededRng } from '../../src/util/rng.ts';

test('Student’s interval of 1, 2, 3, 4: mean 2.5, half width 3.182 × 0.6455', () => {
  const { estimate, low, high } = meanOfFew([1, 2, 3, 4])!;
  expect([estimate, low, high].map((each) => Number(each.toFixed(3)))).toEqual([2.5, 0.446, 4.554]);
  expect(meanOfFew([7])).toMatchObject({ estimate: 7, low: 7, high: 7 });
  expect(meanOfFew([]), 'runs A3: nothing has no mean').toBeNull();
  expect(meanInterval([], seededRng(1, 'none')), 'runs A3').toBeNull();
});

test('order statistics for the median of 20: the 6th and the 15th (David & Nagaraja, 7.1)', () => {
  const values = Array.from({ length: 20 }, (_, i) => i + 1);
  expect(quantileInterval(values, 0.5)).toMatchObject({ low: 6, high: 15, estimate: 10.5 });
});

test('too few values for a bound of the 95th percentile: said so', () => {
  const few = quantileInterval(
    Array.from({ length: 40 }, (_, i) => i),
    0.95,
  );
  expect(few).toMatchObject({ high: 39, method: expect.stringContaining('too few values for the upper bound') });
  const enough = quantileInterval(
    Array.from({ length: 80 }, (_, i) => i),
    0.95,
  );
  expect(enough!.method).not.toContain('too few');
  expect(quantileInterval([], 0.95), 'runs A3: nothing has no quantile').toBeNull();
});

test('intervals cover: of 400 skewed samples few miss', () => {
  const rng = seededRng(6, 'coverage');
  let [means, quantiles] = [0, 0];
  for (let i = 0; i < 400; i++) {
    const values = Array.from({ length: 80 }, () => Math.exp(normalVariate(rng)));
    const mean = meanInterval(values, rng, 200)!;
    const tail = quantileInterval(values, 0.95)!;
    // Mean and 95th percentile of the log-normal distribution.
    if (mean.low > Math.exp(0.5) || mean.high < Math.exp(0.5)) means++;
    if (tail.low > Math.exp(1.6449) || tail.high < Math.exp(1.6449)) quantiles++;
  }
  expect(means / 400).toBeLessThan(0.12);
  expect(quantiles / 400).toBeLessThan(0.06);
});
