/**
 * The embedded database's folder, synced to disk when PostgreSQL asks for it. PGlite starts PostgreSQL with fsync off (-F), and would not
 * sync if it were on: Emscripten's file system for Node lacks the operation, and its fdatasync does nothing. So the operation is added
 * here, -F is left out, and the log is synced by fsync, which PostgreSQL then does before it answers a commit.
 */
import fs from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { reasonOf } from '../../util/errors.ts';

/** Operations that Emscripten's file system for Node has on an open file or folder; 0 is C's word for success. */
interface NodeOperations {
  readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number };
}

class SyncedFolder extends NodeFS {
  override async init(...parameters: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...parameters);
    const addSync = (module: { readonly NODEFS: unknown }): void => {
      const operations = module.NODEFS as NodeOperations;
      operations.stream_ops.fsync = ({ nfd }) => {
        sync(nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } };
  }
}

/**
 * Opens the database in a folder, or makes it there. What it commits afterwards is on disk, as far as the disk tells the truth. Where a
 * sync fails, nobody knows what reached the disk: the process ends at once, and the next one begins with what was committed.
 */
export async function openSynced(folder: string): Promise<PGlite> {
  const isNew = !fs.existsSync(join(folder, 'PG_VERSION'));
  const lite = await PGlite.create({
    fs: new SyncedFolder(folder),
    startParams: [...PGlite.defaultStartParams.filter((each) => each !== '-F'), '-c', 'wal_sync_method=fsync'],
  });
  // A new database is copied there as it was made in memory, by nobody who syncs.
  if (isNew) await syncAll(folder);
  return lite;
}

function sync(file: number): void {
  try {
    fs.fsyncSync(file);
  } catch (error) {
    // PostgreSQL would end itself (PANIC), which under WebAssembly turns in circles and never answers.
    fs.writeSync(2, `The store cannot be written to disk: ${reasonOf(error)}\n`);
    process.exit(1);
  }
}

/** Syncs a folder and everything in it. */
async function syncAll(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const name of ['.', ...names]) {
    const file = await open(join(folder, name), 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
