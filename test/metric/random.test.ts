/** Binomial variates: mean, variance and distribution, small and large. */
import { expect, test } from 'vitest';
import { binomialVariate, rareBinomialVariate } from '../../src/metric/random.ts';
import { incompleteBeta } from '../../src/metric/special.ts';
import { seededRng } from '../../src/util/rng.ts';

test.each([
  [10, 0.3, binomialVariate],
  [200, 0.02, binomialVariate],
  [1e6, 0.4, binomialVariate],
  [1e9, 1e-8, binomialVariate],
  [10, 0.3, rareBinomialVariate],
  [200, 0.02, rareBinomialVariate],
  [1e9, 1e-8, rareBinomialVariate],
])('Binomial(%d, %d) has its mean, variance and median by %o', (n, p, variate) => {
  const rng = seededRng(1, `binomial ${n}`);
  const draws = 20_000;
  const mean = n * p;
  const variance = mean * (1 - p);
  const median = Math.floor(mean);
  let [sum, squares, below] = [0, 0, 0];
  for (let i = 0; i < draws; i++) {
    const x = variate(n, p, rng);
    sum += x;
    squares += (x - mean) ** 2;
    if (x <= median) below++;
  }
  const share = incompleteBeta(1 - p, n - median, median + 1);
  expect(Math.abs(sum / draws - mean)).toBeLessThan(4 * Math.sqrt(variance / draws));
  expect(Math.abs(squares / draws / variance - 1)).toBeLessThan(0.06);
  expect(Math.abs(below / draws - share)).toBeLessThan(4 * Math.sqrt(0.25 / draws));
});

test.each([
  [0, 0.5, 0],
  [1000, 0, 0],
  [1000, 1, 1000],
  [7, 1, 7],
])('Binomial(%d, %d) is %d', (n, p, expected) => {
  expect(binomialVariate(n, p, seededRng(1))).toBe(expected);
  expect(rareBinomialVariate(n, p, seededRng(1))).toBe(expected);
});
