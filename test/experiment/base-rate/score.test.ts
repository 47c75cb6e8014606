/** Base-rate metrics of rows that can be counted by hand. */

import { describe, expect, test } from 'vitest';
import { BaseRateMetrics } from '../../../src/experiment/base-rate/metrics.ts';
import { baseRateMetrics } from '../../../src/experiment/base-rate/score.ts';
import { ScoreDriftMetrics } from '../../../src/experiment/score-drift/metrics.ts';
import { decodeSet, largeExact, largeFast, scoreDriftMetrics } from '../../../src/experiment/score-drift/score.ts';
import { setFacts } from '../../../src/harness/edit-preset.ts';
import { check } from '../../../src/schema/check.ts';
import type { ScoreRow } from '../../../src/schema/scored.ts';
import { baseRateRows, scoredRow, scorerRow, smallBaseRate, smallDrift } from '../../harness/scoring/rows.ts';

const facts = { dataset: { name: 'test', sha256: 'a'.repeat(64) }, notes: ['A note.'] };

describe('base rate', () => {
  const metrics = baseRateMetrics(baseRateRows, { experiment: smallBaseRate, ...facts });
  const [drawing, sum] = metrics.classifiers[0]!.alarms as [
    BaseRateMetrics['classifiers'][0]['alarms'][0],
    BaseRateMetrics['classifiers'][0]['alarms'][0],
  ];

  test('is what its schema says, with the note first among its limits', () => {
    expect(check(BaseRateMetrics, JSON.parse(JSON.stringify(metrics)), 'metrics')).toEqual(metrics);
    expect(metrics.limits[0]).toBe('A note.');
    expect(metrics.dataset).toMatchObject({
      pictures: 50,
      groups: 50,
      edited: 4,
      refused: [{ picture: 'broken.png' }],
    });
  });

  test('innocent for an alarm is what it is not right about; scores of several labels add up', () => {
    expect(drawing.innocents).toEqual({ pictures: 40, groups: 40 });
    expect(sum.innocents).toEqual({ pictures: 50, groups: 50 });
    expect(drawing.fpr.map(({ k, n }) => [k, n])).toEqual([
      [1, 40],
      [0, 40],
    ]);
    expect(sum.fpr.map(({ k, n }) => [k, n])).toEqual([
      [3, 50],
      [1, 50],
    ]);
  });

  test('by topic and kind, small topics together; after an edit beside the same pictures', () => {
    const slices = sum.slices.map(({ by, name, rates }) => [by, name, rates[0]!.k, rates[0]!.n]);
    expect(slices).toEqual([
      ['topic', 'scene', 0, 30],
      ['topic', 'topics of fewer than 20', 3, 20],
      ['kind', 'single', 3, 50],
    ]);
    expect(sum.edited).toMatchObject([
      { transform: 'flip(axis=0)', rates: [{ k: 2, n: 4 }, { k: 0 }], unedited: [{ k: 0, n: 4 }, { k: 0 }] },
    ]);
  });

  test('the detection rate is measured where the alarm has topics, else assumed; PPV by Bayes’ rule', () => {
    expect(drawing.points[0]).toMatchObject({ tpr: { k: 8, n: 10 }, fpr: { k: 1, n: 40 } });
    expect(drawing.points[0]!.ppv[1]!.estimate).toBeCloseTo(0.8 / (0.8 + 1 / 40), 9);
    expect(sum.points[0]!.tpr).toEqual({ assumed: 0.8 });
    expect(sum.points[0]!.ppv[0]!.estimate).toBeCloseTo((3.8e-5 * 0.8) / (3.8e-5 * 0.8 + (1 - 3.8e-5) * 0.06), 9);
  });

  test('a wanted PPV: never certified by 25 pictures at 3.8e-5, and said how many it would take', () => {
    const rare = sum.wanted.filter(({ prevalence }) => prevalence < 0.01);
    expect(rare.map(({ certified }) => certified)).toEqual([false, false]);
    const needed = (3.8e-5 * 0.8) / (1 - 3.8e-5);
    expect(rare[0]!.neededFpr).toBeCloseTo(needed, 12);
    expect(rare[0]!.toCertify).toBe(Math.ceil(Math.log(0.05) / Math.log1p(-needed)));
    // The score lies above all innocents of one half of the groups, so that the other half may still exceed it.
    for (const each of sum.wanted) expect(each.fpr.n).toBe(25);
  });

  test('at a prevalence of a half, a clean detector is certified by enough pictures', () => {
    const many: ScoreRow[] = [
      scorerRow(),
      ...Array.from({ length: 400 }, (_, i) => scoredRow(`i${i}`, { drawing: 0.001 * (i % 90) })),
      ...Array.from({ length: 400 }, (_, i) => scoredRow(`d${i}`, { drawing: 0.95 }, { topic: 'drawing' })),
    ];
    const { alarms } = baseRateMetrics(many, { experiment: smallBaseRate, ...facts }).classifiers[0]!;
    const wanted = alarms[0]!.wanted.filter(({ prevalence }) => prevalence === 0.5);
    expect(wanted.map(({ precision, certified }) => [precision, certified])).toEqual([
      [0.5, true],
      [0.99, false],
    ]);
    expect(alarms[0]!.tail.fit).not.toBeNull();
    expect(alarms[0]!.tail.fit!.points.some(({ beyond }) => beyond)).toBe(true);
  });

  test('the claimed accuracy is read in three ways; a service is counted for', () => {
    const readings = metrics.accuracy.readings;
    expect(readings.map(({ fpr }) => Number(fpr.toPrecision(2)))).toEqual([9.9e-4, 1e-3, 3.0e-8]);
    expect(metrics.volume.rows[0]).toMatchObject({ perBillion: 1_000_000, measured: null });
    expect(metrics.volume.rows.at(-1)!.measured).toMatchObject({ alarm: 'Drawing', threshold: 0.9 });
  });

  test('of nothing, numbers stay numbers', () => {
    const empty = baseRateMetrics([scorerRow()], { experiment: smallBaseRate, ...facts });
    expect(check(BaseRateMetrics, JSON.parse(JSON.stringify(empty)), 'metrics')).toEqual(empty);
  });
});

