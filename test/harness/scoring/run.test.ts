/** Whole runs of experiments on scores, on pictures drawn in a moment: the same bytes every time, whatever interrupts them. */

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { miniature } from '../../../src/dataset/generated/miniature.ts';
import { baseRate } from '../../../src/experiment/base-rate/kind.ts';
import { schemas } from '../../../src/experiment/json-schema.ts';
import { newContent } from '../../../src/experiment/new-content/kind.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { scoreDrift } from '../../../src/experiment/score-drift/kind.ts';
import { runKind } from '../../../src/harness/kind.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { encode } from '../../../src/image/encode.ts';
import { check } from '../../../src/schema/check.ts';
import type { Row, RowType } from '../../../src/schema/row.ts';
import { InterruptedError } from '../../../src/util/errors.ts';
import { expectSame, readObservations } from '../finished-rows.ts';
import { scratch, testFolder } from '../tiny.ts';
import { smallBaseRate, smallDrift, smallNewContent } from './rows.ts';

const options = <E>(experiment: E, out: string, more: Partial<RunOptions<E>> = {}): RunOptions<E> => ({
  experiment,
  asPassed: JSON.stringify(experiment),
  out,
  resume: false,
  threads: 1,
  command: 'presend run scores',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

let folder: Awaited<ReturnType<typeof scratch>>;
let dataset: { name: string };

beforeAll(async () => {
  folder = await scratch();
  const path = join(folder.path, 'pictures');
  await mkdir(path);
  const labels = ['drawing', 'chart', 'scene', 'scene'];
  const lines = await Promise.all(
    Array.from({ length: 32 }, async (_, i) => {
      const name = `${String(i).padStart(2, '0')}.png`;
      await writeFile(join(path, name), await encode(miniature(1, i).raster, { type: 'png' }));
      return `${name},photos,${labels[i % 4]}`;
    }),
  );
  await writeFile(join(path, 'broken.png'), 'no picture');
  await writeFile(join(path, 'manifest.csv'), ['path,kind,label', ...lines, 'broken.png,photos,scene'].join('\n'));
  dataset = { name: path };
}, 60_000);
afterAll(() => folder.remove());

async function expectRows<R extends Row>(out: string, types: readonly RowType<R>[]): Promise<R[]> {
  const rows = await readObservations(out, types);
  for (const [i, row] of rows.entries()) check(schemas.observation, row, `Row ${i + 1}`);
  expect((await readdir(out)).sort()).toEqual(['metrics.json', 'rows', 'run.json', 'timings.json']);
  return rows;
}

describe('new content', () => {
  test('every picture is looked at, a head is trained for each source; interrupted and resumed: the same bytes', async () => {
    const experiment = { ...smallNewContent, dataset };
    const { folder: out, metrics, record } = await runKind(newContent, options(experiment, await testFolder()));
    const rows = await expectRows(out, newContent.rows);
    expect(rows.filter(({ row }) => row === 'looked').length).toBeGreaterThan(32);
    const heads = rows.flatMap((row) => (row.row === 'head' ? [row] : []));
    expect(heads.map(({ held }) => held)).toEqual(['drawing', 'chart']);
    for (const { scores } of heads) expect(scores.length).toBeGreaterThan(10);
    expect(record.models).toMatchObject([{ name: 'nsfwjs-mobilenet-v2' }]);
    expect(metrics.dataset.refused).toHaveLength(1);
    const listed = metrics.detectors[0]!.rates.find(({ content }) => content === 'listed')!.rate;
    expect([listed.k > 0, listed.k]).toEqual([true, listed.n]);
    expect((await reloadRun(out)).metrics).toEqual(metrics);

    const again = await testFolder();
    const stop = new AbortController();
    const onProgress = (phase: string, done: number): void => {
      if (phase === 'looking' && done === 10) stop.abort();
    };
    await expect(runKind(newContent, options(experiment, again, { signal: stop.signal, onProgress }))).rejects.toThrow(
      InterruptedError,
    );
    await runKind(newContent, options(experiment, again, { resume: true }));
    await expectSame(again, out);
  }, 120_000);
});

describe('base rate', () => {
  test('a row for every picture and edit; edits of as many pictures as asked', async () => {
    const experiment = { ...smallBaseRate, dataset };
    const { folder: out, metrics, timings } = await runKind(baseRate, options(experiment, await testFolder()));
    const scored = (await expectRows(out, baseRate.rows)).flatMap((row) => (row.row === 'scored' ? [row] : []));
    expect(scored.filter(({ transform }) => transform === 'none')).toHaveLength(32);
    expect(scored.filter(({ transform }) => transform === 'flip(axis=0)')).toHaveLength(4);
    for (const { outcome } of scored)
      expect(
        outcome.state === 'scored' && Math.abs(outcome.scores.reduce((sum, each) => sum + each, 0) - 1),
      ).toBeLessThan(1e-3);
    expect(metrics.dataset).toMatchObject({ pictures: 32, edited: 4 });
    expect(metrics.classifiers[0]!.scorer).toMatchObject({ kernel: expect.stringContaining('224 px') });
    expect(Object.keys(timings.phases)).toEqual(['dataset', 'networks', 'scoring', 'rows', 'metrics']);
    expect((await reloadRun(out)).metrics).toEqual(metrics);
  }, 120_000);
});

describe('score drift', () => {
  test('each picture after every edit and along every way', async () => {
    const experiment = { ...smallDrift, dataset };
    const { folder: out, metrics } = await runKind(scoreDrift, options(experiment, await testFolder()));
    const scored = (await expectRows(out, scoreDrift.rows)).filter(({ row }) => row === 'scored');
    // Set 'small': the picture and two edits; then the picture, two kernels, and a large JPEG decoded twice.
    expect(scored.length % 8).toBe(0);
    const [edits, ways] = metrics.sets;
    expect(edits!.drifts.map(({ title }) => title)).toEqual(['jpeg30', 'flip(axis=0)']);
    expect(ways!.drifts).toHaveLength(4);
    for (const { pictures, distance } of [...edits!.drifts, ...ways!.drifts]) {
      expect(pictures).toBe(scored.length / 8);
      expect(distance.mean!.estimate).toBeLessThan(1);
    }
    expect((await reloadRun(out)).metrics).toEqual(metrics);
  }, 120_000);
});
