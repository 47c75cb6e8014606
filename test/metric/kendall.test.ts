/** The exact test of concordance, against permutations counted one by one. */

import { expect, test } from 'vitest';
import { concordanceTail } from '../../src/metric/kendall.ts';

/** Every order of the items. */
function* permutations(items: readonly number[]): Generator<number[]> {
  if (items.length <= 1) yield [...items];
  for (const [i, first] of items.entries())
    for (const rest of permutations([...items.slice(0, i), ...items.slice(i + 1)])) yield [first, ...rest];
}

test('is the share of permutations with so many concordant pairs', () => {
  const counts = [...permutations([0, 1, 2, 3, 4])].map((order) =>
    order.reduce((sum, a, i) => sum + order.slice(i + 1).filter((b) => b > a).length, 0),
  );
  for (let concordant = 0; concordant <= 10; concordant++)
    expect(concordanceTail(5, concordant)).toBeCloseTo(
      counts.filter((each) => each >= concordant).length / counts.length,
      12,
    );
});

test('fourteen of fifteen pairs of six items: 6 of 720 orders', () => {
  expect(concordanceTail(6, 14)).toBeCloseTo(6 / 720, 12);
  expect(concordanceTail(6, 0)).toBe(1);
});
