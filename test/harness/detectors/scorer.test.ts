/** A program that gives scores decides in the classifier strategies of experiments on messages. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { tradeoff } from '../../../src/experiment/tradeoff/kind.ts';
import type { Metrics } from '../../../src/experiment/tradeoff/metrics.ts';
import { classifierSentences } from '../../../src/experiment/tradeoff/report-classifier.ts';
import { type Finished, runKind } from '../../../src/harness/kind.ts';
import type { ClassifyRow, MessageRow } from '../../../src/schema/observation.ts';
import { MissingError, UserError } from '../../../src/util/errors.ts';
import { readObservations } from '../finished-rows.ts';
import { experimentWith, scratch, testFolder, tiny, options as tinyOptions } from '../tiny.ts';
import { detectorFile, options } from './files.ts';

const strategies = ['e2ee', 'client-classifier', 'client-classifier:untrained', 'hybrid'];
const name = 'brightness';
const limit = 40;

let folder: Awaited<ReturnType<typeof scratch>>;
let file: string;
let run: Finished<Metrics>;
const out = (): string => join(folder.path, 'run');

/** The experiment with the program, or as it is without one. */
const experiment = (scorer?: string) =>
  experimentWith({
    grid: { strategy: strategies },
    // High, so that brightness, which says little of the target, flags some.
    operatingPoint: { targetFpr: 0.3 },
    messages: scorer === undefined ? {} : { scorer: { name: scorer } },
  });

beforeAll(async () => {
  folder = await scratch();
  file = await detectorFile(folder.path, {
    version: 1,
    kind: 'program',
    name,
    command: [process.execPath, join(import.meta.dirname, 'program.mjs'), 'means'],
    score: { label: 'bright' },
  });
  run = await runKind(tradeoff, tinyOptions(experiment(file), out(), { limit }));
}, 120_000);
afterAll(() => folder.remove());

const rowsOf = async <R extends { readonly row: string }>(row: R['row']): Promise<R[]> =>
  (await readObservations(out(), tradeoff.rows)).filter((each) => each.row === row) as unknown as R[];

describe('a program that decides', () => {
  test('its score of every picture is a row, and what it refuses says so', async () => {
    const rows = (await rowsOf<ClassifyRow>('classify')).filter(({ classifier }) => classifier === name);
    const others = (await rowsOf<ClassifyRow>('classify')).filter(({ classifier }) => classifier !== name);
    expect(rows.map(({ picture, transform }) => [picture, transform])).toEqual(
      others.map(({ picture, transform }) => [picture, transform]),
    );
    const refused = rows.filter(({ outcome }) => outcome.state === 'refused');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(rows.length);
    expect(refused[0]?.outcome).toEqual({
      state: 'refused',
      reason: `the program ${name} refused it: divisible by seven`,
    });
  });

  test('client-classifier flags what scores at its threshold, and does not scan what it refuses', async () => {
    const { classifier } = run.metrics;
    const scores = new Map<string, ClassifyRow['outcome']>();
    for (const row of await rowsOf<ClassifyRow>('classify'))
      if (row.classifier === name) scores.set(`${row.picture} ${row.transform}`, row.outcome);
    const messages = (await rowsOf<MessageRow>('message')).filter(({ strategy }) => strategy === 'client-classifier');
    const found = { refused: 0, match: 0, clear: 0 };
    for (const { picture, transform, outcome, purpose } of messages) {
      if (purpose === 'attack' || outcome.state !== 'scored') continue;
      const looked = scores.get(`${picture} ${transform}`)!;
      const expected =
        looked.state !== 'scored' ? 'refused' : looked.scores[0]! >= classifier!.threshold.score ? 'match' : 'clear';
      expect(outcome.scanned).toBe(expected);
      found[expected]++;
    }
    expect(Object.values(found).every((count) => count > 0)).toBe(true);
  });

  test('metrics, sentences and the record name the program, and the label decides beside it', async () => {
    const { classifier, untrained, strategies: rows } = run.metrics;
    expect(classifier).toMatchObject({ name, label: 'bright', program: { refused: expect.any(Number) } });
    expect(untrained).toMatchObject({ name: tiny.messages.classifier, label: tiny.messages.label });
    expect(classifierSentences(run.metrics)[0]).toMatch(/^Classifier: the program brightness \(sha256 [0-9a-f]{12}…\)/);
    const points = new Map(rows.map((each) => [each.name, each.operatingPoint]));
    expect(points.get('client-classifier')).toContain('the program brightness');
    expect(points.get('client-classifier:untrained')).not.toContain('brightness');
    const { record } = await reloadRun(out());
    expect(record.models).toContainEqual({ name, sha256: classifier!.program!.sha256 });
  });
});

describe('an experiment with a program that decides', () => {
  test('refuses a head beside it', () => {
    expect(() =>
      experimentWith({ messages: { scorer: { name: 'x.yaml' }, head: { kind: 'logistic', trainingShare: 0.5 } } }),
    ).toThrow(UserError);
  });

  test('refuses a file that is not there, and a program that hashes', async () => {
    const given = async (scorer: string) => {
      const with_ = experiment(scorer);
      return runKind(tradeoff, options(with_, join(await testFolder(), 'run')));
    };
    await expect(given(join(folder.path, 'none.yaml'))).rejects.toThrow(MissingError);
    const hashing = await detectorFile(folder.path, {
      ...{ version: 1, kind: 'program', name: 'hashes', command: ['true'] },
      ...{ bits: 64, distance: 'hamming', threshold: 1 },
    });
    await expect(given(hashing)).rejects.toThrow(/expected a program with \/score/);
  });
});
