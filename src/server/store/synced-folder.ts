/**
 * The embedded database's folder, synced to disk when PostgreSQL requests it. PGlite starts PostgreSQL with fsync off (-F), and would not
 * sync if it were on: Emscripten's file system for Node lacks the operation, and its fdatasync does nothing. This file adds the operation
 * and omits -F, so PostgreSQL syncs the log with fsync before it confirms a commit.
 */
import fs from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { syncFolder, writeWhole } from '../../disk/write.ts';
import { exitCodes, reasonOf } from '../../util/errors.ts';

/** An open file of Emscripten's file system for Node. */
interface Stream {
  readonly nfd: number;
}

type Operation = (...parameters: never[]) => unknown;
type Write = (stream: Stream, bytes: ArrayBufferView, offset: number, length: number, position: number) => number;

/** Emscripten's file system for Node; 0 is C's word for success. */
interface NodeOperations {
  readonly node_ops: Record<string, Operation>;
  readonly stream_ops: Record<string, Operation> & { fsync?: (stream: Stream) => number; write: Write };
}

/** Operations that change what is on disk. */
const changing = {
  node_ops: ['setattr', 'mknod', 'rename', 'symlink'],
  stream_ops: ['setattr', 'open', 'write'],
} as const;

class SyncedFolder extends NodeFS {
  override async init(...parameters: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...parameters);
    const change = (module: { readonly NODEFS: unknown }): void => {
      const operations = module.NODEFS as NodeOperations;
      const { stream_ops: streams } = operations;
      const { write } = streams;
      // A nearly full disk accepts only a part of the data; the next write returns the error.
      streams.write = (stream, bytes, offset, length, position) => {
        let written = 0;
        do written += write(stream, bytes, offset + written, length - written, position + written);
        while (written < length);
        return written;
      };
      for (const [part, names] of Object.entries(changing))
        for (const name of names) endsWhereDiskFails(operations[part as keyof typeof changing], name);
      streams.fsync = ({ nfd }) => {
        sync(nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), change] } };
  }
}

/** Disk errors by Emscripten's error numbers: disk full, quota exceeded, I/O error, read-only. */
const troubles: Readonly<Record<number, string>> = {
  51: 'ENOSPC: no space left on device',
  19: 'EDQUOT: disk quota exceeded',
  29: 'EIO: input/output error',
  69: 'EROFS: read-only file system',
};

function endsWhereDiskFails(operations: Record<string, Operation>, name: string): void {
  const operation = operations[name]!;
  operations[name] = (...parameters) => {
    try {
      return operation(...parameters);
    } catch (error) {
      const trouble = troubles[(error as { errno?: number }).errno ?? 0];
      if (trouble !== undefined) end(trouble);
      throw error;
    }
  };
}

/**
 * Opens the database in a folder, or creates it there. Later commits are on disk, if the disk is honest. If a write or sync fails, nobody
 * knows what reached the disk, and PostgreSQL would abort or hang. So the process ends immediately with one sentence, and the next start
 * continues with the committed data.
 */
export async function openSynced(folder: string): Promise<PGlite> {
  // A database whose creation was interrupted has no data, so it is created again.
  const unfinished = `${folder}.unfinished`;
  if (fs.existsSync(unfinished)) await rm(folder, { recursive: true, force: true });
  const isNew = !fs.existsSync(join(folder, 'PG_VERSION'));
  if (isNew) await writeWhole(unfinished, 'The database beside this file is being made.\n');
  // PostgreSQL's own lock file. If its writing was interrupted, every later start would fail. The caller's lock excludes others.
  await rm(join(folder, 'postmaster.pid'), { force: true });
  const lite = await PGlite.create({
    fs: new SyncedFolder(folder),
    startParams: [...PGlite.defaultStartParams.filter((each) => each !== '-F'), '-c', 'wal_sync_method=fsync'],
  });
  if (isNew) {
    // It was created in memory and copied there without a sync.
    await syncAll(folder);
    await rm(unfinished);
    await syncFolder(dirname(folder));
  }
  return lite;
}

function sync(file: number): void {
  try {
    fs.fsyncSync(file);
  } catch (error) {
    end(reasonOf(error));
  }
}

/** Ends the process. PostgreSQL would end itself (PANIC), but under WebAssembly it loops forever. */
function end(reason: string): never {
  fs.writeSync(
    2,
    `The store cannot be written to disk: ${reason}; free some space or check the disk, and start again\n`,
  );
  process.exit(exitCodes.input);
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
