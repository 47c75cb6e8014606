/** The command line as a process: exit codes, closed pipes, signals; and a run whose report is derived again. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { failed } from '../../src/cli/program.ts';
import { wordsOf } from '../../src/disk/command-line.ts';
import { takeLock } from '../../src/disk/lock.ts';
import { tradeoff } from '../../src/experiment/tradeoff/kind.ts';
import { assembleRows } from '../../src/harness/run-rows.ts';
import type { Row, RowType } from '../../src/schema/row.ts';
import type { RunRecord } from '../../src/schema/run-record.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { exitCodes, InterruptedError, MissingError, UserError } from '../../src/util/errors.ts';
import { expectSame, readObservations } from '../harness/finished-rows.ts';
import { ended, images, presend, root, scratch, start } from './presend.ts';

async function* inOneBatch<R>(rows: R): AsyncGenerator<R> {
  yield rows;
}

const folder = scratch();
const experiment = join(folder, 'small.yaml');
const finished = join(folder, 'finished');

/** The tradeoff experiment, cut down to what takes seconds. */
const small = readFileSync(join(root, 'experiments/tradeoff/experiment.yaml'), 'utf8')
  .replace(/name: generated\n {2}pictures: \d+/, `name: ${images}`)
  .replace(/classifier: .*/, 'classifier: tiny-colours')
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
    const { code, err } = await ended(start(['run', experiment, '--out', finished, '--threads', '1']));
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

  const recordOf = (run: string): RunRecord => JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
  const writeRecord = (run: string, record: Partial<RunRecord>): void =>
    writeFileSync(join(run, 'run.json'), JSON.stringify(record));

  test('runs A6: metrics are those of the rows that the record counts; other rows give other metrics', async () => {
    const run = copy('other');
    const rows = await readObservations(run, tradeoff.rows);
    const undetected = rows.map((row) =>
      row.row === 'message' && row.outcome.state === 'scored'
        ? { ...row, outcome: { ...row.outcome, detected: false } }
        : row,
    );
    expect(undetected).not.toEqual(rows);
    const observations = await assembleRows(
      inOneBatch(undetected as Row[]),
      tradeoff.rows as readonly unknown[] as RowType[],
      {
        out: run,
        wrong: (why) => new UserError(why),
      },
    );
    writeRecord(run, { ...recordOf(run), observations });
    expect((await presend('report', run)).code).toBe(0);
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
  const matches = join('rows', 'match-00000.parquet');
  test.each<[string, (run: string) => void, number, RegExp]>([
    ['no record', (run) => rmSync(join(run, 'run.json')), 3, /No run in .*run\.json/],
    [
      'unfinished',
      (run) => mkdirSync(join(run, 'partial')),
      2,
      /unfinished; continue with: npm run -s presend -- run \S+small\.yaml --threads 1 --out \S+ --resume$/m,
    ],
    [
      'another version',
      spoil('run.json', (text) => text.replace('"schemaVersion": 2', '"schemaVersion": 1')),
      2,
      /made by another version of presend: run\.json says schemaVersion 1, and this version reads 2/,
    ],
    ['missing rows', (run) => rmSync(join(run, matches)), 2, /rows\/match-00000\.parquet: it is missing/],
    [
      'renamed rows',
      (run) => renameSync(join(run, matches), join(run, 'rows', 'match-00001.parquet')),
      2,
      /rows\/match-00000\.parquet: it is missing/,
    ],
    [
      'no rows at all',
      (run) => rmSync(join(run, 'rows'), { recursive: true }),
      2,
      /rows\/[a-z]+-00000\.parquet: it is missing/,
    ],
    [
      'all rows twice',
      spoil(matches, (text) => text + text),
      2,
      /rows\/match-00000\.parquet: it has \d+ bytes, and the run left \d+/,
    ],
    ['cut rows', spoil(matches, (text) => text.slice(0, -9)), 2, /it has \d+ bytes, and the run left \d+/],
    [
      'an altered byte',
      spoil(matches, (text) => {
        const at = text.length >> 1;
        return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
      }),
      2,
      /rows\/match-00000\.parquet: its rows are not those that the run left: some were altered/,
    ],
    [
      'rows of another type, in a record that was altered with them',
      (run) => {
        const { observations, ...record } = recordOf(run);
        const files = observations!.files.map((file) =>
          file.type === 'match'
            ? { ...observations!.files.find(({ type }) => type === 'classify')!, type: 'match', name: file.name }
            : file,
        );
        cpSync(join(run, 'rows', 'classify-00000.parquet'), join(run, matches));
        writeRecord(run, { ...record, observations: { ...observations!, files } });
      },
      2,
      /match/,
    ],
    [
      'a file that is no Parquet, in a record that was altered with it',
      (run) => {
        const { observations, ...record } = recordOf(run);
        writeFileSync(join(run, matches), 'no columns');
        const [bytes, sha256] = [10, sha256Hex('no columns')];
        const files = observations!.files.map((file) => (file.type === 'match' ? { ...file, bytes, sha256 } : file));
        writeRecord(run, { ...record, observations: { ...observations!, files } });
      },
      2,
      /rows\/match-00000\.parquet: it cannot be read as rows of type match/,
    ],
    [
      'a record without the rows',
      (run) => {
        const { observations: _, ...record } = recordOf(run);
        writeRecord(run, record);
      },
      2,
      /run\.json: it says nothing of the rows of the run/,
    ],
    [
      'a record that is not valid JSON',
      spoil('run.json', (text) => text.slice(0, 99)),
      2,
      /run\.json: it is not valid JSON/,
    ],
    ['a record of another kind', spoil('run.json', () => '{}'), 2, /damaged: run\.json/],
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

  // Both are handled alike; the second takes a quarter of a minute more.
  const signals =
    process.env.PRESEND_SLOW_TESTS === undefined ? (['SIGINT'] as const) : (['SIGINT', 'SIGTERM'] as const);
  test.each(signals)(
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
      await expectSame(out, finished);
    },
  );
});
