/** Whole evasion experiments: the same bytes every time, numbers alone in what is left, controls where they belong. */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { miniature } from '../../../src/dataset/generated/miniature.ts';
import type { Evasion } from '../../../src/experiment/evasion/experiment.ts';
import { checkEvasion, evasion as kind } from '../../../src/experiment/evasion/kind.ts';
import { EvasionMetrics } from '../../../src/experiment/evasion/metrics.ts';
import type { EvasionRow } from '../../../src/experiment/evasion/rows.ts';
import { evasionMetrics } from '../../../src/experiment/evasion/score.ts';
import { attackPicture } from '../../../src/experiment/evasion/tasks.ts';
import { schemas } from '../../../src/experiment/json-schema.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import type { Finished } from '../../../src/harness/kind.ts';
import { runKind } from '../../../src/harness/kind.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { encode } from '../../../src/image/encode.ts';
import { check } from '../../../src/schema/check.ts';
import { RunRecord, Timings } from '../../../src/schema/run-record.ts';
import { sha256Hex } from '../../../src/util/digest.ts';
import { InterruptedError } from '../../../src/util/errors.ts';
import { expectSame, readObservations } from '../../harness/finished-rows.ts';
import { scratch, testFolder } from '../../harness/tiny.ts';
import { small, smallFile } from './rows.ts';

const text = (folder: string, name: string): Promise<string> => readFile(join(folder, name), 'utf8');

