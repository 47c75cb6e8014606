/** Metrics are rounded when they are written down; what decides is not. */

import { describe, expect, test } from 'vitest';
import { lookedRows } from '../../src/experiment/new-content/run.ts';
import { newContentMetrics } from '../../src/experiment/new-content/score.ts';
import { detectorsOf, sightsOf } from '../../src/experiment/new-content/score-detectors.ts';
import { foldsOf } from '../../src/experiment/new-content/score-folds.ts';
import { metricsOf } from '../../src/experiment/tradeoff/score.ts';
import { membershipRoc } from '../../src/metric/membership-roc.ts';
import { chooseScoreThreshold } from '../../src/metric/operating-point.ts';
import { justAbove, rocOfScores } from '../../src/metric/roc.ts';
import { rounded } from '../../src/score/rounded.ts';
import { scoreOf } from '../../src/score/thresholds.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { seededRng } from '../../src/util/rng.ts';
import { calibrationIn, classifierMetricsOf, counted } from '../experiment/tradeoff/counted.ts';
import { classify, match, subjects } from '../harness/scenario/rows.ts';
import { newContentRows, smallNewContent } from '../harness/scoring/rows.ts';
import { experimentWith } from '../harness/tiny.ts';

const detector = { classifier: experimentWith({}).messages.classifier, label: 1 };
const written = <T>(value: T): T => JSON.parse(JSON.stringify(rounded(value))) as T;
const at = (scores: readonly number[], threshold: number): number => scores.filter((each) => each >= threshold).length;

describe('audit E9: a published threshold decides as the computed one', () => {
  test('ten digits would flag the score that it lies just above', () => {
    const score = 0.8339019417762756;
    const threshold = justAbove(score);
    expect(Number(threshold.toPrecision(10)), 'the fault').not.toBe(threshold);
    expect(written({ score: threshold, other: threshold }), 'the fault').toEqual({
      score: threshold,
      other: Number(threshold.toPrecision(10)),
    });
    expect(score >= written({ threshold }).threshold).toBe(false);
    expect(written({ thresholds: [threshold], at: [{ threshold: { score: threshold, rate: 1 / 3 } }] })).toEqual({
      thresholds: [threshold],
      at: [{ threshold: { score: threshold, rate: 0.3333333333 } }],
    });
  });

  test('of the classifier, for any scores: as many calibration negatives as the rule says, and the same pictures', () => {
    for (let seed = 0; seed < 9; seed++) {
      const rng = seededRng(seed, 'scores');
      const experiment = experimentWith({
        grid: { hash: ['pdq'], strategy: ['e2ee', 'client-classifier'] },
        messages: { secondHash: 'pdq' },
        operatingPoint: { targetFpr: [0.001, 0.02, 0.1][seed % 3]! },
      });
      // As a network gives them: single precision.
      const score = (): number => Math.fround(rng.next());
      const rows = [
        ...subjects('innocent', 'calibration', 40),
        ...subjects('innocent', 'evaluation', 40),
        ...subjects('listed', 'evaluation', 5),
      ].flatMap((each) => [classify(each, score()), match(each, 100)]);
      const metrics = JSON.parse(
        JSON.stringify(
          metricsOf(counted(rows, experiment), {
            experiment,
            dataset: { name: 'made up', sha256: sha256Hex('') },
            listEntries: 1,
            listBytes: 1,
            notes: [],
          }),
        ),
      ) as ReturnType<typeof metricsOf>;
      const computed = calibrationIn(rows, [detector]).classifierThreshold(experiment, detector);
      const { threshold, roc, fpr } = metrics.classifier!;
      expect(threshold.score).toBe(computed.score);
      const scores = (split: 'calibration' | 'evaluation') =>
        rows.flatMap((row) =>
          row.row === 'classify' && row.content === 'innocent' && row.split === split ? [scoreOf(row, 1)] : [],
        );
      expect(at(scores('calibration'), threshold.score)).toBe(threshold.calibrationFpr.k);
      expect(at(scores('evaluation'), threshold.score)).toBe(fpr.k);
      for (const point of roc) expect(at(scores('evaluation'), point.threshold)).toBe(Math.round(point.fpr * 40));
      // What a reader copies from the words decides the same.
      const said = metrics.strategies.find(({ name }) => name === 'client-classifier')!.operatingPoint;
      if (computed.score <= 1) expect(Number(said.split('≥ ')[1])).toBe(computed.score);
      else expect(said).toContain('flags nothing');
      expect(classifierMetricsOf(rows, experiment)!.threshold.score).toBe(threshold.score);
    }
  });

  test('of ROC and membership attack', () => {
    const rng = seededRng(1, 'scores');
    const [members, others, calibration] = [60, 80, 70].map((n) => Array.from({ length: n }, () => rng.next())) as [
      number[],
      number[],
      number[],
    ];
    for (const { threshold, tpr } of written(rocOfScores(members, others)).points)
      expect(at(members, threshold) / members.length).toBeCloseTo(tpr, 9);
    for (const { threshold, tpr, measuredFpr } of written(
      membershipRoc({ members, calibration, nonMembers: others }, [0.01, 0.1]),
    ).at) {
      expect(at(members, threshold)).toBe(tpr.k);
      expect(at(others, threshold)).toBe(measuredFpr.k);
    }
    expect(written(chooseScoreThreshold(others, 0.05)).score).toBe(chooseScoreThreshold(others, 0.05).score);
  });

  test('of every detector of new content: hash, label, head and their unions', () => {
    const metrics = written(
      newContentMetrics(newContentRows, {
        experiment: smallNewContent,
        dataset: { name: 'made up', sha256: sha256Hex('') },
        notes: [],
      }),
    );
    const looked = lookedRows(newContentRows);
    const heads = newContentRows.flatMap((row) => (row.row === 'head' ? [row] : []));
    const { labels } = newContentRows.find((row) => row.row === 'scorer')!;
    const label = labels.findIndex((each) => each.toLowerCase() === smallNewContent.label.toLowerCase());
    const folds = sightsOf(foldsOf(looked, smallNewContent), heads, smallNewContent, label);
    for (const detector of detectorsOf(smallNewContent)) {
      const published = metrics.detectors.find(({ name }) => name === detector.name)!.operating;
      for (const [i, { calibration, innocent }] of folds.entries()) {
        const { flags, bits, score } = detector.calibrate(calibration);
        const own = published[i]!;
        if (score !== null && Number.isFinite(score)) expect(own.score, detector.name).toBe(score);
        if (detector.name === 'head')
          for (const sight of [...calibration, ...innocent])
            expect(flags(sight), detector.name).toBe(own.score === null || sight.head >= own.score);
        if (detector.name === 'hash')
          for (const sight of [...calibration, ...innocent])
            expect(flags(sight), detector.name).toBe(bits === null || sight.bits <= own.bits!);
      }
    }
  });
});
