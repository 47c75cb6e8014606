/** New-content metrics of rows in which every answer is set by hand. */
import { describe, expect, test } from 'vitest';
import {
  type AskedContent,
  type DetectorName,
  NewContentMetrics,
} from '../../../src/experiment/new-content/metrics.ts';
import { lookedRows, place } from '../../../src/experiment/new-content/run.ts';
import { newContentMetrics } from '../../../src/experiment/new-content/score.ts';
import { foldsOf, headPlan } from '../../../src/experiment/new-content/score-folds.ts';
import { check } from '../../../src/schema/check.ts';
import { newContentRows, smallNewContent } from '../../harness/scoring/rows.ts';

const facts = { experiment: smallNewContent, dataset: { name: 'test', sha256: 'a'.repeat(64) }, notes: [] };
const metrics = newContentMetrics(newContentRows, facts);
const looked = lookedRows(newContentRows);
const rate = (name: DetectorName, content: AskedContent) =>
  metrics.detectors.find((each) => each.name === name)!.rates.find((each) => each.content === content)!.rate;

test('is what its schema says, and the same twice', () => {
  expect(check(NewContentMetrics, JSON.parse(JSON.stringify(metrics)), 'metrics')).toEqual(metrics);
  expect(newContentMetrics(newContentRows, facts)).toEqual(metrics);
});

describe('folds', () => {
  const folds = foldsOf(looked, smallNewContent);

  test('the source held out is neither on the list nor in training, and new pictures are never listed', () => {
    for (const fold of folds) {
      expect(fold.list.length).toBe(14);
      expect(fold.list.every(({ source }) => source !== fold.held)).toBe(true);
      const { training, validation, asked } = headPlan(looked, fold, smallNewContent);
      const learnt = new Set([...training, ...validation].map(({ picture }) => picture));
      for (const picture of learnt) expect(picture[0]).not.toBe(fold.held[0]);
      expect(learnt.size).toBe(18);
      for (const { picture } of asked) expect(learnt.has(picture), picture).toBe(false);
      const parts = new Set(training.map(({ group }) => group));
      expect(validation.some(({ group }) => parts.has(group))).toBe(false);
      expect(fold.fresh.every(({ listed, source }) => !listed && source === fold.held)).toBe(true);
    }
  });

  test('every evaluation picture counts once: innocent ones in one fold, target content once as known and once as new', () => {
    const counted = folds.flatMap((fold) => [...fold.counted]);
    expect([counted.length, new Set(counted).size]).toEqual([20, 20]);
    const known = folds.flatMap((fold) => fold.known.map(({ picture, transform }) => `${transform} ${picture}`));
    expect(new Set(known).size).toBe(known.length);
    const fresh = folds.flatMap((fold) => fold.fresh.map(({ picture }) => picture)).sort();
    const again = folds
      .flatMap((fold) => fold.known.filter(({ listed }) => !listed).map(({ picture }) => picture))
      .sort();
    expect(fresh).toEqual(again);
  });

  test('the rest of a listed series is left out', () => {
    const series = looked.map((row) => (row.picture === 'd18' ? { ...row, group: 'd9' } : row));
    const pictures = foldsOf(series, smallNewContent).flatMap((fold) => [...fold.fresh, ...fold.known]);
    expect(pictures.some(({ picture }) => picture === 'd18')).toBe(false);
  });
});

describe('parts', () => {
  const pictures = Array.from({ length: 60 }, (_, i) => ({
    id: `p${String(i).padStart(2, '0')}`,
    location: '',
    topic: i < 20 ? 'drawing' : i < 40 ? 'chart' : 'scene',
    kind: 'single',
    group: i === 1 ? 'p00' : `p${String(i).padStart(2, '0')}`,
    sha256: '',
  }));

  test('whole groups, each source by itself; one picture of a listed series is listed', () => {
    const placed = place(pictures, smallNewContent);
    expect(placed).toHaveLength(60);
    expect(new Set(placed.filter(({ group }) => group === 'p00').map(({ part }) => part)).size).toBe(1);
    expect(placed.filter(({ listed, group }) => listed && group === 'p00').length).toBeLessThan(2);
    expect(placed.filter(({ source, part }) => source !== null && part === 'calibration')).toHaveLength(0);
    expect(placed.filter(({ source, part }) => source === null && part === 'calibration')).toHaveLength(6);
    for (const { part, source, listed, group } of placed)
      if (part === 'training' && source !== null && group !== 'p00') expect(listed).toBe(true);
    expect(place([...pictures].reverse(), smallNewContent)).toEqual(placed);
  });

  test('a source with too few groups is named; other labels are left out where innocents are named', () => {
    expect(() => place(pictures.slice(18), smallNewContent)).toThrow("the source 'drawing' but found 2");
    expect(() => place(pictures, { ...smallNewContent, innocent: ['none'] })).toThrow('innocent content but found 0');
  });
});

