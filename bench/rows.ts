/** Rows of a run: written and read as Parquet and as JSON Lines, beside DuckDB where it is installed. */
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readRows } from '../src/harness/rows/parquet-reader.ts';
import { type RowsFile, RowsWriter } from '../src/harness/rows/parquet-writer.ts';
import { type MatchRow, type MessageRow, matchRow, messageRow } from '../src/schema/observation.ts';
import type { Row, RowType } from '../src/schema/row.ts';
import { sha256Hex } from '../src/util/digest.ts';
import { seededRng } from '../src/util/rng.ts';
import type { Group, Task } from './measure.ts';

/** Rows of a type, and a query of which two columns are read. */
interface Sample<R extends Row> {
  readonly type: RowType<R>;
  readonly rows: readonly R[];
  readonly columns: readonly string[];
  readonly key: (row: R) => string;
  readonly sql: string;
}

const count = 50_000;
/** Rows that are handed over at a time. */
const batch = 1000;

const subjectOf = (i: number) => ({
  picture: `topic/${String(i).padStart(6, '0')}.jpg`,
  group: `g${String(i - (i % 3)).padStart(6, '0')}`,
  topic: ['drawing', 'scene', 'texture'][i % 3]!,
  content: (['innocent', 'listed', 'new'] as const)[i % 3]!,
  split: i % 2 === 0 ? ('calibration' as const) : ('evaluation' as const),
});

/** Pictures under five hashes, each after three edits. */
function matches(): MatchRow[] {
  const rng = seededRng(18, 'bench rows');
  const hashes = ['pdq', 'phash', 'dhash', 'ahash', 'blockhash'];
  const edits = ['none', 'jpeg(quality=30)', 'resize(factor=0.5)'];
  return Array.from({ length: count }, (_, n) => {
    const [i, hash, transform] = [Math.floor(n / 15), hashes[n % 5]!, edits[Math.floor(n / 5) % 3]!];
    const hex = sha256Hex(`${n}`).slice(0, hash === 'pdq' ? 64 : 16);
    const nearest = `topic/${String(rng.int(400)).padStart(6, '0')}.jpg`;
    const outcome = { state: 'scored', hex, quality: 100, nearest, distanceBits: rng.int(130) } as const;
    return { row: 'match', cell: sha256Hex(hash + transform).slice(0, 12), ...subjectOf(i), transform, hash, outcome };
  });
}

/** Messages of twenty strategies, all of the same pictures. */
function messages(): MessageRow[] {
  return Array.from({ length: count }, (_, n) => {
    const [i, strategy] = [n % 2500, Math.floor(n / 2500)];
    const isListed = i % 3 === 1;
    return {
      row: 'message',
      cell: sha256Hex(`${strategy}`).slice(0, 12),
      ...subjectOf(i),
      transform: i % 4 === 0 ? 'copy' : 'none',
      strategy: `strategy-${strategy}`,
      message: `m${String(i).padStart(5, '0')}`,
      purpose: 'scored',
      sender: `account-${i % 40}`,
      recipient: `account-${(i * 7) % 40}`,
      outcome: {
        state: 'scored',
        scanned: isListed ? 'match' : 'clear',
        detected: isListed,
        delivered: true,
        warned: false,
        flagged: isListed && strategy % 2 === 0,
        exposed: isListed && strategy % 3 === 0,
        tipped: false,
        pictureBytes: 20_000 + ((i * 7919) % 9000),
        sentBytes: 20_200 + ((i * 7919) % 9000),
        receivedBytes: strategy * 10,
      },
    };
  });
}

