/** A trade-off with a trained head: what decides, what is recorded, and that nothing scored was learnt. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Experiment } from '../../../src/experiment/tradeoff/experiment.ts';
import { tradeoff } from '../../../src/experiment/tradeoff/kind.ts';
import type { Metrics } from '../../../src/experiment/tradeoff/metrics.ts';
import { classifierSentences } from '../../../src/experiment/tradeoff/report-classifier.ts';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import { type Finished, runKind } from '../../../src/harness/kind.ts';
import { labelIndex } from '../../../src/harness/scenario/check.ts';
import { check } from '../../../src/schema/check.ts';
import { ofType } from '../../../src/schema/row.ts';
import { RunRecord } from '../../../src/schema/run-record.ts';
import { classifierDetectors, classifyRows, scoreOf } from '../../../src/score/thresholds.ts';
import { UserError } from '../../../src/util/errors.ts';
import { readObservations } from '../../harness/finished-rows.ts';
import { classify, subject, subjects } from '../../harness/scenario/rows.ts';
import { experimentWith, options, scratch, testFolder, tiny } from '../../harness/tiny.ts';
import { calibrationIn, classifierMetricsOf } from './counted.ts';

const withHead = experimentWith({
  grid: { strategy: ['e2ee', 'client-classifier', 'client-classifier:untrained', 'hybrid:or'] },
  messages: { head: { kind: 'logistic', trainingShare: 0.5 } },
});
const { deciding, untrained } = classifierDetectors(withHead.messages, labelIndex(withHead));

/** What one of the detectors of an experiment does on rows. */
const scoredBy = (rows: readonly TradeoffRow[], experiment: Experiment, which: 'deciding' | 'untrained') =>
  classifierMetricsOf(rows, experiment, { which, label: labelIndex(experiment) });

describe('a run that trains a head', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let run: Finished<Metrics>;
  let rows: TradeoffRow[];
  beforeAll(async () => {
    folder = await scratch();
    run = await runKind(tradeoff, options(withHead, join(folder.path, 'run')));
    rows = await readObservations(run.folder, tradeoff.rows);
  }, 300_000);
  afterAll(() => folder.remove());

  test('records the head, its parts and their splits', () => {
    const { heads, streams } = check(RunRecord, run.record, 'record');
    const [head] = ofType(rows, 'trained-head');
    const { row: _, cell: _cell, learnt, ...facts } = head!;
    expect(heads).toEqual([facts]);
    expect(run.metrics.classifier!.head).toEqual(facts);
    expect(facts.training.split).toBe('calibration');
    expect(facts.threshold).toMatchObject({ split: 'calibration', target: 0 });
    expect(facts.scored.split).toBe('evaluation');
    expect(streams).toEqual(expect.arrayContaining(['head/…', 'train order']));
    // Every source picture of the run is in one part, and no source of the evaluation was learnt.
    const pictures = classifyRows(rows, untrained.classifier).filter(({ transform }) => transform === 'none');
    const groups = (split: string) =>
      new Set(pictures.filter((each) => each.split === split).map(({ group }) => group));
    expect(learnt.filter((group) => groups('evaluation').has(group))).toEqual([]);
    expect(learnt.length + facts.threshold.sources).toBe(groups('calibration').size);
    expect(facts.scored.sources).toBe(groups('evaluation').size);
  });

  test('the threshold is chosen on what the head has not seen, and every strategy decides by its own detector', () => {
    for (const [name, detector] of [
      ['client-classifier', deciding],
      ['client-classifier:untrained', untrained],
    ] as const) {
      const { score } = calibrationIn(rows, [detector]).classifierThreshold(withHead, detector);
      const byPicture = new Map(
        classifyRows(rows, detector.classifier).map((row) => [
          `${row.picture} ${row.transform}`,
          scoreOf(row, detector.label) >= score,
        ]),
      );
      const sent = ofType(rows, 'message').filter(
        (row) => row.strategy === name && row.purpose === 'scored' && row.split === 'evaluation',
      );
      expect(sent.length).toBeGreaterThan(25);
      for (const { picture, transform, outcome } of sent)
        expect(outcome, `${name}, ${picture} ${transform}`).toMatchObject({
          scanned: byPicture.get(`${picture} ${transform}`) ? 'match' : 'clear',
        });
    }
    const { threshold, head } = run.metrics.classifier!;
    expect(threshold.calibrationFpr.n).toBe(head!.threshold.innocent);
    expect(run.metrics.untrained!.threshold.calibrationFpr.n).toBeGreaterThan(threshold.calibrationFpr.n);
    const points = Object.fromEntries(run.metrics.strategies.map(({ name, operatingPoint }) => [name, operatingPoint]));
    expect(points['client-classifier']).toBe(`score of the trained head ≥ ${threshold.score}`);
    expect(points['client-classifier:untrained']).toContain("'drawing'");
  });

  test('the untrained label is scored as it is without a head', () => {
    const { head: _, ...messages } = withHead.messages;
    const alone = rows.filter(
      (row) => row.row !== 'trained-head' && !(row.row === 'classify' && row.classifier === deciding.classifier),
    );
    const without = scoredBy(alone, { ...withHead, messages }, 'untrained');
    expect(without).toEqual(scoredBy(rows, withHead, 'untrained'));
    expect(without!.head).toBeUndefined();
  });

  test('sentences say what it was trained on, and where it was scored', () => {
    const [trained, label, ...more] = classifierSentences(run.metrics);
    const { training, scored, sha256 } = run.metrics.classifier!.head!;
    expect(more).toEqual([]);
    expect(trained).toContain(`sha256 ${sha256.slice(0, 12)}…`);
    expect(trained).toContain(`trained on ${training.target} target and ${training.innocent} innocent pictures`);
    expect(trained).toContain(`scored on ${scored.target} target and ${scored.innocent} innocent pictures`);
    expect(trained).toMatch(/AUC 0\.\d{3} \[[\d., ]+\] by source and \[[\d., ]+\] by picture|AUC 1\.000/);
    expect(label).toMatch(/^Untrained variant: Classifier tiny-colours, label drawing\./);
  });
});

