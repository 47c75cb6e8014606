/** Rows to Parquet and back: nothing is lost, nothing but the rows decides the bytes, and no altered file is read. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { type TSchema, Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../../src/experiment/index.ts';
import { type RowShape, tableOf } from '../../../src/harness/rows/columns.ts';
import { readRows } from '../../../src/harness/rows/parquet-reader.ts';
import { type RowsFile, RowsWriter } from '../../../src/harness/rows/parquet-writer.ts';
import { type Row, refusedRow, rowType } from '../../../src/schema/row.ts';
import { UserError } from '../../../src/util/errors.ts';
import { cases } from '../../helpers/slow.ts';
import { testFolder } from '../tiny.ts';
import { fitting } from './row-arbitrary.ts';

const types = [
  ...new Map(
    Object.values(kinds)
      .flatMap((kind) => [...kind.rows])
      .map((type) => [type.name, type]),
  ).values(),
];

/** Writes rows in batches of the given sizes, the last of which takes the rest. */
async function written(folder: string, type: RowShape, rows: readonly Row[], sizes: readonly number[] = []) {
  const writer = await RowsWriter.open(folder, type);
  let from = 0;
  for (const size of [...sizes, rows.length]) {
    await writer.append(rows.slice(from, from + size));
    from += size;
  }
  return writer.close();
}

async function readBack(folder: string, type: RowShape, files: readonly RowsFile[], options = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of readRows(folder, type, files, options)) rows.push(...batch);
  return rows;
}

const lines = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row));
const rowsOf = (type: RowShape, count = { minLength: 1, maxLength: 12 }) =>
  fc.array(fitting(type.schema) as fc.Arbitrary<Row>, count);

describe('every type of row comes back from Parquet as JSON would give it back', () => {
  test.each(types.map((type) => [type.name, type] as const))('%s', async (_, type) => {
    const folder = await testFolder();
    await fc.assert(
      fc.asyncProperty(rowsOf(type), async (rows) => {
        const back = await readBack(folder, type, await written(folder, type, rows));
        expect(back).toEqual(JSON.parse(JSON.stringify(rows)));
        // The order of keys is that of the schema, and members are not lost in it.
        expect(lines(await readBack(folder, type, await written(folder, type, back)))).toEqual(lines(back));
      }),
      { seed: 18, numRuns: cases(25) },
    );
  });
});

test('keys are in the order of the schema', async () => {
  const folder = await testFolder();
  const rows = [{ reason: 'none', row: 'refused', picture: 'a' } as Row];
  const back = await readBack(folder, refusedRow, await written(folder, refusedRow, rows));
  expect(lines(back)).toEqual(['{"row":"refused","picture":"a","reason":"none"}']);
});

/** A type of row with one member. */
const typeOf = (schema: TSchema, name = 'odd'): RowShape =>
  rowType(Type.Object({ row: Type.Literal('odd'), [name]: schema }), () => null);
const columnsOf = (type: RowShape) =>
  tableOf(type).columns.map(({ name, kind, optional }) => `${name} ${kind}${optional ? '?' : ''}`);

describe('columns', () => {
  test('of a trade-off: flat names that tools can read', () => {
    const [match] = kinds.tradeoff.rows.filter(({ name }) => name === 'match');
    expect(columnsOf(match!)).toEqual([
      ...['cell', 'picture', 'group', 'topic', 'content', 'split', 'transform', 'hash'].map((name) => `${name} text`),
      'outcome_state text',
      'outcome_hex text?',
      'outcome_quality int64?',
      'outcome_nearest text?',
      'outcome_distanceBits int64?',
      'outcome_ownBits int64?',
      'outcome_reason text?',
      'outcome_error text?',
    ]);
  });

  const scored = Type.Object({ state: Type.Literal('scored'), x: Type.Integer() });
  test.each<[string, TSchema, string[]]>([
    [
      'a member that may be absent or null is JSON',
      Type.Optional(Type.Union([Type.String(), Type.Null()])),
      ['odd json?'],
    ],
    [
      'an object that may be absent, with nothing in it that must be there, is JSON',
      Type.Optional(Type.Object({ x: Type.Optional(Type.String()) })),
      ['odd json?'],
    ],
    [
      'an object that may be null has columns',
      Type.Union([Type.Object({ x: Type.Boolean(), y: Type.Number() }), Type.Null()]),
      ['odd_x flag?', 'odd_y double?'],
    ],
    [
      'alternatives that no literal tells apart are JSON',
      Type.Union([scored, Type.Object({ y: Type.Integer() })]),
      ['odd json'],
    ],
    [
      'alternatives with one name for two kinds are JSON',
      Type.Union([scored, Type.Object({ state: Type.Literal('other'), x: Type.String() })]),
      ['odd json'],
    ],
    [
      'alternatives share a column',
      Type.Union([scored, Type.Object({ state: Type.Literal('other'), x: Type.Integer() })]),
      ['odd_state text', 'odd_x int64?'],
    ],
    ['small whole numbers', Type.Array(Type.Integer({ minimum: 0, maximum: 1 })), ['odd int32s']],
    ['tuples are JSON', Type.Tuple([Type.Integer(), Type.String()]), ['odd json']],
    ['text or numbers are JSON', Type.Union([Type.Integer(), Type.String()]), ['odd json']],
    ['whole numbers or others', Type.Union([Type.Integer(), Type.Number()]), ['odd double']],
    ['an object without members is JSON', Type.Object({}), ['odd json']],
    ['an optional literal', Type.Optional(Type.Literal('x')), ['odd text?']],
  ])('%s', async (_, schema, columns) => {
    const type = typeOf(schema);
    expect(columnsOf(type)).toEqual(columns);
    const folder = await testFolder();
    await fc.assert(
      fc.asyncProperty(rowsOf(type), async (rows) => {
        const back = await readBack(folder, type, await written(folder, type, rows));
        expect(back).toEqual(JSON.parse(JSON.stringify(rows)));
      }),
      { seed: 18, numRuns: 15 },
    );
  });

  test('a literal that never varies has none', () => {
    const schema = Type.Object({ row: Type.Literal('odd'), version: Type.Literal(3), a: Type.String() });
    expect(columnsOf(rowType(schema, () => null))).toEqual(['a text']);
  });

  test('two members with one column are refused', () => {
    const schema = Type.Object({ row: Type.Literal('odd'), a_b: Type.String(), a: Type.Object({ b: Type.String() }) });
    expect(() => tableOf(rowType(schema, () => null))).toThrow(/two members of a row have the column a_b/);
  });
});

