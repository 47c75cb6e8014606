/** Whole equality runs: the same bytes every time, whatever interrupts them; pictures of which bits were fitted on are not scored. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { miniature } from '../../../src/dataset/generated/miniature.ts';
import { checkEquality } from '../../../src/experiment/equality/check.ts';
import type { EqualityExperiment } from '../../../src/experiment/equality/experiment.ts';
import { equality } from '../../../src/experiment/equality/kind.ts';
import { EqualityMetrics } from '../../../src/experiment/equality/metrics.ts';
import { schemas } from '../../../src/experiment/json-schema.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { type Finished, runKind } from '../../../src/harness/kind.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { encode } from '../../../src/image/encode.ts';
import { check } from '../../../src/schema/check.ts';
import { ofType } from '../../../src/schema/row.ts';
import { RunRecord } from '../../../src/schema/run-record.ts';
import { InterruptedError, MissingError, UserError } from '../../../src/util/errors.ts';
import { toHex } from '../../../src/util/hex.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { expectSame, readObservations } from '../../harness/finished-rows.ts';
import { scratch, testFolder } from '../../harness/tiny.ts';
import { small } from './rows.ts';

const options = (
  experiment: EqualityExperiment,
  out: string,
  more: Partial<RunOptions<EqualityExperiment>> = {},
): RunOptions<EqualityExperiment> => ({
  experiment,
  asPassed: JSON.stringify(experiment),
  out,
  resume: false,
  threads: 1,
  command: 'presend run equal',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

const text = (folder: string, name: string): Promise<string> => readFile(join(folder, name), 'utf8');

/** Pictures, one of them no picture at all, and a table of hashes of others. */
async function given(folder: string): Promise<EqualityExperiment> {
  const path = join(folder, 'pictures');
  await mkdir(path);
  for (let i = 0; i < 40; i++)
    await writeFile(
      join(path, `${String(i).padStart(2, '0')}.png`),
      await encode(miniature(1, i).raster, { type: 'png' }),
    );
  await writeFile(join(path, 'broken.png'), 'GIF89a, but no picture');
  const table = join(folder, 'table.csv');
  const lines = Array.from({ length: 30 }, (_, i) => {
    const rng = seededRng(i, 'table');
    return `x,${toHex(rng.bytes(32))},${i === 3 ? 10 : 100},${toHex(rng.bytes(8))}`;
  });
  await writeFile(table, ['path,pdq,pdq_quality,phash', ...lines, ''].join('\n'));
  return {
    ...small,
    dataset: { name: path },
    banded: [...small.banded, { of: 'pdq', sampledBits: 16, tables: 4 }],
    unrelated: { ...small.unrelated, miniatures: 300, table },
  };
}

