/** The command line as a process: exit codes, closed pipes, signals; and a run whose report is derived again. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { failed } from '../../src/cli/program.ts';
import { wordsOf } from '../../src/disk/command-line.ts';
import { takeLock } from '../../src/disk/lock.ts';
import type { RunRecord } from '../../src/schema/run-record.ts';
import { exitCodes, InterruptedError, MissingError, UserError } from '../../src/util/errors.ts';
import { ended, images, presend, root, scratch, start } from './presend.ts';

const folder = scratch();
const experiment = join(folder, 'small.yaml');
const finished = join(folder, 'finished');

/** The tradeoff experiment, cut down to what takes seconds. */
const small = readFileSync(join(root, 'experiments/tradeoff/experiment.yaml'), 'utf8')
  .replace(/name: generated\n {2}pictures: \d+/, `name: ${images}`)
  .replace(/hash: \[.*\]/, 'hash: [pdq]')
  .replace(/secondHash: .*/, 'secondHash: pdq')
  .replace(/transform:\n(?: {4}- .*\n)+/, 'transform: [{ name: none }]\n')
  .replace(/strategy:\n(?: {4}- .*\n)+/, 'strategy: [e2ee, client-list]\n')
  .replace(/edits:\n(?: {4}- .*\n)+/, 'edits: [{ name: flip }]\n');
writeFileSync(experiment, small);

describe('exit codes', () => {
  test.each([
    ['done', new CommanderError(0, 'commander.helpDisplayed', '')],
    ['bug', new TypeError('x is not a function')],
    ['bug', 'a string that was thrown'],
    ['input', new UserError('mend this')],
    ['input', new CommanderError(1, 'commander.unknownOption', '')],
    ['missing', new MissingError('fetch that')],
    ['interrupted', new InterruptedError('stopped')],
  ] as const)('%s: %s', (name, error) => {
    const spy = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const code = failed(error);
    const said = spy.mock.calls.map(([text]) => text).join('');
    spy.mockRestore();
    expect(code).toBe(exitCodes[name]);
    if (name === 'bug') expect(said).toMatch(/this is a bug/);
    else expect(said.split('\n').length).toBeLessThanOrEqual(2);
  });

  test('0 for help, 2 for an unknown option, 3 for what is missing', async () => {
    const [help, option, missing] = await Promise.all(
      [
        ['ls', '--help'],
        ['ls', 'hashes', '--jsn'],
        ['report', join(folder, 'nothing')],
      ].map((args) => ended(start(args))),
    );
    expect([help?.code, option?.code, missing?.code]).toEqual([0, 2, 3]);
    expect(option?.err).toMatch(/Did you mean --json\?/);
    expect(missing?.err).toMatch(/^presend: No run in .*\n$/);
  });
});

test('a reader that stops early, as `| head -1` does, is no error', async () => {
  const child = start(['ls', 'transforms', '--json']);
  child.stdout?.destroy();
  let err = '';
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk));
  const code = await new Promise((done) => child.on('close', done));
  expect([code, err]).toEqual([0, '']);
});

