/** The embedded store syncs: a commit is on disk before it is answered, and is not answered where the disk fails. */
import { spawnSync } from 'node:child_process';
import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { signingKeys } from '../../../src/client/signature.ts';
import { openDatabase } from '../../../src/server/store/database.ts';
import { openStore } from '../../../src/server/store/store.ts';
import type { Store } from '../../../src/store/store.ts';
import { startable, workerExecArgv } from '../../../src/util/worker-loader.ts';
import { emptyStore, roomyFolder } from '../../helpers/empty-store.ts';

const root = mkdtempSync(join(roomyFolder(), 'presend-synced-'));
/** The address of a module under src/, as program text. */
const module = (path: string): string => JSON.stringify(startable(new URL(`../../../src/${path}`, import.meta.url)));
const logKeys = signingKeys(() => new Uint8Array(32));
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(root, { recursive: true, force: true }));

const post = (store: Store, message: string): Promise<string> =>
  store.messages.post({
    reader: 'bob',
    poster: 'alice',
    sender: 'alice',
    message,
    type: 'envelope',
    sentAt: 1,
    digest: message,
    packet: new TextEncoder().encode(message),
    retained: false,
    arrived: 1,
  });

/** Watches which files are synced: the log's segments by their inodes, and all. */
function watchSyncs(folder: string) {
  const inodes: number[] = [];
  const real = fs.fsyncSync;
  vi.spyOn(fs, 'fsyncSync').mockImplementation((file) => {
    inodes.push(fs.fstatSync(file).ino);
    real(file);
  });
  const log = join(folder, 'pglite', 'pg_wal');
  const segments = (): Set<number> => new Set(readdirSync(log).map((name) => statSync(join(log, name)).ino));
  return { inodes, ofLog: () => inodes.filter((each) => segments().has(each)).length };
}

test('every commit syncs the log before it is answered', async () => {
  const folder = join(root, 'commits');
  await emptyStore(folder);
  const store = await openStore({ folder, logKeys });
  const syncs = watchSyncs(folder);
  for (let i = 1; i <= 3; i++) {
    expect(await post(store, `m${i}`)).toBe('stored');
    expect(syncs.ofLog()).toBeGreaterThanOrEqual(i);
  }
  const before = syncs.inodes.length;
  await store.messages.page('bob', { most: 9, mostBytes: 2 ** 20 });
  expect(syncs.inodes).toHaveLength(before);
  // A clean end writes the tables, and syncs them too.
  await store.close();
  expect(syncs.inodes.length - syncs.ofLog()).toBeGreaterThan(5);
});

test('the settings are the safe ones', async () => {
  const folder = join(root, 'settings');
  await emptyStore(folder);
  const { db, close } = await openDatabase({ folder });
  const { rows } = await sql<{ name: string; setting: string }>`select name, setting from pg_settings
    where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'wal_sync_method')`.execute(db);
  await close();
  expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    wal_sync_method: 'fsync',
  });
});

test('a commit is not answered when the disk fails: the process ends, and what was answered before is there', async () => {
  const folder = join(root, 'fails');
  await emptyStore(folder);
  const program = `
    import fs from 'node:fs';
    import { openDatabase } from ${module('server/store/database.ts')};
    import { sql } from ${JSON.stringify(import.meta.resolve('kysely'))};
    const { db } = await openDatabase({ folder: ${JSON.stringify(folder)} });
    await sql\`create table good (number integer)\`.execute(db);
    fs.fsyncSync = () => { throw new Error('EIO: i/o error, fsync'); };
    await sql\`create table bad (number integer)\`.execute(db);
    console.log('answered');`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...workerExecArgv(), '--input-type=module', '-e', program],
    {
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr:
      'The store cannot be written to disk: EIO: i/o error, fsync; free some space or check the disk, and start again\n',
  });
  const { db, close } = await openDatabase({ folder });
  const { rows } = await sql<{ name: string }>`select to_regclass('good') as name`.execute(db);
  await close();
  expect(rows).toEqual([{ name: 'good' }]);
});

test('audit H5: a disk that fills up ends the process with one sentence, in a write of half as in an opening', async () => {
  for (const [name, failure] of [
    [
      'half',
      "fs.writeSync = (file, bytes, offset, length, position) => { if (length < 2) full('write'); return write(file, bytes, offset, length >> 1, position); };",
    ],
    ['open', "fs.openSync = () => full('open');"],
  ] as const) {
    const folder = join(root, `full ${name}`);
    await emptyStore(folder);
    const program = `
      import fs from 'node:fs';
      import { openDatabase } from ${module('server/store/database.ts')};
      import { sql } from ${JSON.stringify(import.meta.resolve('kysely'))};
      const { db } = await openDatabase({ folder: ${JSON.stringify(folder)} });
      await sql\`create table good (number integer)\`.execute(db);
      const write = fs.writeSync;
      const full = (operation) => { throw Object.assign(new Error('no space left on device, ' + operation), { code: 'ENOSPC' }); };
      const say = fs.writeSync;
      ${failure}
      const broken = fs.writeSync;
      fs.writeSync = (file, ...rest) => file === 2 ? say(file, ...rest) : broken(file, ...rest);
      await sql\`create table bad as select * from generate_series(1, 100000)\`.execute(db);
      console.log('answered');`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...workerExecArgv(), '--input-type=module', '-e', program],
      { encoding: 'utf8', timeout: 60_000 },
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'The store cannot be written to disk: ENOSPC: no space left on device; free some space or check the disk, and start again\n',
    });
    const { db, close } = await openDatabase({ folder });
    const { rows } = await sql<{ name: string }>`select to_regclass('good') as name, to_regclass('bad') as bad`.execute(
      db,
    );
    await close();
    expect(rows).toEqual([{ name: 'good', bad: null }]);
  }
}, 120_000);

test('audit H5: a database whose making was cut off is made anew', async () => {
  const folder = join(root, 'cut off');
  mkdirSync(join(folder, 'pglite', 'base'), { recursive: true });
  writeFileSync(join(folder, 'pglite', 'PG_VERSION'), '17');
  writeFileSync(join(folder, 'pglite.unfinished'), '');
  const { close } = await openDatabase({ folder });
  await close();
  expect(existsSync(join(folder, 'pglite.unfinished'))).toBe(false);
});

test.each(['', '4', '4242\n'])(
  'audit H5: a store whose process ended while it wrote %j as its lock file opens again',
  async (left) => {
    const folder = join(root, `lock file ${left.length}`);
    await emptyStore(folder);
    const first = await openDatabase({ folder });
    await sql`create table kept (number integer)`.execute(first.db);
    await first.close();
    writeFileSync(join(folder, 'pglite', 'postmaster.pid'), left);
    const again = await openDatabase({ folder });
    const { rows } = await sql<{ name: string }>`select to_regclass('kept') as name`.execute(again.db);
    await again.close();
    expect(rows).toEqual([{ name: 'kept' }]);
  },
  60_000,
);

test('audit H5: files that are no database are one sentence, and stay', async () => {
  const folder = join(root, 'damaged');
  mkdirSync(join(folder, 'pglite'), { recursive: true });
  writeFileSync(join(folder, 'pglite', 'PG_VERSION'), '17');
  await expect(openDatabase({ folder })).rejects.toThrow(
    /^The store in .*damaged cannot be opened \(.*\): its disk is full/,
  );
  expect(existsSync(join(folder, 'pglite', 'PG_VERSION'))).toBe(true);
});
