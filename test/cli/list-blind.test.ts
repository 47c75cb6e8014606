/** `presend list blind`: the same bytes on any number of threads and after any interruption, and secrets that nobody else can read. */
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Scalar } from '../../src/crypto/group.ts';
import { tableHeaderBytes, tableRoot } from '../../src/crypto/tpsi-format.ts';
import { blindTable, planTable } from '../../src/crypto/tpsi-setup.ts';
import { parseTable } from '../../src/crypto/tpsi-table.ts';
import { takeLock } from '../../src/disk/lock.ts';
import { blindRange, blindTask } from '../../src/harness/blind-task.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { fromHex, toHex } from '../../src/util/hex.ts';
import { ended, presend, scratch, start } from './presend.ts';

const folder = scratch();
const at = (name: string): string => join(folder, name);
const hashes = (count: number): string[] => Array.from({ length: count }, (_, i) => sha256Hex(`entry ${i}`));
const list = at('list.txt');
const hexes = hashes(600);
writeFileSync(list, [...hexes, hexes[4]].join('\n'));

interface Made {
  readonly slots: number;
  readonly root: string;
}
const blind = async (out: string, ...more: string[]): Promise<Made> => {
  const ran = await presend('list', 'blind', list, '--out', at(out), '--json', ...more);
  expect([ran.code, ran.err]).toEqual([0, '']);
  return JSON.parse(ran.out);
};
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(at(name)));
const secretsOf = (name: string) => JSON.parse(readFileSync(at(`${name}.secrets`), 'utf8'));
const recipe = (name: string) => {
  const { alpha, dummyKey, epoch, load } = secretsOf(name);
  const secret = { alpha: fromHex(alpha) as Scalar, dummyKey: fromHex(dummyKey) };
  return {
    secret,
    plan: planTable(
      [...hexes, hexes[4]!].map((hex) => fromHex(hex)),
      secret,
      epoch,
      load,
    ),
  };
};
/** What the table must be, computed in one go from the secrets beside it. */
const expected = (name: string): Uint8Array => blindTable(recipe(name).plan, recipe(name).secret);

let first: Made;
beforeAll(async () => {
  first = await blind('first.tpsi', '--seed', '5', '--threads', '2');
});

describe('the table', () => {
  test('is the one that list and secrets determine, with its root, in 33 bytes a slot at most', () => {
    expect(bytesOf('first.tpsi')).toEqual(expected('first.tpsi'));
    expect(first.root).toBe(toHex(tableRoot([bytesOf('first.tpsi')])));
    expect(first).toMatchObject({ entries: 600, duplicates: 1, epoch: 1, slots: Math.ceil(600 / 0.42) });
    expect(bytesOf('first.tpsi').length / first.slots).toBeLessThanOrEqual(33);
    expect(parseTable(bytesOf('first.tpsi'), fromHex(first.root)).ok).toBe(true);
    expect(existsSync(at('first.tpsi.part'))).toBe(false);
  });

  test('is the same from the same seed on one thread, another from another seed, and new every time without one', async () => {
    await blind('again.tpsi', '--seed', '5', '--threads', '1');
    expect(bytesOf('again.tpsi')).toEqual(bytesOf('first.tpsi'));
    const roots = [await blind('other.tpsi', '--seed', '6'), await blind('r1.tpsi'), await blind('r2.tpsi')];
    expect(new Set([first, ...roots].map(({ root }) => root)).size).toBe(4);
    expect(bytesOf('r1.tpsi')).toEqual(expected('r1.tpsi'));
  });

  test('takes load and epoch', async () => {
    const made = await blind('wide.tpsi', '--seed', '5', '--load', '0.2', '--epoch', '9');
    expect(made).toMatchObject({ epoch: 9, slots: 3000 });
    expect(bytesOf('wide.tpsi')).toEqual(expected('wide.tpsi'));
  });

  test('is described to people in lines', async () => {
    const { out } = await presend('list', 'blind', list, '--out', at('people.tpsi'), '--seed', '5');
    expect(out).toMatch(/\nslots +1429\n/);
    expect(out).toContain(first.root);
    expect(out).toMatch(/\nbytes per slot +32\.06\n$/);
  });
});