describe('what JSON cannot keep is an error, and nothing is lost in silence', () => {
  const numbers = Type.Array(Type.Number());
  test.each<[string, TSchema, unknown, RegExp]>([
    ['NaN', Type.Number(), Number.NaN, /cannot keep NaN/],
    ['infinity in a list', numbers, [1, Number.POSITIVE_INFINITY], /cannot keep/],
    ['NaN in JSON', Type.Record(Type.String(), numbers), { a: [Number.NaN] }, /cannot keep/],
    ['a whole number that is rounded', Type.Integer(), 2 ** 53, /cannot keep 9007199254740992/],
    ['a fraction in a column of whole numbers', Type.Integer(), 0.5, /cannot keep 0\.5/],
    ['a whole number beyond its bounds', Type.Integer({ minimum: 0, maximum: 9 }), 2 ** 31, /cannot keep/],
    ['half a character', Type.String(), 'a\ud800', /a text with half a character in odd/],
    ['a text for a number', Type.Number(), '1', /cannot keep|half a character/],
    ['null where none may be', Type.String(), null, /cannot keep null/],
    ['nothing where something must be', Type.String(), undefined, /has no odd/],
    [
      'an unknown member',
      Type.Object({ a: Type.String() }),
      { a: 'x', b: 'y' },
      /has b, which its schema does not know/,
    ],
    [
      'an unknown alternative',
      Type.Union([Type.Object({ state: Type.Literal('a') }), Type.Object({ state: Type.Literal('b') })]),
      { state: 'c' },
      /unknown state c/,
    ],
  ])('%s', async (_, schema, value, why) => {
    const writer = await RowsWriter.open(await testFolder(), typeOf(schema));
    await expect(writer.append([{ row: 'odd', odd: value } as Row])).rejects.toThrow(why);
  });

  test('-0 is 0, as in JSON', async () => {
    const folder = await testFolder();
    for (const schema of [
      Type.Number(),
      Type.Integer(),
      Type.Integer({ minimum: -1, maximum: 1 }),
      Type.Array(Type.Number()),
    ]) {
      const type = typeOf(schema);
      const value = schema.type === 'array' ? [-0, 1] : -0;
      const [back] = await readBack(folder, type, await written(folder, type, [{ row: 'odd', odd: value } as Row]));
      expect(back).toEqual({ row: 'odd', odd: schema.type === 'array' ? [0, 1] : 0 });
    }
  });
});

const refused = refusedRow;
const many = (n: number): Row[] =>
  Array.from(
    { length: n },
    (_, i) => ({ row: 'refused', picture: `topic/${i}.jpg`, reason: `reason ${i % 7}` }) as Row,
  );

