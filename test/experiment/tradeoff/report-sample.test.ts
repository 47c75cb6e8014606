/** When pictures are too few to compare strategies, and why the limits are where they are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leastScored, tooFew } from '../../../src/experiment/tradeoff/report-sample.ts';
import { proportion, upperBound } from '../../../src/metric/proportion.ts';

test('with the fewest pictures that are compared, rates are as uncertain as the reason for the limit says', () => {
  const { listed, innocent } = leastScored;
  const widths = Array.from({ length: listed + 1 }, (_, k) => proportion(k, listed)).map(({ low, high }) => high - low);
  expect(Math.max(...widths)).toBeCloseTo(0.37, 2);
  expect(upperBound(0, innocent)).toBeCloseTo(0.015, 3);
  expect(1 - (1 - 0.015) ** innocent).toBeGreaterThan(0.95);
});

test('one picture fewer of either is too few, and the sentence has both limits', () => {
  expect(tooFew(leastScored)).toBeUndefined();
  expect(tooFew(undefined)).toBeUndefined();
  for (const content of ['listed', 'innocent'] as const)
    expect(tooFew({ ...leastScored, [content]: leastScored[content] - 1 })).toContain('at least 30 and 200.');
});

test('the documentation names the limits', () => {
  const { listed, innocent } = leastScored;
  const text = readFileSync(join(import.meta.dirname, '../../../docs/how-to.md'), 'utf8').replace(/\s+/g, ' ');
  expect(text).toContain(`fewer than ${listed} listed or ${innocent} innocent pictures`);
});
