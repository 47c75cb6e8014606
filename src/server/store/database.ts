/**
 * The database under the store: PostgreSQL, either embedded (PGlite, in a folder or in memory) or a server. Both are reached through
 * node-postgres, so that every query and every migration is the same.
 *
 * Both sync their log to disk before a commit is answered, so it survives the death of the process and of the machine, as far as the disk
 * keeps what it said it had. In memory nothing survives.
 */
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely';
import pg from 'pg';
import { takeLock } from '../../disk/lock.ts';
import { makeFolders } from '../../disk/write.ts';
import { reasonOf, UserError } from '../../util/errors.ts';
import { type Bounds, boundedPool } from './bounded-pool.ts';
import { checkDatabaseUrl } from './database-url.ts';
import { migrate } from './migrations.ts';
import { openSynced } from './synced-folder.ts';
import type { Tables } from './tables.ts';
import { StoreTrouble, troubleOf, within } from './trouble.ts';

/** Where a store is kept: a server's URL, a folder, or neither: in memory. */
export interface Place {
  readonly url?: string | undefined;
  readonly folder?: string | undefined;
  /** Milliseconds within which the database has to give a connection, and to answer a query; ten seconds unless told. */
  readonly queryMillis?: number | undefined;
}

/** An open database with its tables. */
interface OpenDatabase {
  readonly db: Kysely<Tables>;
  readonly kind: 'server' | 'embedded';
  /** Makes room on disk for new rows where old ones were. A server does so by itself. */
  vacuum(): Promise<void>;
  close(): Promise<void>;
}

/** Whole numbers of 64 bits come as numbers: none of ours passes 2^53. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/** Opens the database and brings its tables up to date. A UserError where it cannot be reached, or another process has the folder. */
export async function openDatabase({ url, folder, queryMillis = 10_000 }: Place): Promise<OpenDatabase> {
  return url === undefined ? await embedded(folder, queryMillis) : await server(url, queryMillis);
}

/** Milliseconds for what may take long: migrations, and making room. */
const patientMillis = 600_000;

async function embedded(folder: string | undefined, queryMillis: number): Promise<OpenDatabase> {
  // PGlite says of a file in its place nothing that anybody could read.
  if (folder !== undefined) await makeFolders(join(folder, 'pglite'), 0o700);
  // Two processes that open the same embedded database would destroy it.
  const lock = folder === undefined ? undefined : await takeLock(join(folder, 'lock'), `the store in ${folder}`);
  const opened = folder === undefined ? PGlite.create() : openSynced(join(folder, 'pglite'));
  const lite = await opened.catch(async (error: unknown) => {
    await lock?.release();
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    throw new StoreTrouble(
      `The store in ${folder} cannot be opened (${reasonOf(error)}): its disk is full or broken, or its files are damaged; free some space, or put a copy of the folder in its place`,
      { cause: error },
    );
  });
  // There is one connection, and it is never given up.
  const pool = new pg.Pool({
    ...createPgConfig(lite),
    types,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: queryMillis,
  });
  // An error of the database is that of the query which met it.
  pool.on('error', () => undefined);
  const open = openClients(pool);
  return await ready(pool, open, { kind: 'embedded', queryMillis }, async () => {
    try {
      if (!lite.closed) await within(queryMillis, lite.close());
    } finally {
      await lock?.release();
    }
  });
}

async function server(url: string, queryMillis: number): Promise<OpenDatabase> {
  checkDatabaseUrl(url);
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: 8,
    connectionTimeoutMillis: queryMillis,
    // The server gives a statement up by itself as well, and locks of a transaction whose client is gone.
    statement_timeout: queryMillis,
    idle_in_transaction_session_timeout: 6 * queryMillis,
  });
  // A connection that breaks while it is idle is replaced at the next query.
  pool.on('error', () => undefined);
  const open = openClients(pool);
  const first = boundedPool(pool, { kind: 'server', queryMillis });
  await answers(first).catch(async (error: unknown) => {
    await first.end();
    // The URL may hold a password, so it is not repeated.
    throw new UserError(`The PostgreSQL server of DATABASE_URL cannot be used: ${reasonOf(error)}`);
  });
  return await ready(pool, open, { kind: 'server', queryMillis }, async () => undefined);
}

async function answers(pool: PostgresPool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('select 1', []);
  } finally {
    client.release();
  }
}

/** The part of a connected client that node-postgres does not describe. */
interface OpenClient {
  readonly connection: { readonly stream: { destroy(): void } };
}

/** The clients of a pool that are connected, from now on. */
function openClients(pool: pg.Pool): ReadonlySet<OpenClient> {
  const open = new Set<OpenClient>();
  pool.on('connect', (client) => void open.add(client as unknown as OpenClient));
  pool.on('remove', (client) => void open.delete(client as unknown as OpenClient));
  return open;
}

async function ready(
  pool: pg.Pool,
  open: ReadonlySet<OpenClient>,
  { kind, queryMillis }: Bounds,
  after: () => Promise<void>,
): Promise<OpenDatabase> {
  const over = (millis: number) =>
    new Kysely<Tables>({ dialect: new PostgresDialect({ pool: boundedPool(pool, { kind, queryMillis: millis }) }) });
  const [db, patient] = [over(queryMillis), over(patientMillis)];
  const close = async (): Promise<void> => {
    try {
      await within(queryMillis, pool.end());
    } catch (error) {
      // Connections on which nobody answers would keep the process from ending.
      for (const client of open) client.connection.stream.destroy();
      throw error;
    } finally {
      await after();
    }
  };
  try {
    await migrate(patient);
  } catch (error) {
    // Why it could not be brought up to date says more than why it could not be closed after that.
    await Promise.allSettled([close()]);
    throw error;
  }
  const vacuum = async (): Promise<void> => {
    if (kind === 'embedded') await sql`vacuum`.execute(patient);
  };
  return { db, kind, vacuum, close };
}