describe('files', () => {
  test('bytes do not depend on how rows are handed over; digests and sizes are those of the files', async () => {
    const rows = many(70_000);
    const [one, other] = [await testFolder(), await testFolder()];
    const files = await written(one, refused, rows);
    expect(await written(other, refused, rows, [1, 0, 65_534, 3])).toEqual(files);
    expect(files.map(({ name, rows: n }) => [name, n])).toEqual([['refused-00000.parquet', 70_000]]);
    for (const { name, bytes, sha256 } of files) {
      const content = await readFile(join(one, name));
      expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
      expect(content.equals(await readFile(join(other, name)))).toBe(true);
    }
    const sizes: number[] = [];
    const back: Row[] = [];
    for await (const batch of readRows(one, refused, files)) {
      sizes.push(batch.length);
      back.push(...batch);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4096);
    expect(back).toEqual(rows);
  });

  test('the bytes of a format that is already written stay: a change of them needs a new version of the writer', async () => {
    const files = await written(await testFolder(), refused, many(100));
    expect(files.map(({ sha256 }) => sha256)).toMatchInlineSnapshot(`
      [
        "372eed8d36e2322606c98e56e705461594d9f497e95396fc562abbf768285969",
      ]
    `);
  });

  test('groups end by rows or by bytes, files by groups', async () => {
    const type = typeOf(Type.Array(Type.Number()));
    const row = (i: number) => ({ row: 'odd', odd: Array.from({ length: 100 }, (_, j) => (i + j) % 5) }) as Row;
    const rows = Array.from({ length: 130 }, (_, i) => row(i));
    const folder = await testFolder();
    const filesOf = async (limits: { rowsOfGroup: number; bytesOfGroup: number }) => {
      const writer = await RowsWriter.open(folder, type, { ...limits, groupsOfFile: 16 });
      await writer.append(rows);
      const files = await writer.close();
      expect(await readBack(folder, type, files)).toEqual(rows);
      return files.map((file) => [file.name, file.rows]);
    };
    const expected = [
      ['odd-00000.parquet', 64],
      ['odd-00001.parquet', 64],
      ['odd-00002.parquet', 2],
    ];
    expect(await filesOf({ rowsOfGroup: 4, bytesOfGroup: 1e9 })).toEqual(expected);
    // A row has 800 bytes.
    expect(await filesOf({ rowsOfGroup: 1000, bytesOfGroup: 3000 })).toEqual(expected);
  });

  test('no rows, no file', async () => {
    const folder = await testFolder();
    expect(await written(folder, refused, [])).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a writer removes what an earlier one left, of its type only', async () => {
    const folder = await testFolder();
    const others = ['refused-list-00000.parquet', 'refused-notes.parquet', 'refused-00000.parquet.txt'];
    for (const name of ['refused-00007.parquet', 'refused-00000.parquet.part', ...others])
      await writeFile(join(folder, name), 'x');
    await written(folder, refused, many(1));
    expect((await readdir(folder)).sort()).toEqual([...others, 'refused-00000.parquet'].sort());
  });

  test('an unfinished file has another name, and is removed by abandon', async () => {
    const folder = await testFolder();
    const writer = await RowsWriter.open(folder, refused);
    await writer.append(many(65_536));
    expect(await readdir(folder)).toEqual(['refused-00000.parquet.part']);
    await writer.abandon();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('files that are not as they were written are never read as fewer rows', () => {
  const change = async (name: string, path: string): Promise<void> => {
    const bytes = await readFile(path);
    if (name === 'missing') return rm(path);
    if (name === 'cut') return truncate(path, bytes.length - 9);
    if (name === 'altered') bytes[20]! ^= 1;
    if (name === 'empty') return writeFile(path, '');
    await writeFile(path, bytes);
  };
  test.each<[string, boolean, RegExp]>([
    ['missing', true, /refused-00000\.parquet: it is missing/],
    ['missing', false, /refused-00000\.parquet: it is missing/],
    ['cut', true, /it has \d+ bytes, and the run left \d+/],
    ['cut', false, /it cannot be read as rows of type refused/],
    ['altered', true, /some were altered/],
    ['empty', false, /it cannot be read as rows of type refused/],
  ])('%s, checked: %s', async (name, checked, why) => {
    const folder = await testFolder();
    const files = await written(folder, refused, many(100));
    await change(name, join(folder, files[0]!.name));
    const reading = readBack(folder, refused, files, { checked });
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(why);
  });

  test('rows of another type, and another number of rows', async () => {
    const folder = await testFolder();
    const files = await written(folder, refused, many(10));
    const [match] = kinds.tradeoff.rows.filter(({ name }) => name === 'match');
    await expect(readBack(folder, match!, files)).rejects.toThrow(/cannot be read as rows of type match/);
    const wrong = files.map((file) => ({ ...file, rows: 11 }));
    await expect(readBack(folder, refused, wrong)).rejects.toThrow(/it has 10 rows, and the run left 11/);
  });
});

test('some columns: only these members are there', async () => {
  const folder = await testFolder();
  const [match] = kinds.tradeoff.rows.filter(({ name }) => name === 'match');
  const rows = fc.sample(rowsOf(match!, { minLength: 20, maxLength: 20 }), { seed: 18, numRuns: 1 })[0]! as unknown as {
    picture: string;
    outcome: { state: string; nearest?: string | null; hex?: string };
  }[];
  const files = await written(folder, match!, rows as unknown as Row[]);
  const back = await readBack(folder, match!, files, { columns: ['picture', 'outcome_nearest'] });
  expect(back).toEqual(
    rows.map(({ picture, outcome: { state, nearest } }) => ({
      row: 'match',
      picture,
      outcome: state === 'scored' ? { state, nearest } : { state },
    })),
  );
  expect(await readBack(folder, match!, files, { columns: ['outcome'] })).toEqual(
    JSON.parse(JSON.stringify(rows.map(({ outcome }) => ({ row: 'match', outcome })))),
  );
  await expect(readBack(folder, match!, files, { columns: ['pictures'] })).rejects.toThrow(/no column pictures/);
});
