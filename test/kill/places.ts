/** Stores for kill campaigns: a folder, or a database of a PostgreSQL server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyStore } from '../helpers/empty-store.ts';
import { startPostgres } from '../helpers/postgres.ts';
import type { RelayOrder } from './relay-child.ts';

/** New stores of one kind, and their end. */
export interface Places {
  next(): Promise<RelayOrder['place']>;
  close(): Promise<void>;
}

/** Folders with an embedded database, within another. */
export async function embeddedPlaces(within = tmpdir()): Promise<Places> {
  const root = await mkdtemp(join(within, 'presend-kill-'));
  let count = 0;
  return {
    async next() {
      const folder = join(root, String(count++));
      await emptyStore(folder);
      return { folder };
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
}

/** Databases on a server. */
export async function serverPlaces(): Promise<Places> {
  const server = await startPostgres();
  return { next: async () => ({ url: await server.database() }), close: () => server.stop() };
}
