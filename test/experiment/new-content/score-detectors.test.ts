/** From match and classify rows to thresholds and to what the detectors do. */

import { describe, expect, test } from 'vitest';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import { classify, match, subject, subjects } from '../../harness/scenario/rows.ts';
import { tiny } from '../../harness/tiny.ts';
import { calibrationIn, classifierMetricsOf, hashMetricsOf } from '../tradeoff/counted.ts';

const detector = { classifier: tiny.messages.classifier, label: 1 };

describe('thresholds', () => {
  // 20 calibration negatives at 5, 15, 25 …; one may be flagged at a target of 0.05.
  const calibration = subjects('innocent', 'calibration', 20);
  const rows: TradeoffRow[] = [
    ...calibration.map((each, i) => match(each, 5 + 10 * i)),
    ...calibration.map((each, i) => classify(each, i / 20)),
  ];

  test('the largest that calibration bears, capped at the authors’ for strategies', () => {
    expect(calibrationIn(rows).hashThreshold(tiny, 'pdq', false)).toMatchObject({
      bits: 14,
      calibrationFpr: { k: 1, n: 20 },
    });
    const far = calibration.map((each, i) => match(each, 100 + i));
    expect(calibrationIn(far).hashThreshold(tiny, 'pdq', true)).toMatchObject({
      bits: 31,
      calibrationFpr: { k: 0, n: 20 },
    });
    expect(calibrationIn(far).hashThreshold(tiny, 'pdq', false).bits).toBe(100);
    const { score, calibrationFpr } = calibrationIn(rows, [detector]).classifierThreshold(tiny, detector);
    expect(score).toBeGreaterThan(18 / 20);
    expect(score).toBeLessThanOrEqual(19 / 20);
    expect(calibrationFpr).toMatchObject({ k: 1, n: 20 });
  });

  test('nothing but innocent calibration pictures, unedited and under the same hash, has a say', () => {
    const others: TradeoffRow[] = [
      ...subjects('innocent', 'evaluation', 30).flatMap((each) => [match(each, 0), classify(each, 1)]),
      ...(['listed', 'near', 'new'] as const).flatMap((content) =>
        (['calibration', 'evaluation'] as const).flatMap((split) =>
          subjects(content, split, 5).flatMap((each) => [match(each, 0, { ownBits: 0 }), classify(each, 1)]),
        ),
      ),
      ...calibration.map((each) => match(each, 0, { transform: 'flip' })),
      ...calibration.map((each) => classify(each, 1, { transform: 'flip' })),
      ...calibration.map((each) => match(each, 0, { hash: 'dhash' })),
    ];
    for (const capped of [true, false])
      expect(calibrationIn([...others, ...rows]).hashThreshold(tiny, 'pdq', capped)).toEqual(
        calibrationIn(rows).hashThreshold(tiny, 'pdq', capped),
      );
    expect(calibrationIn([...others, ...rows], [detector]).classifierThreshold(tiny, detector)).toEqual(
      calibrationIn(rows, [detector]).classifierThreshold(tiny, detector),
    );
  });

  test('runs A2: a refused calibration picture never matches and still counts; a failed one, of an old run, does not count', () => {
    const extra = subjects('innocent', 'calibration', 22).slice(20);
    const more = [
      ...rows,
      match(extra[0]!, 'too flat'),
      match(extra[1]!, 0, { outcome: { state: 'failed', error: 'bug' } }),
    ];
    expect(calibrationIn(more).hashThreshold(tiny, 'pdq', false)).toMatchObject({
      bits: 14,
      calibrationFpr: { k: 1, n: 21 },
    });
  });

  test('without calibration negatives nothing matches', () => {
    expect(calibrationIn([]).hashThreshold(tiny, 'pdq', true)).toMatchObject({
      bits: -1,
      calibrationFpr: { n: 0, estimate: null },
    });
    expect(calibrationIn([], [detector]).classifierThreshold(tiny, detector).score).toBeGreaterThan(1);
  });
});

