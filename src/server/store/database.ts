/**
 * The database under the store: PostgreSQL, either embedded (PGlite, in a folder or in memory) or a server. Both are reached through
 * node-postgres, so that every query and every migration is the same.
 *
 * Both sync their log to disk before a commit is answered, so it survives the death of the process and of the machine, as far as the disk
 * keeps what it said it had. In memory nothing survives.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { takeLock } from '../../disk/lock.ts';
import { reasonOf, UserError } from '../../util/errors.ts';
import { migrate } from './migrations.ts';
import { openSynced } from './synced-folder.ts';
import type { Tables } from './tables.ts';

/** Where a store is kept: a server's URL, a folder, or neither: in memory. */
export interface Place {
  readonly url?: string | undefined;
  readonly folder?: string | undefined;
}

/** An open database with its tables. */
export interface OpenDatabase {
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
export async function openDatabase({ url, folder }: Place): Promise<OpenDatabase> {
  return url === undefined ? await embedded(folder) : await server(url);
}

async function embedded(folder: string | undefined): Promise<OpenDatabase> {
  if (folder !== undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
  // Two processes that open the same embedded database would destroy it.
  const lock = folder === undefined ? undefined : await takeLock(join(folder, 'lock'), `the store in ${folder}`);
  const opened = folder === undefined ? PGlite.create() : openSynced(join(folder, 'pglite'));
  const lite = await opened.catch(async (error: unknown) => {
    await lock?.release();
    throw error;
  });
  // There is one connection, and it is never given up.
  const pool = new pg.Pool({ ...createPgConfig(lite), types, idleTimeoutMillis: 0 });
  return await ready(pool, 'embedded', async () => {
    await lite.close();
    await lock?.release();
  });
}

/** A UserError where DATABASE_URL is no address of a PostgreSQL database. It may hold a password, so it is not repeated. */
function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^postgres(ql)?:$/.test(url.protocol) && !url.hash) return;
  throw new UserError(
    'DATABASE_URL is not of the form postgres://user:password@host:port/database; write # / ? @ and : in a password as %23 %2F %3F %40 and %3A',
  );
}

async function server(url: string): Promise<OpenDatabase> {
  checkUrl(url);
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: 8,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
  });
  // A connection that breaks while it is idle is replaced at the next query.
  pool.on('error', () => undefined);
  await pool.query('select 1').catch(async (error: unknown) => {
    await pool.end();
    // The URL may hold a password, so it is not repeated.
    throw new UserError(`The PostgreSQL server of DATABASE_URL cannot be used: ${reasonOf(error)}`);
  });
  return await ready(pool, 'server', async () => undefined);
}

async function ready(pool: pg.Pool, kind: OpenDatabase['kind'], after: () => Promise<void>): Promise<OpenDatabase> {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const close = async (): Promise<void> => {
    await db.destroy();
    await after();
  };
  try {
    await migrate(db);
  } catch (error) {
    await close();
    throw error;
  }
  const vacuum = async (): Promise<void> => {
    if (kind === 'embedded') await sql`vacuum`.execute(db);
  };
  return { db, kind, vacuum, close };
}