describe('a run', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let experiment: EqualityExperiment;
  let unbroken: Finished<EqualityMetrics>;
  beforeAll(async () => {
    folder = await scratch();
    experiment = await given(folder.path);
    unbroken = await runKind(equality, options(experiment, join(folder.path, 'unbroken'), { threads: 2 }));
  }, 240_000);
  afterAll(() => folder.remove());

  test('leaves its files, each as its schema says', async () => {
    const { folder: out, metrics, record } = unbroken;
    expect((await readdir(out)).sort()).toEqual(['metrics.json', 'rows', 'run.json', 'timings.json']);
    expect(check(EqualityMetrics, JSON.parse(await text(out, 'metrics.json')), 'metrics')).toEqual(metrics);
    expect(check(RunRecord, JSON.parse(await text(out, 'run.json')), 'run')).toEqual(record);
    const rows = await readObservations(out, equality.rows);
    for (const [i, row] of rows.entries()) check(schemas.observation, row, `Row ${i + 1}`);
    expect(record.models).toEqual([]);
    expect(metrics.dataset.refused).toHaveLength(1);
    expect(metrics.sources.map(({ name, pictures }) => [name, pictures])).toEqual([
      ['evaluation pictures', metrics.dataset.evaluation],
      ['miniatures', 300],
      ['table of photographs', 30],
    ]);
  });

  test('no group is fitted on and scored', async () => {
    const rows = await readObservations(unbroken.folder, equality.rows);
    const groups = (which: string) =>
      new Set(rows.flatMap((row) => (row.row === which && 'group' in row ? [row.group] : [])));
    const [fitted, scored] = [groups('equality-features'), groups('equality-picture')];
    expect(fitted.size).toBeGreaterThan(10);
    expect(scored.size).toBeGreaterThan(10);
    expect([...fitted].filter((group) => scored.has(group))).toEqual([]);
  });

  test('bits are computed of every evaluation picture, edited or not', async () => {
    const { metrics } = await runKind(equality, options({ ...experiment, editedPictures: 10 }, await testFolder()));
    const [lda] = metrics.designs;
    expect(lda!.sets[0]!.all.n).toBe(10);
    expect(lda!.accidents[0]).toMatchObject({ source: 'evaluation pictures', pictures: metrics.dataset.evaluation });
  }, 240_000);

  test('a line of the table below the least quality matches nothing, and counts', async () => {
    const rows = ofType(await readObservations(unbroken.folder, equality.rows), 'equality-unrelated');
    expect(rows.find(({ source }) => source === 'table of photographs')!.hashes.pdq?.none).toEqual([3]);
  });

  test('fits as many bits as the longest hash has, and shorter ones keep no less', () => {
    const { fits, designs } = unbroken.metrics;
    expect(fits).toMatchObject([{ family: 'lda', bits: 16 }]);
    const [short, long] = designs.map(({ sets }) => sets.map(({ all }) => all.k));
    short!.forEach((k, i) => {
      expect(k).toBeGreaterThanOrEqual(long![i]!);
    });
  });

  test('gives the same metrics when they are derived anew', async () => {
    expect((await reloadRun(unbroken.folder)).metrics).toEqual(unbroken.metrics);
  });

  test('interrupted and resumed on one thread: the same bytes', async () => {
    const out = await testFolder();
    const abort = new AbortController();
    const onProgress = (phase: string, done: number): void => {
      if (phase === 'hashing' && done > 3) abort.abort();
    };
    await expect(runKind(equality, options(experiment, out, { signal: abort.signal, onProgress }))).rejects.toThrow(
      InterruptedError,
    );
    await runKind(equality, options(experiment, out, { resume: true, threads: 1 }));
    await expectSame(out, unbroken.folder);
  }, 240_000);

  test('a limit holds for pictures, miniatures and lines of the table', async () => {
    const { metrics } = await runKind(equality, options(experiment, await testFolder(), { limit: 24 }));
    expect(metrics.dataset.calibration + metrics.dataset.evaluation).toBeLessThanOrEqual(24);
    expect(metrics.sources.slice(1).map(({ pictures }) => pictures)).toEqual([24, 24]);
  }, 240_000);

  test.each([
    ['not there', 'gone.csv', undefined, MissingError],
    ['without the hash that tells copies', 'no.csv', 'path,phash\nx,0011223344556677\n', UserError],
    ['with a line that holds no hash', 'bad.csv', `path,pdq\nx,${'g'.repeat(64)}\n`, UserError],
  ])('a table that is %s stops it before any picture', async (_, name, content, kind) => {
    const table = join(await testFolder(), name);
    if (content !== undefined) await writeFile(table, content);
    const wrong = { ...experiment, unrelated: { ...experiment.unrelated, table } };
    await expect(runKind(equality, options(wrong, await testFolder()))).rejects.toThrow(kind);
  });
});

test('the record names every network: those of families, and that of the second check', async () => {
  const at = await scratch();
  try {
    const { families, ...rest } = await given(at.path);
    const deep = { name: 'deep', of: 'embedding', network: 'tiny-colours', planes: 32 } as const;
    const experiment: EqualityExperiment = {
      ...rest,
      families: [...families, { ...deep, pictures: 10, miniatures: 0 }],
      network: { hash: 'mobilenet-lsh', thresholdBits: 10, pairs: 1 },
      unrelated: { ...rest.unrelated, miniatures: 0 },
    };
    const { record } = await runKind(equality, options(experiment, join(at.path, 'deep'), { limit: 24, threads: 1 }));
    expect(record.models.map(({ name }) => name)).toEqual(['tiny-colours', 'mobilenet-lsh']);
    for (const { sha256 } of record.models) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(record.classifierBackend).not.toBe('none');
  } finally {
    await at.remove();
  }
}, 240_000);

test.each([
  [{ families: [{ name: 'pdq', of: 'frequencies', perSide: 4, colours: 3 }] }, "'pdq' is the name of another hash"],
  [
    { families: [{ name: 'lda', of: 'frequencies', perSide: 2, colours: 3 }] },
    "'lda' has 12 candidates for bits, too few",
  ],
  [{ banded: [{ of: 'lda', sampledBits: 17, tables: 2 }] }, "17 bits is more than the 16 bits of 'lda'"],
  [{ banded: [{ of: 'dha', sampledBits: 8, tables: 2 }] }, "Unknown perceptual hash 'dha'"],
  [{ mix: { ...small.mix, edited: 'edits' } }, "there is no set 'edits'"],
  [{ hashes: ['lda-16'] }, "Unknown perceptual hash 'lda-16'"],
  [{ network: { hash: 'neural', thresholdBits: 3, pairs: 1 } }, "Unknown deep hash 'neural'"],
  [{ second: { derivative: [{ name: 'fitt' }], checks: [] } }, "Unknown transform 'fitt'"],
])('a mistake is named %#', (change, sentence) => {
  expect(() => checkEquality({ ...small, ...change }, 'Experiment x')).toThrow(sentence);
});
