/** Programs that give scores, as classifiers of a base-rate experiment. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BaseRate } from '../../../src/experiment/base-rate/experiment.ts';
import { baseRate } from '../../../src/experiment/base-rate/kind.ts';
import type { BaseRateMetrics } from '../../../src/experiment/base-rate/metrics.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { readDetector } from '../../../src/harness/detectors/detectors.ts';
import { type Finished, runKind } from '../../../src/harness/kind.ts';
import { encode } from '../../../src/image/encode.ts';
import { UserError } from '../../../src/util/errors.ts';
import { readObservations } from '../finished-rows.ts';
import { smallBaseRate } from '../scoring/rows.ts';
import { scratch, testFolder } from '../tiny.ts';
import { detectorFile, options } from './files.ts';

const scorer = {
  version: 1,
  kind: 'program',
  name: 'brightness',
  command: [process.execPath, join(import.meta.dirname, 'program.mjs'), 'scores'],
  score: { label: 'bright' },
  licence: 'MIT',
};
/** Grey values of the pictures; at 13 to 15 the program gives no score. */
const greys = [13, 14, 15, ...Array.from({ length: 21 }, (_, i) => 20 + 11 * i)];

let folder: Awaited<ReturnType<typeof scratch>>;
let file: string;
let experiment: BaseRate;
let run: Finished<BaseRateMetrics>;

beforeAll(async () => {
  folder = await scratch();
  const pictures = join(folder.path, 'pictures');
  await mkdir(pictures);
  for (const grey of greys) {
    const data = new Uint8Array(3 * 64).fill(grey);
    await writeFile(
      join(pictures, `${grey}.png`),
      await encode({ width: 8, height: 8, channels: 3, data }, { type: 'png' }),
    );
  }
  file = await detectorFile(folder.path, scorer);
  experiment = {
    ...smallBaseRate,
    dataset: { name: pictures },
    classifiers: [{ name: file }],
    alarms: [{ name: 'bright', labels: ['bright'] }],
    thresholds: [0.5],
    edits: [{ name: 'flip' }],
    editedPictures: 3,
  };
  run = await runKind(baseRate, options(experiment, join(folder.path, 'run')));
}, 60_000);
afterAll(() => folder.remove());

describe('a program as a classifier', () => {
  test('its scores are the rows, and what it cannot score is refused with a sentence', async () => {
    const rows = (await readObservations(run.folder, baseRate.rows)).flatMap((row) =>
      row.row === 'scored' && row.transform === 'none' ? [row] : [],
    );
    const outcomeOf = (grey: number) => rows.find(({ picture }) => picture.includes(`${grey}.png`))!.outcome;
    for (const grey of greys.slice(3)) expect(outcomeOf(grey)).toEqual({ state: 'scored', scores: [grey / 255] });
    expect([13, 14, 15].map((grey) => (outcomeOf(grey) as { reason: string }).reason)).toEqual([
      'the program brightness refused it: too plain',
      'the program brightness gave the score 1.5, which is not a number from 0 to 1',
      'the program brightness gave neither "score" nor "refused"',
    ]);
    expect(rows).toHaveLength(greys.length);
  });

  test('the metrics count them, and follow from record and rows', async () => {
    const [found] = run.metrics.classifiers;
    const scored = greys.slice(3);
    expect(found!.scorer).toMatchObject({ network: 'brightness', labels: ['bright'], backend: 'program' });
    expect(found!.alarms[0]!.fpr[0]).toMatchObject({
      k: scored.filter((grey) => grey / 255 >= 0.5).length,
      n: scored.length,
    });
    expect(found!.alarms[0]!.edited).toHaveLength(1);
    expect(found!.failed).toBeGreaterThanOrEqual(3);
    expect((await reloadRun(run.folder)).metrics).toEqual(run.metrics);
  });

  test('the record states the program', async () => {
    expect(run.record.experimentResolved).toMatchObject({
      classifiers: [{ name: 'brightness', program: { file, label: 'bright', licence: 'MIT' } }],
    });
    expect(run.record.models).toMatchObject([{ name: 'brightness' }]);
    expect(await readdir(run.folder)).toContain('stderr-brightness.txt');
  });
});

describe('one sentence each', () => {
  const started = async (changed: Partial<BaseRate>): Promise<unknown> =>
    runKind(baseRate, options({ ...experiment, ...changed }, await testFolder()));

  test('an alarm with a label that the program does not have', async () => {
    await expect(started({ alarms: [{ name: 'Porn', labels: ['Porn'] }] })).rejects.toThrow(
      new UserError("Experiment small-base-rate at /alarms: 'Porn' needs 'Porn', but brightness has bright"),
    );
  });

  test('the same program twice', async () => {
    const again = await detectorFile(folder.path, scorer);
    await expect(started({ classifiers: [{ name: file }, { name: again }] })).rejects.toThrow(
      new UserError("Experiment small-base-rate at /classifiers: 'brightness' occurs twice; keep one"),
    );
  });

  test('a program that hashes where scores are wanted, and one that scores where hashes are', async () => {
    const { score, ...rest } = scorer;
    const hashes = await detectorFile(folder.path, { ...rest, bits: 64, distance: 'hamming', threshold: 8 });
    await expect(started({ classifiers: [{ name: hashes }] })).rejects.toThrow(
      /expected a program with \/score, because classifiers give scores/,
    );
    await expect(readDetector(file)).rejects.toThrow(/a program that gives scores is a classifier, not a hash/);
  });

  test('a program that does not start', async () => {
    const missing = await detectorFile(folder.path, { ...scorer, command: ['./no-such-program'] });
    await expect(started({ classifiers: [{ name: missing }] })).rejects.toThrow(
      "The program brightness cannot be started: there is no program './no-such-program'",
    );
  });
});
