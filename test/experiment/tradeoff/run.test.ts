/** Whole runs: the same bytes every time, whatever interrupts them, and whatever lies in the folder. */

import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { assign } from '../../../src/dataset/assign.ts';
import { digestOf } from '../../../src/dataset/dataset.ts';
import { openDataset } from '../../../src/dataset/open.ts';
import { projectRoot } from '../../../src/disk/project.ts';
import { schemas } from '../../../src/experiment/json-schema.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { scenarioOf } from '../../../src/experiment/tradeoff/experiment.ts';
import { tradeoff } from '../../../src/experiment/tradeoff/kind.ts';
import { Metrics } from '../../../src/experiment/tradeoff/metrics.ts';
import type { Finished } from '../../../src/harness/kind.ts';
import { runKind } from '../../../src/harness/kind.ts';
import { cellId } from '../../../src/harness/scenario/plan.ts';
import { decode } from '../../../src/image/decode.ts';
import { encode } from '../../../src/image/encode.ts';
import { check } from '../../../src/schema/check.ts';
import { ofType } from '../../../src/schema/row.ts';
import { RunRecord, Timings } from '../../../src/schema/run-record.ts';
import { concatBytes } from '../../../src/util/bytes.ts';
import { sha256Hex } from '../../../src/util/digest.ts';
import { exitCodes, InterruptedError, UserError } from '../../../src/util/errors.ts';
import { expectFirstRows, expectSame, readObservations, unfinishedRows } from '../../harness/finished-rows.ts';
import { experimentWith, options, scratch, testFolder, tiny } from '../../harness/tiny.ts';
import { nodeWords } from '../../helpers/program.ts';
import { slowTest } from '../../helpers/slow.ts';
import { png } from '../../image/files.ts';

/** Of the 60 pictures of the corpus so many are used, to save time; the corpus itself is drawn once. */
const limit = 30;

const json = async (folder: string, name: string): Promise<unknown> =>
  JSON.parse(await readFile(join(folder, name), 'utf8'));

/** An abort as soon as a phase has got so far. */
function stopAt(phase: string, count: number) {
  const stop = new AbortController();
  const onProgress = (name: string, done: number): void => {
    if (name === phase && done === count) stop.abort();
  };
  return { signal: stop.signal, onProgress };
}

