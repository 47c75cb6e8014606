/** From rows of attacks to rates: every number worked out by hand. */

import { describe, expect, test } from 'vitest';
import { EvasionMetrics } from '../../../src/experiment/evasion/metrics.ts';
import type { EvasionRow } from '../../../src/experiment/evasion/rows.ts';
import { evasionMetrics, queryCounts } from '../../../src/experiment/evasion/score.ts';
import { furthest, pairs, sources, trusted } from '../../../src/experiment/evasion/score-choose.ts';
import { wilson } from '../../../src/metric/proportion.ts';
import { check } from '../../../src/schema/check.ts';
import { foundHashes } from '../../../src/schema/hashed.ts';
import { rounded } from '../../../src/score/rounded.ts';
import { altered, attemptRow, hashedRow, rows, small } from './rows.ts';

const context = {
  experiment: small,
  dataset: { name: 'test', sha256: '0'.repeat(64) },
  notes: ['Noted.'],
  label: undefined,
};
const metrics = evasionMetrics(rows, context);
const target = metrics.targets[0]!;
const attack = (name: string) => target.attacks.find((each) => each.attack === name)!;
const ks = (of: readonly { readonly success: { readonly k: number } }[]): number[] =>
  of.map(({ success }) => success.k);

describe('success', () => {
  test('fits its schema, and has one target: nothing was tried on the others', () => {
    expect(check(EvasionMetrics, metrics, 'metrics')).toEqual(metrics);
    expect(metrics.targets.map(({ goal, target: name }) => `${goal} ${name}`)).toEqual(['evasion pdq']);
    expect(metrics.limits[0]).toBe('Noted.');
  });

  test('against L2: a picture counts from the least L2 with which it won', () => {
    expect(ks(attack('nes').byL2)).toEqual([1, 1, 2]);
    expect(ks(attack('boundary').byL2)).toEqual([0, 1, 1]);
    expect(ks(attack('any').byL2)).toEqual([1, 1, 2]);
    expect(attack('nes').byL2[0]!.success).toMatchObject({
      n: 2,
      low: rounded(wilson(1, 2).low),
      method: 'Wilson 95 %',
    });
  });

  test('after the messenger: of what went furthest within each budget', () => {
    const k = (name: string): number[] => attack(name).byL2.map(({ afterMessenger }) => afterMessenger.k);
    expect(k('nes')).toEqual([0, 1, 2]);
    expect(k('boundary')).toEqual([0, 1, 1]);
    expect(attack('nes').least.afterMessenger).toMatchObject({ k: 1, n: 2 });
  });

  test('against queries, within the quoted budget and within any', () => {
    const at = (name: string, queries: number): number[] => {
      const found = attack(name).byQueries.find((each) => each.queries === queries)!;
      return [found.atQuoted.k, found.atAny.k];
    };
    expect(at('nes', 20)).toEqual([0, 0]);
    expect(at('nes', 50)).toEqual([1, 1]);
    expect(at('nes', 100)).toEqual([1, 2]);
    expect(at('boundary', 5)).toEqual([0, 1]);
    // The first win of p0 is at 30 queries of NES; only then does the boundary attack begin, 120 queries later.
    expect(at('any', 50)).toEqual([1, 1]);
    expect(attack('any').byQueries.at(-1)!.queries).toBe(240);
    expect(attack('nes').medianQueries).toBeNull();
    expect(queryCounts(120)).toEqual([1, 2, 5, 10, 20, 50, 100, 120]);
  });

  test('against SSIM, and least L2 with what is censored', () => {
    expect(attack('nes').bySsim.map(({ ssim, success }) => [ssim, success.k])).toEqual([
      [0.99, 1],
      [0.98, 1],
      [0.95, 1],
      [0.9, 1],
      [0.8, 2],
      [0.7, 2],
      [0.5, 2],
    ]);
    expect(attack('nes').least).toMatchObject({ values: [0.008, 0.1], censored: 0, median: 0.054 });
    expect(attack('boundary').least).toMatchObject({ values: [0.02], censored: 1, median: null });
  });

  test('what an attack sees', () => {
    expect(target.attacks.map(({ attack: name, sees }) => [name, sees])).toEqual([
      ['nes', 'measure'],
      ['boundary', 'decision'],
      ['any', 'measure'],
    ]);
  });

  test('controls', () => {
    const { untouched, untouchedAfterMessenger, replaced, byL2 } = target.controls;
    expect([untouched.k, untouchedAfterMessenger.k, replaced.k, replaced.n]).toEqual([0, 0, 1, 2]);
    expect(byL2.map(({ noise, smoothNoise }) => [noise.k, smoothNoise.k])).toEqual([
      [0, 0],
      [0, 0],
      [2, 2],
    ]);
  });
});

