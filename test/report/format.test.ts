/** Numbers as reports write them. */
import { expect, test } from 'vitest';
import {
  bytes,
  bytesRange,
  counted,
  integer,
  intervalCell,
  listed,
  millis,
  percent,
  rateCell,
  si,
  times,
} from '../../src/report/format.ts';
import { clustered, rate } from './fixture-rates.ts';

test.each([
  [0, '0 %'],
  [0.0000004, '<0.0001 %'],
  [0.00004, '0.004 %'],
  [0.0016, '0.16 %'],
  [0.016, '1.6 %'],
  [0.966, '96.6 %'],
  [0.9996, '99.96 %'],
  [0.99999999, '>99.99 %'],
  [1, '100 %'],
])('share %f is written %s', (share, text) => expect(percent(share)).toBe(text));

test('neither 0 nor 100 % comes from rounding', () => {
  for (const share of [1e-12, 1e-5, 0.0004, 0.9994, 0.99996, 1 - 1e-9])
    for (const short of [false, true]) expect(['0 %', '100 %']).not.toContain(percent(share, short));
});

test('rates carry counts and interval', () => {
  expect(rateCell(rate(0, 350)).plain).toBe('0/350 [0 %, 1.1 %]');
  expect(rateCell(rate(338, 350)).plain).toBe('338/350 96.6 % [94.1 %, 98.0 %]');
  expect(rateCell(rate(0, 0)).plain).toBe('0/0 no trial');
});

test('clustered rates show the wider bound on each side', () => {
  const wide = { ...clustered(20, 100), clusterLow: 0.05, clusterHigh: 0.21 };
  expect(rateCell(wide).plain).toBe('20/100 20.0 % [5.0 %, 28.9 %]');
  // The bootstrap of zero successes has no width; the exact bound must stand.
  expect(rateCell(clustered(0, 350)).plain).toBe('0/350 [0 %, 1.1 %]');
});

test.each([
  [{ estimate: 10.3e6, low: 9.1e6, high: 11e6 }, '10.3 M [9.1 M, 11 M]'],
  [{ estimate: 41_000, low: 9_000, high: 130_000 }, '41 k [9 k, 130 k]'],
  [{ estimate: 1.2e6, low: 420_000, high: 3.6e6 }, '1.2 M [420 k, 3.6 M]'],
  [{ estimate: 0, low: 0, high: 20_000 }, '0 [0, 20 k]'],
  // Two intervals that a shared suffix once made look alike.
  [{ estimate: 71_900, low: 38_000, high: 106_000 }, '71.9 k [38 k, 106 k]'],
  [{ estimate: 2_100, low: 33, high: 46_700 }, '2.1 k [33, 46.7 k]'],
  [{ estimate: 1_375e6, low: 8e6, high: 1_500e6 }, '1.4 bn [8 M, 1.5 bn]'],
  [{ estimate: 1e9, low: 998e6, high: 1e9 }, '1 bn [998 M, 1 bn]'],
])('estimate %j is written %s', (interval, text) =>
  expect(intervalCell({ ...interval, method: 'x' }, 'reports').plain).toBe(text),
);

test('bytes, times, multiples, counts and lists', () => {
  expect([0, 96, -72, 1450, 2_690_000, 3.2e9].map(bytes)).toEqual([
    '0 B',
    '96 B',
    '−72 B',
    '1.4 kB',
    '2.7 MB',
    '3.2 GB',
  ]);
  expect([0, 0.042, 12.4, 121, 2410, 61_000].map(millis)).toEqual([
    '0 ms',
    '0.042 ms',
    '12 ms',
    '121 ms',
    '2.4 s',
    '61 s',
  ]);
  expect([0, 1.16, 312.4].map(times)).toEqual(['0×', '1.2×', '312×']);
  expect([999, 1000, 12e6, 16.8e6].map(si)).toEqual(['999', '1 k', '12 M', '16.8 M']);
  expect(integer(1234567)).toBe('1,234,567');
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['none', 'a', 'a and b', 'a, b and c']);
});

test('nouns take the plural that they have', () => {
  expect([counted(1, 'hash'), counted(5, 'hash'), counted(1400, 'picture')]).toEqual([
    '1 hash',
    '5 hashes',
    '1,400 pictures',
  ]);
});

test('sizes from the least to the most, once where they are written alike; unmeasured ones are left out', () => {
  expect(bytesRange([49_386, 33_596, null])).toBe(`${bytes(33_596)} to ${bytes(49_386)}`);
  expect(bytesRange([49_386, 49_388])).toBe(bytes(49_386));
  expect(bytesRange([null])).toBe('not measured');
});