const tasksDone = async (folder: string): Promise<string[]> =>
  (await readFile(join(folder, 'partial', 'run.progress.jsonl'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { step: string }).step);

describe('a run of the generated corpus', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let unbroken: Finished<Metrics>;

  beforeAll(async () => {
    folder = await scratch();
    unbroken = await runKind(tradeoff, options(tiny, join(folder.path, 'unbroken'), { limit, threads: 2 }));
  }, 300_000);
  afterAll(() => folder.remove());

  test('leaves its files, each as its schema says, and nothing that only an unfinished run needs', async () => {
    const { folder, metrics, record, timings } = unbroken;
    expect((await readdir(folder)).sort()).toEqual([
      'equality-list.presend',
      'list.presend',
      'metrics.json',
      'rows',
      'run.json',
      'second-list.presend',
      'timings.json',
    ]);
    expect(check(Metrics, await json(folder, 'metrics.json'), 'metrics.json')).toEqual(metrics);
    expect(check(RunRecord, await json(folder, 'run.json'), 'run.json')).toEqual(record);
    expect(check(Timings, await json(folder, 'timings.json'), 'timings.json')).toEqual(timings);
    const rows = await readObservations(folder, tradeoff.rows);
    rows.forEach((row, i) => {
      check(schemas.observation, row, `Row ${i + 1}`);
    });
    expect(new Set(rows.map(({ row }) => row))).toEqual(
      new Set(['match', 'equality', 'classify', 'message', 'view', 'attack', 'deployment', 'traffic']),
    );
  });

  test('gives the same metrics when they are derived anew from what it left', async () => {
    expect((await reloadRun(unbroken.folder)).metrics).toEqual(unbroken.metrics);
  });

  test('says of itself what it was', () => {
    const { record, timings } = unbroken;
    expect(record).toMatchObject({
      seed: 2019,
      resumed: false,
      threads: 2,
      created: '2019-10-04T12:00:00.000Z',
      experimentResolved: tiny,
      models: [{ name: 'tiny-colours' }],
    });
    expect(Object.keys(timings.phases)).toEqual(['dataset', 'list', 'pictures', 'strategies', 'rows', 'metrics']);
    expect(Object.keys(timings.perMessageMillis)).toEqual(tiny.grid.strategy);
    expect(Object.keys(timings.hashMillis)).toEqual(tiny.grid.hash);
    expect(timings.classifyMillis).toBeGreaterThan(0);
  });

  test('counts every picture and message once', async () => {
    const { metrics } = unbroken;
    const rows = await readObservations(unbroken.folder, tradeoff.rows);
    expect(metrics.dataset.pictures).toBeGreaterThan(limit - 5);
    expect(metrics.dataset.pictures).toBeLessThanOrEqual(limit);
    expect(metrics.dataset.refused).toEqual([]);
    const totals = metrics.strategies.map(({ messages }) => messages);
    expect(new Set(totals).size).toBe(1);
    for (const { name, messages, delivered, failed, declared } of metrics.strategies) {
      const ids = rows.flatMap((row) => (row.row === 'message' && row.strategy === name ? [row.message] : []));
      expect(new Set(ids).size).toBe(messages);
      expect(delivered.k).toBe(delivered.n);
      expect(failed).toBe(0);
      expect(declared.filter(({ holds }) => !holds)).toEqual([]);
    }
    // The edits of one picture, and all copies of it, share a group; a group never straddles the split.
    const splits = new Map<string, string>();
    for (const row of rows)
      if ('split' in row && 'group' in row)
        expect(splits.get(row.group) ?? row.split).toBe(splits.set(row.group, row.split).get(row.group));
  });

  test('names its cells by the pictures that a limit left, not by the dataset that they come from', async () => {
    const { seed, assignment, dataset } = tiny;
    const all = await openDataset(dataset.name, { seed, pictures: dataset.pictures! });
    const { pictures } = assign(all.pictures, { seed, ...assignment, limit });
    const rows = await readObservations(unbroken.folder, tradeoff.rows);
    const first = rows.find((row) => row.row === 'match')!;
    const { hash, transform } = first;
    expect(first.cell).toBe(cellId(scenarioOf(tiny), digestOf(pictures), { hash, transform }));
    expect(first.cell).not.toBe(cellId(scenarioOf(tiny), all.sha256, { hash, transform }));
  });

  test('finds what it must: listed pictures as sent, and nobody under plain E2EE', () => {
    const by = Object.fromEntries(unbroken.metrics.strategies.map((each) => [each.name, each]));
    expect(by['client-list']!.detection.asSent.n).toBeGreaterThan(0);
    expect(by['client-list']!.detection.asSent.estimate).toBe(1);
    expect(by['hash-upload']!.detection).toEqual(by['client-list']!.detection);
    expect(by.e2ee!.detection.asSent.k).toBe(0);
    expect(by.e2ee!.innocentAccounts!.high).toBe(0);
    // What users report and what accounts show, which is uncertain; and what comes in any case.
    const [lost, all] = by.e2ee!.recovered.map(({ reports }) => reports!.estimate);
    expect(lost).toBeGreaterThan(72_000);
    expect(lost).toBeLessThan(1_100_000);
    expect(all! - lost!).toBeCloseTo(4_800_000, 2);
    expect(by.escrow!.cost.overheadBytesMedian).toBeGreaterThan(0);
  });

  test('what was disclosed to a role is no candidate of the other messages', async () => {
    const rows = ofType(await readObservations(unbroken.folder, tradeoff.rows), 'attack');
    for (const { strategy, role, secret, when, chance, candidates } of rows) {
      if (secret === 'topic') {
        expect(candidates).toBeUndefined();
        continue;
      }
      const same = rows.filter(
        (each) => each.strategy === strategy && each.role === role && each.secret === secret && each.when === when,
      );
      const silent = new Set(same.filter(({ handed }) => !handed).map(({ picture }) => picture));
      expect(candidates).toBeGreaterThanOrEqual(silent.size);
      expect(candidates).toBeLessThanOrEqual(Math.round(1 / chance));
    }
    const of = (name: string) =>
      unbroken.metrics.strategies
        .find((each) => each.name === name)!
        .leakage.filter(({ role, secret }) => role === 'provider' && secret === 'identity');
    const [silent, all] = of('client-list');
    expect(silent!.chance).toBeGreaterThan(all!.chance);
    for (const each of of('e2ee')) expect(each.chance).toBe(of('e2ee')[0]!.chance);
  });

  test('once more, on one thread: the same bytes and the same metrics', async () => {
    const again = await runKind(tradeoff, options(tiny, await testFolder(), { limit, threads: 1 }));
    await expectSame(again.folder, unbroken.folder);
  }, 300_000);

  test('interrupted among the pictures, then among the strategies, and resumed: the same bytes', async () => {
    const out = await testFolder();
    const resume = { limit, threads: 2, resume: true };
    const among = runKind(tradeoff, options(tiny, out, { limit, threads: 2, ...stopAt('pictures', 7) }));
    await expect(among).rejects.toThrow(InterruptedError);
    const pictures = (await tasksDone(out)).filter((task) => task.startsWith('picture '));
    // What was under way when the abort came is kept too.
    expect(pictures.length).toBeGreaterThanOrEqual(7);
    expect(pictures.length).toBeLessThan(7 + 3 * 2);
    expect(await expectFirstRows(out, unbroken.folder, tradeoff.rows)).toBeGreaterThan(0);
    expect(await readdir(out)).not.toContain('metrics.json');

    const between = runKind(tradeoff, options(tiny, out, { ...resume, threads: 1, ...stopAt('strategies', 1) }));
    await expect(between).rejects.toThrow(InterruptedError);
    // Those that were under way are kept too: one a thread, and what was started while an earlier one was awaited.
    const strategies = (await tasksDone(out)).filter((task) => task.startsWith('strategy '));
    expect(strategies.length).toBeGreaterThanOrEqual(2);
    expect(strategies).toEqual(tiny.grid.strategy.slice(0, strategies.length).map((name) => `strategy ${name}`));

    const { record } = await runKind(tradeoff, options(tiny, out, resume));
    await expectSame(out, unbroken.folder);
    expect(record.resumed).toBe(true);
    expect(await readdir(out)).not.toContain('partial');
  }, 300_000);

  slowTest(
    'killed, resumed, stopped by ctrl-C, resumed: exit codes as published, and the same bytes',
    async () => {
      const folder = await testFolder();
      const [file, out] = [join(folder, 'experiment.yaml'), join(folder, 'run')];
      await writeFile(file, stringify(tiny));
      const command = ['run', file, '--out', out, '--limit', String(limit), '--threads', '2', '--json'];

      const killed = presend(command);
      await until(async () => (await tasksDone(out)).length >= 2, killed);
      killed.child.kill('SIGKILL');
      await killed.ended;
      const left = (await tasksDone(out)).length;
      expect(await readdir(out)).not.toContain('metrics.json');

      const stopped = presend([...command, '--resume']);
      await until(async () => (await tasksDone(out)).length > left, stopped);
      stopped.child.kill('SIGINT');
      expect(await stopped.ended).toBe(exitCodes.interrupted);
      expect(stopped.stderr()).toContain(`presend -- run ${file}`);
      expect(stopped.stderr()).toMatch(/--out \S+.* --resume/);
      expect(stopped.stdout()).toBe('');

      const last = presend([...command, '--resume']);
      expect(await last.ended, last.stderr()).toBe(exitCodes.done);
      await expectSame(out, unbroken.folder);
      expect(JSON.parse(last.stdout())).toEqual(unbroken.metrics);
      expect(check(RunRecord, await json(out, 'run.json'), 'run.json').resumed).toBe(true);
    },
    300_000,
  );
});