describe('run and report', () => {
  beforeAll(async () => {
    const { code, err } = await ended(start(['run', experiment, '--out', finished, '--threads', '2']));
    expect(code, err).toBe(0);
  });

  /** A copy of the finished run that a test may spoil. */
  const copy = (name: string): string => {
    cpSync(finished, join(folder, name), { recursive: true });
    return join(folder, name);
  };

  test('report derives everything again, from the observations alone', async () => {
    const run = copy('again');
    const made = ['metrics.json', 'report.html', 'report.md', join('csv', 'strategies.csv')];
    const before = made.map((file) => readFileSync(join(run, file), 'utf8'));
    for (const file of made) rmSync(join(run, file));
    const { code, out } = await presend('report', run, '--json');
    expect(code).toBe(0);
    expect(made.map((file) => readFileSync(join(run, file), 'utf8'))).toEqual(before);
    expect(out).toBe(before[0]);
    expect((await presend('report', run)).out).toMatch(/S4a client-list|client-list/);
  });

  /** Takes the digests out of a record, as those of runs made before there were any. */
  const unseal = (run: string): void => {
    const path = join(run, 'run.json');
    const { observations: _, metrics: __, ...record } = JSON.parse(readFileSync(path, 'utf8')) as RunRecord;
    writeFileSync(path, JSON.stringify(record));
  };

  test('runs A6: of a run made before rows were counted, report says so; another observation gives other metrics', async () => {
    const run = copy('other');
    const path = join(run, 'observations.jsonl');
    const text = readFileSync(path, 'utf8');
    unseal(run);
    writeFileSync(path, text.replaceAll('"detected":true', '"detected":false'));
    expect(readFileSync(path, 'utf8')).not.toBe(text);
    const { code, err } = await presend('report', run);
    expect([code, err]).toEqual([0, expect.stringContaining('run.json has no digest of the rows')]);
    expect(readFileSync(join(run, 'metrics.json'), 'utf8')).not.toBe(
      readFileSync(join(finished, 'metrics.json'), 'utf8'),
    );
  });

  test('runs A1: report and --resume wait for nobody: where a process is at work they say who, and change nothing', async () => {
    const run = copy('locked');
    const lock = await takeLock(join(run, 'lock'), run);
    const before = readFileSync(join(run, 'report.html'), 'utf8');
    writeFileSync(join(run, 'report.html'), 'old');
    for (const words of [
      ['report', run],
      ['run', experiment, '--out', run],
      ['run', experiment, '--out', run, '--resume'],
    ]) {
      const { code, out, err } = await presend(...words);
      expect([code, out]).toEqual([2, '']);
      expect(err).toBe(`presend: Process ${process.pid} is working in ${run}; wait until it ends, or stop it\n`);
    }
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toBe('old');
    await lock.release();
    expect((await presend('report', run)).code).toBe(0);
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toBe(before);
  });

  test('runs A6: metrics that were altered are not taken for those of the run, and report puts them right', async () => {
    const run = copy('altered-metrics');
    const path = join(run, 'metrics.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"k": 0', '"k": 1'));
    const refused = await presend('tradeoff', '--run', run);
    expect([refused.code, refused.err]).toEqual([
      2,
      expect.stringMatching(/metrics\.json of run \S+ was changed: .*presend report/),
    ]);
    expect((await presend('report', run)).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('a run that is refused before it begins leaves no folder, and no file in one that is there', async () => {
    const [out, there] = [join(folder, 'refused'), join(folder, 'there')];
    mkdirSync(there);
    for (const each of [out, there]) {
      const { code } = await presend('run', experiment, '--dataset', join(folder, 'nowhere'), '--out', each);
      expect(code).toBe(3);
    }
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(there)).toEqual([]);
  });

  const spoil = (file: string, change: (text: string) => string) => (run: string) =>
    writeFileSync(join(run, file), change(readFileSync(join(run, file), 'latin1')), 'latin1');
  test.each<[string, (run: string) => void, number, RegExp]>([
    ['no record', (run) => rmSync(join(run, 'run.json')), 3, /No run in .*run\.json/],
    [
      'unfinished',
      (run) => mkdirSync(join(run, 'partial')),
      2,
      /unfinished; continue with: npm run -s presend -- run \S+small\.yaml --threads 2 --out \S+ --resume$/m,
    ],
    [
      'another version',
      spoil('run.json', (text) => text.replace('"schemaVersion": 1', '"schemaVersion": 2')),
      2,
      /made by another version of presend: run\.json says schemaVersion 2/,
    ],
    [
      'rows that are gone',
      spoil('observations.jsonl', (text) => text.split('\n').slice(20).join('\n')),
      2,
      /observations\.jsonl: it has \d+ rows, and the run left \d+/,
    ],
    ['all rows twice', spoil('observations.jsonl', (text) => text + text), 2, /holds the \w+ row of line 1 once more/],
    [
      'all rows twice, of an old run',
      (run) => {
        unseal(run);
        spoil('observations.jsonl', (text) => text + text)(run);
      },
      2,
      /holds the \w+ row of line 1 once more \(.*picture.*\), and would be counted twice/,
    ],
    [
      'a number altered',
      spoil('observations.jsonl', (text) => text.replace(/"distanceBits":\d+/, '"distanceBits":3')),
      2,
      /observations\.jsonl: its rows are not those that the run left/,
    ],
    [
      'a record that is not valid JSON',
      spoil('run.json', (text) => text.slice(0, 99)),
      2,
      /run\.json: it is not valid JSON/,
    ],
    ['a record of another kind', spoil('run.json', () => '{}'), 2, /damaged: run\.json/],
    ['no observations', (run) => rmSync(join(run, 'observations.jsonl')), 2, /observations\.jsonl: it is missing/],
    ['a cut observation', spoil('observations.jsonl', (text) => text.slice(0, -9)), 2, /its last line is cut/],
    [
      'an altered observation',
      spoil('observations.jsonl', (text) => text.replace('"row":"match"', '"row":"mach"')),
      2,
      /observations\.jsonl line 1:/,
    ],
    ['an altered list', spoil('list.presend', (text) => `${text.slice(0, -1)}~`), 2, /list\.presend:/],
    ['no list', (run) => rmSync(join(run, 'list.presend')), 2, /list\.presend: it is missing/],
    ['no timings', (run) => rmSync(join(run, 'timings.json')), 2, /timings\.json: it is missing/],
  ])('report on a run with %s: one sentence', async (name, damage, code, sentence) => {
    const run = copy(name.replaceAll(' ', '-'));
    damage(run);
    const ran = await presend('report', run);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toMatch(sentence);
    expect(ran.err.split('\n')).toHaveLength(2);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'runs C5: %s: 130, and the sentence that goes on, which works; a report of it is refused',
    async (signal) => {
      const out = join(folder, signal);
      const child = start(['run', experiment, '--out', out, '--threads', '1']);
      const end = ended(child);
      while (!existsSync(join(out, 'partial')) && child.exitCode === null)
        await new Promise((wait) => setTimeout(wait, 20));
      child.kill(signal);
      const { code, err } = await end;
      expect(code, err).toBe(130);
      const [, words] = /Interrupted; continue with: npm run -s presend -- (.*)\n$/.exec(err) ?? [];
      expect((await presend('report', out)).code).toBeGreaterThan(1);
      const gone = await ended(start(wordsOf(words!)));
      expect(gone.code, gone.err).toBe(0);
      expect(readFileSync(join(out, 'observations.jsonl'), 'utf8')).toBe(
        readFileSync(join(finished, 'observations.jsonl'), 'utf8'),
      );
    },
  );
});
