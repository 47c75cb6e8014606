/** Sample sizes for McNemar's test: published values, the exact power against simulation, and the limits. */
import { describe, expect, test } from 'vitest';
import { mcnemarExactSize, mcnemarPower, mcnemarSampleSize } from '../../src/metric/mcnemar-power.ts';
import { mcnemarExact } from '../../src/metric/paired-difference.ts';
import { binomialVariate } from '../../src/metric/random.ts';
import { seededRng } from '../../src/util/rng.ts';

test('Connor 1987, by hand: rates 0.2 and 0.1, 80 % power at 5 %', () => {
  // (1.959964 √0.3 + 0.841621 √(0.3 − 0.01))² / 0.01 = 233.3
  expect(mcnemarSampleSize({ onlyFirst: 0.2, onlySecond: 0.1 })).toBe(234);
  expect(mcnemarSampleSize({ onlyFirst: 0.1, onlySecond: 0.2 })).toBe(234);
  expect(mcnemarSampleSize({ onlyFirst: 0.1, onlySecond: 0.1 })).toBeNull();
});

describe('the exact test', () => {
  test('that is always worse is noticed from six pairs on: 2 / 2⁶ < 0.05', () => {
    const worse = { onlyFirst: 1, onlySecond: 0 };
    expect(mcnemarPower(5, worse)).toBe(0);
    expect(mcnemarPower(6, worse)).toBe(1);
    expect(mcnemarExactSize(worse)).toBe(6);
  });

  test('keeps its level where nothing differs', () => {
    for (const pairs of [20, 100, 1000])
      expect(mcnemarPower(pairs, { onlyFirst: 0.1, onlySecond: 0.1 })).toBeLessThanOrEqual(0.05);
    expect(mcnemarPower(100, { onlyFirst: 0, onlySecond: 0 })).toBe(0);
  });

  test.each([
    [50, 0.25, 0.05],
    [200, 0.08, 0.02],
    [400, 0.03, 0.005],
  ])('power with %i pairs at %d against %d is what 4,000 simulated tests show', (pairs, onlyFirst, onlySecond) => {
    const rng = seededRng(5, `mcnemar/${pairs}`);
    const trials = 4000;
    let noticed = 0;
    for (let i = 0; i < trials; i++) {
      const first = binomialVariate(pairs, onlyFirst, rng);
      const second = binomialVariate(pairs - first, onlySecond / (1 - onlyFirst), rng);
      if (mcnemarExact(first, second) <= 0.05) noticed++;
    }
    const exact = mcnemarPower(pairs, { onlyFirst, onlySecond });
    expect(Math.abs(noticed / trials - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / trials));
  });

  test('asks for a few more pairs than the formula, and has the power there', () => {
    for (const rates of [
      { onlyFirst: 0.2, onlySecond: 0.1 },
      { onlyFirst: 0.02, onlySecond: 0.005 },
    ]) {
      const size = mcnemarExactSize(rates)!;
      const formula = mcnemarSampleSize(rates)!;
      expect(size / formula).toBeGreaterThan(0.95);
      expect(size / formula).toBeLessThan(1.35);
      expect(mcnemarPower(size, rates)).toBeGreaterThanOrEqual(0.8);
      expect(mcnemarPower(Math.floor(size * 0.9), rates)).toBeLessThan(0.8);
    }
  });

  test('gives up above the most pairs that it may take', () =>
    expect(mcnemarExactSize({ onlyFirst: 1e-4, onlySecond: 0.9e-4 }, undefined, 1e4)).toBeNull());
});
