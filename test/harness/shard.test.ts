/** Shards: several processes share the steps of a run, and give the bytes of one process, in whatever order they work. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { reloadRun } from '../../src/experiment/reload.ts';
import type { Finished } from '../../src/harness/kind.ts';
import { RunFolder } from '../../src/harness/run-folder.ts';
import type { RunOptions } from '../../src/harness/run-options.ts';
import { PartDone, shardOf } from '../../src/harness/shard.ts';
import { seededRng } from '../../src/util/rng.ts';
import { expectSame, unfinishedRows } from './finished-rows.ts';
import { asked, runTheSteps, type Steps, type Sum, stepOptions } from './steps.ts';
import { scratch, testFolder } from './tiny.ts';

/** More steps than the largest number of shards, so that each has some, and some have more. */
const experiment: Steps = { ...asked, steps: 19 };

let unbroken: Finished<Sum>;
beforeAll(async () => {
  const { path, remove } = await scratch();
  unbroken = await runTheSteps(stepOptions(join(path, 'unbroken'), { experiment }));
  return remove;
});

const newRun = async (): Promise<string> => join(await testFolder(), 'run');
const options = (out: string, more: Partial<RunOptions<Steps>> = {}) => stepOptions(out, { experiment, ...more });
const shard = (index: number, of: number, wait = false) => ({ shard: { index, of, wait } });

/** Works as a shard; returns the sentence with which it stops. */
const work = (out: string, index: number, of: number, more: Partial<RunOptions<Steps>> = {}): Promise<string> =>
  runTheSteps(options(out, { ...shard(index, of), ...more })).then(
    () => {
      throw new Error('A shard finished the run');
    },
    (error: unknown) => {
      if (error instanceof PartDone) return error.message;
      throw error;
    },
  );

const merge = (out: string): Promise<Finished<Sum>> => runTheSteps(options(out, { resume: true }));

async function expectUnbroken(out: string): Promise<void> {
  const { metrics, record } = await merge(out);
  expect(metrics).toEqual(unbroken.metrics);
  await expectSame(out, unbroken.folder);
  expect(record.observations).toEqual(unbroken.record.observations);
  expect((await readdir(out)).sort()).toEqual(['metrics.json', 'rows', 'run.json', 'timings.json']);
}

describe('n shards give the bytes of one process', () => {
  test.each([1, 2, 3, 8])(
    '%i shards, one after the other in two orders',
    async (of) => {
      const out = await newRun();
      const indices = seededRng(of, 'order').shuffle(Array.from({ length: of }, (_, i) => i + 1));
      const said: string[] = [];
      for (const index of [...indices, ...[...indices].reverse()]) said.push(await work(out, index, of));
      // The second phase needs all of the first: only the last one to work on that can go on at once.
      if (of > 1)
        expect(said[0]).toMatch(/^Shard \d of \d has done its part so far\. \d+ steps of other shards are missing: /);
      expect(said.at(-1)).toBe(
        `Shard ${indices[0]} of ${of} is done, and so are all others. Finish the run with: presend merge ${out}`,
      );
      const logs = (await readdir(join(out, 'partial'))).filter((name) => name.endsWith('.steps'));
      expect(logs.sort()).toEqual(indices.map((index) => `shard-${index}-of-${of}.steps`).sort());
      await expectUnbroken(out);
    },
    60_000,
  );

  test.each([2, 3])(
    '%i shards at once, which wait for each other',
    async (of) => {
      const out = await newRun();
      const said = await Promise.all(
        Array.from({ length: of }, (_, i) => work(out, i + 1, of, shard(i + 1, of, true))),
      );
      expect(said.some((each) => each.includes('so are all others'))).toBe(true);
      await expectUnbroken(out);
    },
    60_000,
  );

  test('a step is done by one shard alone, and by no merge', async () => {
    const [out, done] = [await newRun(), [] as number[]];
    const before = async (i: number): Promise<void> => void done.push(i);
    for (const index of [1, 2, 1, 2])
      await runTheSteps(options(out, shard(index, 2)), before).catch((error: unknown) => {
        if (!(error instanceof PartDone)) throw error;
      });
    await runTheSteps(options(out, { resume: true }), before);
    expect(new Set(done).size).toBe(done.length);
    expect(done).toHaveLength(20);
  });

  test('a shard that is interrupted goes on with what it has', async () => {
    const out = await newRun();
    for (const at of [2, 5]) {
      const stop = new AbortController();
      const onProgress = (_: string, done: number): void => void (done === at && stop.abort());
      await expect(work(out, 1, 2, { signal: stop.signal, onProgress })).rejects.toThrow('interrupted');
      expect((await unfinishedRows(out, 'shard-1-of-2')).length).toBeGreaterThan(0);
    }
    await work(out, 2, 2);
    await work(out, 1, 2);
    await expectUnbroken(out);
  });

  test('one that waits can be interrupted while it waits', async () => {
    const out = await newRun();
    const stop = new AbortController();
    const onProgress = (_: string, done: number, total: number): void => {
      if (done === total) setTimeout(() => stop.abort(), 50);
    };
    const waiting = work(out, 1, 2, { ...shard(1, 2, true), signal: stop.signal, onProgress });
    await expect(waiting).rejects.toThrow('interrupted');
  });

  test('a merge does what shards have not done, from none of them to all but a phase', async () => {
    for (const indices of [[], [2], [3, 1], [1, 2, 3]]) {
      const out = await newRun();
      // A shard that begins the run and is interrupted at once.
      if (indices.length === 0)
        await expect(work(out, 1, 3, { signal: AbortSignal.abort() })).rejects.toThrow('interrupted');
      for (const index of indices) await work(out, index, 3);
      await expectUnbroken(out);
    }
  }, 60_000);

  test('shards of another number may help to the end', async () => {
    const out = await newRun();
    await work(out, 1, 3);
    await work(out, 1, 2);
    await work(out, 2, 2);
    await expectUnbroken(out);
  });
});

