/** Hash-leakage experiments: a run repeats byte by byte, real protocols give away what they must, and controls come out as said. */

import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HashLeakageExperiment } from '../../../src/experiment/hash-leakage/experiment.ts';
import { writeBatch } from '../../../src/experiment/hash-leakage/hashing.ts';
import { checkHashLeakage, hashLeakage } from '../../../src/experiment/hash-leakage/kind.ts';
import { hashLeakMembership } from '../../../src/experiment/hash-leakage/membership.ts';
import { HashLeakageMetrics } from '../../../src/experiment/hash-leakage/metrics.ts';
import { choosePictures, recoveredSteps } from '../../../src/experiment/hash-leakage/run.ts';
import { hashLeakageMetrics, membershipLeak } from '../../../src/experiment/hash-leakage/score.ts';
import { hashLeakShown } from '../../../src/experiment/hash-leakage/shown.ts';
import { schemas } from '../../../src/experiment/json-schema.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import type { Finished } from '../../../src/harness/kind.ts';
import { runKind } from '../../../src/harness/kind.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { byGroup } from '../../../src/metric/examples.ts';
import { check } from '../../../src/schema/check.ts';
import { RunRecord } from '../../../src/schema/run-record.ts';
import { concatBytes } from '../../../src/util/bytes.ts';
import { InterruptedError, UserError } from '../../../src/util/errors.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { expectSame, readObservations } from '../../harness/finished-rows.ts';
import { scratch } from '../../harness/tiny.ts';
import { slowTest } from '../../helpers/slow.ts';
import { madeUpRows, smallHashLeakage as small } from './rows.ts';

