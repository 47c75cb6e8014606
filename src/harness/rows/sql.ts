/** SQL over the rows of a run, by DuckDB: one view for each type of row. Statements can read these views, and nothing else. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { MissingError, reasonOf, UserError } from '../../util/errors.ts';
import { type Kind, type RowShape, tableOf } from './columns.ts';

/** The rows that a view shows. */
export interface RowsView {
  readonly type: RowShape;
  /** Paths of its Parquet files; without any, the view is empty. */
  readonly files: readonly string[];
}

/** The result of a statement. */
export interface SqlResult {
  readonly columns: readonly {
    readonly name: string;
    /** Whether its values are JSON texts. */
    readonly json: boolean;
  }[];
  /** Rows in batches; each value is one that JSON can hold. */
  readonly batches: AsyncIterable<readonly (readonly unknown[])[]>;
}

/** SQL types of columns. */
export const sqlTypes: Readonly<Record<Kind, string>> = {
  text: 'VARCHAR',
  flag: 'BOOLEAN',
  int32: 'INTEGER',
  int64: 'BIGINT',
  double: 'DOUBLE',
  json: 'JSON',
  texts: 'VARCHAR[]',
  int32s: 'INTEGER[]',
  int64s: 'BIGINT[]',
  doubles: 'DOUBLE[]',
};

/** Name of the view of a type: `no-power` is `no_power`, which needs no quotes. */
export const viewName = (type: string): string => type.replaceAll('-', '_');

type DuckDb = typeof import('@duckdb/node-api');

/** Loads DuckDB, which is an optional dependency. Throws a MissingError if it is not installed. */
async function loadDuckDb(): Promise<DuckDb> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    // The second code: the package is there, its binary for this platform is not.
    if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes((error as { code?: string }).code ?? '')) throw error;
    throw new MissingError(
      'SQL needs DuckDB, which is not installed for this platform; install it with: npm install @duckdb/node-api',
    );
  }
}

/** Answers one SQL statement, which must be a query. `use` gets the result while it is read. Throws a UserError if DuckDB rejects it. */
export async function querySql(
  sql: string,
  views: readonly RowsView[],
  use: (result: SqlResult) => Promise<void>,
  load = loadDuckDb,
): Promise<void> {
  const duck = await load();
  // No extension is fetched or loaded, and nothing is written beside the working folder.
  const instance = await duck.DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: '',
  });
  try {
    const connection = await instance.connect();
    try {
      for (const view of views) await connection.run(viewStatement(view));
      const paths = views.flatMap(({ files }) => files.map(quoted));
      await connection.run(`SET allowed_paths = [${paths.join(', ')}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      await use(await resultOf(duck, connection, sql));
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function viewStatement({ type, files }: RowsView): string {
  const name = quotedName(viewName(type.name));
  if (files.length > 0) return `CREATE VIEW ${name} AS SELECT * FROM read_parquet([${files.map(quoted).join(', ')}])`;
  const columns = tableOf(type).columns.map((each) => `NULL::${sqlTypes[each.kind]} AS ${quotedName(each.name)}`);
  return `CREATE VIEW ${name} AS SELECT ${columns.join(', ')} WHERE false`;
}

async function resultOf(duck: DuckDb, connection: DuckDBConnection, sql: string): Promise<SqlResult> {
  const result = await mistakes(async () => {
    const statements = await connection.extractStatements(sql).catch((error: unknown) => {
      // All that the binding says of a text without a statement.
      throw reasonOf(error) === 'Error in native callback' ? new UserError('The SQL statement is empty') : error;
    });
    if (statements.count !== 1) throw new UserError(`Expected one SQL statement but received ${statements.count}`);
    const statement = await statements.prepare(0);
    // COPY, for one, could overwrite the files that the views read.
    if (statement.statementType !== duck.StatementType.SELECT)
      throw new UserError('Only queries are answered, such as SELECT, DESCRIBE and SUMMARIZE: rows cannot be changed');
    return statement.stream();
  });
  const names = result.deduplicatedColumnNames();
  const types = result.columnTypes();
  async function* batches(): AsyncGenerator<unknown[][]> {
    for (;;) {
      const chunk = await mistakes(() => result.fetchChunk());
      if (!chunk || chunk.rowCount === 0) return;
      yield chunk.getRows().map((row) => row.map((value) => plainValue(duck, value)));
    }
  }
  return { columns: names.map((name, i) => ({ name, json: types[i]?.alias === 'JSON' })), batches: batches() };
}

/** Runs a part of a query; DuckDB's own errors, except its internal ones, are mistakes in the statement. */
async function mistakes<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const [, message] = /^(?:Failed to [a-z ]+: )?([A-Z][A-Za-z -]+ Error: [\s\S]*)/.exec(reasonOf(error)) ?? [];
    if (message === undefined || message.startsWith('INTERNAL')) throw error;
    // After an empty line it repeats the statement.
    throw new UserError(`DuckDB: ${message.split('\n\n')[0]!.replaceAll('\n', ' ')}`);
  }
}

/** A value of DuckDB as JSON can hold it: whole numbers and decimals that a double cannot hold exactly are texts. */
function plainValue(duck: DuckDb, value: DuckDBValue): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return BigInt(Number(value)) === value ? exactNumber(String(value)) : String(value);
  if (value instanceof duck.DuckDBDecimalValue) return exactNumber(String(value));
  if (value instanceof duck.DuckDBListValue || value instanceof duck.DuckDBArrayValue)
    return value.items.map((each) => plainValue(duck, each));
  if (value instanceof duck.DuckDBMapValue)
    return value.entries.map(({ key, value: of }) => ({ key: plainValue(duck, key), value: plainValue(duck, of) }));
  if (value instanceof duck.DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, each]) => [key, plainValue(duck, each)]));
  return String(value);
}

/** A number of at most 15 digits, which a double holds exactly as it is written; else its text. */
const exactNumber = (text: string): number | string => (text.replace(/[^0-9]/g, '').length <= 15 ? Number(text) : text);
