/** Differences of independent rates. */
import { expect, test } from 'vitest';
import { rateDifference } from '../../src/metric/difference.ts';

test.each([
  [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.6, 0.1705, 0.809],
  [10, 10, 0, 10, 1, 0.6075, 1],
])('Newcombe 1998, table II, method 10: %d/%d − %d/%d', (k, n, l, m, estimate, low, high) => {
  const found = rateDifference({ k, n }, { k: l, n: m });
  expect(found.estimate).toBeCloseTo(estimate, 12);
  expect(found.low).toBeCloseTo(low, 4);
  expect(found.high).toBeCloseTo(high, 4);
});
