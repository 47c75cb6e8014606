/** What goes wrong in a worker: it arrives as what it was, ends the run, and the run goes on to the same bytes. */

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { failed } from '../../src/cli/program.ts';
import { miniature } from '../../src/dataset/generated/miniature.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { readPictureBytes } from '../../src/dataset/picture-file.ts';
import { lookAt } from '../../src/experiment/new-content/tasks.ts';
import { scanPicture } from '../../src/experiment/repurposing/tasks.ts';
import type { Experiment } from '../../src/experiment/tradeoff/experiment.ts';
import { tradeoff } from '../../src/experiment/tradeoff/kind.ts';
import { hashEdits } from '../../src/harness/hashes/tasks.ts';
import { runKind } from '../../src/harness/kind.ts';
import { type Pool, startPool } from '../../src/harness/pool.ts';
import { RunFolder } from '../../src/harness/run-folder.ts';
import type { RunOptions } from '../../src/harness/run-options.ts';
import { scorerOf } from '../../src/harness/scoring/scorer.ts';
import { score } from '../../src/harness/scoring/tasks.ts';
import { encode } from '../../src/image/encode.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import {
  exitCodes,
  InterruptedError,
  MissingError,
  RefusedError,
  systemCode,
  UserError,
} from '../../src/util/errors.ts';
import { slow, slowTest } from '../helpers/slow.ts';
import { bytesOf, expectFirstRows, expectSame, unfinishedRows } from './finished-rows.ts';
import { options, testFolder, tiny } from './tiny.ts';

const module = new URL('./throwing-worker.ts', import.meta.url);
/** A trade-off whose worker threads run that module. */
const throwing = { ...tradeoff, tasks: module };

afterEach(() => {
  delete process.env.PRESEND_FAILING_PICTURE;
});

const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => {
      throw new Error('Nothing was thrown');
    },
    (error: unknown) => error,
  );

describe('an error of a worker', () => {
  // One thread for all: an error that is answered does not end it.
  let pool: Pool;
  beforeAll(() => {
    pool = startPool(1, module);
    return () => pool.close();
  });

  test.each([
    ['user', UserError, exitCodes.input],
    ['missing', MissingError, exitCodes.missing],
    ['refused', RefusedError, exitCodes.input],
    ['interrupted', InterruptedError, exitCodes.interrupted],
    ['system', Error, exitCodes.input],
    ['bug', TypeError, exitCodes.bug],
  ])('runs C2: %s arrives with its class, and the command ends with its exit code', async (what, type, code) => {
    const error = (await thrown(pool.run('fail', what))) as Error;
    expect(error).toBeInstanceOf(type);
    expect(error.name).toBe(type.name);
    expect(error.constructor).toBe(type);
    expect(error.stack).toMatch(/throwing-worker\.[jt]s/);
    expect(failed(error)).toBe(code);
  });

  test('runs C2: a system error keeps code, path and syscall; causes and several errors come along', async () => {
    const system = await thrown(pool.run('fail', 'system'));
    expect(system).toMatchObject({ code: 'ENOSPC', errno: -28, syscall: 'write', path: '/x' });
    const missing = (await thrown(pool.run('fail', 'missing'))) as Error;
    expect(missing.cause).toBeInstanceOf(RangeError);
    const several = (await thrown(pool.run('fail', 'several'))) as AggregateError;
    expect(several).toBeInstanceOf(AggregateError);
    expect(several.errors[0]).toBeInstanceOf(UserError);
    expect(await thrown(pool.run('fail', 'text'))).toMatchObject({ message: 'no error' });
  });

  test('runs C2: a module that cannot be loaded is said as in this thread', async () => {
    const pool = startPool(1, new URL('./no-such-module.ts', import.meta.url));
    onTestFinished(() => pool.close());
    expect(String(await thrown(pool.run('fail', 'user')))).toContain('no-such-module');
  });
});

describe('a run whose machine fails at a picture', () => {
  const small = { ...tiny, grid: { ...tiny.grid, strategy: ['e2ee', 'client-list'] } } as typeof tiny;
  const run = (out: string, more: Partial<RunOptions<Experiment>> = {}) =>
    runKind(throwing, options(small, out, { limit: 24, ...more }));

  test('runs A2, audit H2: it ends, keeps what was done, and goes on to the unbroken bytes', async () => {
    const folder = await testFolder();
    await run(join(folder, 'unbroken'));
    const expected = await bytesOf(join(folder, 'unbroken'));
    // The first picture, the last one, and in npm run test:slow two between.
    const between = slow
      ? ([
          [7, 'ENOSPC'],
          [12, 'EMFILE'],
        ] as const)
      : [];
    for (const [k, code] of [[0, 'EIO'] as const, ...between, [23, 'bug'] as const]) {
      const out = join(folder, `${code} at ${k}`);
      process.env.PRESEND_FAILING_PICTURE = `${k} ${code}`;
      const error = await thrown(run(out));
      delete process.env.PRESEND_FAILING_PICTURE;
      if (code === 'bug') expect(error).toBeInstanceOf(TypeError);
      else expect(systemCode(error)).toBe(code);
      expect(failed(error)).toBe(code === 'bug' ? exitCodes.bug : exitCodes.input);
      expect(await new RunFolder(out).canGoOn()).toBe(true);
      expect(JSON.stringify(await unfinishedRows(out))).not.toContain('"failed"');
      await expectFirstRows(out, join(folder, 'unbroken'), tradeoff.rows);
      await run(out, { resume: true });
      expect(await bytesOf(out), code).toEqual(expected);
    }
  }, 600_000);
});

