/**
 * Database connections with time limits. A query that exceeds its limit fails, and its connection is not reused before it is clean. On a
 * server, the connection is closed. The embedded database has one session, so the late query is awaited, and its open transaction is rolled
 * back.
 */
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { troubleOf, within } from './trouble.ts';

/** Settings of a bounded pool. */
export interface Bounds {
  readonly kind: 'server' | 'embedded';
  /** Maximum duration of a query in milliseconds. */
  readonly queryMillis: number;
}

/** A pool for the query builder, with a time limit on every query. */
export function boundedPool(pool: pg.Pool, bounds: Bounds): PostgresPool {
  return {
    connect: async () => boundedClient(await orTrouble(pool.connect()), bounds),
    end: () => pool.end(),
  };
}

function boundedClient(client: pg.PoolClient, { kind, queryMillis }: Bounds): PostgresPoolClient {
  /** The query that timed out, and why. */
  let late: { readonly query: Promise<unknown>; readonly why: unknown } | undefined;
  const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    // A query after a timed-out query would wait just as long.
    if (late) throw late.why;
    const asked = client.query(text, [...values]);
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    asked.then(settle, settle);
    try {
      return await orTrouble(within(queryMillis, asked));
    } catch (error) {
      if (!settled) late = { query: asked, why: error };
      throw error;
    }
  };
  const release = (): void => {
    if (!late) client.release();
    else if (kind === 'server') client.release(true);
    else
      void Promise.allSettled([late.query])
        .then(() => client.query('rollback'))
        .then(
          () => client.release(),
          (error: Error) => client.release(error),
        );
  };
  return { query: query as PostgresPoolClient['query'], release };
}

async function orTrouble<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw troubleOf(error) ?? error;
  }
}
