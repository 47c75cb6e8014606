/**
 * Folders with an empty store. Making a database takes seconds and copying one a tenth of a second, so one is made and kept for as long
 * as the package and the store's sources stay the same.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signingKeys } from '../../src/client/signature.ts';
import { openStore, type StoreOptions } from '../../src/server/store/store.ts';
import type { Store } from '../../src/store/store.ts';

const root = join(import.meta.dirname, '..', '..');
const cache = join(root, 'node_modules', '.cache', 'presend');

/** A folder in memory where there is room for some stores, otherwise in the usual place: a killed store syncs 2,000 times when it opens. */
export function roomyFolder(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 2 ** 30 ? memory : tmpdir();
}

/** What the kept store was made by. */
function digest(): string {
  const sources = join(root, 'src', 'server', 'store');
  const package_ = join(root, 'node_modules', '@electric-sql', 'pglite', 'package.json');
  const files = [package_, ...readdirSync(sources).map((name) => join(sources, name))];
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/** Makes the kept store where it is missing; its folder. */
async function kept(): Promise<string> {
  const folder = join(cache, `store-${digest()}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  // Made beside its place and renamed: another process may be at it too.
  const part = await mkdtemp(join(cache, 'store-part-'));
  await (await openStore({ folder: join(part, 'store'), logKeys: signingKeys(() => new Uint8Array(32)) })).close();
  await rename(join(part, 'store'), folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error;
  });
  await rm(part, { recursive: true, force: true });
  return folder;
}

/** Puts an empty store into a folder that is not there yet. */
export async function emptyStore(folder: string): Promise<void> {
  await cp(await kept(), folder, { recursive: true });
}

/** Opens an empty store; its folder goes when it is closed. */
export async function openEmptyStore(options: Omit<StoreOptions, 'folder' | 'url'>): Promise<Store> {
  const parent = await mkdtemp(join(roomyFolder(), 'presend-store-'));
  const folder = join(parent, 'store');
  await emptyStore(folder);
  const store = await openStore({ ...options, folder });
  return {
    ...store,
    async close() {
      await store.close();
      await rm(parent, { recursive: true, force: true });
    },
  };
}
