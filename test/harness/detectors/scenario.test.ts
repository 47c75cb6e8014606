/** Runs on messages with detectors: presend's own PDQ asked as a program gives what the built-in one gives, and whatever happens to a detector is said. */
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkLeakage, leakage } from '../../../src/experiment/leakage/kind.ts';
import { leakageMetrics } from '../../../src/experiment/leakage/score.ts';
import { power } from '../../../src/experiment/power/kind.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { checkExperiment } from '../../../src/experiment/tradeoff/check.ts';
import { withTradeoffDetectors } from '../../../src/experiment/tradeoff/detectors.ts';
import type { Experiment } from '../../../src/experiment/tradeoff/experiment.ts';
import { tradeoff } from '../../../src/experiment/tradeoff/kind.ts';
import type { Metrics } from '../../../src/experiment/tradeoff/metrics.ts';
import { metricsOf } from '../../../src/experiment/tradeoff/score.ts';
import { TradeoffCounts } from '../../../src/experiment/tradeoff/score-counts.ts';
import { type Finished, runKind } from '../../../src/harness/kind.ts';
import { RunFolder } from '../../../src/harness/run-folder.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { labelIndex } from '../../../src/harness/scenario/check.ts';
import { PartDone } from '../../../src/harness/shard.ts';
import { binary } from '../../../src/match/format/binary.ts';
import { folded } from '../../../src/schema/fold.ts';
import { ofType, type Row, type RowType, sourceOf } from '../../../src/schema/row.ts';
import { InterruptedError, MissingError, UserError } from '../../../src/util/errors.ts';
import { matrix, onnxFile } from '../../classify/tiny-network.ts';
import { smallPower } from '../../experiment/power/setup.ts';
import { quickStrategies, slow, slowTest } from '../../helpers/slow.ts';
import { expectSame, readObservations } from '../finished-rows.ts';
import { experimentWith, scratch, testFolder, tiny, options as tinyOptions } from '../tiny.ts';
import { detectorFile, pdqProgram } from './files.ts';

/** Few pictures, of the corpus that other tests use too. */
const limit = 30;

let folder: Awaited<ReturnType<typeof scratch>>;
/** A program with a name as long as that of the built-in hash: packets that name it have the same sizes. */
let program: string;

beforeAll(async () => {
  folder = await scratch();
  program = await detectorFile(folder.path, { ...pdqProgram(), name: 'pdx' });
});
afterAll(() => folder.remove());

/** The sampled bits of similarity buckets are drawn from the list's root, in which the hash is named: they alone differ. */
const strategies = [
  'e2ee',
  'client-list',
  'prefix-lookup',
  'threshold-psi',
  // What else names the hash or sends it.
  ...(slow ? ['server-scan', 'hash-upload', 'psi', 'hybrid'] : []),
];

/** The trade-off of a hash, which finds equal pictures too. */
const tradeoffOf = (hash: string) =>
  experimentWith({
    grid: { hash: [hash, 'dhash'], strategy: strategies },
    messages: { hash, equalityHash: hash },
  });

/** A network without weights of its own: the sides of the means of blocks. */
const model = { side: 8, block: 2, outputs: 16, weights: matrix(48, 16, [37, 101, 199]) };
const networkFile = {
  version: 1,
  kind: 'network',
  name: 'tiny',
  format: 'onnx',
  model: 'model.onnx',
  input: { width: 8, height: 8, layout: 'nchw', mean: 0.5, scale: 2 },
  hyperplanes: { seed: 5 },
};

const options = <E>(experiment: E, out: string, more: Partial<RunOptions<E>> = {}): RunOptions<E> => ({
  ...(tinyOptions(tiny, out, { limit }) as unknown as RunOptions<E>),
  experiment,
  asPassed: JSON.stringify(experiment),
  ...more,
});

/** The rows with the program called what the built-in hash is called, and without the cells' ids, which differ with the names. */
async function renamedRows<R extends Row>(
  run: string,
  { rows: types }: { readonly rows: readonly RowType<R>[] },
): Promise<R[]> {
  const rows = (await readObservations(run, types)) as unknown as R[];
  return rows.map(
    (row) =>
      JSON.parse(JSON.stringify({ ...row, ...('cell' in row ? { cell: '' } : {}) }).replaceAll('"pdx"', '"pdq"')) as R,
  );
}

