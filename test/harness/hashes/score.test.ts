/** Scores of benchmarks on rows made by hand. */

import { describe, expect, test } from 'vitest';
import type { CopyDetection } from '../../../src/experiment/copy-detection/experiment.ts';
import type { CopyDetectionMetrics, SetMetrics } from '../../../src/experiment/copy-detection/metrics.ts';
import { checkFalsePositiveTail } from '../../../src/experiment/false-positive-tail/kind.ts';
import { sizePlot } from '../../../src/experiment/false-positive-tail/plots.ts';
import { tailAnswer, tailParts } from '../../../src/experiment/false-positive-tail/report.ts';
import { measuredSizes } from '../../../src/experiment/false-positive-tail/score.ts';
import { sizeCell } from '../../../src/experiment/false-positive-tail/tables.ts';
import { exactHashes } from '../../../src/hash/exact-hashes.ts';
import { incompleteBeta } from '../../../src/metric/special.ts';
import type { HashedRow } from '../../../src/schema/hashed.ts';
import { float32Text } from '../../../src/util/float32.ts';
import { toHex } from '../../../src/util/hex.ts';
import { normalVariate } from '../../../src/util/normal.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { copies, copyMetricsOf, hexOf, randomRows, row, tail, tailMetricsOf } from './rows.ts';

const jpeg = 'jpeg(quality=30)';

function scored(rows: readonly HashedRow[], change: Partial<CopyDetection> = {}): SetMetrics {
  const experiment = { ...copies, hashes: ['dhash'], ...change };
  const metrics = copyMetricsOf(rows, experiment);
  return metrics.hashes[0]!.sets[0]!;
}

/** Four pictures far from each other: 0, 16, 32 and 48 ones on. Two a split. */
const far = (['calibration', 'evaluation', 'calibration', 'evaluation'] as const).flatMap((part, i) => [
  row(`p${i}`, part, 'none', hexOf(64, 16 * i, 16)),
  row(`p${i}`, part, jpeg, hexOf(64, 16 * i, 14)),
]);

describe('copy detection', () => {
  test('the right original is one’s own, the wrong one the nearest of the others', () => {
    const { asPublished, corrected, unrelated, edits } = scored(far);
    expect(edits[0]).toMatchObject({ meanBits: 2, maxBits: 2 });
    expect(unrelated).toMatchObject({ pairs: 6, meanBits: 32, minBits: 32, oddShare: 0 });
    expect(asPublished).toMatchObject({ threshold: 2, precision: 1, recall: { k: 4, n: 4 } });
    expect(corrected).toMatchObject({ threshold: 2, originals: 2, recall: { k: 2, n: 2 }, precision: { k: 2, n: 2 } });
  });

  test('pictures of one group are neither right nor wrong, nor an unrelated pair', () => {
    const twin = [
      row('p4', 'evaluation', 'none', hexOf(64, 16, 15), { group: 'p1' }),
      row('p4', 'evaluation', jpeg, hexOf(64, 16, 13), { group: 'p1' }),
    ];
    const { unrelated, corrected } = scored([...far, ...twin]);
    expect(unrelated.pairs).toBe(6);
    expect(corrected.precision).toMatchObject({ k: 3, n: 3 });
    // Without the group the twin is a wrong original, 1 bit from p1's copy; its own copy is 3 bits from p1.
    const strangers = [...far, ...twin.map((each) => ({ ...each, group: 'p4' }))];
    expect(scored(strangers).corrected.precision).toMatchObject({ k: 3, n: 4 });
  });

  test('the corrected threshold does not see the evaluation half, nor compare with it', () => {
    // An evaluation picture equal to a calibration one: wrong in the whole, unknown to either half.
    const double = [
      ...far,
      row('p5', 'evaluation', 'none', hexOf(64, 0, 16)),
      row('p5', 'evaluation', jpeg, hexOf(64, 0, 14)),
    ];
    const { asPublished, corrected } = scored(double);
    expect(asPublished).toMatchObject({ threshold: -1, recall: { k: 0, n: 5 } });
    expect(corrected).toMatchObject({ threshold: 2, recall: { k: 3, n: 3 }, precision: { k: 3, n: 3 } });
  });

  test('runs A2: refused renderings are misses, and failed ones of old runs are only counted', () => {
    const rows = [
      ...far.slice(0, 6),
      row('p3', 'evaluation', 'none', hexOf(64, 48, 16)),
      row('p3', 'evaluation', jpeg, undefined),
    ];
    expect(scored(rows)).toMatchObject({ copies: 4, refused: 1, corrected: { recall: { k: 1, n: 2 } } });
    const failed = row('p3', 'evaluation', jpeg, undefined, { outcome: { state: 'failed', error: 'no reason' } });
    expect(scored([...rows.slice(0, -1), failed])).toMatchObject({
      copies: 3,
      failed: 1,
      corrected: { recall: { k: 1, n: 1 } },
    });
  });

  test('under the authors’ policy a hash of low quality matches nothing', () => {
    const rows = ['p0', 'p1', 'p2', 'p3'].flatMap((picture, i) =>
      ['none', jpeg].map((transform) =>
        row(picture, i % 2 ? 'evaluation' : 'calibration', transform, hexOf(256, 64 * i, 64), {
          hash: 'pdq',
          quality: i === 1 ? 49 : 50,
        }),
      ),
    );
    expect(scored(rows, { hashes: ['pdq'] }).atAuthors!.recall).toMatchObject({ k: 2, n: 2 });
    const refused = scored(rows, { hashes: ['pdq'], quality: 'authors' });
    expect(refused).toMatchObject({ belowQuality: 2, originals: 3, atAuthors: { recall: { k: 1, n: 2 } } });
  });

  test('random hashes: thresholds from calibration, recall near certain for few flips and none for many', () => {
    const experiment = { ...copies, hashes: ['pdq'] };
    const metrics = copyMetricsOf(randomRows(experiment, 120), experiment);
    const { edits, atPairFpr, unrelated } = (metrics as CopyDetectionMetrics).hashes[0]!.sets[0]!;
    expect(edits[0]!.corrected).toMatchObject({ k: 60, n: 60 });
    expect(edits[0]!.auc!.estimate).toBe(1);
    expect(edits[0]!.eer!.rate).toBe(0);
    expect(atPairFpr[0]!.calibration.k / atPairFpr[0]!.calibration.n).toBeLessThanOrEqual(0.01);
    expect(Math.abs(unrelated.effectiveBits! - 256)).toBeLessThan(30);
  });
});

