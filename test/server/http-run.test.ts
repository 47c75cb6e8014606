/** A whole run through sockets: the same observations and metrics, byte for byte, and as many packets on the wire as its rows say. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyExperiment } from '../../src/experiment/index.ts';
import { runAny } from '../../src/experiment/run.ts';
import type { Experiment } from '../../src/experiment/tradeoff/experiment.ts';
import { tradeoff } from '../../src/experiment/tradeoff/kind.ts';
import type { RunOptions } from '../../src/harness/run-options.ts';
import type { TrafficRow } from '../../src/schema/observation.ts';
import { http } from '../../src/server/transport/http-transport.ts';
import { strategies } from '../../src/strategy/index.ts';
import { UserError } from '../../src/util/errors.ts';
import { presend } from '../cli/presend.ts';
import { expectSame, readObservations } from '../harness/finished-rows.ts';
import { experimentWith, options, scratch } from '../harness/tiny.ts';
import { quickStrategies } from '../helpers/slow.ts';

/** Strategies, of some a variant. */
const strategy = [...quickStrategies(Object.keys(strategies)), 'similarity-bucket:fresh', 'hybrid:and', 'psi:warn'];
const experiment = experimentWith({ grid: { hash: ['pdq', 'dhash'], transform: [{ name: 'none' }], strategy } });

let folder: Awaited<ReturnType<typeof scratch>>;
let requests: { readonly path: string; readonly bytes: number }[];
const at = (name: string): string => join(folder.path, name);

/** Of the 60 pictures of the corpus few are used, because there are many strategies. */
const run = (name: string, more: Partial<RunOptions<Experiment>> = {}, asked = experiment) =>
  runAny({ ...options(asked, at(name), { limit: 12, ...more }), experiment: asked as AnyExperiment });

beforeAll(async () => {
  folder = await scratch();
  await run('within');
  process.env.PRESEND_TEST_REQUESTS = at('requests');
  try {
    // The transport's own way to connect, with a log of what arrives.
    await run('over', { transport: { ...http, connect: new URL('./request-log.ts', import.meta.url) } });
  } finally {
    delete process.env.PRESEND_TEST_REQUESTS;
  }
  const lines = (await readFile(at('requests'), 'utf8')).trimEnd().split('\n');
  requests = lines.map((line) => ({ path: line.split(' ')[0]!, bytes: Number(line.split(' ')[1]) }));
}, 300_000);
afterAll(() => folder.remove());

describe('every strategy, within the process and over sockets', () => {
  test('rows, metrics and list are the same', async () => {
    await expectSame(at('over'), at('within'));
    const [within, over] = [await readFile(at('within/list.presend')), await readFile(at('over/list.presend'))];
    expect(within.length).toBeGreaterThan(300);
    expect(over.equals(within)).toBe(true);
  });

  test('the record says which transport it was, and differs in nothing else', async () => {
    const [within, over] = await Promise.all(
      ['within', 'over'].map(async (name) => JSON.parse(await readFile(at(`${name}/run.json`), 'utf8'))),
    );
    expect([within.transport, over.transport]).toEqual(['in-process', 'http']);
    expect({ ...over, transport: within.transport }).toEqual(within);
  });

  test('every packet of a device is one request that holds nothing else; what is delivered is fetched', async () => {
    const rows = (await readObservations(at('over'), tradeoff.rows)).filter(
      (row): row is TrafficRow => row.row === 'traffic',
    );
    expect(new Set(rows.map((row) => row.strategy)).size).toBe(strategy.length);
    for (const endpoint of ['relay', 'provider']) {
      const carried = rows.filter(({ from, to }) => to === endpoint && (from === 'sender' || from === 'recipient'));
      const arrived = requests.filter(({ path }) => path === `/${endpoint}/packets`);
      const sum = (of: 'crossings' | 'bytes'): number => carried.reduce((all, row) => all + row[of], 0);
      expect([arrived.length, arrived.reduce((all, { bytes }) => all + bytes, 0)]).toEqual([
        sum('crossings'),
        sum('bytes'),
      ]);
      expect(arrived.length).toBeGreaterThan(100);
    }
    const count = (path: string): number => requests.filter((each) => each.path === path).length;
    expect([count('/set-up'), count('/provider/reviews')]).toEqual([strategy.length, strategy.length]);
    const deliveries = rows.filter(({ from, to }) => from === 'relay' && to === 'recipient');
    // Each message is fetched and acknowledged before the next one is sent.
    const delivered = deliveries.reduce((all, { crossings }) => all + crossings, 0);
    expect([count('/mailbox'), count('/mailbox/acknowledgements')]).toEqual([delivered, delivered]);
  });
});

test('the command line passes the transport on, and says where there is nothing to transport', async () => {
  const done = await presend('run', 'false-positive-tail', '--transport', 'http', '--out', at('none'));
  expect([done.code, done.err]).toEqual([2, expect.stringMatching(/--transport http is for experiments that deploy/)]);
  expect(existsSync(at('none'))).toBe(false);
  const wrong = await presend('run', 'tradeoff', '--transport', 'pigeon', '--out', at('none'));
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/in-process, http/)]);
});

test('a run goes on with the transport that it was started with', async () => {
  const stop = new AbortController();
  const onProgress = (name: string, done: number): void => {
    if (name === 'strategies' && done === 1) stop.abort();
  };
  // The next strategy starts as one ends: only the third is left out.
  const three = experimentWith({
    grid: { transform: [{ name: 'none' }], strategy: ['e2ee', 'hash-upload', 'client-list'] },
  });
  const first = { threads: 1, transport: http, signal: stop.signal, onProgress };
  await expect(run('stopped', first, three)).rejects.toThrow(/nterrupted/);
  const again = run('stopped', { resume: true }, three);
  await expect(again).rejects.toThrow(UserError);
  await expect(again).rejects.toThrow(/started with --transport http; resume it with the same transport/);
  const { record } = await run('stopped', { resume: true, transport: http }, three);
  expect([record.resumed, record.transport]).toEqual([true, 'http']);
}, 120_000);