test('a worker that gets the entries of some slots makes the same bytes as one that has the plan', () => {
  const { plan, secret } = recipe('first.tpsi');
  const from = 700;
  expect(blindRange(blindTask(plan, secret, from, from + 90))).toEqual(
    bytesOf('first.tpsi').subarray(tableHeaderBytes + 32 * from, tableHeaderBytes + 32 * (from + 90)),
  );
  const empty = plan.placed.entryAt.indexOf(-1);
  expect(blindTask(plan, secret, empty, empty + 1).packed).toHaveLength(0);
  expect(blindRange(blindTask(plan, secret, empty, empty + 1))).toHaveLength(32);
});

test('the secrets are readable by their owner alone, where --secrets says', async () => {
  expect(statSync(at('first.tpsi.secrets')).mode & 0o777).toBe(0o600);
  await blind('moved.tpsi', '--seed', '5', '--secrets', at('elsewhere.json'));
  expect(statSync(at('elsewhere.json')).mode & 0o777).toBe(0o600);
  expect(existsSync(at('moved.tpsi.secrets'))).toBe(false);
  expect(readFileSync(at('elsewhere.json'))).toEqual(readFileSync(at('first.tpsi.secrets')));
});

describe('resumed', () => {
  /** The first table as it was when it was written up to a byte. */
  const partial = (name: string, length: number): void => {
    copyFileSync(at('first.tpsi.secrets'), at(`${name}.secrets`));
    writeFileSync(at(`${name}.part`), bytesOf('first.tpsi').subarray(0, length));
  };

  test.each([0, 79, 80, 5000, 45_808])('after %d bytes: the same table', async (length) => {
    const name = `cut-${length}.tpsi`;
    partial(name, length);
    const made = await blind(name, '--resume', ...(length === 80 ? ['--seed', '5', '--load', '0.42'] : []));
    expect(made.root).toBe(first.root);
    expect(bytesOf(name)).toEqual(bytesOf('first.tpsi'));
  });

  test('what was written is not computed again: it stays as it is', async () => {
    partial('kept.tpsi', 20_000);
    const marked = new Uint8Array(readFileSync(at('kept.tpsi.part'))).with(500, 7);
    writeFileSync(at('kept.tpsi.part'), marked);
    await blind('kept.tpsi', '--resume');
    expect(bytesOf('kept.tpsi').subarray(0, 19_984)).toEqual(marked.subarray(0, 19_984));
    expect(bytesOf('kept.tpsi').subarray(20_000)).toEqual(bytesOf('first.tpsi').subarray(20_000));
  });

  test.each<[string, string[], number, RegExp]>([
    ['with another load', ['--load', '0.3'], 2, /was started with --load 0\.42, not 0\.3/],
    ['with another epoch', ['--epoch', '2'], 2, /was started with --epoch 1, not 2/],
    ['with another seed', ['--seed', '6'], 2, /secrets that are not those of --seed 6/],
  ])('%s: refused', async (name, args, code, reason) => {
    const file = `${name.replaceAll(' ', '-')}.tpsi`;
    partial(file, 1000);
    const ran = await presend('list', 'blind', list, '--out', at(file), '--resume', ...args);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toMatch(reason);
  });

  test('of another list, of another table, without secrets, with bad ones, or finished: one sentence', async () => {
    const said = async (name: string, file = list): Promise<[number | null, string]> => {
      const { code, err } = await presend('list', 'blind', file, '--out', at(name), '--resume');
      expect(err.split('\n')).toHaveLength(2);
      return [code, err];
    };
    partial('alien.tpsi', 1000);
    writeFileSync(at('short.txt'), hashes(5).join('\n'));
    expect(await said('alien.tpsi', at('short.txt'))).toEqual([2, expect.stringMatching(/belongs to another list/)]);
    writeFileSync(at('alien.tpsi.part'), bytesOf('first.tpsi').with(20, 1));
    expect(await said('alien.tpsi')).toEqual([2, expect.stringMatching(/is not the start of this table/)]);
    expect(await said('never.tpsi')).toEqual([3, expect.stringMatching(/^presend: No secrets at /)]);
    expect(await said('first.tpsi')).toEqual([2, expect.stringMatching(/is finished; there is nothing to resume/)]);
    for (const [text, reason] of [
      ['{', /is not valid JSON/],
      ['{}', /alien\.tpsi\.secrets: /],
      [JSON.stringify({ ...secretsOf('first.tpsi'), alpha: '0'.repeat(64) }), /its alpha is not a valid key/],
      [JSON.stringify({ ...secretsOf('first.tpsi'), alpha: 'f'.repeat(64) }), /its alpha is not a valid key/],
    ] as const) {
      writeFileSync(at('alien.tpsi.secrets'), text);
      expect(await said('alien.tpsi')).toEqual([2, expect.stringMatching(reason)]);
    }
  });
});