interface Running {
  readonly child: ChildProcess;
  /** Exit code. */
  readonly ended: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

/** The command line, as a process of its own. */
function presend(args: readonly string[]): Running {
  const child = spawn(process.execPath, [...nodeWords(join(projectRoot, 'src', 'cli', 'main.ts')), ...args], {
    cwd: projectRoot,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
}

/** Waits for something to be true of a process that must not end before. */
async function until(holds: () => Promise<boolean>, { child, stderr }: Running): Promise<void> {
  while (!(await holds())) {
    if (child.exitCode !== null) throw new Error(`Ended too early, with ${child.exitCode}: ${stderr()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a run of a folder', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let dataset: string;
  const hostile = ['drawing/cut.jpg', 'photo/cut.jpg', 'photo/empty.png', 'drawing/text.png', 'photo/no-pixels.png'];

  beforeAll(async () => {
    folder = await scratch();
    dataset = join(folder.path, 'pictures');
    const images = join(projectRoot, 'test', 'vectors', 'images');
    const names = (await readdir(images))
      .filter((name) => /^(?:leaves|pink|flat|gradient|document|meme)/.test(name))
      .sort();
    for (const label of ['drawing', 'photo', '.hidden']) await mkdir(join(dataset, label), { recursive: true });
    for (const [i, name] of names.entries())
      await cp(join(images, name), join(dataset, i % 2 === 0 ? 'drawing' : 'photo', name));
    const whole = await encode(await decode(join(images, 'leaves-320x240.png')), { type: 'jpeg', quality: 90 });
    const other = await encode(await decode(join(images, 'leaves-200x150.png')), { type: 'jpeg', quality: 90 });
    await writeFile(join(dataset, 'drawing', 'cut.jpg'), whole.subarray(0, whole.length / 2));
    await writeFile(join(dataset, 'photo', 'cut.jpg'), other.subarray(0, 200));
    await writeFile(join(dataset, 'photo', 'empty.png'), '');
    await writeFile(join(dataset, 'drawing', 'text.png'), 'not a picture');
    await writeFile(join(dataset, 'photo', 'no-pixels.png'), png(0, 0, 8, 2, []));
    await writeFile(join(dataset, 'photo', 'notes.txt'), 'passed over: it does not claim to be a picture');
    await writeFile(join(dataset, '.hidden', 'a.png'), concatBytes(Uint8Array.of(1)));
  });
  afterAll(() => folder.remove());

  const experiment = () =>
    experimentWith({
      dataset: { name: dataset },
      // All but one of the targets are listed, so that files that cannot be read are among them.
      assignment: { listedShare: 0.9 },
      grid: { transform: [{ name: 'none' }], strategy: ['e2ee', 'prefix-lookup'] },
      messages: { edits: [] },
    });

  test('refuses what cannot be read, with reasons, and resumes only as what it was', async () => {
    const out = await testFolder();
    const asked = experiment();
    const first = runKind(tradeoff, options(asked, out, stopAt('pictures', 2)));
    await expect(first).rejects.toThrow(InterruptedError);

    const attempt = (changed: typeof asked, more: object) => runKind(tradeoff, options(changed, out, more));
    const before = await unfinishedRows(out);
    const list = await readFile(join(out, 'list.presend'));
    const other: [typeof asked, object, RegExp][] = [
      [asked, { resume: false }, /already holds a run/],
      [{ ...asked, seed: 7 }, { resume: true, threads: 1 }, /of another experiment: \/seed was 2019 and is 7\./],
      // Half as many listed: what is refused must not leave its list behind.
      [
        { ...asked, assignment: { ...asked.assignment, listedShare: 0.5 } },
        { resume: true, threads: 1 },
        /\/assignment\/listedShare was 0\.9 and is 0\.5/,
      ],
      // One picture fewer can leave the list, and all else that the record names, as it was.
      [asked, { resume: true, threads: 1, limit: 24 }, /started without --limit, and this is with --limit 24/],
    ];
    for (const [changed, more, why] of other) {
      const refusal = await attempt(changed, more).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(UserError);
      expect((refusal as UserError).message).toMatch(why);
      expect(await unfinishedRows(out)).toEqual(before);
      expect((await readFile(join(out, 'list.presend'))).equals(list)).toBe(true);
    }

    const { metrics } = await attempt(asked, { resume: true });
    expect(metrics.dataset.refused.map(({ picture }) => picture).sort()).toEqual([...hostile].sort());
    const reasons = Object.fromEntries(metrics.dataset.refused.map(({ picture, reason }) => [picture, reason]));
    expect(reasons).toMatchObject({
      'drawing/cut.jpg': expect.stringMatching(/truncated/),
      'photo/cut.jpg': expect.stringMatching(/truncated|damaged/),
      'photo/empty.png': 'empty file',
      'drawing/text.png': expect.stringMatching(/not an image/),
      'photo/no-pixels.png': expect.stringMatching(/truncated|damaged/),
    });
    const rows = await readObservations(out, tradeoff.rows);
    for (const picture of hostile)
      expect(rows.filter((row) => 'picture' in row && row.picture === picture).map(({ row }) => row)).toEqual([
        'refused',
      ]);
    // A flat picture is no refused file: each hash refuses it, and that is its outcome.
    const flat = rows.filter((row) => row.row === 'match' && row.picture.endsWith('flat-black.png'));
    expect(flat.map((row) => row.row === 'match' && [row.hash, row.outcome.state])).toEqual([
      ['pdq', 'refused'],
      ['dhash', 'refused'],
    ]);
    expect(metrics.dataset.pictures).toBe(
      new Set(rows.flatMap((row) => (row.row === 'match' ? [row.picture] : []))).size,
    );
    expect(metrics.hashes[0]!.refused).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(folder.path);

    await expect(attempt(asked, { resume: true })).rejects.toThrow(/finished; there is nothing to resume/);
    await expect(attempt(asked, { resume: false })).rejects.toThrow(/already holds a run/);
  }, 300_000);

  test('a folder of nothing that can be read is a mistake in the input', async () => {
    const bad = join(await testFolder(), 'bad');
    await mkdir(join(bad, 'drawing'), { recursive: true });
    for (let i = 0; i < 3; i++) await writeFile(join(bad, 'drawing', `${i}.png`), `GIF89a, and then text ${i}`);
    const run = runKind(
      tradeoff,
      options(experimentWith({ ...experiment(), dataset: { name: bad } }), await testFolder()),
    );
    await expect(run).rejects.toThrow(/None of the 3 pictures/);
  });

  test('other pictures than the experiment names are refused before anything is done', async () => {
    const wrong = experimentWith({ ...experiment(), dataset: { name: dataset, sha256: sha256Hex('other') } });
    await expect(runKind(tradeoff, options(wrong, await testFolder()))).rejects.toThrow(
      /Expected dataset .* has sha256/,
    );
  });
});
