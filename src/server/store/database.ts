/**
 * The database under the store: PostgreSQL, either embedded (PGlite, in a folder or in memory) or a server. Both use node-postgres, so that
 * every query and every migration is the same.
 *
 * Both sync their log to disk before they confirm a commit, so it survives a crash of the process or machine, if the disk is honest about
 * what it wrote. In memory, nothing survives.
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

/** Location of a store: a server's URL, a folder, or neither: in memory. */
export interface Place {
  readonly url?: string | undefined;
  readonly folder?: string | undefined;
  /** Milliseconds within which the database must provide a connection, and answer a query; default ten seconds. */
  readonly queryMillis?: number | undefined;
}

/** An open database with its tables. */
interface OpenDatabase {
  readonly db: Kysely<Tables>;
  readonly kind: 'server' | 'embedded';
  /** Frees disk space of deleted rows for new ones. A server does so by itself. */
  vacuum(): Promise<void>;
  close(): Promise<void>;
}

/** 64-bit integers are returned as numbers: none of ours exceeds 2^53. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/** Opens the database and migrates its tables. Throws a UserError if it is unreachable, or if another process uses the folder. */
export async function openDatabase({ url, folder, queryMillis = 10_000 }: Place): Promise<OpenDatabase> {
  return url === undefined ? await embedded(folder, queryMillis) : await server(url, queryMillis);
}

/** Milliseconds for long operations: migrations and vacuum. */
const patientMillis = 600_000;

async function embedded(folder: string | undefined, queryMillis: number): Promise<OpenDatabase> {
  // If a file is in its place, PGlite's own error is unreadable.
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
  // There is one connection, and it is never closed.
  const pool = new pg.Pool({
    ...createPgConfig(lite),
    types,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: queryMillis,
  });
  // A database error is reported by the query that meets it.
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
    // The server also stops a statement by itself, and releases locks of a transaction whose client is gone.
    statement_timeout: queryMillis,
    idle_in_transaction_session_timeout: 6 * queryMillis,
  });
  // An idle connection that breaks is replaced at the next query.
  pool.on('error', () => undefined);
  const open = openClients(pool);
  const first = boundedPool(pool, { kind: 'server', queryMillis });
  await answers(first).catch(async (error: unknown) => {
    await first.end();
    // The URL can contain a password, so it is not repeated.
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

/** The part of a connected client that node-postgres has no types for. */
interface OpenClient {
  readonly connection: { readonly stream: { destroy(): void } };
}

/** Tracks the connected clients of a pool. */
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
      // Dead connections would keep the process from ending.
      for (const client of open) client.connection.stream.destroy();
      throw error;
    } finally {
      await after();
    }
  };
  try {
    await migrate(patient);
  } catch (error) {
    // The failed migration matters more than a failed close after it.
    await Promise.allSettled([close()]);
    throw error;
  }
  const vacuum = async (): Promise<void> => {
    if (kind === 'embedded') await sql`vacuum`.execute(patient);
  };
  return { db, kind, vacuum, close };
}