describe('one process a shard', () => {
  test('a shard at work keeps others from it, and from finishing or beginning the run under it; other shards may work', async () => {
    const out = await newRun();
    const busy = (index: number) =>
      `Process ${process.pid} is working in shard ${index} of 2; wait until it ends, or stop it`;
    let tried = 0;
    const during = async (): Promise<void> => {
      if (tried++ > 0) return;
      await expect(work(out, 1, 2)).rejects.toThrow(busy(1));
      await expect(merge(out)).rejects.toThrow(busy(1));
      await expect(runTheSteps(options(out))).rejects.toThrow('already holds a run');
      expect(await work(out, 2, 2)).toMatch(/^Shard 2 of 2 has done its part so far/);
    };
    await expect(runTheSteps(options(out, shard(1, 2)), during)).rejects.toThrow(PartDone);
    expect(tried).toBeGreaterThan(1);
    await expectUnbroken(out);
  });

  test('a merge at work makes a shard wait its turn, and then there is nothing to do', async () => {
    const out = await newRun();
    await work(out, 1, 2);
    let waiting: Promise<unknown> | undefined;
    await runTheSteps(options(out, { resume: true }), async () => {
      waiting ??= work(out, 2, 2).catch((error: Error) => error.message);
    });
    expect(await waiting).toBe(`The run in ${out} is finished; there is nothing to do`);
    await expectSame(out, unbroken.folder);
  });

  test('of a finished run, a shard and a merge say so', async () => {
    const { folder: out } = unbroken;
    await expect(work(out, 1, 2)).rejects.toThrow(`The run in ${out} is finished; there is nothing to do`);
    await expect(merge(out)).rejects.toThrow(`The run in ${out} is finished; there is nothing to resume`);
  });

  test('where nobody began a run, a merge says so and makes no folder', async () => {
    const out = await newRun();
    await expect(merge(out)).rejects.toThrow(`No run in ${out} to resume`);
    expect(await readdir(join(out, '..'))).toEqual([]);
  });

  test('a report of what shards have so far is refused with the command that finishes it', async () => {
    const out = await newRun();
    await work(out, 1, 2, { command: `presend run steps --shard 1/2 --out ${out}` });
    await expect(reloadRun(out)).rejects.toThrow(/is unfinished; continue with: .*presend -- merge \S*run$/);
  });
});

describe('a shard of another run is refused, and nothing is changed', () => {
  test.each<[string, Partial<RunOptions<Steps>>, string | undefined, RegExp]>([
    ['seed', { experiment: { ...experiment, seed: 8 } }, undefined, /is of another experiment: \/seed was 7 and is 8/],
    ['number of steps', { experiment: { ...experiment, steps: 18 } }, undefined, /\/steps was 19 and is 18/],
    ['limit', { limit: 20 }, undefined, /was started without --limit, and this is with --limit 20/],
    ['transport', { transport: { name: 'http' } }, undefined, /was started with --transport in-process/],
    ['pictures', {}, 'cd'.repeat(32), /is of other pictures: \/dataset\/sha256 was /],
    ['backend', { backend: 'onnx' }, undefined, /--backend is for experiments that use a network/],
  ])('another %s', async (_, more, sha256, why) => {
    const out = await newRun();
    await work(out, 1, 2);
    const before = [await new RunFolder(out).record(), await unfinishedRows(out, 'shard-1-of-2')];
    await expect(runTheSteps(options(out, { ...shard(2, 2), ...more }), undefined, sha256)).rejects.toThrow(why);
    expect([await new RunFolder(out).record(), await unfinishedRows(out, 'shard-1-of-2')]).toEqual(before);
    expect(await readdir(join(out, 'partial'))).not.toContain('shard-2-of-2.steps');
  });

  test('a folder with files of others is no folder for a shard', async () => {
    const out = await testFolder();
    await writeFile(join(out, 'thesis.tex'), 'years of work');
    await expect(work(out, 1, 2)).rejects.toThrow(/is not empty: it holds thesis\.tex, which a run could overwrite/);
    expect(await readdir(out)).toEqual(['thesis.tex']);
  });
});

describe('--shard as typed', () => {
  test('is a part of a whole', () => {
    expect(shardOf('3/8', false)).toEqual({ index: 3, of: 8, wait: false });
    expect(shardOf('1/1', true)).toEqual({ index: 1, of: 1, wait: true });
  });

  test.each(['', '3', '0/8', '9/8', '1/0', '-1/8', '1/8/2', '1.5/8', ' 1/8', '1/ 8', 'a/b', '1/1000000000', '٣/٨'])(
    "'%s' is none",
    (text) =>
      expect(() => shardOf(text, false)).toThrow(
        `Expected i/n with i from 1 to n for --shard, e.g. 3/8, but received '${text}'`,
      ),
  );
});
