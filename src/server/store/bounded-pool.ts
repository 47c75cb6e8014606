/**
 * Connections to the database on which nothing waits without end: a query that is not answered in time fails, and its connection is not used
 * again before it is clean. On a server it is closed. The embedded database has one session, so there the late query is waited for, and what
 * it left open is rolled back.
 */
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { troubleOf, within } from './trouble.ts';

/** What is known about a pool. */
export interface Bounds {
  readonly kind: 'server' | 'embedded';
  /** Milliseconds within which a query has to be answered. */
  readonly queryMillis: number;
}

/** A pool as the query builder takes it, with bounds on every query. */
export function boundedPool(pool: pg.Pool, bounds: Bounds): PostgresPool {
  return {
    connect: async () => boundedClient(await orTrouble(pool.connect()), bounds),
    end: () => pool.end(),
  };
}

function boundedClient(client: pg.PoolClient, { kind, queryMillis }: Bounds): PostgresPoolClient {
  /** The query that was given up, and why. */
  let late: { readonly query: Promise<unknown>; readonly why: unknown } | undefined;
  const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    // Whatever is asked behind a query that was given up would wait as long.
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
