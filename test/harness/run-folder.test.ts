/** The folder of a run: one process at a time, nobody else's files, and no going on as another run than the one that was begun. */

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { projectRoot } from '../../src/disk/project.ts';
import { thresholdRows } from '../../src/experiment/threshold/rows.ts';
import { revision } from '../../src/harness/record.ts';
import { RunFolder } from '../../src/harness/run-folder.ts';
import type { RunRecord } from '../../src/schema/run-record.ts';
import { nodeWords } from '../helpers/program.ts';
import { expectSame, readObservations, unfinishedRows } from './finished-rows.ts';
import { asked, interruptedAt, runTheSteps, stepOptions } from './steps.ts';
import { testFolder } from './tiny.ts';

describe('cases A8, runs A1, audit H1: one run in a folder', () => {
  test('a second start while the first runs is refused with who is at work, and leaves it alone', async () => {
    const out = join(await testFolder(), 'run');
    const alone = await runTheSteps(stepOptions(join(await testFolder(), 'alone')));
    let tried = 0;
    const refused = async (resume: boolean): Promise<void> => {
      await expect(runTheSteps(stepOptions(out, { resume }))).rejects.toThrow(
        `Process ${process.pid} is working in ${out}; wait until it ends, or stop it`,
      );
      tried++;
    };
    const first = await runTheSteps(stepOptions(out), async () => {
      await refused(false);
      await refused(true);
    });
    expect(tried).toBeGreaterThan(8);
    expect(first.metrics).toEqual(alone.metrics);
    await expectSame(out, alone.folder);
    expect((await readdir(out)).sort()).toEqual(['metrics.json', 'rows', 'run.json', 'timings.json']);
    await expect(runTheSteps(stepOptions(out))).rejects.toThrow('already holds a run');
    await expect(runTheSteps(stepOptions(out, { resume: true }))).rejects.toThrow('is finished');
  });

  test('another process that holds the folder is named; once it is killed, the run goes on', async () => {
    const out = join(await testFolder(), 'run');
    await interruptedAt(3, stepOptions(out));
    const script = join(projectRoot, 'test', 'disk', 'hold-lock.ts');
    const child = spawn(process.execPath, [...nodeWords(script), join(out, 'lock'), out]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const go = () => runTheSteps(stepOptions(out, { resume: true }));
    await expect(go()).rejects.toThrow(`Process ${child.pid} is working in ${out}`);
    const end = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await end;
    expect((await go()).record.resumed).toBe(true);
  });

  test('the caller may keep the folder until its reports are written', async () => {
    const out = join(await testFolder(), 'run');
    await new RunFolder(out).alone(async () => {
      await runTheSteps(stepOptions(out, { held: true }));
      await expect(new RunFolder(out).alone(async () => undefined)).rejects.toThrow(`is working in ${out}`);
    });
  });

  test('a folder with files of others is refused by the name of one; hidden ones, and what a start left, are no hindrance', async () => {
    const out = await testFolder();
    await writeFile(join(out, '.DS_Store'), '');
    await mkdir(join(out, 'partial'));
    await writeFile(join(out, 'partial', 'run.progress.jsonl'), 'of another start');
    await writeFile(join(out, 'thesis.tex'), 'years of work');
    await expect(runTheSteps(stepOptions(out))).rejects.toThrow(
      /is not empty: it holds thesis\.tex, which a run could overwrite/,
    );
    expect((await readdir(out)).sort()).toEqual(['.DS_Store', 'partial', 'thesis.tex']);
    const other = await testFolder();
    await writeFile(join(other, '.DS_Store'), '');
    await mkdir(join(other, 'partial'));
    await writeFile(join(other, 'partial', 'run.progress.jsonl'), 'of another start');
    expect((await runTheSteps(stepOptions(other))).record.resumed).toBe(false);
  });

  test('to resume where nothing is makes no folder', async () => {
    const out = join(await testFolder(), 'typo');
    await expect(runTheSteps(stepOptions(out, { resume: true }))).rejects.toThrow(`No run in ${out} to resume`);
    expect(await readdir(join(out, '..'))).toEqual([]);
  });
});

describe('runs A6: what a finished run says of its rows', () => {
  test('run.json has their number and digest, and that of the metrics', async () => {
    const { folder, record } = await runTheSteps(stepOptions(join(await testFolder(), 'run')));
    expect(await new RunFolder(folder).record()).toEqual(record);
    const rows = await readObservations(folder, thresholdRows);
    const name = 'accounts-00000.parquet';
    const file = join(folder, 'rows', name);
    const bytes = (await stat(file)).size;
    expect(record.observations).toEqual({
      rows: rows.length,
      files: [{ type: 'accounts', name, rows: rows.length, bytes, sha256: await sha256(file) }],
    });
    expect(await readdir(join(folder, 'rows'))).toEqual([name]);
    expect(record.metrics).toEqual({ sha256: await sha256(join(folder, 'metrics.json')) });
    expect(record.sources).toMatch(/^[0-9a-f]{64}$/);
  });

  test('one that is killed after the record, but before it is cleared away, is finished again', async () => {
    const { folder, record } = await runTheSteps(stepOptions(join(await testFolder(), 'run')));
    await mkdir(join(folder, 'partial'));
    const again = await runTheSteps(stepOptions(folder, { resume: true }));
    expect(again.record).toEqual({ ...record, resumed: true });
  });
});

const sha256 = async (path: string): Promise<string> => {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
};

describe('runs C5, A6: a refused resume says what differs', () => {
  const begun = async (change: (record: RunRecord) => object = () => ({})): Promise<string> => {
    const out = join(await testFolder(), 'run');
    await interruptedAt(3, stepOptions(out, { experiment: { ...asked, dataset: { name: './pictures' } } }));
    const record = await new RunFolder(out).record();
    await writeFile(join(out, 'run.json'), JSON.stringify({ ...record, ...change(record) }));
    return out;
  };
  const experiment = { ...asked, dataset: { name: './pictures' } };

  test.each<[string, (record: RunRecord) => object, RegExp]>([
    [
      'commit',
      () => ({ commit: 'f'.repeat(40), dirty: null }),
      /begun by other software: \/commit was "f{40}" and is /,
    ],
    ['uncommitted changes', ({ dirty }) => ({ dirty: !dirty }), /\/dirty was (true|false|null) and is (true|false)/],
    ['code under the same commit', () => ({ sources: '0'.repeat(64) }), /\/sources was "0{64}" and is "/],
    ['Node', () => ({ node: 'v18.0.0' }), /\/node was "v18\.0\.0" and is "v/],
    [
      'package',
      ({ packages }) => ({ packages: { ...packages, sharp: '0.1.0' } }),
      /\/packages\/sharp was "0\.1\.0" and is/,
    ],
    ['decoder', ({ sharp }) => ({ sharp: { ...sharp, vips: '7.0' } }), /\/sharp\/vips was "7\.0" and is "/],
    ['system', () => ({ platform: 'plan9 mips, 1 × x, 1 GiB' }), /\/platform was "plan9 mips" and is "/],
    [
      'version of the record',
      () => ({ schemaVersion: 1 }),
      /made by another version of presend: run\.json says schemaVersion 1/,
    ],
  ])('another %s', async (_, change, why) => {
    const out = await begun(change);
    const rows = await unfinishedRows(out);
    await expect(runTheSteps(stepOptions(out, { experiment, resume: true }))).rejects.toThrow(why);
    expect(await unfinishedRows(out)).toEqual(rows);
  });

  test('another seed, limit or transport, and other pictures', async () => {
    const out = await begun();
    const rows = await unfinishedRows(out);
    const attempt = (more: object, sha256?: string) =>
      runTheSteps(stepOptions(out, { experiment, resume: true, ...more }), undefined, sha256);
    await expect(attempt({ experiment: { ...experiment, seed: 8, steps: 6 } })).rejects.toThrow(
      'is of another experiment: /seed was 7 and is 8; /steps was 5 and is 6. Please resume it with what it was started with',
    );
    await expect(attempt({ limit: 20 })).rejects.toThrow('was started without --limit, and this is with --limit 20');
    const http = { name: 'http' as const };
    await expect(attempt({ transport: http })).rejects.toThrow('was started with --transport in-process');
    await expect(attempt({}, 'cd'.repeat(32))).rejects.toThrow(
      `is of other pictures: /dataset/sha256 was "${'ab'.repeat(32)}" and is "${'cd'.repeat(32)}"`,
    );
    expect(await unfinishedRows(out)).toEqual(rows);
  });

  test('a path and its absolute form are the same dataset; a dataset that has a name is not', async () => {
    const out = await begun();
    const named = (name: string) =>
      runTheSteps(stepOptions(out, { experiment: { ...asked, dataset: { name } }, resume: true }));
    await expect(named('generated')).rejects.toThrow('/dataset/name was "./pictures" and is "generated"');
    const unbroken = await runTheSteps(stepOptions(join(await testFolder(), 'unbroken'), { experiment }));
    const { folder, metrics } = await named(join(process.cwd(), 'pictures'));
    expect(metrics).toEqual(unbroken.metrics);
    await expectSame(folder, unbroken.folder);
  });
});

describe('runs A6: the commit', () => {
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], { cwd, stdio: 'pipe' });
  const checkout = async (folder: string, name = 'presend'): Promise<string> => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name }));
    return realpath(folder);
  };
  const repository = (folder: string): void => {
    git(folder, 'init', '-q');
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'first');
  };

  test('is that of presend’s own repository, with whether it was changed since', async () => {
    const folder = await checkout(await testFolder());
    repository(folder);
    const commit = git(folder, 'rev-parse', 'HEAD').toString().trim();
    expect(await revision(folder)).toEqual({ commit, dirty: false });
    await writeFile(join(folder, 'package.json'), '{ "name": "presend" }');
    expect(await revision(folder)).toEqual({ commit, dirty: true });
  });

  test('is not that of a repository around it, nor of a package of another name', async () => {
    const folder = await testFolder();
    const inside = await checkout(join(folder, 'vendor', 'presend'));
    repository(folder);
    const unknown = { commit: null, dirty: null };
    expect(await revision(inside)).toEqual({ ...unknown, commitUnknown: expect.stringMatching(/not its own/) });
    const other = await checkout(await testFolder(), 'another');
    repository(other);
    expect(await revision(other)).toEqual({ ...unknown, commitUnknown: 'the package is called "another"' });
  });

  test('is not known without a repository, without git and where git refuses, each with its reason', async () => {
    const folder = await checkout(await testFolder());
    expect((await revision(folder)).commitUnknown).toMatch(/^git: fatal: not a git repository/);
    git(folder, 'init', '-q');
    expect((await revision(folder)).commitUnknown).toMatch(/^git: fatal: /);
    vi.stubEnv('PATH', await testFolder());
    expect((await revision(folder)).commitUnknown).toBe('git is not installed');
    vi.unstubAllEnvs();
  });
});