describe('interrupted, as a process', () => {
  const args = (name: string): string[] => ['list', 'blind', at('long.txt'), '--out', at(name), '--seed', '5'];
  beforeAll(() => writeFileSync(at('long.txt'), hashes(2500).join('\n')));
  /** Starts, and sends a signal once some slots are written. */
  const stopped = async (name: string, signal: NodeJS.Signals) => {
    const child = start([...args(name), '--threads', '1']);
    const end = ended(child);
    const part = at(`${name}.part`);
    while (!(existsSync(part) && statSync(part).size > 15_000) && child.exitCode === null)
      await new Promise((wait) => setTimeout(wait, 10));
    child.kill(signal);
    return end;
  };

  test.each<[NodeJS.Signals, number | null]>([
    ['SIGKILL', null],
    ['SIGINT', 130],
  ])('by %s: what is done is kept, and the resumed table is the one of an undisturbed run', async (signal, code) => {
    const name = `${signal}.tpsi`;
    const end = await stopped(name, signal);
    expect(end.code).toBe(code);
    if (code) expect(end.err).toMatch(/Interrupted; continue with: .*--resume/);
    const kept = statSync(at(`${name}.part`)).size;
    expect(existsSync(at(name))).toBe(false);
    expect(kept).toBeLessThan(tableHeaderBytes + 32 * Math.ceil(2500 / 0.42));
    const resumed = await presend(...args(name), '--resume', '--json');
    expect([resumed.code, resumed.err]).toEqual([0, '']);
    if (!existsSync(at('undisturbed.tpsi'))) await presend(...args('undisturbed.tpsi'));
    expect(bytesOf(name)).toEqual(bytesOf('undisturbed.tpsi'));
  });
});

describe('refused', () => {
  test.each(['--resume', '--force'])('%s while another process is at work on the table', async (option) => {
    const lock = await takeLock(at('busy.tpsi.lock'), 'busy.tpsi');
    writeFileSync(at('busy.tpsi.part'), 'half');
    const { code, err } = await presend('list', 'blind', list, '--out', at('busy.tpsi'), option);
    expect([code, err]).toEqual([2, expect.stringContaining(`is working in ${at('busy.tpsi')}; wait until it ends`)]);
    expect(readFileSync(at('busy.tpsi.part'), 'utf8')).toBe('half');
    await lock.release();
    expect(existsSync(at('busy.tpsi.lock'))).toBe(false);
  });

  test.each(['first.tpsi', 'first.tpsi.secrets'])('%s that is there is kept, unless --force is given', async (name) => {
    const before = [bytesOf('first.tpsi'), readFileSync(at('first.tpsi.secrets'))];
    const out = name === 'first.tpsi' ? at(name) : at('fresh.tpsi');
    const ran = await presend('list', 'blind', list, '--out', out, '--secrets', at('first.tpsi.secrets'));
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`${at(name)} exists already`) });
    expect([bytesOf('first.tpsi'), readFileSync(at('first.tpsi.secrets'))]).toEqual(before);
    expect(existsSync(`${out}.part`)).toBe(false);
  });

  test('--force makes new secrets, still for the owner alone', async () => {
    await blind('forced.tpsi', '--seed', '5');
    await blind('forced.tpsi', '--seed', '6', '--force');
    expect(bytesOf('forced.tpsi')).toEqual(bytesOf('other.tpsi'));
    expect(statSync(at('forced.tpsi.secrets')).mode & 0o777).toBe(0o600);
  });

  test.each([
    [['--load', '0.5'], '--load'],
    [['--load', '0'], '--load'],
    [['--load', 'half'], '--load'],
    [['--epoch', '4294967296'], '--epoch'],
    [['--seed', '-1'], '--seed'],
    [['--threads', '0'], '--threads'],
  ])('%s', async (args, option) => {
    const { code, err } = await presend('list', 'blind', list, '--out', at('bad.tpsi'), ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(option)]);
    expect(existsSync(at('bad.tpsi.secrets'))).toBe(false);
  });

  test('a folder that is not there: one sentence', async () => {
    const { code, err } = await presend('list', 'blind', list, '--out', at('no/such/table.tpsi'));
    expect([code, err]).toEqual([2, expect.stringMatching(/table\.tpsi\.secrets cannot be written: /)]);
  });
});
