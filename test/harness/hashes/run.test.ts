/** Whole benchmarks: the same bytes every time, whatever interrupts them, every picture counted. */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { miniature } from '../../../src/dataset/generated/miniature.ts';
import { copyDetection } from '../../../src/experiment/copy-detection/kind.ts';
import { CopyDetectionMetrics } from '../../../src/experiment/copy-detection/metrics.ts';
import { falsePositiveTail } from '../../../src/experiment/false-positive-tail/kind.ts';
import { FalsePositiveTailMetrics } from '../../../src/experiment/false-positive-tail/metrics.ts';
import { schemas } from '../../../src/experiment/json-schema.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { type Finished, runKind } from '../../../src/harness/kind.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { encode } from '../../../src/image/encode.ts';
import { check } from '../../../src/schema/check.ts';
import { hashRows } from '../../../src/schema/hashed.ts';
import { RunRecord, Timings } from '../../../src/schema/run-record.ts';
import { InterruptedError } from '../../../src/util/errors.ts';
import { slowTest } from '../../helpers/slow.ts';
import { expectFirstRows, expectSame, readObservations } from '../finished-rows.ts';
import { scratch, testFolder } from '../tiny.ts';
import { copies, tail } from './rows.ts';

const options = <E>(experiment: E, out: string, more: Partial<RunOptions<E>> = {}): RunOptions<E> => ({
  experiment,
  asPassed: JSON.stringify(experiment),
  out,
  resume: false,
  threads: 2,
  command: 'presend run copies',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

const text = (folder: string, name: string): Promise<string> => readFile(join(folder, name), 'utf8');

/** A folder of pictures, one of them no picture at all. */
async function pictureFolder(folder: string): Promise<string> {
  const path = join(folder, 'pictures');
  await mkdir(path);
  for (let i = 0; i < 24; i++)
    await writeFile(
      join(path, `${String(i).padStart(2, '0')}.png`),
      await encode(miniature(1, i).raster, { type: 'png' }),
    );
  await writeFile(join(path, 'broken.png'), 'GIF89a, but no picture');
  return path;
}

describe('copy detection', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let unbroken: Finished<CopyDetectionMetrics>;
  let experiment: typeof copies;

  beforeAll(async () => {
    folder = await scratch();
    experiment = { ...copies, dataset: { name: await pictureFolder(folder.path) } };
    unbroken = await runKind(copyDetection, options(experiment, join(folder.path, 'unbroken')));
  }, 120_000);
  afterAll(() => folder.remove());

  test('leaves its files, each as its schema says, and nothing that only an unfinished run needs', async () => {
    const { folder: out, metrics, record, timings } = unbroken;
    expect((await readdir(out)).sort()).toEqual(['metrics.json', 'rows', 'run.json', 'timings.json']);
    expect(check(CopyDetectionMetrics, JSON.parse(await text(out, 'metrics.json')), 'metrics')).toEqual(metrics);
    expect(check(RunRecord, JSON.parse(await text(out, 'run.json')), 'run')).toEqual(record);
    expect(check(Timings, JSON.parse(await text(out, 'timings.json')), 'timings')).toEqual(timings);
    expect(Object.keys(timings.phases)).toEqual(['dataset', 'hashing', 'rows', 'metrics']);
    expect(Object.keys(timings.hashMillis)).toEqual(experiment.hashes);
    for (const [i, row] of (await readObservations(out, hashRows)).entries())
      check(schemas.observation, row, `Row ${i + 1}`);
  });

  test('has one row for every picture and edit, with every hash in it, and one for the refused file', async () => {
    const rows = await readObservations(unbroken.folder, hashRows);
    expect(rows.filter(({ row }) => row === 'refused')).toHaveLength(1);
    const hashed = rows.flatMap((row) => (row.row === 'hashed' ? [row] : []));
    expect(hashed).toHaveLength(24 * 3);
    for (const { outcome } of hashed)
      expect(outcome.state === 'hashed' && Object.keys(outcome.hashes)).toEqual(experiment.hashes);
    const parts = new Map(hashed.map(({ picture, part }) => [picture, part]));
    // Of 25 files, one of which turns out to be no picture.
    expect([...parts.values()].filter((part) => part === 'calibration')).toHaveLength(13);
  });

  test('finds recompressed pictures and, by hashes that see left and right, no mirrored ones', () => {
    const metrics = unbroken.metrics;
    expect(metrics.dataset.refused).toHaveLength(1);
    const pdq = metrics.hashes.find(({ name }) => name === 'pdq')!.sets[0]!;
    const [jpeg, flip] = pdq.edits;
    expect([jpeg!.title, flip!.title]).toEqual(['jpeg30', 'flip(axis=0)']);
    expect(jpeg!.atAuthors!.estimate).toBeGreaterThan(0.6);
    expect(flip!.atAuthors!.k).toBe(0);
    expect(jpeg!.auc!.estimate).toBeGreaterThan(0.99);
    expect(Math.abs(flip!.auc!.estimate - 0.5)).toBeLessThan(0.2);
    expect(pdq.unrelated.pairs).toBe((24 * 23) / 2);
  });

  test('gives the same metrics when they are derived anew from what it left', async () => {
    expect((await reloadRun(unbroken.folder)).metrics).toEqual(unbroken.metrics);
  });

  test('once more, on one thread: the same bytes', async () => {
    const again = await runKind(copyDetection, options(experiment, await testFolder(), { threads: 1 }));
    await expectSame(again.folder, unbroken.folder);
  });

  test('interrupted and resumed: the same bytes, and the record says so', async () => {
    const out = await testFolder();
    const stop = new AbortController();
    const onProgress = (phase: string, done: number): void => {
      if (phase === 'hashing' && done === 5) stop.abort();
    };
    await expect(runKind(copyDetection, options(experiment, out, { signal: stop.signal, onProgress }))).rejects.toThrow(
      InterruptedError,
    );
    expect(await expectFirstRows(out, unbroken.folder, hashRows)).toBeGreaterThan(0);
    const { record } = await runKind(copyDetection, options(experiment, out, { resume: true }));
    await expectSame(out, unbroken.folder);
    expect(record.resumed).toBe(true);
  });

  test('another experiment may not go on in its folder', async () => {
    const out = await testFolder();
    const stop = new AbortController();
    stop.abort();
    await expect(runKind(copyDetection, options(experiment, out, { signal: stop.signal }))).rejects.toThrow(
      InterruptedError,
    );
    await expect(runKind(copyDetection, options({ ...experiment, seed: 8 }, out, { resume: true }))).rejects.toThrow(
      'is of another experiment: /seed was 7 and is 8',
    );
  });

  slowTest(
    'a deep hash alone is written without a list',
    async () => {
      const deep = { ...experiment, hashes: ['pdq'], deep: { hash: 'mobilenet-lsh', pictures: 20 } };
      const { record } = await runKind(copyDetection, options(deep, await testFolder(), { limit: 20 }));
      expect(record.models).toMatchObject([{ name: 'mobilenet-lsh' }]);
    },
    180_000,
  );

  test('deep hashes have rows of their own and stand beside the others, on the same pictures', async () => {
    const names = ['mobilenet-lsh', 'copynet-256'];
    const deep = { ...experiment, hashes: ['pdq'], deep: { hash: names, pictures: 12 } };
    const given = options(deep, await testFolder(), { limit: 12, threads: 1 });
    const { metrics, record, timings } = await runKind(copyDetection, given);
    const found = metrics.hashes.find((hash) => hash.deep)!;
    expect(found).toMatchObject({ name: 'mobilenet-lsh', bits: 96, authorsThreshold: null });
    expect(timings.phases['deep hash']).toBeGreaterThan(0);
    expect(timings.hashMillis['mobilenet-lsh']).toBeGreaterThan(0);
    expect(metrics.hashes.map((hash) => [hash.name, hash.deep, hash.bits])).toEqual([
      ['pdq', false, 256],
      ['mobilenet-lsh', true, 96],
      ['copynet-256', true, 256],
    ]);
    const [, lsh, copynet] = metrics.hashes.map(({ sets }) => sets[0]!);
    // Two edits of each; one of the pictures is none.
    expect([lsh!.copies, copynet!.copies]).toEqual([22, 22]);
    expect(record.models.map(({ name }) => name)).toEqual(names);
  }, 180_000);
});

describe('false-positive tail', () => {
  test('of miniatures: the same bytes with and without the cache, rows by schema, no query on the list', async () => {
    const first = await runKind(falsePositiveTail, options(tail, await testFolder()));
    const again = await runKind(falsePositiveTail, options(tail, await testFolder(), { threads: 1 }));
    await expectSame(first.folder, again.folder);
    const metrics = check(FalsePositiveTailMetrics, first.metrics, 'metrics');
    expect(metrics.dataset).toMatchObject({ name: 'miniatures', queries: 150, list: 450, hard: 0 });
    const rows = await readObservations(first.folder, hashRows);
    expect(new Set(rows.map((row) => row.row === 'hashed' && row.picture)).size).toBe(600);
    expect((await reloadRun(first.folder)).metrics).toEqual(first.metrics);
    for (const { thresholds } of metrics.hashes)
      for (const { rows: sizes } of thresholds) {
        const measured = sizes.filter(({ status }) => status === 'measured');
        expect(measured.map(({ size }) => size)).toEqual([45, 100, 200, 450]);
        expect(sizes.filter(({ status }) => status === 'extrapolated').every(({ size }) => size <= 45_000)).toBe(true);
      }
  });

  test('of a folder: hard kinds are asked for apart', async () => {
    const folder = await scratch();
    try {
      const path = await pictureFolder(folder.path);
      const lines = Array.from(
        { length: 24 },
        (_, i) => `${String(i).padStart(2, '0')}.png,${i < 6 ? 'flags' : 'photos'},thing`,
      );
      await writeFile(join(path, 'manifest.csv'), ['path,kind,label', ...lines].join('\n'));
      const experiment = { ...tail, dataset: { name: path }, kinds: ['photos'], hardKinds: ['flags'] };
      const { metrics } = await runKind(falsePositiveTail, options(experiment, join(folder.path, 'run')));
      expect(metrics.dataset).toMatchObject({ queries: 5, list: 13, hard: 6 });
      expect(metrics.hashes[0]!.thresholds[0]!.hard).toMatchObject([
        { topic: 'thing', againstList: { n: 6 }, amongThemselves: { n: 15 } },
      ]);
    } finally {
      await folder.remove();
    }
  });
});