describe('score drift', () => {
  const small = { set: 'small' };
  const rows: ScoreRow[] = [
    scorerRow(),
    ...Array.from({ length: 8 }, (_, i) => [
      scoredRow(`p${i}`, { sexy: 0.4 }, small),
      // Half of them cross the threshold.
      scoredRow(`p${i}`, { sexy: i < 4 ? 0.6 : 0.4 }, { ...small, transform: 'jpeg(quality=30)' }),
      scoredRow(
        `p${i}`,
        { sexy: 0.4 },
        i === 0
          ? { ...small, transform: 'flip(axis=0)', outcome: { state: 'failed', error: 'x' } }
          : { ...small, transform: 'flip(axis=0)' },
      ),
      scoredRow(`p${i}`, { sexy: 0.7 }, { set: decodeSet }),
      scoredRow(`p${i}`, { sexy: 0.1 }, { set: decodeSet, transform: largeExact }),
      scoredRow(`p${i}`, { sexy: 0.2 }, { set: decodeSet, transform: largeFast }),
    ]).flat(),
  ];
  const metrics = scoreDriftMetrics(rows, { experiment: smallDrift, sets: setFacts(smallDrift), ...facts });
  const [edits, ways] = metrics.sets as [ScoreDriftMetrics['sets'][0], ScoreDriftMetrics['sets'][0]];

  test('is what its schema says, and names decoder and kernel', () => {
    expect(check(ScoreDriftMetrics, JSON.parse(JSON.stringify(metrics)), 'metrics')).toEqual(metrics);
    expect(metrics.limits.join(' ')).toContain('area-bilinear-1 224 px');
    expect(metrics.alarms[0]!.raised).toMatchObject({ k: 8, n: 8 });
  });

  test('mean, spread, 95th percentile and flips of each edit', () => {
    const [jpeg, flip] = edits.drifts as [
      ScoreDriftMetrics['sets'][0]['drifts'][0],
      ScoreDriftMetrics['sets'][0]['drifts'][0],
    ];
    expect(jpeg).toMatchObject({ title: 'jpeg30', pictures: 8, failed: 0 });
    expect(jpeg.distance.mean!.estimate).toBeCloseTo(0.1, 9);
    expect(jpeg.alarms[0]!.mean!.estimate).toBeCloseTo(0.1, 9);
    expect(jpeg.alarms[0]!.sd).toBeCloseTo(Math.sqrt((8 * 0.01) / 7), 9);
    expect(jpeg.alarms[0]).toMatchObject({ flips: { k: 4, n: 8 }, raised: 4, atRisk: 4 });
    expect(flip).toMatchObject({ pictures: 7, failed: 1 });
    expect(flip.alarms[0]).toMatchObject({ flips: { k: 0, n: 7 } });
  });

  test('the fast decoder is compared with the exact one on the same file, not with the picture as stored', () => {
    const drift = (name: string) => ways.drifts.find(({ edit }) => edit === name)!;
    expect(drift(largeExact).alarms[0]!.mean!.estimate).toBeCloseTo(-0.6, 9);
    expect(drift(largeFast).alarms[0]!.mean!.estimate).toBeCloseTo(0.1, 9);
  });

  test('rows without a network are refused', () => {
    expect(() => scoreDriftMetrics([], { experiment: smallDrift, sets: setFacts(smallDrift), ...facts })).toThrow(
      'does not say which network',
    );
  });
});