describe('detectors', () => {
  test('the list finds what is on it, near copies, and nothing new', () => {
    expect(rate('hash-authors', 'listed')).toMatchObject({ k: 12, n: 12 });
    // Of 12 edited pictures 6 are 2 bits away, 6 are 30.
    expect(rate('hash-authors', 'edited')).toMatchObject({ k: 6, n: 12 });
    expect(rate('hash-authors', 'new source')).toMatchObject({ k: 0, n: 12 });
  });

  test('the label finds drawings whether they are new or not', () => {
    expect(rate('label', 'known source')).toMatchObject({ k: 6, n: 12 });
    expect(rate('label', 'new source')).toMatchObject({ k: 6, n: 12 });
  });

  test('the head finds every known source and half of the one held out', () => {
    expect(rate('head', 'known source')).toMatchObject({ k: 12, n: 12, clusters: 2 });
    expect(rate('head', 'new source')).toMatchObject({ k: 6, n: 12, clusters: 2 });
    const { newness } = metrics.detectors.find(({ name }) => name === 'head')!;
    expect(newness).toMatchObject({ n: 12, onlyFirst: 0, onlySecond: 6, estimate: -0.5 });
    expect(newness.mcnemar).toBeCloseTo(2 * 0.5 ** 6, 12);
  });

  test('operating points: one of ten calibration pictures may be flagged, on evaluation more may be', () => {
    for (const { name, operating } of metrics.detectors)
      for (const { calibration } of operating) {
        expect(calibration.n, name).toBe(10);
        expect(calibration.k, name).toBeLessThanOrEqual(1);
      }
    // Heads score the innocent ones by number: all 20 of the evaluation lie above those of calibration.
    expect(rate('head', 'innocent')).toMatchObject({ k: 20, n: 20 });
    expect(rate('hash-authors', 'innocent')).toMatchObject({ k: 0, n: 20 });
  });

  test('either finds all that one of them finds at its point; then-head finds what the hash leaves', () => {
    expect(rate('hash-or-head', 'edited').k).toBe(12);
    expect(rate('cascade', 'edited').k).toBe(12);
    expect(rate('cascade', 'listed').k).toBe(12);
    expect(rate('hash-and-head', 'new source').k).toBeLessThanOrEqual(6);
  });

  test('pairs are the same pictures under both', () => {
    const pair = metrics.pairs.find(({ first, second }) => first === 'head' && second === 'hash')!;
    for (const { content, difference } of pair.differences) expect(difference.n, content).toBe(rate('head', content).n);
  });
});

test('curves: a listed picture ranks before all innocents; a hash knows nothing of new ones', () => {
  const curve = (detector: DetectorName, content: AskedContent) =>
    metrics.curves.find((each) => each.detector === detector && each.content === content)!;
  expect(curve('hash', 'listed').auc!.estimate).toBe(1);
  expect(Math.abs(curve('hash', 'new source').auc!.estimate - 0.5)).toBeLessThan(0.35);
  expect(curve('head', 'known source').points).toEqual([
    { fpr: 0, tpr: 1 },
    { fpr: 1, tpr: 1 },
  ]);
  for (const { points } of metrics.curves)
    for (let i = 1; i < points.length; i++) {
      expect(points[i]!.fpr).toBeGreaterThan(points[i - 1]!.fpr);
      expect(points[i]!.tpr).toBeGreaterThanOrEqual(points[i - 1]!.tpr);
    }
});

test('a run of nothing has metrics all the same', () => {
  const empty = newContentMetrics(newContentRows.slice(0, 1), facts);
  expect(check(NewContentMetrics, JSON.parse(JSON.stringify(empty)), 'metrics')).toEqual(empty);
});
