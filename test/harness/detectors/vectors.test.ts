/** Detectors whose vectors are compared as they are, through whole runs: PDQ as vectors of signs gives what PDQ gives, in another unit. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparisonOf, comparisonTables } from '../../../src/compare/compare.ts';
import { openRun } from '../../../src/compare/open-run.ts';
import { miniature } from '../../../src/dataset/generated/miniature.ts';
import type { CopyDetection } from '../../../src/experiment/copy-detection/experiment.ts';
import { copyDetection } from '../../../src/experiment/copy-detection/kind.ts';
import type { CopyDetectionMetrics } from '../../../src/experiment/copy-detection/metrics.ts';
import { copyParts } from '../../../src/experiment/copy-detection/report.ts';
import { falsePositiveTail } from '../../../src/experiment/false-positive-tail/kind.ts';
import type { FalsePositiveTailMetrics } from '../../../src/experiment/false-positive-tail/metrics.ts';
import { tailParts } from '../../../src/experiment/false-positive-tail/report.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { type Finished, runKind } from '../../../src/harness/kind.ts';
import { RunFolder } from '../../../src/harness/run-folder.ts';
import { encode } from '../../../src/image/encode.ts';
import { hashRows } from '../../../src/schema/hashed.ts';
import { scoresOf } from '../../../src/server/explorer/scores.ts';
import { UserError } from '../../../src/util/errors.ts';
import { float32sOf } from '../../../src/util/float32.ts';
import { readObservations } from '../finished-rows.ts';
import { copies, tail } from '../hashes/rows.ts';
import { scratch, testFolder } from '../tiny.ts';
import { detectorFile, options, pdqSigns, tinyNetwork } from './files.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
let pictures: string;
let signs: string;
let network: string;
const tinyCosine = { distance: 'cosine', threshold: 0.05, dimensions: 16 };

beforeAll(async () => {
  folder = await scratch();
  pictures = join(folder.path, 'pictures');
  await mkdir(pictures);
  for (let i = 0; i < 24; i++)
    await writeFile(join(pictures, `${i + 10}.png`), await encode(miniature(1, i).raster, { type: 'png' }));
  signs = await detectorFile(folder.path, pdqSigns);
  network = await tinyNetwork(folder.path, { more: tinyCosine });
});
afterAll(() => folder.remove());

const openedRun = async (path: string) => {
  const run = await openRun(new RunFolder(path, { name: 'run' }));
  return { ...run!, metrics: run!.metrics! };
};

describe('copy detection', () => {
  let experiment: CopyDetection;
  let run: Finished<CopyDetectionMetrics>;

  beforeAll(async () => {
    experiment = { ...copies, dataset: { name: pictures }, hashes: ['pdq', signs, network] };
    run = await runKind(copyDetection, options(experiment, join(folder.path, 'copies')));
  }, 60_000);

  test('its record states how vectors are compared, and the rows are enough for the metrics', async () => {
    expect(run.record.experimentResolved).toMatchObject({
      detectors: [
        {
          name: 'pdq-signs',
          bits: 256,
          // A cosine distance of 31 / 128 is an angle of 0.23 half turns.
          threshold: 57,
          vector: { distance: 'cosine', threshold: 31 / 128, step: 1 / 128, dimensions: 256 },
        },
        { name: 'tiny-network', threshold: 6, vector: { ...tinyCosine, step: 0.001 } },
      ],
    });
    const [row] = await readObservations(run.folder, hashRows);
    const { outcome } = row as Extract<typeof row, { row: 'hashed' }>;
    const found = outcome.state === 'hashed' ? outcome.hashes : {};
    const lengths = ['pdq', 'pdq-signs', 'tiny-network'].map((name) => {
      const hash = found[name]!;
      return 'vector' in hash && hash.vector !== undefined ? float32sOf(hash.vector).length : 0;
    });
    expect(lengths).toEqual([0, 256, 16]);
    expect((await reloadRun(run.folder)).metrics).toEqual(run.metrics);
  });

  test('signs are compared as their bits are', () => {
    const [pdq, exact, tiny] = run.metrics.hashes;
    expect(exact!.vector).toEqual({ distance: 'cosine', step: 1 / 128 });
    for (const [i, set] of pdq!.sets.entries()) {
      const own = exact!.sets[i]!;
      expect(
        own.roc.map(({ threshold, ...rates }) => ({ ...rates, threshold: Math.max(-1, threshold * 128) })),
      ).toEqual(set.roc);
      expect(own.unrelated.effectiveBits).toBe(set.unrelated.effectiveBits);
      expect([own.atAuthors!.threshold * 128, own.atAuthors!.recall.k]).toEqual([31, set.atAuthors!.recall.k]);
      expect(own.corrected.threshold * 128).toBe(set.corrected.threshold);
    }
    const [jpeg] = tiny!.sets[0]!.edits;
    expect(jpeg!.meanBits).toBeLessThan(tiny!.sets[0]!.unrelated.meanBits!);
    expect(tiny!.sets[0]!.unrelated.meanBits).toBeLessThan(2);
  });

  test('the report has the unit of every threshold', () => {
    const { tables, csv } = copyParts(run.metrics);
    const texts = tables.flatMap(({ lines }) => lines.flatMap(({ cells }) => cells.map(({ plain }) => plain)));
    expect(texts).toContain('0.2421875 (cosine)');
    expect(texts).toContain('31 of 256');
    expect(texts).not.toContain('0.2421875 of 256');
    expect(tables.map(({ explains }) => explains).join()).toMatch(/pdq-signs: cosine distance, in steps of 0.0078125/);
    expect(csv!['hashes.csv']).toMatch(/^hash,set,measure,threshold,unit,/);
    expect(csv!['hashes.csv']).toMatch(/\ntiny-network,small,authors\.recall,0\.05,cosine distance,/);
    expect(csv!['distances.csv']).toMatch(/^hash,set,distance,unit,pairs\r?\n/);
  });

  test('a comparison has it too, and differences are paired', async () => {
    const comparison = await comparisonOf([await openedRun(run.folder)]);
    const headline = comparisonTables(comparison).find(({ title }) => title === 'Detectors side by side')!;
    const own = (name: string) => headline.lines.find((line) => line.name === name)!.cells.map(({ plain }) => plain);
    expect(own('pdq-signs')[0]).toBe('0.2421875 (cosine)');
    expect(own('pdq')[0]).toBe('31 of 256');
    const pair = comparison.paired.find(({ of }) => of.detector === 'pdq-signs')!;
    expect([pair.first.detector, pair.difference.onlyFirst, pair.difference.onlySecond]).toEqual(['pdq', 0, 0]);
    expect(pair.difference.n).toBeGreaterThan(0);
  });

  test('the slider of the explorer has the hashes that are compared in bits', async () => {
    expect((await scoresOf(await openedRun(run.folder))).hashes.map(({ name }) => name)).toEqual(['pdq']);
  });
});

test('false positives by size of the list are those of the bits', async () => {
  const experiment = {
    ...tail,
    dataset: { name: pictures },
    hashes: ['pdq', signs],
    queryShare: 0.5,
    thresholds: { pdq: [110], [signs]: [110 / 128] },
  };
  const run: Finished<FalsePositiveTailMetrics> = await runKind(
    falsePositiveTail,
    options(experiment, await testFolder()),
  );
  const [pdq, exact] = run.metrics.hashes;
  expect(exact!.thresholds.map(({ bits }) => bits * 128)).toEqual([31, 110]);
  expect(exact!.thresholds.map(({ rows }) => rows)).toEqual(pdq!.thresholds.map(({ rows }) => rows));
  const { tables, csv } = tailParts(run.metrics);
  expect(tables.flatMap(({ lines }) => lines.map(({ name }) => name))).toContain('pdq-signs ≤ 0.859375');
  expect(csv!['list-sizes.csv']).toMatch(/^hash,threshold,unit,entries,/);
  const wrong = { ...experiment, thresholds: { [signs]: [0.5, 0.501] } };
  await expect(runKind(falsePositiveTail, options(wrong, await testFolder()))).rejects.toThrow(
    new UserError(
      'Experiment tail at /thresholds/pdq-signs: expected a multiple of the step 0.0078125 but received 0.501',
    ),
  );
}, 60_000);

describe('a network file', () => {
  const started = async (more: object): Promise<unknown> => {
    const file = await tinyNetwork(folder.path, { more });
    return runKind(
      copyDetection,
      options({ ...copies, dataset: { name: pictures }, hashes: [file] }, await testFolder()),
    );
  };

  test('that states another length of its embedding does not run', async () => {
    await expect(started({ ...tinyCosine, dimensions: 17 })).rejects.toThrow(
      /The network tiny-network gives 16 floats, but its file says 17 dimensions \(its output/,
    );
  });

  test('whose output is bits has no exact distance', async () => {
    const { hyperplanes, ...rest } = { hyperplanes: undefined, ...tinyCosine, bits: 16, signs: { above: 0 } };
    await expect(started({ ...rest, hyperplanes })).rejects.toThrow(
      /at \/distance: cosine compares vectors, but \/signs makes the output bits/,
    );
  });
});
