/** `presend rows`: what a finished run's rows are, printed and queried; nothing but its rows can be read, and nothing written. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { tradeoffRows } from '../../src/experiment/tradeoff/rows.ts';
import { querySql, type RowsView } from '../../src/harness/rows/sql.ts';
import { assembleRows } from '../../src/harness/run-rows.ts';
import type { Row } from '../../src/schema/row.ts';
import { exitCodes, MissingError, UserError } from '../../src/util/errors.ts';
import { examples } from '../harness/rows/tool-examples.ts';
import { classify, match, refused, subject } from '../harness/scenario/rows.ts';
import { tiny } from '../harness/tiny.ts';
import { run as record } from '../report/fixture-run.ts';
import { ended, presend, scratch, start } from './presend.ts';

const folder = scratch();
const run = join(folder, 'run');
const rows: Row[] = [
  refused('bad.jpg', 'it is "empty", no picture'),
  ...Array.from({ length: 300 }, (_, i) => match(subject('listed', 'evaluation', i), i % 7)),
  ...Array.from({ length: 5 }, (_, i) => match(subject('innocent', 'calibration', i), 'too flat')),
  classify(subject('new', 'evaluation', 1), 0.25),
];

beforeAll(async () => {
  async function* all() {
    yield rows as never[];
  }
  const wrong = (why: string) => new UserError(why);
  const observations = await assembleRows<never>(all(), tradeoffRows as never, { out: run, wrong });
  writeFileSync(join(run, 'run.json'), JSON.stringify({ ...record, observations, experimentResolved: tiny }));
});

const answer = async (sql: string, ...more: string[]) => presend('rows', run, '--sql', sql, ...more);

describe('types and rows', () => {
  test('without a type, types are listed with numbers and columns', async () => {
    const { code, lines } = await presend('rows', run);
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^type +view +rows +bytes$/);
    expect(lines.find((line) => line.startsWith('match '))).toMatch(/^match +match +305 +\d+$/);
    expect(lines.find((line) => line.startsWith('match:'))).toMatch(
      /^match: cell VARCHAR, picture VARCHAR, .*outcome_distanceBits BIGINT/,
    );
    const json = (await presend('rows', run, '--format', 'jsonl')).lines.map((line) => JSON.parse(line));
    expect(json.map(({ type, rows: count }) => [type, count])).toEqual(
      tradeoffRows.map(({ name }) => [name, rows.filter(({ row }) => row === name).length]),
    );
    expect(json.find(({ type }) => type === 'trained-head')).toMatchObject({
      view: 'trained_head',
      columns: { learnt: 'VARCHAR[]' },
    });
  });

  test('rows of a type as the run made them', async () => {
    const { code, lines } = await presend('rows', run, '--type', 'match');
    expect(code).toBe(0);
    expect(lines).toEqual(rows.filter(({ row }) => row === 'match').map((row) => JSON.stringify(row)));
    expect((await presend('rows', run, '--type', 'match', '--limit', '2')).lines).toEqual(lines.slice(0, 2));
    expect((await presend('rows', run, '--type', 'message')).lines).toEqual([]);
  });

  test('R reads the CSV, with the lines of the README', async (context) => {
    if (spawnSync('Rscript', ['--version']).status !== 0) return context.skip('Rscript is not installed');
    const { lines } = await presend('rows', run, '--type', 'match', '--format', 'csv');
    const file = join(folder, 'match.csv');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const example = examples.r.replace('npm run -s presend -- rows runs/mine --type match --format csv', `cat ${file}`);
    const { status, stdout, stderr } = spawnSync('Rscript', ['-e', example], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const distances = rows.flatMap((row) => {
      const { state, distanceBits } = ((row as { outcome?: object }).outcome ?? {}) as {
        state?: string;
        distanceBits?: number;
      };
      return row.row === 'match' && state === 'scored' ? [distanceBits!] : [];
    });
    const [, hash, n, mean] = stdout.trim().split('\n').at(-1)!.trim().split(/\s+/);
    expect([hash, Number(n)]).toEqual(['pdq', distances.length]);
    expect(Number(mean)).toBeCloseTo(distances.reduce((sum, each) => sum + each, 0) / distances.length, 4);
  });

  test('as CSV, and as a table with a limit', async () => {
    expect((await presend('rows', run, '--type', 'refused', '--format', 'csv')).lines).toEqual([
      'picture,reason',
      'bad.jpg,"it is ""empty"", no picture"',
    ]);
    const { lines, err } = await presend('rows', run, '--type', 'match', '--format', 'table');
    expect(lines).toHaveLength(101);
    expect(err).toBe('These are the first 100 rows; --limit shows more.\n');
    expect((await presend('rows', run, '--type', 'match', '--format', 'table', '--limit', '305')).err).toBe('');
  });

  test.each<[string, string[], number, RegExp]>([
    ['an unknown type', ['--type', 'mach'], exitCodes.input, /Unknown type of row 'mach'\. Did you mean match\?/],
    ['type and query', ['--type', 'match', '--sql', 'select 1'], exitCodes.input, /--type and --sql were both given/],
  ])('%s is one sentence', async (_, args, code, why) => {
    const ran = await presend('rows', run, ...args);
    expect([ran.code, ran.out, ran.lines]).toEqual([code, '', []]);
    expect(ran.err).toMatch(why);
    expect(ran.err.split('\n')).toHaveLength(2);
  });

  test('no run, an unfinished one, an altered one', async () => {
    expect((await presend('rows', folder)).code).toBe(exitCodes.missing);
    const spoilt = join(folder, 'spoilt');
    cpSync(run, spoilt, { recursive: true });
    const file = join(spoilt, 'rows', 'match-00000.parquet');
    const bytes = readFileSync(file);
    bytes[40]! ^= 1;
    writeFileSync(file, bytes);
    for (const args of [
      ['--type', 'match'],
      ['--sql', 'select 1'],
    ]) {
      const { code, err } = await presend('rows', spoilt, ...args);
      expect(code).toBe(exitCodes.input);
      expect(err).toMatch(/is damaged: rows\/match-00000\.parquet: its rows are not those that the run left/);
    }
    cpSync(run, join(folder, 'going-on', 'partial'), { recursive: true });
    cpSync(run, join(folder, 'going-on'), { recursive: true });
    const unfinished = await presend('rows', join(folder, 'going-on'));
    expect([unfinished.code, unfinished.err]).toEqual([
      exitCodes.input,
      expect.stringMatching(/is unfinished; continue with/),
    ]);
  });

  test('a reader that stops early, as `| head -1` does, is no error', async () => {
    const child = start(['rows', run, '--type', 'match']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, err } = await ended(child);
    expect([code, err]).toEqual([0, '']);
  });
});

describe('SQL', () => {
  test('numbers, lists and nulls as they are', async () => {
    const { code, lines } = await answer(
      `select count(*) n, sum(outcome_distanceBits) bits, round(avg(outcome_distanceBits), 2) mean, 0.5 half,
        9007199254740993 big, 12345678901234567890.5 exact, [1, null] list, {'a': 1, 'b': [true]} s, map {'k': 2} m, null as none,
        'nan'::double nan, date '2020-02-29' as leap, '{"a":[1]}'::json j from match`,
      '--format',
      'jsonl',
    );
    expect(code).toBe(0);
    const scored = Array.from({ length: 300 }, (_, i) => i % 7).reduce((sum, each) => sum + each, 0);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        n: 305,
        bits: scored,
        mean: Math.round((scored / 300) * 100) / 100,
        half: 0.5,
        big: '9007199254740993',
        exact: '12345678901234567890.5',
        list: [1, null],
        s: { a: 1, b: [true] },
        m: [{ key: 'k', value: 2 }],
        none: null,
        nan: 'NaN',
        leap: '2020-02-29',
        j: { a: [1] },
      },
    ]);
  });

  test('as a table and as CSV; a view of rows that the run has not is empty', async () => {
    expect((await answer('select outcome_state, count(*) n from match group by 1 order by n')).lines).toEqual([
      'outcome_state  n',
      'refused        5',
      'scored         300',
    ]);
    expect((await answer('select [1,2] list, outcome_scores, null x from classify', '--format', 'csv')).lines).toEqual([
      'list,outcome_scores,x',
      `"[1,2]","${JSON.stringify((rows.at(-1) as unknown as { outcome: { scores: number[] } }).outcome.scores)}",`,
    ]);
    expect((await answer('select count(*) n from trained_head', '--format', 'csv')).lines).toEqual(['n', '0']);
    expect((await answer('describe trained_head', '--format', 'csv')).lines).toContain('learnt,VARCHAR[],YES,,,');
  });

  test('every type of row has a view that needs no quotes', async () => {
    for (const { name } of tradeoffRows)
      expect((await answer(`select count(*) n from ${name.replaceAll('-', '_')}`)).code).toBe(0);
  });

  test.each<[string, string, RegExp]>([
    ['an error of syntax', 'selct 1', /^presend: DuckDB: Parser Error: syntax error at or near "selct"\n$/],
    [
      'an unknown column',
      'select nope from match',
      /^presend: DuckDB: Binder Error: Referenced column "nope" not found .*\n$/,
    ],
    ['an error while rows are read', 'select picture::int from match', /^presend: DuckDB: Conversion Error: .*\n$/],
    ['nothing', ' ', /The SQL statement is empty/],
    ['only a comment', '-- nothing', /The SQL statement is empty/],
    ['two statements', 'select 1; select 2', /Expected one SQL statement but received 2/],
    ['another file', "select * from read_csv('/etc/passwd')", /Permission Error: Cannot access file/],
    [
      'another file by its name',
      `select * from '${join(folder, 'run', 'run.json')}'`,
      /does not exist|Permission Error/,
    ],
    [
      'a URL',
      "select * from read_parquet('https://localhost/x.parquet')",
      /Permission Error|not found|Missing Extension|Cannot/,
    ],
    ['another database', "attach '/nowhere.db'", /Permission Error|Only queries/],
    ['a change of settings', 'set enable_external_access = true', /locked|Only queries|Cannot/],
    ['a table', 'create table x (a int)', /Only queries are answered/],
    ['an extension', 'load parquet', /Only queries are answered/],
  ])('%s is one sentence', async (_, sql, why) => {
    const { code, out, err } = await answer(sql);
    expect([code, out]).toEqual([exitCodes.input, '']);
    expect(err).toMatch(why);
    expect(err.split('\n')).toHaveLength(2);
  });

  test('the files of the run cannot be overwritten, in no way', async () => {
    const file = join(run, 'rows', 'match-00000.parquet');
    const before = readFileSync(file);
    for (const sql of [
      `copy (select 1) to '${file}' (use_tmp_file false)`,
      `explain analyze copy (select 1) to '${file}' (use_tmp_file false)`,
      `copy (select 1) to '${join(folder, 'new.csv')}'`,
    ])
      expect((await answer(sql)).code).toBe(exitCodes.input);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('without DuckDB, one sentence says how to install it', async () => {
    const views: RowsView[] = [];
    const absent = () => Promise.reject(new MissingError('as the loader says'));
    await expect(querySql('select 1', views, async () => {}, absent)).rejects.toThrow(MissingError);
  });
});
