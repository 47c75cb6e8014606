/** Stores for kill campaigns: a folder, copied from one that was made ready once, or a database of a PostgreSQL server. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signingKeys } from '../../src/server/signature.ts';
import { openStore } from '../../src/server/store/store.ts';
import { startPostgres } from '../helpers/postgres.ts';
import type { RelayOrder } from './relay-child.ts';

/** New stores of one kind, and their end. */
export interface Places {
  next(): Promise<RelayOrder['place']>;
  close(): Promise<void>;
}

/** Folders with an embedded database. */
export async function embeddedPlaces(): Promise<Places> {
  const root = await mkdtemp(join(tmpdir(), 'presend-kill-'));
  const first = join(root, 'first');
  await (await openStore({ folder: first, logKeys: signingKeys(() => new Uint8Array(32)) })).close();
  let count = 0;
  return {
    async next() {
      const folder = join(root, String(count++));
      await cp(first, folder, { recursive: true });
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