describe('false-positive tail', () => {
  test('lists are measured at 1, 2 and 5 of every decade, at a tenth, and whole', () => {
    expect(measuredSizes(1560)).toEqual([100, 156, 200, 500, 1000, 1560]);
    expect(measuredSizes(30)).toEqual([3, 30]);
  });

  test('matches grow with the list, and every rate says what it is', () => {
    const metrics = tailMetricsOf(randomRows(tail, 2000), tail);
    const dhash = metrics.hashes.find(({ name }) => name === 'dhash')!;
    const loose = dhash.thresholds.find(({ bits }) => bits === 12)!;
    expect(dhash.thresholds.map(({ bits, authors }) => [bits, authors])).toEqual([
      [10, true],
      [12, false],
    ]);
    const measured = loose.rows.flatMap((each) => (each.status === 'measured' ? [each.rate.k] : []));
    expect(measured).toEqual([...measured].sort((a, b) => a - b));
    expect(loose.rows.filter(({ status }) => status === 'extrapolated').map(({ size }) => size)).toEqual([1e4, 1e5]);
    expect(loose.rows.find(({ size }) => size === 1e6)).toMatchObject({ status: 'not supported' });
    // Random bits: effective bits are right, so the prediction from a tenth is not refuted.
    expect(loose.check).toMatchObject({ from: 150, size: 1500, byEffectiveBits: { verdict: 'agrees' } });
    expect(Math.abs(dhash.unrelated.effectiveBits! - 64)).toBeLessThan(2);
  });

  test('Euclidean distances on a sphere: extreme values are near the truth two decades beyond the list', () => {
    const dimensions = 16;
    const threshold = 0.55;
    const vector = { distance: 'l2', threshold, step: 0.001, dimensions } as const;
    const digest = 'ab'.repeat(32);
    const sphere = {
      name: 'sphere',
      kind: 'network',
      file: 'sphere.yaml',
      bits: 64,
      threshold: 8,
      minQuality: 0,
      vector,
      sha256: digest,
    } as const;
    const rng = seededRng(3, 'sphere');
    const point = (): string => {
      const numbers = Array.from({ length: dimensions }, () => normalVariate(rng));
      const norm = Math.hypot(...numbers);
      return float32Text(numbers.map((each) => each / norm));
    };
    const rows = Array.from({ length: 3000 }, (_, i) =>
      row(`p${i}`, i % 4 === 0 ? 'query' : 'list', 'none', undefined, {
        outcome: { state: 'hashed', hashes: { sphere: { hex: '00'.repeat(8), quality: 100, vector: point() } } },
      }),
    );
    const metrics = tailMetricsOf(rows, { ...tail, hashes: ['sphere'], detectors: [sphere], thresholds: {} });
    const [hash] = metrics.hashes;
    const [at] = hash!.thresholds;
    // P(distance <= t) = P(cosine >= 1 - t² / 2), whose square has a beta distribution.
    const cosine = 1 - threshold ** 2 / 2;
    const perEntry = incompleteBeta(1 - cosine ** 2, (dimensions - 1) / 2, 0.5) / 2;
    expect(hash!.unrelated.effectiveBits).toBeNull();
    expect(at!.check).toMatchObject({ byEffectiveBits: null });
    const beyond = at!.rows.flatMap((each) => (each.status === 'extrapolated' ? [each] : []));
    expect(beyond.map(({ size }) => size)).toEqual([1e4, 1e5]);
    for (const { size, byEffectiveBits, byExtremeValue, tailDecades } of beyond) {
      const truth = 1 - (1 - perEntry) ** size;
      expect([byEffectiveBits, tailDecades.effectiveBits]).toEqual([null, null]);
      expect(byExtremeValue.low).toBeLessThan(truth);
      expect(byExtremeValue.high).toBeGreaterThan(truth);
      expect(byExtremeValue.estimate / truth).toBeGreaterThan(0.2);
      expect(byExtremeValue.estimate / truth).toBeLessThan(5);
    }
    const { csv } = tailParts(metrics);
    expect(csv!['list-sizes.csv']).toMatch(/extrapolated by extreme values/);
    expect(csv!['list-sizes.csv']).not.toMatch(/extrapolated by effective bits/);
    expect(sizePlot(hash!)).toMatch(/extrapolated by extreme values/);
    expect(
      tailAnswer(metrics)
        .map(({ text }) => text)
        .join(),
    ).not.toMatch(/0 of 0|undefined/);
  });

  test('an exact hash: no file is near another, a rate beyond the list holds by construction, an equal picture matches', () => {
    const experiment = checkFalsePositiveTail(
      { ...tail, dataset: { name: 'pictures' }, hashes: ['md5'], thresholds: {} },
      'Test experiment',
    );
    const digest = (i: number): string => toHex(exactHashes.md5.hash(new TextEncoder().encode(`picture ${i}`)));
    const rows = Array.from({ length: 1200 }, (_, i) =>
      row(`p${i}`, i % 4 ? 'list' : 'query', 'none', digest(i), { hash: 'md5', set: 'none' }),
    );
    const [md5] = tailMetricsOf(rows, experiment).hashes;
    expect(md5).toMatchObject({ bits: 128, authorsThreshold: 0 });
    expect(md5!.unrelated.effectiveBits).toBeGreaterThan(120);
    expect(md5!.unrelated.effectiveBits).toBeLessThan(136);
    const [equal] = md5!.thresholds;
    expect(equal!.rows.find(({ size }) => size === 900)).toMatchObject({ status: 'measured', rate: { k: 0, n: 300 } });
    const beyond = equal!.rows.find(({ size }) => size === 10_000)!;
    const { estimate } = beyond.status === 'extrapolated' ? beyond.byExtremeValue : { estimate: 0 };
    expect(estimate / (10_000 * 2 ** -128)).toBeCloseTo(1, 3);
    expect(sizeCell(beyond)).toMatchObject({ main: '2.9·10⁻³⁵', small: ['by construction'] });

    const [doubled] = tailMetricsOf(
      [...rows, row('again', 'query', 'none', digest(1), { hash: 'md5' })],
      experiment,
    ).hashes;
    expect(doubled!.thresholds[0]!.rows.find(({ size }) => size === 900)).toMatchObject({ rate: { k: 1, n: 301 } });

    const refused = (change: object) => () => checkFalsePositiveTail({ ...experiment, ...change }, 'File');
    expect(refused({ thresholds: { md5: [3] } })).toThrow(
      'File at /thresholds/md5: only equal files match under md5, so that its one threshold is 0; leave it out',
    );
    expect(refused({ dataset: { name: 'miniatures', pictures: 100 } })).toThrow(
      'File at /hashes: md5 compares the bytes of files, and miniatures are drawn and are no files',
    );
  });

  test('a query equal to an entry matches at every size that holds the entry', () => {
    const rows = randomRows({ ...tail, hashes: ['dhash'] }, 400);
    const entry = rows.find(({ part }) => part === 'list')!;
    const query = rows.find(({ part }) => part === 'query')!;
    const changed = rows.map((each) => (each === query ? { ...each, outcome: entry.outcome } : each));
    const experiment = { ...tail, hashes: ['dhash'] };
    const metrics = tailMetricsOf(changed, experiment);
    const whole = metrics.hashes[0]!.thresholds[0]!.rows.findLast(({ status }) => status === 'measured');
    expect(whole).toMatchObject({ size: 300, rate: { k: 1, n: 100 } });
  });
});