test('rows that show a scored source among those that the head learnt are refused', () => {
  const part = { split: 'calibration', target: 1, innocent: 1, sources: 2 } as const;
  const facts = {
    kind: 'logistic',
    sha256: '0'.repeat(64),
    epochs: 1,
    training: part,
    validation: part,
    threshold: part,
  } as const;
  const head = (learnt: string[]): TradeoffRow => ({
    ...{
      row: 'trained-head',
      cell: 'c',
      classifier: deciding.classifier,
      ...facts,
      scored: { ...part, split: 'evaluation' },
    },
    network: { name: untrained.classifier, sha256: '0'.repeat(64) },
    learnt,
  });
  const scored = [
    ...subjects('innocent', 'calibration', 3),
    ...subjects('new', 'evaluation', 3),
    ...subjects('innocent', 'evaluation', 3),
  ].map((each) => classify(each, 0.5, { classifier: deciding.classifier }));
  expect(scoredBy([...scored, head(['elsewhere'])], withHead, 'deciding')).toMatchObject({ label: 'target' });
  for (const { group } of [subject('new', 'evaluation', 1), subject('innocent', 'calibration', 2)])
    expect(() => scoredBy([...scored, head([group])], withHead, 'deciding')).toThrow('would be scored on it');
});

test('a corpus with too few target pictures to train on is refused before anything is computed', async () => {
  const few = { ...withHead, assignment: { ...tiny.assignment, target: ['none of them'], calibrationShare: 0.05 } };
  const seen: string[] = [];
  const run = runKind(
    tradeoff,
    options(few, await testFolder(), { limit: 12, onProgress: (phase) => seen.push(phase) }),
  );
  await expect(run).rejects.toThrow(UserError);
  await expect(run).rejects.toThrow('to train a head');
  expect(seen).not.toContain('pictures');
});