describe('hashes', () => {
  const rows: TradeoffRow[] = [
    // All calibration negatives at 50, so the threshold is 49.
    ...subjects('innocent', 'calibration', 40).map((each) => match(each, 50)),
    // Evaluation negatives: 3 of 10 within 49 bits, 1 of them at the authors' 31.
    ...subjects('innocent', 'evaluation', 10).map((each, i) => match(each, [31, 40, 45][i] ?? 100)),
    // Listed, as sent: all at 0. Flipped: 10, 40, refused, failed.
    ...subjects('listed', 'evaluation', 4).map((each) => match(each, 0, { ownBits: 0 })),
    match(subject('listed', 'evaluation', 0), 10, { transform: 'flip', ownBits: 10 }),
    match(subject('listed', 'evaluation', 1), 40, { transform: 'flip', ownBits: 60 }),
    match(subject('listed', 'evaluation', 2), 'too flat', { transform: 'flip' }),
    match(subject('listed', 'evaluation', 3), 0, { transform: 'flip', outcome: { state: 'failed', error: 'bug' } }),
  ];
  const metrics = hashMetricsOf(rows, tiny, 'pdq');

  test('k of n at both thresholds', () => {
    expect(metrics.threshold).toMatchObject({ bits: 49, calibrationFpr: { k: 0, n: 40 } });
    expect(metrics).toMatchObject({ authorsThreshold: 31, positives: 7, negatives: 10, refused: 1, failed: 1 });
    expect(metrics.fpr).toMatchObject({ k: 3, n: 10, clusters: 10 });
    expect(metrics.fprAtAuthors).toMatchObject({ k: 1, n: 10 });
  });

  test('runs A2: refused pictures are misses, failed ones of old runs are left out, as they are of strategies', () => {
    const [asSent, flip] = metrics.recall;
    expect(asSent).toMatchObject({
      transform: 'none',
      calibrated: { k: 4, n: 4 },
      atAuthors: { k: 4, n: 4 },
      meanOwnBits: 0,
    });
    expect(flip).toMatchObject({
      transform: 'flip',
      calibrated: { k: 2, n: 3 },
      atAuthors: { k: 1, n: 3 },
      meanOwnBits: 35,
    });
  });

  test('the edits of one picture are one cluster', () => {
    expect(metrics.tprAtFpr.map(({ tpr }) => [tpr.n, tpr.clusters])).toEqual([
      [7, 4],
      [7, 4],
      [7, 4],
    ]);
  });

  test('detection rates at quoted false-positive rates use the threshold that meets them on calibration', () => {
    // On evaluation 31 bits would already be too far for 0.1 %; thresholds are not chosen there.
    expect(metrics.tprAtFpr.map(({ fpr, threshold, tpr }) => [fpr, threshold, tpr.k])).toEqual([
      [0.001, 49, 6],
      [0.01, 49, 6],
      [0.1, 49, 6],
    ]);
  });

  test('beside each stands what its threshold really keeps on calibration', () => {
    expect(metrics.tprAtFpr.map(({ calibrationFpr }) => [calibrationFpr!.k, calibrationFpr!.n])).toEqual([
      [0, 40],
      [0, 40],
      [0, 40],
    ]);
    expect(metrics.threshold.rule, 'one of 40 is 2.5 %').toContain('(0 of 40 negatives');
  });

  test('calibration pictures and other content are not scored', () => {
    const others = [
      ...subjects('listed', 'calibration', 9).map((each) => match(each, 0, { ownBits: 0 })),
      ...subjects('near', 'evaluation', 9).map((each) => match(each, 0)),
      ...subjects('new', 'evaluation', 9).map((each) => match(each, 0)),
      ...subjects('innocent', 'evaluation', 9).map((each) => match(each, 0, { hash: 'dhash' })),
    ];
    expect(hashMetricsOf([...rows, ...others], tiny, 'pdq')).toEqual(metrics);
  });

  test('a listed picture whose original has no entry says nothing about the distance to it', () => {
    const orphan = match(subject('listed', 'evaluation', 9), 70, { transform: 'flip' });
    const flip = hashMetricsOf([...rows, orphan], tiny, 'pdq').recall.find(({ transform }) => transform === 'flip')!;
    expect(flip).toMatchObject({ meanOwnBits: 35, calibrated: { k: 2, n: 4 } });
  });

  test('a perfect hash has an area of 1, a blind one of 0.5', () => {
    const of = (listed: number, innocent: number) =>
      hashMetricsOf(
        [
          ...subjects('listed', 'evaluation', 6).map((each) => match(each, listed, { ownBits: listed })),
          ...subjects('innocent', 'evaluation', 6).map((each) => match(each, innocent)),
        ],
        tiny,
        'pdq',
      ).auc!.estimate;
    expect(of(0, 100)).toBe(1);
    expect(of(100, 0)).toBe(0);
    expect(of(7, 7)).toBe(0.5);
  });
});

describe('classifier', () => {
  const rows: TradeoffRow[] = [
    ...subjects('innocent', 'calibration', 20).map((each, i) => classify(each, i / 40)),
    ...subjects('innocent', 'evaluation', 8).map((each, i) => classify(each, i < 2 ? 0.9 : 0.1)),
    ...subjects('listed', 'evaluation', 3).map((each) => classify(each, 0.8)),
    ...subjects('near', 'evaluation', 2).map((each) => classify(each, 0.8)),
    ...subjects('new', 'evaluation', 4).map((each, i) => classify(each, i === 0 ? 0.1 : 0.8)),
  ];

  test('everything that is not innocent is a positive; evaluation as sent is scored', () => {
    const metrics = classifierMetricsOf(rows, tiny)!;
    expect(metrics).toMatchObject({ positives: 9, negatives: 8, fpr: { k: 2, n: 8 }, tpr: { k: 8, n: 9 } });
    const others = [
      ...subjects('listed', 'calibration', 5).map((each) => classify(each, 0)),
      ...subjects('listed', 'evaluation', 3).map((each) => classify(each, 0, { transform: 'flip' })),
    ];
    expect(classifierMetricsOf([...rows, ...others], tiny)).toEqual(metrics);
  });

  test('nothing classified: null', () => expect(classifierMetricsOf([], tiny)).toBeNull());
});