describe('a trade-off', () => {
  let builtIn: Finished<Metrics>;
  let asProgram: Finished<Metrics>;

  beforeAll(async () => {
    builtIn = await runKind(tradeoff, options(tradeoffOf('pdq'), join(folder.path, 'built-in')));
    asProgram = await runKind(tradeoff, options(tradeoffOf(program), join(folder.path, 'program')));
  }, 300_000);

  test('has the same rows and metrics as with the built-in hash', async () => {
    const [rows, others] = [await renamedRows(builtIn.folder, tradeoff), await renamedRows(asProgram.folder, tradeoff)];
    expect(others).toEqual(rows);
    // Intervals are drawn from streams with the hash's name in them: under one name, everything is the same.
    const experiment = tradeoffOf('pdq');
    const counts = new TradeoffCounts(experiment, labelIndex(experiment));
    const { dataset, list, notes = [] } = asProgram.record;
    const listBytes = (await readFile(join(asProgram.folder, 'list.presend'))).length;
    const scored = metricsOf(await folded(sourceOf(others), counts), {
      experiment,
      dataset,
      listEntries: list!.entries,
      listBytes,
      notes,
    });
    expect(scored).toEqual(builtIn.metrics);
    expect(scored.hashes[0]!.positives).toBeGreaterThan(0);
    expect(asProgram.metrics.hashes.map(({ name, bits, authorsThreshold }) => [name, bits, authorsThreshold])).toEqual([
      ['pdx', 256, 31],
      ['dhash', 64, 10],
    ]);
  });

  test('states the detector in its record, and is scored anew without it', async () => {
    const { record, timings } = asProgram;
    expect(record.experimentResolved).toMatchObject({
      grid: { hash: ['pdx', 'dhash'] },
      messages: { hash: 'pdx', equalityHash: 'pdx', secondHash: 'dhash' },
      detectors: [
        {
          name: 'pdx',
          kind: 'program',
          bits: 256,
          threshold: 31,
          minQuality: 50,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ],
    });
    expect(record.models.map(({ name }) => name)).toEqual(['tiny-colours', 'pdx']);
    expect(timings.hashMillis.pdx).toBeGreaterThan(0);
    const out = await testFolder();
    await cp(asProgram.folder, out, { recursive: true });
    const gone = `${program}.gone`;
    await rename(program, gone);
    try {
      expect((await reloadRun(out)).metrics).toEqual(asProgram.metrics);
    } finally {
      await rename(gone, program);
    }
  });

  slowTest(
    'is resumed with the same detector only, and in shards too gives the same bytes',
    async () => {
      const out = await testFolder();
      const stop = new AbortController();
      const onProgress = (phase: string, done: number): void => {
        if (phase === 'pictures' && done === 4) stop.abort();
      };
      const given = (more: Partial<RunOptions<Experiment>>): RunOptions<Experiment> =>
        options(tradeoffOf(program), out, more);
      await expect(runKind(tradeoff, given({ threads: 1, signal: stop.signal, onProgress }))).rejects.toThrow(
        InterruptedError,
      );
      const text = await readFile(program, 'utf8');
      onTestFinished(() => writeFile(program, text));
      await writeFile(program, text.replace('"threshold":31', '"threshold":30'));
      await expect(runKind(tradeoff, given({ resume: true }))).rejects.toThrow(/detectors/);
      await rm(program);
      // As a worker or a merge begins: with the experiment of the record.
      const { experimentResolved } = await new RunFolder(out).record();
      const recorded = given({ resume: true, experiment: checkExperiment(experimentResolved, 'The record') });
      await expect(runKind(tradeoff, recorded)).rejects.toThrow(
        new MissingError(
          `The run needs the detector pdx, and its file ${program} is not here; bring the file, or start from the folder in which the run was started`,
        ),
      );
      await writeFile(program, text);
      for (const index of [1, 2])
        await expect(runKind(tradeoff, given({ resume: true, shard: { index, of: 2, wait: false } }))).rejects.toThrow(
          PartDone,
        );
      await runKind(tradeoff, recorded);
      await expectSame(out, asProgram.folder);
    },
    300_000,
  );

  slowTest(
    'a program that dies in the middle refuses one picture at a time, and no other hash of it',
    async () => {
      const file = await detectorFile(folder.path, { ...pdqProgram('flaky', '5'), name: 'pdx' });
      const experiment = experimentWith({
        grid: { hash: ['dhash', file], strategy: ['e2ee', 'client-list'] },
        messages: { hash: file, secondHash: 'dhash' },
      });
      const { folder: out } = await runKind(tradeoff, options(experiment, await testFolder()));
      const rows = await readObservations(out, tradeoff.rows);
      const matches = ofType(rows, 'match');
      const refused = matches.filter(({ outcome }) => outcome.state === 'refused');
      const reasons = refused.map(({ outcome }) => outcome.state === 'refused' && outcome.reason);
      const died = 'the program pdx ended with exit code 9: bad luck with the picture';
      expect(reasons.filter((reason) => reason === died).length).toBeGreaterThan(0);
      expect(refused.every(({ hash }) => hash === 'pdx')).toBe(true);
      expect(refused.length).toBeLessThan(matches.length / 3);
      expect(ofType(rows, 'refused')).toEqual([]);
      const unscanned = ofType(rows, 'message').filter(
        ({ strategy, outcome }) =>
          strategy === 'client-list' && outcome.state === 'scored' && outcome.scanned === 'refused',
      );
      expect(unscanned.length).toBeGreaterThan(0);
      expect(await readdir(out)).toContain('stderr-pdx.txt');
    },
    300_000,
  );
});

describe('a network of the user', () => {
  let network: string;

  beforeAll(async () => {
    // More bits than any hash of presend, and no multiple of a word.
    network = await detectorFile(folder.path, { ...networkFile, bits: 520, threshold: 40 });
    await writeFile(join(network, '..', 'model.onnx'), onnxFile(model));
  });

  test('has the list, the thresholds and the strategies of a trade-off', async () => {
    const experiment = experimentWith({
      grid: {
        hash: [network, 'pdq'],
        strategy: quickStrategies(['e2ee', 'client-list', 'similarity-bucket', 'private-membership']),
      },
      messages: { hash: network, equalityHash: network, secondHash: 'pdq' },
    });
    const { folder: out, metrics, record } = await runKind(tradeoff, options(experiment, await testFolder()));
    expect(record.experimentResolved).toMatchObject({ detectors: [{ name: 'tiny', kind: 'network', bits: 520 }] });
    const bytes = await readFile(join(out, 'list.presend'));
    const { list } = binary.read(bytes, { name: '', algorithm: 'tiny', bits: 520 });
    expect([list.algorithm, list.bits, list.root]).toEqual(['tiny', 520, record.list!.root]);
    expect(list.entries.length).toBeGreaterThan(3);
    const [hash] = metrics.hashes;
    expect([hash!.name, hash!.bits, hash!.authorsThreshold]).toEqual(['tiny', 520, 40]);
    // Unedited listed pictures have the hash of their entry.
    const [asSent] = hash!.recall;
    expect([asSent!.transform, asSent!.atAuthors.k]).toEqual(['none', asSent!.atAuthors.n]);
    for (const row of ofType(await readObservations(out, tradeoff.rows), 'deployment')) expect(row.rejected).toBe(0);
  }, 300_000);

  slowTest(
    'has all capabilities tried on it',
    async () => {
      const experiment = {
        ...smallPower,
        messages: { ...smallPower.messages, hash: network, equalityHash: network, secondHash: 'pdq' },
      };
      const { record } = await runKind(power, options(experiment, await testFolder(), { limit: undefined }));
      expect(record.experimentResolved).toMatchObject({
        messages: { hash: 'tiny', equalityHash: 'tiny' },
        detectors: [{ name: 'tiny', kind: 'network', bits: 520 }],
      });
    },
    300_000,
  );

  test('with fewer bits than a strategy uses is refused in one sentence', async () => {
    const few = await detectorFile(folder.path, { ...networkFile, bits: 8, threshold: 1 });
    const experiment = (strategy: string) =>
      experimentWith({ grid: { hash: [few, 'dhash'], strategy: [strategy] }, messages: { hash: few } });
    const { bucketBits } = tiny.messages.protocols;
    for (const strategy of ['similarity-bucket', 'private-membership', 'similarity-bucket:fresh'])
      await expect(withTradeoffDetectors(experiment(strategy))).rejects.toThrow(
        new UserError(
          `Experiment tiny at /messages/protocols/bucketBits: the strategy ${strategy} uses ${bucketBits} bits of the hash, and tiny has 8; use fewer bits or another hash`,
        ),
      );
    expect((await withTradeoffDetectors(experiment('prefix-lookup'))).messages.hash).toBe('tiny');
    const short = { ...experiment('prefix-lookup'), messages: { ...tiny.messages, hash: few, prefixBits: 9 } };
    await expect(withTradeoffDetectors(short)).rejects.toThrow(
      '/messages/prefixBits: the strategy prefix-lookup uses 9',
    );
    // What is built in is refused when the file is read.
    expect(() =>
      experimentWith({
        grid: { strategy: ['similarity-bucket'] },
        messages: { hash: 'dhash', protocols: { ...tiny.messages.protocols, bucketBits: 65 } },
      }),
    ).toThrow('uses 65 bits of the hash, and dhash has 64');
  });
});

slowTest(
  'leakage: the same rows and metrics as with the built-in hash',
  async () => {
    const { version, seed, dataset, assignment, operatingPoint, messages } = tiny;
    const experimentOf = (hash: string) =>
      checkLeakage(
        {
          version,
          kind: 'leakage',
          name: 'leakage-small',
          question: 'Is it the same?',
          seed,
          dataset,
          assignment,
          strategies: ['client-list', 'hash-upload', 'prefix-lookup', 'psi'],
          operatingPoint,
          messages: { ...messages, hash, equalityHash: hash },
          attacks: { recompressed: { name: 'jpeg', quality: 50 }, falseAccusationCost: 10 },
        },
        'Test experiment',
      );
    const run = async (hash: string) =>
      runKind(leakage, options(experimentOf(hash), await testFolder(), { limit: 24 }));
    const [builtIn, asProgram] = [await run('pdq'), await run(program)];
    const rows = await renamedRows(asProgram.folder, leakage);
    expect(rows).toEqual(await renamedRows(builtIn.folder, leakage));
    const { dataset: used, list, notes = [] } = asProgram.record;
    const experiment = experimentOf('pdq');
    expect(leakageMetrics(rows, { experiment, dataset: used, listEntries: list!.entries, notes })).toEqual(
      builtIn.metrics,
    );
    expect(asProgram.record.experimentResolved).toMatchObject({ detectors: [{ name: 'pdx' }] });
  },
  300_000,
);