/** A folder with a label's pictures in each of some folders. */
async function pictures(count: number): Promise<string> {
  const folder = join(await testFolder(), 'pictures');
  for (let i = 0; i < count; i++) {
    const label = join(folder, ['drawing', 'photo'][i % 2]!);
    await mkdir(label, { recursive: true });
    await writeFile(join(label, `${i}.png`), await encode(miniature(3, i).raster, { type: 'png' }));
  }
  return folder;
}

describe('a picture that changes during a run', () => {
  test('runs A5: is not read as what it was; the sentence names its id and no path', async () => {
    const folder = await pictures(4);
    const { pictures: found } = await openDataset(folder, { seed: 1 });
    const [first, second] = found;
    expect(sha256Hex(await readPictureBytes(first!))).toBe(first!.sha256);
    await writeFile(first!.location as string, 'something else');
    await rm(second!.location as string);
    for (const picture of [first!, second!]) {
      const error = (await thrown(readPictureBytes(picture))) as Error;
      expect(error.constructor).toBe(UserError);
      expect(error.message).toContain(`Picture '${picture.id}' is not what it was when the dataset was opened`);
      expect(error.message).not.toContain(folder);
    }
  });

  const changes = {
    changed: (path: string) => writeFile(path, 'something else'),
    removed: (path: string) => rm(path),
  };
  for (const [what, change, its] of [
    ['changed', changes.changed, test],
    ['removed', changes.removed, slowTest],
  ] as const)
    its(
      `runs A5: ${what}, it ends the run with its id, and no row has its path`,
      async () => {
        const folder = await pictures(24);
        const experiment = {
          ...tiny,
          dataset: { name: folder },
          assignment: { ...tiny.assignment, target: ['drawing'] },
        };
        const out = join(await testFolder(), 'run');
        const { pictures: found } = await openDataset(folder, { seed: 1 });
        const victim = found.at(-1)!;
        let changed: Promise<void> | undefined;
        const before = await readFile(victim.location as string);
        const onProgress = (phase: string, done: number): void => {
          if (phase === 'pictures' && done === 0) changed ??= change(victim.location as string);
        };
        const error = (await thrown(runKind(tradeoff, options(experiment, out, { onProgress, threads: 1 })))) as Error;
        await changed;
        expect(error.constructor).toBe(UserError);
        expect(error.message).toContain(`'${victim.id}'`);
        expect(failed(error)).toBe(exitCodes.input);
        expect(JSON.stringify(await unfinishedRows(out))).not.toContain(folder);
        // Put back, the run goes on to what it would have been.
        await writeFile(victim.location as string, before);
        await runKind(tradeoff, options(experiment, out, { resume: true }));
        const unbroken = join(await testFolder(), 'unbroken');
        await runKind(tradeoff, options(experiment, unbroken));
        await expectSame(out, unbroken);
      },
      300_000,
    );
});

describe('what is not the fault of the picture is no row, in any kind', () => {
  const network = 'nsfwjs-mobilenet-v2';
  const opened = async () => (await openDataset(await pictures(2), { seed: 1 })).pictures[0]!;
  /** A folder that cannot be made: its parent is a file. */
  const blocked = async (): Promise<string> => {
    const file = join(await testFolder(), 'file');
    await writeFile(file, '');
    return join(file, 'folder');
  };

  test('runs A2: new content', async () => {
    const task = { picture: await opened(), seed: 1, edits: [], hashes: ['pdq'], network, embeddings: await blocked() };
    expect(systemCode(await thrown(lookAt(task)))).toBe('ENOTDIR');
  });

  test('runs A2: re-purposing', async () => {
    const task = { picture: await opened(), seed: 1, edits: [], hashes: ['pdq'], keep: await blocked() };
    expect(systemCode(await thrown(scanPicture(task)))).toBe('ENOTDIR');
  });

  test('runs A2: benchmarks; an edit that a picture refuses costs its own row alone', async () => {
    const set = { name: 'set', prepare: [], finish: [], edits: [{ name: 'webp' }] };
    const picture = await opened();
    const task = { picture, seed: 1, sets: [set], hashes: ['no such hash'] };
    expect(await thrown(hashEdits(task))).toBeInstanceOf(UserError);
    const long = { width: 20_000, height: 4, channels: 1, data: new Uint8Array(80_000).fill(9) } as const;
    const bytes = await encode(long, { type: 'png' });
    await writeFile(picture.location as string, bytes);
    const result = await hashEdits({ ...task, picture: { ...picture, sha256: sha256Hex(bytes) }, hashes: ['dhash'] });
    expect(result.state === 'done' && result.renderings.map(({ outcome }) => outcome)).toMatchObject([
      { state: 'hashed' },
      { state: 'refused', reason: 'too large for webp: 20000 × 4 pixels, limit 16383 per side' },
    ]);
  });

  test('runs A2: scores', async () => {
    const scorer = await scorerOf(network);
    const cache = { ...scorer.cache, ofRaster: async () => Promise.reject(new RangeError('out of memory')) };
    const rendering = { set: 'none', transform: 'none', made: { image: miniature(1, 1).raster } };
    expect(await thrown(score(rendering, { ...scorer, cache }, []))).toBeInstanceOf(RangeError);
  });

  // The one file of Linux that always fails to be read.
  test.runIf(process.platform === 'linux')('cases A9: a disk that fails refuses no picture', async () => {
    const file = '/proc/self/mem';
    expect(systemCode(await thrown(readPictureBytes({ id: 'a', location: file, sha256: '' })))).toBe('EIO');
  });
});
