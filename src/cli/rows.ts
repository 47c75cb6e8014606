/** `presend rows <run>`: what rows a finished run has, the rows of a type, or the answer to a query. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { openFinished } from '../experiment/reload.ts';
import { encoderOf } from '../harness/rows/cells.ts';
import { tableOf } from '../harness/rows/columns.ts';
import { checkFiles } from '../harness/rows/parquet-reader.ts';
import { querySql, sqlTypes, viewName } from '../harness/rows/sql.ts';
import { rowsFolder } from '../harness/run-rows.ts';
import { wrap } from '../report/table.ts';
import { UserError } from '../util/errors.ts';
import { lookUp } from '../util/registry.ts';
import { examples, runNamed, wholeNumber } from './arguments.ts';
import { csvLine, jsonText, note, say, sayInTime } from './output.ts';
import { table, terminalColumns } from './table.ts';

/** Rows of a table, which is laid out in memory, unless --limit says otherwise. */
const rowsOfTable = 100;

const formats = ['jsonl', 'csv', 'table'] as const;
type Format = (typeof formats)[number];

interface Options {
  type?: string;
  sql?: string;
  format?: Format;
  limit?: number;
}

export const rowsCommand = (): Command =>
  new Command('rows')
    .argument('<run>', 'folder of a run, or its name under runs/')
    .option('--type <type>', 'print the rows of this type; without --type and --sql, types and columns are listed')
    .option('--sql <query>', 'answer a query by DuckDB; each type of row is a view, with _ for - in its name')
    .addOption(
      new Option('--format <name>', 'jsonl, csv or table (default: jsonl for --type, else table)').choices(formats),
    )
    .option('--limit <n>', `most rows to print (default: all; of a table ${rowsOfTable})`, wholeNumber('--limit', 0))
    .addHelpText(
      'after',
      examples(
        'rows runs/mine --type match --limit 3',
        'rows runs/mine --sql "select hash, avg(outcome_distanceBits) from match group by hash"',
      ),
    )
    .action(rows);

type Opened = Awaited<ReturnType<typeof openFinished>>;

async function rows(name: string, { type, sql, format, limit }: Options): Promise<void> {
  if (type !== undefined && sql !== undefined)
    throw new UserError('--type and --sql were both given; give one, and name the type in the query');
  const opened = await openFinished(runNamed(name));
  if (sql !== undefined) return query(opened, sql, { format: format ?? 'table', limit });
  if (type !== undefined) return printType(opened, type, { format: format ?? 'jsonl', limit });
  return list(opened, { format: format ?? 'table', limit });
}

interface Printing {
  readonly format: Format;
  readonly limit: number | undefined;
}

/** Types of rows, with numbers and columns. */
async function list({ kind, observations }: Opened, printing: Printing): Promise<void> {
  const types = kind.rows.map((each) => {
    const files = observations.files.filter(({ type }) => type === each.name);
    const sum = (of: (file: (typeof files)[number]) => number) => files.reduce((total, file) => total + of(file), 0);
    const columns = tableOf(each).columns.map((column) => [column.name, sqlTypes[column.kind]] as const);
    return {
      type: each.name,
      view: viewName(each.name),
      rows: sum((file) => file.rows),
      bytes: sum((file) => file.bytes),
      columns,
    };
  });
  const facts = ['type', 'view', 'rows', 'bytes'];
  const columnsOf = ({ columns }: (typeof types)[number]): string => columns.map((each) => each.join(' ')).join(', ');
  const inTable = printing.format === 'table';
  await print([types], printing, {
    head: inTable ? facts : [...facts, 'columns'],
    object: ({ columns, ...rest }) => ({ ...rest, columns: Object.fromEntries(columns) }),
    cells: (each) => [each.type, each.view, each.rows, each.bytes, ...(inTable ? [] : [columnsOf(each)])],
  });
  // Too wide for a table: one paragraph a type that has rows.
  const width = terminalColumns() ?? Number.POSITIVE_INFINITY;
  if (inTable) for (const each of types) if (each.rows > 0) say(wrap(`\n${each.type}: ${columnsOf(each)}`, width));
}

/** The rows of one type, as they are. */
async function printType({ run, kind, observations }: Opened, name: string, printing: Printing): Promise<void> {
  const types = Object.fromEntries(kind.rows.map((each) => [each.name, each]));
  const type = lookUp(types, 'type of row', name);
  const columns = tableOf(type);
  const encoder = encoderOf(name, columns);
  await print(run.rows([type], observations).of(), printing, {
    head: columns.columns.map((column) => column.name),
    object: (row) => row,
    cells: (row) => encoder.encode(row).cells,
  });
}

/** The answer to a query. */
async function query({ run, kind, observations }: Opened, sql: string, printing: Printing): Promise<void> {
  const folder = join(run.path, rowsFolder);
  const wrong = (file: string, why: string) => run.damage(`${rowsFolder}/${file}`, why);
  await checkFiles(folder, observations.files, wrong);
  const views = kind.rows.map((type) => ({
    type,
    files: observations.files.filter((file) => file.type === type.name).map((file) => join(folder, file.name)),
  }));
  await querySql(sql, views, async ({ columns, batches }) => {
    const shownValue = (value: unknown, i: number): unknown =>
      columns[i]!.json && typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
    await print(batches, printing, {
      head: columns.map((column) => column.name),
      object: (row) => Object.fromEntries(row.map((value, i) => [columns[i]!.name, shownValue(value, i)])),
      cells: (row) => row,
    });
  });
}

/** How one record is shown: as JSON, or in the cells of a line. */
interface Shown<T> {
  readonly head: readonly string[];
  object(record: T): unknown;
  cells(record: T): readonly unknown[];
}

async function print<T>(
  batches: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
  { format, limit = format === 'table' ? rowsOfTable : Number.POSITIVE_INFINITY }: Printing,
  { head, object, cells }: Shown<T>,
): Promise<void> {
  const lines: string[][] = [];
  const line = async (record: T): Promise<void> => {
    if (format === 'jsonl') await sayInTime(jsonText(object(record)));
    else if (format === 'csv') await sayInTime(csvLine(cells(record).map(textOf)));
    else lines.push(cells(record).map(textOf));
  };
  if (format === 'csv') await sayInTime(csvLine(head));
  const isCut = await firstOf(batches, limit, line);
  if (format !== 'table') return;
  say(table(head, lines));
  if (isCut) note(`These are the first ${limit} rows; --limit shows more.`);
}

/** Does something with the first records; returns whether there are more. */
async function firstOf<T>(
  batches: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
  limit: number,
  use: (record: T) => Promise<void>,
): Promise<boolean> {
  let used = 0;
  for await (const batch of batches)
    for (const record of batch) {
      if (used === limit) return true;
      await use(record);
      used++;
    }
  return false;
}

/** A cell as text: lists and objects as JSON, nothing for null. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? jsonText(value, undefined) : String(value);
}