async function loadDuckDb() {
  try {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    return await (await DuckDBInstance.create(':memory:')).connect();
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}

/** Writing, reading everything and reading two columns, for each sample. */
export async function* rows(): AsyncGenerator<Group> {
  const folder = await mkdtemp(join(tmpdir(), 'presend-bench-'));
  try {
    const average = (column: string, by: string) =>
      `SELECT "${by}", avg("${column}") FROM FILES GROUP BY "${by}" ORDER BY "${by}"`;
    yield* groups(folder, {
      type: matchRow,
      rows: matches(),
      columns: ['hash', 'outcome_distanceBits'],
      key: (row) => row.hash,
      sql: average('outcome_distanceBits', 'hash'),
    });
    yield* groups(folder, {
      type: messageRow,
      rows: messages(),
      columns: ['strategy', 'outcome_sentBytes'],
      key: (row) => row.strategy,
      sql: average('outcome_sentBytes', 'strategy'),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function* groups<R extends Row>(folder: string, { type, rows: all, columns, key, sql }: Sample<R>) {
  const lines = join(folder, `${type.name}.jsonl`);
  const copied = join(folder, `${type.name}-duckdb.parquet`);
  const duckdb = await loadDuckDb();
  let files: RowsFile[] = [];

  const parquet = async () => {
    const writer = await RowsWriter.open(folder, type);
    for (let from = 0; from < all.length; from += batch) await writer.append(all.slice(from, from + batch));
    files = await writer.close();
  };
  const jsonLines = async () => {
    const file = await open(lines, 'w');
    for (let from = 0; from < all.length; from += batch)
      await file.writeFile(
        all
          .slice(from, from + batch)
          .map((row) => `${JSON.stringify(row)}\n`)
          .join(''),
      );
    await file.sync();
    await file.close();
  };
  await parquet();
  await jsonLines();
  const source = `read_json('${lines}', format = 'newline_delimited')`;
  const copy = () => duckdb!.run(`COPY (FROM ${source}) TO '${copied}' (FORMAT parquet, COMPRESSION zstd)`);
  const withDuckDb = (name: string, run: () => Promise<unknown>): Task[] =>
    duckdb ? [{ name, run, items: count }] : [];
  if (duckdb) await copy();
  const sizes = [
    ['Parquet', files.reduce((sum, { bytes }) => sum + bytes, 0)],
    ['JSON Lines', (await stat(lines)).size],
    ...(duckdb ? [['DuckDB', (await stat(copied)).size] as const] : []),
  ] as const;

  yield {
    title: `${count} rows of type ${type.name}: write`,
    baseline: 'Parquet',
    tasks: [
      { name: 'Parquet', run: parquet, items: count },
      { name: 'JSON Lines', run: jsonLines, items: count },
      ...withDuckDb('DuckDB, from JSON Lines', copy),
    ],
    notes: () => sizes.map(([name, bytes]) => `${name}: ${(bytes / count).toFixed(2)} bytes a row`),
  } satisfies Group;

  const eachRow = async (use: (row: R) => void, only?: readonly string[]) => {
    for await (const some of readRows(folder, type, files, only ? { columns: only } : {}))
      for (const row of some) use(row);
  };
  const eachLine = async (use: (row: R) => void) => {
    for await (const line of createInterface({ input: createReadStream(lines) })) use(JSON.parse(line) as R);
  };
  const ours = `'${join(folder, files[0]!.name)}'`;
  yield {
    title: `${count} rows of type ${type.name}: read all columns`,
    baseline: 'Parquet',
    tasks: [
      { name: 'Parquet', run: () => eachRow(() => {}), items: count },
      { name: 'JSON Lines', run: () => eachLine(() => {}), items: count },
      ...withDuckDb('DuckDB, to objects', async () => (await duckdb!.run(`FROM ${ours}`)).getRowObjects()),
    ],
  } satisfies Group;

  const counted = (each: (use: (row: R) => void) => Promise<void>) => async () => {
    const counts = new Map<string, number>();
    await each((row) => counts.set(key(row), (counts.get(key(row)) ?? 0) + 1));
  };
  yield {
    title: `${count} rows of type ${type.name}: a mean by name, from two columns`,
    baseline: 'Parquet',
    tasks: [
      { name: 'Parquet', run: counted((use) => eachRow(use, columns)), items: count },
      { name: 'JSON Lines', run: counted(eachLine), items: count },
      ...withDuckDb('DuckDB, SQL', async () => (await duckdb!.run(sql.replace('FILES', ours))).getRows()),
    ],
  } satisfies Group;
  duckdb?.closeSync();
}
