/** Rates by list size: each row says what it is, and predictions are held against measurements. */
import { describe, expect, test } from 'vitest';
import { fprAtListSize } from '../../src/metric/extreme-value.ts';
import type { Interval } from '../../src/metric/interval.ts';
import { fprByListSize, type PairTails, predictAndCheck } from '../../src/metric/list-size.ts';
import { proportion, wilson } from '../../src/metric/proportion.ts';
import { binomialVariate } from '../../src/metric/random.ts';
import { seededRng } from '../../src/util/rng.ts';

const tail = (estimate: number): Interval => ({ estimate, low: estimate / 2, high: 2 * estimate, method: 'given' });
const pairTails: PairTails = { effectiveBits: tail(1e-12), extremeValue: tail(3e-8) };

describe('fprByListSize', () => {
  const rows = fprByListSize({
    measured: [
      { size: 1e3, queries: 2000, matched: 0 },
      { size: 1e4, queries: 500, matched: 2 },
    ],
    pairTails,
    pairs: 1e7,
  });
  const at = (size: number) => rows.find((row) => row.size === size);

  test('measured, extrapolated for two decades, then nothing', () =>
    expect(rows.map(({ size, status }) => [size, status])).toEqual([
      [1e3, 'measured'],
      [1e4, 'measured'],
      [1e5, 'extrapolated'],
      [1e6, 'extrapolated'],
      [1e7, 'not supported'],
    ]));

  test('measured: counts and both intervals', () => {
    expect(at(1e3)).toEqual({ size: 1e3, status: 'measured', rate: proportion(0, 2000), wilson: wilson(0, 2000) });
    expect(at(1e4)).toMatchObject({ rate: { k: 2, n: 500 } });
  });

  test('extrapolated: from where, how far, by both methods, with intervals', () => {
    expect(at(1e6)).toMatchObject({ from: 1e4, decades: 2 });
    const row = at(1e6);
    if (row?.status !== 'extrapolated') throw new Error('not extrapolated');
    expect(row.byExtremeValue).toMatchObject({
      estimate: fprAtListSize(3e-8, 1e6),
      low: fprAtListSize(1.5e-8, 1e6),
      high: fprAtListSize(6e-8, 1e6),
    });
    expect(row.byEffectiveBits!.estimate).toBeCloseTo(1e-6, 11);
    // One in 10^7 distances is 1e-7: a tail of 1e-12 is five decades below what they can show.
    expect(row.tailDecades.effectiveBits).toBeCloseTo(5, 10);
    expect(row.tailDecades.extremeValue).toBeCloseTo(Math.log10(1 / 0.3), 10);
  });

  test('not supported: says why', () => {
    expect(at(1e7)).toMatchObject({
      reason: '3.0 decades beyond the largest list measured (10000); at most 2 are supported',
    });
    expect(fprByListSize({ measured: [], pairTails, pairs: 1, sizes: [10] })).toEqual([
      { size: 10, status: 'not supported', reason: 'no list was measured' },
    ]);
  });

  test('distances without effective bits are extrapolated by extreme values alone', () => {
    const measured = [{ size: 1e3, queries: 2000, matched: 1 }];
    const [row] = fprByListSize({
      measured,
      pairTails: { ...pairTails, effectiveBits: null },
      pairs: 1e7,
      sizes: [1e4],
    });
    expect(row).toMatchObject({
      status: 'extrapolated',
      byEffectiveBits: null,
      byExtremeValue: { estimate: fprAtListSize(3e-8, 1e4) },
      tailDecades: { effectiveBits: null },
    });
    expect(
      predictAndCheck({
        fittedOn: measured[0]!,
        pairTails: { ...pairTails, effectiveBits: null },
        measured: measured[0]!,
      }),
    ).toMatchObject({ byEffectiveBits: null, byExtremeValue: { predicted: { estimate: fprAtListSize(3e-8, 1e3) } } });
  });

  test('a size between the measured ones is extrapolated by no decade', () =>
    expect(
      fprByListSize({ measured: [{ size: 1e5, queries: 9, matched: 0 }], pairTails, pairs: 1e7, sizes: [1e4] })[0],
    ).toMatchObject({ status: 'extrapolated', decades: 0 }));
});

describe('predictAndCheck', () => {
  const fittedOn = { size: 1e4, queries: 2000, matched: 20 };

  test('by hand: one method agrees, one promises too little, and so does one too much', () => {
    const measured = { size: 1e5, queries: 2000, matched: 190 };
    const q = 20 / 2000 / 1e4;
    const check = predictAndCheck({
      fittedOn,
      pairTails: { effectiveBits: tail(q / 100), extremeValue: tail(q) },
      measured,
    });
    expect(check).toMatchObject({ from: 1e4, size: 1e5, measured: { k: 190, n: 2000 } });
    expect(check.byEffectiveBits!.verdict).toBe('too low');
    expect(check.byExtremeValue).toMatchObject({ verdict: 'agrees', ratio: fprAtListSize(q, 1e5) / 0.095 });
    const { extremeValue } = { extremeValue: tail(100 * q) };
    expect(
      predictAndCheck({ fittedOn, pairTails: { ...pairTails, extremeValue }, measured }).byExtremeValue.verdict,
    ).toBe('too high');
  });

  test('scaling: the measured rate and its interval as ten lists', () => {
    const { predicted } = predictAndCheck({ fittedOn, pairTails, measured: { ...fittedOn, size: 1e5 } }).byScaling;
    const ten = (rate: number): number => 1 - (1 - rate) ** 10;
    const { low, high } = proportion(20, 2000);
    expect(predicted.estimate).toBeCloseTo(ten(0.01), 12);
    expect([predicted.low, predicted.high]).toEqual([expect.closeTo(ten(low), 12), expect.closeTo(ten(high), 12)]);
  });

  test('nothing matched: no ratio, and scaling still gives a bound', () => {
    const none = { size: 1e4, queries: 300, matched: 0 };
    const check = predictAndCheck({ fittedOn: none, pairTails, measured: { ...none, size: 1e5 } });
    expect(check.byScaling).toMatchObject({ ratio: null, verdict: 'agrees', predicted: { estimate: 0, low: 0 } });
    expect(check.byScaling.predicted.high).toBeGreaterThan(0.1);
  });

  test('simulated: entries that are independent scale, queries that are hubs saturate', () => {
    const rng = seededRng(1, 'lists');
    /** Queries matched by a list when a share of them are hubs and match an entry with chance `hub`, the others with `base`. */
    const measure = (size: number, hubs: number, base: number, hub: number) => {
      const queries = 4000;
      const some = binomialVariate(queries, hubs, rng);
      const matched =
        binomialVariate(some, fprAtListSize(hub, size), rng) +
        binomialVariate(queries - some, fprAtListSize(base, size), rng);
      return { size, queries, matched };
    };
    const even = predictAndCheck({ fittedOn: measure(1e4, 0, 2e-6, 0), pairTails, measured: measure(1e5, 0, 2e-6, 0) });
    expect(even.byScaling.verdict).toBe('agrees');
    const hubs = predictAndCheck({
      fittedOn: measure(1e4, 0.02, 1e-8, 1e-3),
      pairTails,
      measured: measure(1e5, 0.02, 1e-8, 1e-3),
    });
    expect(hubs.byScaling.verdict).toBe('too high');
  });
});
