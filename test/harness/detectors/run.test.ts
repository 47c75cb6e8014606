/** Runs with detectors: presend's own PDQ asked as a program gives what the built-in one gives, and a faulty program loses only its pictures. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDeepHash } from '../../../src/classify/deep-hashes.ts';
import { miniature } from '../../../src/dataset/generated/miniature.ts';
import type { CopyDetection } from '../../../src/experiment/copy-detection/experiment.ts';
import { copyDetection } from '../../../src/experiment/copy-detection/kind.ts';
import type { CopyDetectionMetrics } from '../../../src/experiment/copy-detection/metrics.ts';
import { copyDetectionMetrics } from '../../../src/experiment/copy-detection/score.ts';
import { falsePositiveTail } from '../../../src/experiment/false-positive-tail/kind.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { setFacts } from '../../../src/harness/edit-preset.ts';
import { type Finished, runKind } from '../../../src/harness/kind.ts';
import { decode } from '../../../src/image/decode.ts';
import { encode } from '../../../src/image/encode.ts';
import { type HashRow, hashRows } from '../../../src/schema/hashed.ts';
import { InterruptedError, UserError } from '../../../src/util/errors.ts';
import { toHex } from '../../../src/util/hex.ts';
import { matrix } from '../../classify/tiny-network.ts';
import { expectSame, readObservations } from '../finished-rows.ts';
import { copies, tail } from '../hashes/rows.ts';
import { scratch, testFolder } from '../tiny.ts';
import { detectorFile, options, pdqProgram, tinyNetwork } from './files.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
let pictures: string;

const detector = (file: object): Promise<string> => detectorFile(folder.path, file);

beforeAll(async () => {
  folder = await scratch();
  pictures = join(folder.path, 'pictures');
  await mkdir(pictures);
  for (let i = 0; i < 16; i++)
    await writeFile(join(pictures, `${i + 10}.png`), await encode(miniature(1, i).raster, { type: 'png' }));
});
afterAll(() => folder.remove());

const hashedOf = async (run: string): Promise<HashRow[]> => readObservations(run, hashRows);

describe('copy detection', () => {
  let experiment: CopyDetection;
  let run: Finished<CopyDetectionMetrics>;

  beforeAll(async () => {
    const file = await detector(pdqProgram());
    experiment = { ...copies, quality: 'authors', dataset: { name: pictures }, hashes: ['pdq', file] };
    run = await runKind(copyDetection, options(experiment, join(folder.path, 'run')));
  }, 60_000);

  test('the same hashes, distances, curves and metrics as the built-in hash', async () => {
    const [builtIn, asProgram] = run.metrics.hashes;
    expect([builtIn!.name, asProgram!.name]).toEqual(['pdq', 'pdq-program']);
    expect([asProgram!.bits, asProgram!.authorsThreshold, asProgram!.deep]).toEqual([256, 31, false]);
    for (const [i, set] of builtIn!.sets.entries()) {
      const { roc, unrelated, copies: edited, originals, belowQuality } = asProgram!.sets[i]!;
      expect({ roc, unrelated, edited, originals, belowQuality }).toEqual({
        roc: set.roc,
        unrelated: set.unrelated,
        edited: set.copies,
        originals: set.originals,
        belowQuality: set.belowQuality,
      });
    }
    // Intervals are drawn from streams with the hash's name in them: under one name, everything is the same.
    const rows = await hashedOf(run.folder);
    const only = (which: string): HashRow[] =>
      rows.map((row) => {
        if (row.row !== 'hashed' || row.outcome.state !== 'hashed') return row;
        return { ...row, outcome: { state: 'hashed', hashes: { pdq: row.outcome.hashes[which]! } } };
      });
    const scored = (which: string) =>
      copyDetectionMetrics(only(which), {
        experiment: { ...experiment, hashes: ['pdq'] },
        dataset: run.record.dataset,
        notes: [],
        sets: setFacts(experiment),
      });
    expect(only('pdq-program')).toEqual(only('pdq'));
    expect(scored('pdq-program')).toEqual(scored('pdq'));
    expect(scored('pdq').hashes[0]!.sets[0]!.copies).toBe(32);
  });

  test('its record states the detector, and is enough to derive the metrics anew', async () => {
    const { record, timings } = run;
    expect(record.experimentResolved).toMatchObject({
      hashes: ['pdq', 'pdq-program'],
      detectors: [{ name: 'pdq-program', kind: 'program', bits: 256, threshold: 31, licence: 'MIT' }],
    });
    expect(record.models).toMatchObject([{ name: 'pdq-program' }]);
    expect(timings.hashMillis['pdq-program']).toBeGreaterThan(0);
    expect((await reloadRun(run.folder)).metrics).toEqual(run.metrics);
  });

  test('interrupted and resumed with two processes: the same bytes', async () => {
    const out = await testFolder();
    const stop = new AbortController();
    const onProgress = (phase: string, done: number): void => {
      if (phase === 'hashing' && done === 3) stop.abort();
    };
    const given = options(experiment, out, { signal: stop.signal, onProgress });
    await expect(runKind(copyDetection, given)).rejects.toThrow(InterruptedError);
    await runKind(copyDetection, options(experiment, out, { resume: true, threads: 2 }));
    await expectSame(out, run.folder);
  }, 60_000);

  test('a program that dies at some pictures has no hash of these, and of all others', async () => {
    const file = await detector(pdqProgram('flaky'));
    const flaky = { ...experiment, hashes: ['pdq', file] };
    const { folder: out, metrics } = await runKind(copyDetection, options(flaky, await testFolder()));
    const rows = (await hashedOf(out)).flatMap((row) => (row.row === 'hashed' ? [row.outcome] : []));
    const refused = rows.flatMap((outcome) => {
      if (outcome.state !== 'hashed') return [];
      const { pdq, 'pdq-program': found } = outcome.hashes;
      if (found && 'hex' in found) expect(found).toEqual(pdq);
      return found && 'refused' in found ? [found.refused] : [];
    });
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(rows.length / 2);
    expect(new Set(refused)).toEqual(
      new Set(['the program pdq-program ended with exit code 9: bad luck with the picture']),
    );
    expect(metrics.hashes.map(({ sets }) => sets[0]!.refused)).toEqual([0, refused.length]);
    // What the processes wrote on standard error is kept.
    expect(await readdir(out)).toContain('stderr-pdq-program.txt');
  }, 60_000);

  test('a network becomes bits by hyperplanes of a seed', async () => {
    const file = await tinyNetwork(folder.path);
    const given = { ...experiment, hashes: ['pdq', file] };
    const { metrics, record } = await runKind(copyDetection, options(given, await testFolder()));
    expect(metrics.hashes.map(({ name, bits }) => [name, bits])).toEqual([
      ['pdq', 256],
      ['tiny-network', 64],
    ]);
    const [jpeg] = metrics.hashes[1]!.sets[0]!.edits;
    expect(jpeg!.meanBits).toBeLessThan(metrics.hashes[1]!.sets[0]!.unrelated.meanBits!);
    expect(record.models.map(({ name }) => name)).toEqual(['tiny-network']);
    expect(record.inference?.backend).toBe('tfjs-wasm');
  }, 60_000);

  test('a deep hash of presend stands among the hashes by its name', async () => {
    const given = { ...experiment, hashes: ['pdq', 'copynet-256'] };
    const { metrics, record, folder: out } = await runKind(copyDetection, options(given, await testFolder()));
    const deep = await loadDeepHash('copynet-256');
    expect(record.experimentResolved).toMatchObject({
      hashes: ['pdq', 'copynet-256'],
      detectors: [{ name: 'copynet-256', kind: 'network', bits: 256, threshold: deep.threshold, sha256: deep.sha256 }],
    });
    expect(record.models).toEqual([{ name: 'copynet-256', sha256: deep.sha256 }]);
    expect(metrics.hashes[1]).toMatchObject({ name: 'copynet-256', bits: 256, authorsThreshold: deep.threshold });
    const own = await deep.hash(await decode(join(pictures, '10.png')));
    const row = (await hashedOf(out)).find(
      (each) => each.row === 'hashed' && each.picture === '10.png' && each.transform === 'none',
    );
    expect(row).toMatchObject({ outcome: { hashes: { 'copynet-256': { hex: toHex(own.hash), quality: 100 } } } });
    expect((await reloadRun(out)).metrics).toEqual(metrics);
  }, 120_000);
});

test.each<[string, Parameters<typeof tinyNetwork>[1], RegExp]>([
  ['an input of another shape', { input: { width: 5 } }, /^The network tiny-network cannot take its input: /],
  [
    'NaN as output',
    { weights: matrix(48, 16, [37, 101, 199]).with(3, Number.NaN) },
    /^The network tiny-network gives an embedding with values that are not numbers/,
  ],
  ['weights of another size', { weights: matrix(40, 16, [37, 101, 199]) }, /^The network tiny-network cannot /],
])(
  'a network with %s ends the run before any picture, with one sentence',
  async (_, how, sentence) => {
    const given = { ...copies, dataset: { name: pictures }, hashes: [await tinyNetwork(folder.path, how)] };
    const out = await testFolder();
    const run = runKind(copyDetection, options(given, out));
    await expect(run).rejects.toBeInstanceOf(UserError);
    await expect(run).rejects.toThrow(sentence);
    await run.catch((error: Error) => expect(error.message.split('\n')).toHaveLength(1));
    expect(await readdir(out)).not.toContain('metrics.json');
  },
  60_000,
);

test('a false-positive tail: the same rates as the built-in hash, at thresholds named by the file', async () => {
  const file = await detector(pdqProgram());
  const experiment = {
    ...tail,
    dataset: { name: pictures },
    hashes: ['pdq', file],
    thresholds: { pdq: [90], [file]: [90] },
  };
  const { metrics } = await runKind(falsePositiveTail, options(experiment, await testFolder()));
  const [builtIn, asProgram] = metrics.hashes;
  expect(asProgram!.name).toBe('pdq-program');
  expect(asProgram!.unrelated).toEqual(builtIn!.unrelated);
  expect(asProgram!.thresholds.map(({ bits, authors }) => [bits, authors])).toEqual([
    [31, true],
    [90, false],
  ]);
  const measured = ({ thresholds }: typeof asProgram & object) =>
    thresholds.map(({ rows }) => rows.filter(({ status }) => status === 'measured'));
  expect(measured(asProgram!)[0]!.length).toBeGreaterThan(0);
  expect(measured(asProgram!)).toEqual(measured(builtIn!));
}, 60_000);

test('a deep hash of presend stands among the hashes of a tail by its name', async () => {
  const experiment = {
    ...tail,
    dataset: { name: pictures },
    hashes: ['pdq', 'mobilenet-lsh'],
    queryShare: 0.5,
    thresholds: { 'mobilenet-lsh': [60] },
  };
  const run = await runKind(falsePositiveTail, options(experiment, await testFolder()));
  const [, deep] = run.metrics.hashes;
  const { bits, threshold } = await loadDeepHash('mobilenet-lsh');
  expect([deep!.name, deep!.bits, deep!.authorsThreshold]).toEqual(['mobilenet-lsh', bits, threshold]);
  expect(deep!.thresholds.map((each) => each.bits)).toEqual([threshold, 60].sort((a, b) => a - b));
  expect(run.record.experimentResolved).toMatchObject({
    detectors: [{ name: 'mobilenet-lsh', kind: 'network', file: 'mobilenet-lsh', bits, threshold }],
  });
  expect((await reloadRun(run.folder)).metrics).toEqual(run.metrics);
}, 60_000);
