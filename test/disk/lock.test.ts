/** Locks between processes: one holder at a time, whatever lies in the file and however the holder before died. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locked, takeLock } from '../../src/disk/lock.ts';
import { nodeWords } from '../helpers/program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'presend-lock-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Starts a process that tries for the lock; resolves with what it says first. */
function rival(path: string): Promise<{ child: ChildProcess; says: string }> {
  const child = spawn(process.execPath, [...nodeWords(join(import.meta.dirname, 'hold-lock.ts')), path, 'a place']);
  return new Promise((resolve, reject) => {
    child.stdout!.once('data', (text) => resolve({ child, says: String(text).trim() }));
    child.stderr!.once('data', (text) => reject(new Error(String(text))));
  });
}
const gone = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('exit', resolve));

test('a lock has one holder, within a process too, and is free again once it is given back', async () => {
  const path = join(folder, 'one');
  const lock = await takeLock(path, 'a place');
  await expect(takeLock(path, 'a place')).rejects.toThrow(`Process ${process.pid} is working in a place`);
  expect((await rival(path)).says).toMatch(`Process ${process.pid} is working in a place`);
  await lock.release();
  expect(existsSync(path)).toBe(false);
  await (await takeLock(path, 'a place')).release();
});

test('a holder that is killed leaves the lock free', async () => {
  const path = join(folder, 'killed');
  const { child, says } = await rival(path);
  expect(says).toBe('has it');
  await expect(takeLock(path, 'a place')).rejects.toThrow(`Process ${child.pid} is working`);
  const end = gone(child);
  child.kill('SIGKILL');
  await end;
  await (await takeLock(path, 'a place')).release();
});

test.each(['', '\n', String(process.pid), '1\n', '{"pid":1,"host":"elsewhere"}\n', 'nonsense'])(
  'a file %j that nobody holds locks nobody out',
  async (content) => {
    const path = join(folder, 'stale');
    await writeFile(path, content);
    await (await takeLock(path, 'a place')).release();
  },
);

test('of processes that start at once on a stale file, one has the lock', async () => {
  for (let round = 0; round < 3; round++) {
    const path = join(folder, `race-${round}`);
    await writeFile(path, '99999\n');
    const all = await Promise.all(Array.from({ length: 5 }, () => rival(path)));
    const holders = all.filter(({ says }) => says === 'has it');
    expect(holders).toHaveLength(1);
    const end = gone(holders[0]!.child);
    holders[0]!.child.stdin!.write('go\n');
    await end;
  }
});

test('work under a lock is done one after the other; who waits long is told for whom', async () => {
  const path = join(folder, 'deep', 'turns');
  const order: string[] = [];
  const said: string[] = [];
  const work = (name: string, millis: number) => () =>
    new Promise<void>((resolve) => {
      order.push(`${name} starts`);
      setTimeout(() => resolve(void order.push(`${name} ends`)), millis);
    });
  const first = locked(path, work('a', 2600));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.all([first, locked(path, work('b', 1), (sentence) => said.push(sentence))]);
  expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
  expect(said).toEqual([`Waiting for process ${process.pid}, which has ${path}`]);
});
