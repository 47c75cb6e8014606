/** A run whose steps are done by workers at a queue, of which some are killed, gives the same bytes as one process. */
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noPostgres, startPostgres, type TestServer } from '../helpers/postgres.ts';
import { ended, images, presend, root, scratch, start } from './presend.ts';

const folder = scratch();
const runs = join(folder, 'runs');
mkdirSync(runs);
const experiment = join(folder, 'small.yaml');

/** The tradeoff experiment, cut down to what takes seconds. */
writeFileSync(
  experiment,
  readFileSync(join(root, 'experiments/tradeoff/experiment.yaml'), 'utf8')
    .replace(/name: generated\n {2}pictures: \d+/, `name: ${images}`)
    .replace(/classifier: .*/, 'classifier: tiny-colours')
    .replace(/hash: \[.*\]/, 'hash: [pdq]')
    .replace(/secondHash: .*/, 'secondHash: pdq')
    .replace(/transform:\n(?: {4}- .*\n)+/, 'transform: [{ name: none }]\n')
    .replace(/strategy:\n(?: {4}- .*\n)+/, 'strategy: [e2ee, client-list, server-scan]\n')
    .replace(/edits:\n(?: {4}- .*\n)+/, 'edits: [{ name: flip }]\n'),
);

/** SHA-256 of each file of rows, and of the metrics. */
function digests(run: string): Record<string, string> {
  const files = ['metrics.json', ...readdirSync(join(run, 'rows')).map((name) => join('rows', name))];
  return Object.fromEntries(
    files.sort().map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(run, file)))
        .digest('hex'),
    ]),
  );
}

let alone: Record<string, string>;
beforeAll(async () => {
  const out = join(runs, 'alone');
  const { code, err } = await ended(start(['run', experiment, '--out', out, '--threads', '1']));
  expect(code, err).toBe(0);
  alone = digests(out);
}, 120_000);

test('words that do not fit together are one sentence', async () => {
  const said = async (...args: string[]) => (await presend('run', experiment, ...args)).err;
  expect(await said('--shard', '1/3', '--queue', 'postgres://x/y', '--out', join(folder, 'x'))).toContain(
    'use one of them',
  );
  expect(await said('--queue', 'mysql://secret@x/y', '--out', join(folder, 'x'))).toMatch(
    /^presend: --queue is not of the form postgres:(?!.*secret)/,
  );
});

describe.skipIf(noPostgres)('at a queue', () => {
  let server: TestServer;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.database();
  }, 60_000);
  afterAll(() => server?.stop());

  test('three workers, of which one is killed with SIGKILL twice', async () => {
    const out = join(runs, 'queue');
    const run = start(['run', experiment, '--out', out, '--threads', '1', '--queue', url]);
    const coordinated = ended(run);
    const worker = (): ChildProcess => start(['worker', '--queue', url, '--runs', runs, '--threads', '1']);
    /** A worker that has taken up the run. */
    const atWork = async (): Promise<ChildProcess> => {
      const child = worker();
      await new Promise<void>((done) => {
        child.stderr?.on('data', (text: Buffer) => {
          if (String(text).includes('Working on')) done();
        });
        child.once('exit', () => done());
      });
      return child;
    };
    for (let i = 0; i < 2; i++) {
      const victim = await atWork();
      // While it plans, or while it has a job: both must do no harm.
      await pause(i * 1500);
      victim.kill('SIGKILL');
    }
    const others = [worker(), worker(), worker()];
    const { code, err } = await coordinated;
    for (const child of others) child.kill('SIGTERM');
    expect(code, err).toBe(0);
    expect(digests(out)).toEqual(alone);
    expect(existsSync(join(out, 'partial'))).toBe(false);
    // The address of a database may contain a password.
    expect(readFileSync(join(out, 'run.json'), 'utf8')).not.toContain(url);
  }, 240_000);
});
