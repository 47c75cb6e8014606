import { expect, test } from 'vitest';
import { confusion, labelScores, macroF1, macroF1Interval } from '../../src/metric/confusion.ts';
import { seededRng } from '../../src/util/rng.ts';

/** 3 labels: two of label 0 right, one taken for 1; label 1 right once; label 2 does not occur. */
const rows = [
  [0, 0],
  [0, 0],
  [0, 1],
  [1, 1],
].map(([actual, decided], i) => ({ actual: actual!, decided: decided!, cluster: `${i}` }));

test('counts, recall, precision and F1 by hand', () => {
  const counts = confusion(rows, 3);
  expect(counts).toEqual([
    [2, 1, 0],
    [0, 1, 0],
    [0, 0, 0],
  ]);
  const [first, second, third] = labelScores(counts);
  expect(first).toMatchObject({ recall: { k: 2, n: 3 }, precision: { k: 2, n: 2 }, f1: 0.8 });
  expect(second).toMatchObject({ recall: { k: 1, n: 1 }, precision: { k: 1, n: 2 }, f1: 2 / 3 });
  expect(third).toMatchObject({ recall: { k: 0, n: 0 }, f1: null });
  expect(macroF1(counts)).toBeCloseTo((0.8 + 2 / 3) / 2, 12);
  expect(() => macroF1([]), 'runs A3').toThrow(RangeError);
});

test('the interval holds the estimate, repeats, and widens when pictures come in groups', () => {
  const rng = seededRng(1, 'rows');
  const many = Array.from({ length: 300 }, (_, i) => {
    const actual = i % 3;
    return { actual, decided: rng.next() < 0.7 ? actual : rng.int(3), cluster: `${i}` };
  });
  const interval = macroF1Interval(many, 3, seededRng(2, 'f1'), 400);
  expect(interval.low).toBeLessThan(interval.estimate);
  expect(interval.high).toBeGreaterThan(interval.estimate);
  expect(macroF1Interval(many, 3, seededRng(2, 'f1'), 400)).toEqual(interval);
  const copies = many.flatMap((row) => Array.from({ length: 5 }, () => row));
  const grouped = macroF1Interval(copies, 3, seededRng(2, 'f1'), 400);
  const naive = macroF1Interval(
    copies.map((row, i) => ({ ...row, cluster: `${i}` })),
    3,
    seededRng(2, 'f1'),
    400,
  );
  expect(grouped.high - grouped.low).toBeGreaterThan(1.5 * (naive.high - naive.low));
});
