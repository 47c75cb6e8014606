/** An order of sampled values is judged on their intervals. */

import { expect, test } from 'vitest';
import { orderOf } from '../../src/metric/order.ts';

const at = (name: string, value: number, half = 0) =>
  half === 0 ? { name, value } : { name, value, low: value - half, high: value + half };

test('holds where no two intervals overlap', () => {
  expect(orderOf([at('a', 0.9, 0.04), at('b', 0.8, 0.04), at('c', 0.1)])).toEqual({ is: 'holds', pairs: [] });
});

test('is open where intervals overlap, whatever the estimates say', () => {
  expect(orderOf([at('a', 0.685, 0.007), at('b', 0.68, 0.007), at('c', 0.4, 0.01)])).toEqual({
    is: 'open',
    pairs: [['a', 'b']],
  });
  expect(orderOf([at('a', 0.68, 0.007), at('b', 0.685, 0.007)]).is).toBe('open');
  // Equal values without intervals are in no order.
  expect(orderOf([at('a', 1), at('b', 1)]).is).toBe('open');
});

test('is contradicted where two are the other way round beyond their intervals, also when they are no neighbours', () => {
  expect(orderOf([at('a', 0.5, 0.01), at('b', 0.51, 0.09), at('c', 0.6, 0.01)])).toEqual({
    is: 'contradicted',
    pairs: [['a', 'c']],
  });
});