describe('thresholds', () => {
  const curve = metrics.thresholds[0]!;

  test('evasion at each of them is what the best attack reached within the quoted L2', () => {
    // p0 reached 60 bits by NES, p1 24 in an attempt at the authors' threshold and 44 in one that knew none.
    expect(curve.evaded.slice(0, 44)).toEqual(new Array(44).fill(2));
    expect(curve.evaded.slice(44, 60)).toEqual(new Array(16).fill(1));
    expect(curve.evaded[60]).toBe(0);
  });

  test('unrelated pairs are those of six pictures 8 bits apart', () => {
    expect(curve.pairs).toBe(15);
    expect([7, 8, 16, 24, 32, 40].map((bits) => curve.falsePairs[bits])).toEqual([0, 5, 9, 12, 14, 15]);
  });

  test('the price runs from the authors’ threshold to the one that resists', () => {
    expect(curve.prices.map(({ threshold, why }) => [threshold, why])).toEqual([
      [31, 'authors'],
      [38, 'between'],
      [46, 'between'],
      [53, 'between'],
      [60, 'resisting'],
    ]);
    const [authors] = curve.prices;
    expect(authors!.pairFpr).toMatchObject({ k: 12, n: 15 });
    // Every picture has a neighbour 8 bits away, in one chain.
    expect(authors!.matched).toMatchObject({ k: 6, n: 6, components: 1, largest: 6 });
    expect(authors!.flaggedPerDay.atLeast.estimate).toBe(1_000_000);
    expect(authors!.flaggedPerDay.independent.estimate).toBeCloseTo(1e6 * (1 - 0.2 ** 1000), 3);
  });

  test('the threshold that resists is chosen on one half of the pictures, and its evasion counted on the other', () => {
    // Forty pictures, of which each goes further than the last: what the choosing half allows, the other half exceeds or not by itself.
    const forty: EvasionRow[] = Array.from({ length: 40 }, (_, i) => [
      hashedRow(i % 6),
      attemptRow(i, { within: [null, altered(0.04, 40 + i), null] }),
    ]).flat();
    const [found] = evasionMetrics(
      [...rows.filter(({ row }) => row === 'hashed'), ...forty.filter(({ row }) => row === 'attempt')],
      context,
    ).thresholds;
    expect(found).toMatchObject({ pictures: 40, chosenOn: 20 });
    const resisting = found!.prices.at(-1)!;
    expect(resisting.why).toBe('resisting');
    expect(resisting.evaded.n).toBe(20);
    // A quarter of the choosing half, 5 of 20, go beyond it; of all, as many as reach that far.
    const beyond = found!.evaded[resisting.threshold]!;
    expect(beyond - resisting.evaded.k).toBe(5);
    expect(found!.evaded[resisting.threshold - 1]).toBe(beyond + 1);
  });

  test('a threshold that resists as it is has one price', () => {
    const held = rows.map((row) =>
      row.row === 'attempt' ? { ...row, wins: [], within: row.within.map(() => null) } : row,
    );
    const prices = evasionMetrics(held as EvasionRow[], context).thresholds[0]!.prices;
    expect(prices.map(({ threshold, why }) => [threshold, why])).toEqual([[31, 'resisting']]);
  });
});

describe('who is attacked', () => {
  const many = Array.from({ length: 12 }, (_, i) => hashedRow(i, i < 8 ? 'evaluation' : 'calibration'));

  test('pictures of the evaluation part, one a group, with hashes that are trusted', () => {
    const copy = { ...hashedRow(0), picture: 'copy of p0' };
    const flat = hashedRow(1);
    for (const [name, found] of foundHashes(flat.outcome)) if (name === 'pdq') found.quality = 49;
    const found = trusted([copy, ...many.filter((_, i) => i !== 1), flat]).map(({ picture }) => picture);
    expect(found).toContain('copy of p0');
    expect(found).not.toContain('p0');
    expect(found).not.toContain('p1');
    const drawn = sources(many, small);
    expect(drawn).toHaveLength(4);
    expect(drawn.every(({ part }) => part === 'evaluation')).toBe(true);
    expect(sources(many, { ...small, seed: 8 })).not.toEqual(drawn);
  });

  test('an aim is another picture that does not match yet, and the replacement is the furthest', () => {
    for (const { source, aim } of pairs(many, small)) {
      const [a, b] = [source, aim].map(({ picture }) => Number(picture.slice(1)));
      expect(4 * Math.abs(a! - b!)).toBeGreaterThan(10);
    }
    expect(pairs(many, small)).toHaveLength(2);
    const all = trusted(many);
    expect(furthest(all[2]!, all, 'pdq').picture).toBe('p11');
  });
});