const options = (experiment: Evasion, out: string, more: Partial<RunOptions<Evasion>> = {}): RunOptions<Evasion> => ({
  experiment,
  asPassed: JSON.stringify(experiment),
  out,
  resume: false,
  threads: 2,
  command: 'presend run small',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

/** A tree of pictures with two labels, and one file that is no picture. */
async function pictureTree(folder: string): Promise<string> {
  const path = join(folder, 'pictures');
  for (const topic of ['drawing', 'thing']) await mkdir(join(path, topic), { recursive: true });
  for (let i = 0; i < 24; i++)
    await writeFile(
      join(path, i % 3 === 0 ? 'drawing' : 'thing', `${String(i).padStart(2, '0')}.png`),
      await encode(miniature(1, i).raster, { type: 'png' }),
    );
  await writeFile(join(path, 'thing', 'broken.png'), 'no picture');
  return path;
}

describe('a run', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let experiment: Evasion;
  let unbroken: Finished<EvasionMetrics>;

  beforeAll(async () => {
    folder = await scratch();
    experiment = { ...small, dataset: { name: await pictureTree(folder.path) } };
    unbroken = await runKind(kind, options(experiment, join(folder.path, 'unbroken')));
  }, 120_000);
  afterAll(() => folder.remove());

  test('leaves its four files, each as its schema says', async () => {
    const { folder: out, metrics, record, timings } = unbroken;
    expect((await readdir(out)).sort()).toEqual(['metrics.json', 'rows', 'run.json', 'timings.json']);
    expect(check(EvasionMetrics, JSON.parse(await text(out, 'metrics.json')), 'metrics')).toEqual(metrics);
    expect(check(RunRecord, JSON.parse(await text(out, 'run.json')), 'run')).toEqual(record);
    expect(check(Timings, JSON.parse(await text(out, 'timings.json')), 'timings')).toEqual(timings);
    expect(Object.keys(timings.hashMillis)).toEqual(['pdq', 'phash']);
    for (const [i, row] of (await readObservations(out, kind.rows)).entries())
      check(schemas.observation, row, `Row ${i + 1}`);
    expect(metrics.dataset.refused.map(({ picture }) => picture)).toEqual(['thing/broken.png']);
  });

  test('leaves no picture: rows of attacks hold a few numbers and names', async () => {
    const rows = (await readObservations(unbroken.folder, kind.rows)).filter(
      ({ row }) => row === 'attempt' || row === 'attack-control',
    );
    // Three attacks, one that knows no threshold and one control on each of four pictures; one and one on each of two pairs.
    expect(rows).toHaveLength(4 * 5 + 2 * 2);
    for (const row of rows) {
      const json = JSON.stringify(row);
      // A working copy has 64 × 64 pixels.
      expect(json.length).toBeLessThan(2000);
      expect(json).not.toMatch(/[A-Za-z0-9+/]{60}/);
    }
    const pixels = (await readdir(unbroken.folder)).filter((file) => /\.(png|jpe?g|webp|raw|bin)$/.test(file));
    expect(pixels).toEqual([]);
  });

  test('spends no more than its budget, and nothing succeeds with 0 queries', async () => {
    const { targets } = unbroken.metrics;
    expect(targets.map(({ goal, target }) => `${goal} ${target}`)).toEqual(['evasion pdq', 'collision phash']);
    for (const { controls } of targets) {
      expect(controls.untouched.k).toBe(0);
      expect(controls.replaced).toMatchObject({ k: controls.replaced.n });
    }
    for (const row of await readObservations(unbroken.folder, kind.rows)) {
      if (row.row !== 'attempt') continue;
      expect(row.queries).toBeLessThanOrEqual(row.target === 'pdq' ? 120 : 100);
      const kept = [row.shortest, ...row.within].flatMap((each) => each ?? []);
      for (const { l2, queries } of kept) {
        expect(l2).toBeLessThanOrEqual(0.16);
        expect(queries).toBeLessThanOrEqual(row.queries);
      }
      const budgets = row.goal === 'furthest' ? [experiment.quoted] : experiment.l2;
      expect(row.within).toHaveLength(budgets.length);
      for (const [i, each] of row.within.entries()) expect(each?.l2 ?? 0).toBeLessThanOrEqual(budgets[i]!);
      if (row.goal === 'furthest') expect(row).toMatchObject({ queries: 120, wins: [], shortest: null });
      // The last win is the shortest one.
      expect(row.wins.at(-1)?.[1]).toBe(row.shortest?.l2);
    }
  });

  test('attacks evade more than noise of the same L2', () => {
    const [pdq] = unbroken.metrics.targets;
    const attacked = pdq!.attacks.at(-1)!.byL2.find(({ l2 }) => l2 === 0.04)!.success.k;
    expect(attacked).toBeGreaterThan(pdq!.controls.byL2.find(({ l2 }) => l2 === 0.04)!.noise.k);
    expect(pdq!.attacks.at(-1)!.byL2.at(-1)!.success.k).toBe(4);
  });

  test('gives the same metrics when they are derived anew from what it left', async () => {
    expect((await reloadRun(unbroken.folder)).metrics).toEqual(unbroken.metrics);
  });

  test('interrupted and resumed on one thread: the same bytes', async () => {
    const out = await testFolder();
    const stop = new AbortController();
    const onProgress = (phase: string, done: number): void => {
      if (phase === 'evasion' && done === 2) stop.abort();
    };
    await expect(
      runKind(kind, options(experiment, out, { threads: 1, signal: stop.signal, onProgress })),
    ).rejects.toThrow(InterruptedError);
    const { record } = await runKind(kind, options(experiment, out, { threads: 1, resume: true }));
    expect(record.resumed).toBe(true);
    await expectSame(out, unbroken.folder);
  });

  test('a classifier is attacked where pictures have its label, at a threshold from other pictures', async () => {
    const classifier = {
      name: 'nsfwjs-mobilenet-v2',
      label: 'drawing',
      targetFpr: 0.5,
      calibration: 10,
      pictures: 1,
      frequencies: 4,
      queries: 6,
      attacks: [{ attack: 'boundary' as const, directions: 2 }],
    };
    const { collision: _, ...alone } = { ...experiment, classifier };
    const only = { ...alone, evasion: { ...alone.evasion, pictures: 1, attacks: [alone.evasion.attacks[2]!] } };
    const { metrics, record } = await runKind(kind, options(only, await testFolder(), { threads: 1 }));
    expect(record.models).toMatchObject([{ name: 'nsfwjs-mobilenet-v2' }]);
    const target = metrics.targets.find(({ type }) => type === 'classifier')!;
    expect(target.rule).toMatch(/^of the label drawing: smallest score with FPR <= 0.5 on calibration/);
    expect(target.attacks[0]).toMatchObject({ attack: 'boundary', attempts: 1 });
    // The lowest calibration score lies below the threshold.
    expect(target.controls.replaced).toMatchObject({ k: 1, n: 1 });
    expect(target.controls.untouched.k).toBe(0);
    const rows = await readObservations(unbroken.folder, kind.rows);
    expect(rows.some(({ row }) => row === 'classify')).toBe(false);
  }, 120_000);

  test('where no picture has the label a note says that the classifier was left alone', async () => {
    const classifier = {
      name: 'nsfwjs-mobilenet-v2',
      label: 'Neutral',
      targetFpr: 0.5,
      calibration: 10,
      pictures: 1,
      frequencies: 4,
      queries: 6,
      attacks: [{ attack: 'simba' as const, step: 2 }],
    };
    const { collision: _, evasion, ...rest } = experiment;
    const only = { ...rest, evasion: { ...evasion, pictures: 1, attacks: [evasion.attacks[2]!] }, classifier };
    const { metrics } = await runKind(kind, options(only, await testFolder(), { limit: 12, threads: 1 }));
    expect(metrics.limits).toContain('No picture is labelled Neutral: the classifier was not attacked.');
  });
});

test('what the task of a worker hands back is rows of numbers, and a time', async () => {
  const path = join(await testFolder(), 'picture.png');
  const bytes = await encode(miniature(1, 3).raster, { type: 'png' });
  await writeFile(path, bytes);
  const { attacks, targets } = small.evasion;
  const picture = { id: 'picture', location: path, sha256: sha256Hex(bytes), group: 'g', topic: 't' };
  const result = await attackPicture({
    ...{ seed: 1, side: 64, l2: small.l2, frequencies: 4, queries: 40, attacks },
    goal: 'evasion',
    target: { type: 'hash', name: targets[0]!.hash },
    picture,
    replacement: picture,
  });
  expect(Object.keys(result).sort()).toEqual(['queryMillis', 'rows']);
  for (const row of result.rows) expect(check(schemas.observation, row, 'row')).toEqual(row);
  const leaves = (value: unknown): unknown[] =>
    value !== null && typeof value === 'object' ? Object.values(value).flatMap(leaves) : [value];
  expect(leaves(result).every((each) => ['number', 'string'].includes(typeof each) || each === null)).toBe(true);
});

test('an exact hash is evaded by one JPEG, by noise, and by the first step of any attack; no search can collide with it', async () => {
  const folder = await testFolder();
  await mkdir(folder, { recursive: true });
  const targets = [{ hash: 'md5', frequencies: 4, queries: 12 }];
  const { collision: _, ...others } = small;
  const experiment = { ...others, evasion: { ...small.evasion, targets } };
  const pictures = await Promise.all(
    [1, 2].map(async (i) => {
      const bytes = await encode(miniature(1, i).raster, { type: 'png' });
      const location = join(folder, `${i}.png`);
      await writeFile(location, bytes);
      return { id: `p${i}`, location, sha256: sha256Hex(bytes), group: `g${i}`, topic: 't' };
    }),
  );
  const rows: EvasionRow[] = [];
  for (const [i, picture] of pictures.entries()) {
    const { side, l2 } = experiment;
    const task = { seed: 1, side, l2, ...targets[0]!, attacks: experiment.evasion.attacks, picture };
    const target = { type: 'hash', name: 'md5' } as const;
    const replacement = pictures[1 - i]!;
    rows.push(...(await attackPicture({ ...task, goal: 'evasion', target, replacement })).rows);
  }
  const context = { experiment, dataset: { name: 'two', sha256: '0'.repeat(64) }, notes: [], label: undefined };
  const { targets: found, thresholds, limits } = evasionMetrics(rows, context);
  expect(found).toHaveLength(1);
  const [{ controls, attacks }] = found as [(typeof found)[number]];
  expect([controls.untouched.k, controls.untouchedAfterMessenger, controls.replaced.k]).toEqual([
    0,
    expect.objectContaining({ k: 2, n: 2 }),
    2,
  ]);
  for (const { noise } of controls.byL2) expect(noise).toMatchObject({ k: 2, n: 2 });
  for (const { byL2 } of attacks) expect(byL2.at(-1)!.success).toMatchObject({ k: 2, n: 2 });
  // There is no other threshold that could resist.
  expect(thresholds).toEqual([]);
  expect(limits.join(' ')).toContain('md5 is of a working copy saved without loss');
  expect(limits.join(' ')).toContain('without any attack, in 2 of 2');
  expect(() => checkEvasion({ ...smallFile, collision: { ...smallFile.collision, targets } }, 'File')).toThrow(
    'File at /collision/targets: md5 says nothing about how near two pictures are',
  );
  expect(checkEvasion({ ...smallFile, evasion: { ...smallFile.evasion, targets } }, 'File').evasion.targets).toEqual(
    targets,
  );
});

describe('checking', () => {
  const refused = (changes: object): unknown => {
    try {
      return checkEvasion({ ...smallFile, ...changes }, 'File');
    } catch (error) {
      return (error as Error).message;
    }
  };

  test.each([
    [{ l2: [0.04, 0.01] }, 'File at /l2: expected budgets in ascending order but received 0.04, 0.01'],
    [{ quoted: 0.05 }, 'File at /quoted: 0.05 is not one of /l2 (0.01, 0.04, 0.16); use one of them'],
    [{ side: 1024 }, 'File at /side: must be <= 512'],
    [{ evasion: { ...smallFile.evasion, pictures: 501 } }, 'File at /evasion/pictures: must be <= 500'],
    [
      { evasion: { ...smallFile.evasion, targets: [{ hash: 'pdq', frequencies: 8, queries: 20_001 }] } },
      'File at /evasion/targets/0/queries: must be <= 20000',
    ],
    [
      {
        evasion: {
          ...smallFile.evasion,
          attacks: [
            { attack: 'simba', step: 1 },
            { attack: 'simba', step: 2 },
          ],
        },
      },
      "File at /evasion/attacks: 'simba' occurs twice; keep one",
    ],
    [
      {
        collision: {
          ...smallFile.collision,
          targets: [...smallFile.collision.targets, ...smallFile.collision.targets],
        },
      },
      "File at /collision/targets: 'phash' occurs twice; keep one",
    ],
  ])('%j', (changes, message) => {
    expect(refused(changes)).toBe(message);
  });

  test('an unknown hash names the known ones', () => {
    expect(
      refused({ evasion: { ...smallFile.evasion, targets: [{ hash: 'phas', frequencies: 8, queries: 1 }] } }),
    ).toContain("Unknown perceptual hash 'phas'. Did you mean phash?");
  });
});