const options = (
  out: string,
  more: Partial<RunOptions<HashLeakageExperiment>> = {},
): RunOptions<HashLeakageExperiment> => ({
  experiment: small,
  asPassed: JSON.stringify(small),
  out,
  resume: false,
  threads: 1,
  command: 'presend run hashes',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

let folder: Awaited<ReturnType<typeof scratch>>;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder.remove());

describe('a run', () => {
  let unbroken: Finished<HashLeakageMetrics>;
  const text = (of: string, name: string): Promise<string> => readFile(join(of, name), 'utf8');
  beforeAll(async () => {
    unbroken = await runKind(hashLeakage, options(join(folder.path, 'unbroken')));
  }, 240_000);

  test('leaves its files, each as its schema says, and nothing that only an unfinished run needs', async () => {
    const { folder: out, metrics, record } = unbroken;
    expect((await readdir(out)).sort()).toEqual(['metrics.json', 'rows', 'run.json', 'timings.json']);
    expect(check(HashLeakageMetrics, JSON.parse(await text(out, 'metrics.json')), 'metrics')).toEqual(metrics);
    expect(check(RunRecord, JSON.parse(await text(out, 'run.json')), 'run')).toEqual(record);
    for (const [i, row] of (await readObservations(out, hashLeakage.rows)).entries())
      check(schemas.observation, row, `Row ${i + 1}`);
    expect(record.models.map(({ name }) => name)).toEqual(['mobilenet-lsh', 'nsfwjs-mobilenet-v2']);
  });

  test('gives the same metrics when they are derived anew from what it left', async () =>
    expect((await reloadRun(unbroken.folder)).metrics).toEqual(unbroken.metrics));

  test('finds topics and pictures in miniatures, and every positive control is at 1', () => {
    const { topics, inversions, controls, shown } = unbroken.metrics;
    const topic = topics.find(
      (each) => each.source === 'miniatures' && each.hash === 'ahash' && each.control === 'none',
    )!;
    expect(topic.aboveChance).toBe(true);
    expect(topic.lift!.estimate).toBeGreaterThan(1.2);
    const inverted = inversions.find((each) => each.source === 'miniatures' && each.control === 'none')!;
    expect(inverted.explained.ridge.low).toBeGreaterThan(0.1);
    expect(controls.topics.identity).toEqual({ k: 2, n: 2 });
    // An exact hash is a control too: nothing of the picture is in it.
    const exact = topics.filter(({ hash, control }) => hash === 'md5' && control === 'none');
    expect(exact.map(({ source }) => source)).toEqual(['dataset', 'miniatures']);
    for (const { aboveChance } of exact) expect(aboveChance).toBe(false);
    expect(controls.membership.identity).toEqual({ k: 12, n: 12 });
    expect(inversions.find((each) => each.source === 'miniatures' && each.control === 'identity')!.passed).toBe(true);
    for (const { shuffled } of Object.values(controls)) expect(shuffled.k).toBe(shuffled.n);
    expect(shown.map(({ source }) => source)).toEqual([...Array(3).fill('dataset'), ...Array(3).fill('miniatures')]);
  });

  slowTest(
    'interrupted and resumed, it has the same bytes',
    async () => {
      const out = join(folder.path, 'broken');
      const stop = new AbortController();
      const interrupt = (phase: string, done: number): void => {
        if (phase === 'topics' && done >= 2) stop.abort();
      };
      await expect(runKind(hashLeakage, options(out, { signal: stop.signal, onProgress: interrupt }))).rejects.toThrow(
        InterruptedError,
      );
      await runKind(hashLeakage, options(out, { resume: true }));
      await expectSame(out, unbroken.folder);
    },
    240_000,
  );
});

test('of pictures that are not the generator’s, nothing is planned to be shown, whatever they are called', () => {
  const shown = (dataset: string): string[] =>
    recoveredSteps(small, folder.path, dataset).flatMap(({ name }) => (name.startsWith('shown') ? [name] : []));
  expect(shown('generated')).toEqual(['shown dataset', 'shown miniatures']);
  for (const other of ['photographs', './generated', '/tmp/generated'])
    expect(shown(other)).toEqual(['shown miniatures']);
});

test('a contact sheet of anything but generated pictures is refused', async () => {
  const task = {
    scratch: folder.path,
    source: 'dataset',
    dataset: 'photographs',
    hashes: ['pdq'],
    pictures: 1,
  } as const;
  await expect(hashLeakShown(task)).rejects.toThrow(UserError);
  await expect(hashLeakShown({ ...task, dataset: './generated' })).rejects.toThrow(/only shows generated pictures/);
});

describe('list membership through the real protocols, on random hashes', () => {
  const run = async (strategy: string) => {
    const scratchFolder = join(folder.path, `people-${strategy}`);
    await mkdir(scratchFolder);
    const rng = seededRng(11, 'people');
    const people = Array.from({ length: 500 }, (_, i) => ({
      id: `p${i}`,
      near: rng.bytes(32),
      equality: rng.bytes(8),
    }));
    await writeBatch(scratchFolder, 'candidates', 0, {
      picture: people.map(({ id }) => id),
      group: people.map(({ id }) => id),
      topic: people.map(() => 't'),
      part: people.map(() => 'test'),
      bytes: {
        pdq: concatBytes(...people.map(({ near }) => near)),
        'phash-simple': concatBytes(...people.map(({ equality }) => equality)),
      },
    });
    const membership = { ...small.membership, listed: 120, known: 120, others: 260, queries: 160 };
    const task = {
      seed: 1,
      scratch: scratchFolder,
      collection: 'candidates',
      source: 'miniatures',
      strategy,
      membership,
    };
    const rows = await hashLeakMembership({ ...task, source: 'miniatures' });
    return rows.map((row) => membershipLeak(row, 20));
  };

  test.each([
    ['client-list', false],
    ['client-filter', false],
    ['oprf-lookup', true],
    ['psi', true],
    ['prefix-lookup', true],
    ['similarity-bucket', true],
  ])('%s: every member and nobody else; a question each: %s', async (strategy, perQuery) => {
    const [attack, shuffled, identity] = await run(strategy);
    expect(attack).toMatchObject({ members: 60, perQuery, others: perQuery ? 50 : 130 });
    for (const { tpr, measuredFpr } of attack!.at) {
      expect(tpr.k).toBe(60);
      expect(measuredFpr.k).toBe(0);
    }
    expect([shuffled!.passed, identity!.passed]).toEqual([true, true]);
  });

  test('threshold-psi: the table tells a device nothing', async () => {
    const [attack, , identity] = await run('threshold-psi');
    expect(attack!.auc.low).toBeLessThan(0.5);
    expect(attack!.auc.high).toBeGreaterThan(0.5);
    for (const { advantage } of attack!.at) expect(advantage.low).toBeLessThanOrEqual(0);
    expect(identity!.passed).toBe(true);
  });
});

describe('pictures', () => {
  const dataset = (groups: number, topics: number) => ({
    name: 'made up',
    root: '/',
    pictures: Array.from({ length: 2 * groups }, (_, i) => ({
      id: `p${String(i).padStart(4, '0')}`,
      location: '/',
      topic: `t${Math.floor(i / 2) % topics}`,
      kind: 'single',
      group: `g${Math.floor(i / 2)}`,
      sha256: String(i),
    })),
    refused: [],
    notices: [],
    sha256: '',
    card: { source: '', licence: '', notes: '' },
  });

  test('no group is in two parts, and every topic is in all three', () => {
    const { pictures } = choosePictures(dataset(60, 4), small);
    for (const members of byGroup(pictures).values()) expect(new Set(members.map(({ part }) => part)).size).toBe(1);
    const topics = byGroup(pictures.map((each) => ({ ...each, group: each.topic })));
    for (const members of topics.values()) expect(new Set(members.map(({ part }) => part)).size).toBe(3);
  });

  test('topics with too few groups are left out and named; with fewer than two left the run is refused', () => {
    const mixed = dataset(60, 4);
    const pictures = mixed.pictures.map((each) =>
      Number(each.group.slice(1)) < 2 ? { ...each, topic: 'rare' } : each,
    );
    const chosen = choosePictures({ ...mixed, pictures }, small);
    expect(chosen.notes.join(' ')).toContain('rare');
    expect(chosen.pictures.some(({ topic }) => topic === 'rare')).toBe(false);
    expect(() => choosePictures(dataset(60, 40), small)).toThrow('fewer than two topics');
  });
});

test('metrics from made-up rows: chance, lift and controls as counted by hand', () => {
  const context = { experiment: small, dataset: { name: 'd', sha256: '' }, notes: ['a note'] };
  const metrics = hashLeakageMetrics(madeUpRows('', true), context);
  const attack = metrics.topics[0]!;
  // Thirty pictures of eight topics: the commonest in training is that of places 0, 8, 16 and 24.
  expect(attack.first.chance).toEqual({ commonest: rounded(4 / 30), uniform: 1 / 8 });
  expect(attack.lift!.estimate).toBeCloseTo((attack.first.success.k / 30) * (30 / 4), 8);
  expect(attack.five!.success.k).toBe(30);
  expect(metrics.topics[2]).toMatchObject({ control: 'identity', passed: true });
  expect(metrics.limits[0]).toBe('a note');
  expect(metrics.controls.inversion.identity).toEqual({ k: 2, n: 2 });
  expect(() => hashLeakageMetrics([], context)).toThrow("No picture of dataset 'd'");
});

const rounded = (value: number): number => Number(value.toPrecision(10));

describe('a wrong experiment', () => {
  const { topics, split, membership, inversion } = small;
  test.each([
    [{ ...small, topics: { ...topics, hashes: ['pdk'] } }, /Unknown perceptual hash 'pdk'\. Did you mean pdq/],
    [{ ...small, split: { ...split, training: 0.9 } }, /at \/split: training and validation use everything/],
    [{ ...small, membership: { ...membership, strategies: ['escrow'] } }, /Unknown strategy whose device/],
    [{ ...small, membership: { ...membership, thresholdBits: 300 } }, /more than the 256 bits of pdq/],
    [{ ...small, inversion: { ...inversion, classifier: { name: 'x', pictures: 2 } } }, /'x'/],
    [{ ...small, topics: { ...topics, fewest: 1 } }, /at \/topics\/fewest/],
  ])('%# is refused in one sentence', (value, sentence) =>
    expect(() => checkHashLeakage(value, 'Experiment x')).toThrow(sentence),
  );
});
