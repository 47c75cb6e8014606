/** A disk that fails at any one write: the run ends with that error, and what goes on from there has the unbroken bytes. */
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { RunFolder } from '../../src/harness/run-folder.ts';
import { systemCode } from '../../src/util/errors.ts';
import { bytesOf } from './finished-rows.ts';
import { runTheSteps, stepOptions } from './steps.ts';
import { testFolder } from './tiny.ts';

/** Counts what changes the disk, and fails one of them. */
const disk = vi.hoisted(() => {
  const state = { writes: 0, failAt: 0, code: 'ENOSPC', failed: [] as string[] };
  /** One more write; half of what it would have written is written where it fails. */
  const next = async (half: () => Promise<unknown>, path: string): Promise<void> => {
    if (++state.writes !== state.failAt) return;
    state.failed.push(path);
    await half();
    throw Object.assign(new Error(`${state.code}: made up, write ${state.writes}`), { code: state.code });
  };
  return { state, next };
});

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const half = (data: unknown): string | Uint8Array =>
    typeof data === 'string' ? data.slice(0, data.length / 2) : (data as Uint8Array).subarray(0, 1);
  const nothing = async (): Promise<void> => undefined;
  const writeFile = async (path: string, data: unknown, options?: object): Promise<void> => {
    await disk.next(() => real.writeFile(path, half(data), options), path);
    return real.writeFile(path, data as string, options);
  };
  const appendFile = async (path: string, data: unknown, options?: object): Promise<void> => {
    await disk.next(() => real.appendFile(path, half(data), options), path);
    return real.appendFile(path, data as string, options);
  };
  const failing =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>, path?: string) =>
    async (...args: A): Promise<R> => {
      await disk.next(nothing, path ?? String(args[0]));
      return work(...args);
    };
  const open = async (...args: Parameters<typeof real.open>) => {
    const file = await real.open(...args);
    const write = file.writeFile.bind(file);
    file.writeFile = async (data, options) => {
      await disk.next(() => write(half(data), options), String(args[0]));
      return write(data, options);
    };
    file.sync = failing(file.sync.bind(file), String(args[0]));
    file.truncate = failing(file.truncate.bind(file), String(args[0]));
    return file;
  };
  return {
    ...real,
    open,
    writeFile,
    appendFile,
    truncate: failing(real.truncate),
    mkdir: failing(real.mkdir),
    rename: failing(real.rename),
  };
});

const run = async (out: string) => runTheSteps(stepOptions(out, { resume: await new RunFolder(out).canGoOn() }));

test('cases A9, audit H2: whichever write fails, the run ends with its error and goes on to the same bytes', async () => {
  disk.state.failAt = 0;
  const unbroken = await runTheSteps(stepOptions(join(await testFolder(), 'run')));
  const expected = await bytesOf(unbroken.folder);
  const { writes } = disk.state;
  expect(writes).toBeGreaterThan(25);
  for (let at = 1; at <= writes; at++) {
    const out = join(await testFolder(), 'run');
    Object.assign(disk.state, { writes: 0, failAt: at, code: at % 2 === 0 ? 'ENOSPC' : 'EIO' });
    const failure = await run(out).catch((error: unknown) => error);
    expect(systemCode(failure), `write ${at}: ${failure}`).toBe(disk.state.code);
    disk.state.failAt = 0;
    if (!(await new RunFolder(out).hasRun()) || (await new RunFolder(out).isUnfinished())) await run(out);
    expect(await bytesOf(out), `write ${at}`).toEqual(expected);
  }
  // Those of the spool, of the columns and of the results, and the syncs and renames among them.
  for (const path of [
    /run\.steps$/,
    /run\.progress\.jsonl$/,
    /rows\/accounts-00000\.parquet\.part$/,
    /run\/rows$/,
    /metrics\.json\.part$/,
    /run\.json\.part$/,
  ])
    expect(
      disk.state.failed.some((each) => path.test(each)),
      String(path),
    ).toBe(true);
}, 300_000);
