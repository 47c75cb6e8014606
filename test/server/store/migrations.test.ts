/** What a store of an earlier version holds is there after every step, under the names that it has now. */
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { Kysely, Migrator, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { migrate, migrations } from '../../../src/server/store/migrations.ts';
import { StoredBox } from '../../../src/server/store/packet-box.ts';
import { StoredReports } from '../../../src/server/store/reports.ts';
import type { Tables } from '../../../src/server/store/tables.ts';
import { storeLimits } from '../../../src/store/limits.ts';
import { canonicalJson, sha256Hex } from '../../../src/util/digest.ts';
import { packetOf } from '../service-world.ts';
import { tip } from '../tip.ts';

const amount = { packets: 100, bytes: 1e6 };
const limits = { ...storeLimits, reader: amount, share: amount, account: amount };

test('0002: packets are their poster’s, delivered ones take no room, reports keep their numbers', async () => {
  const lite = await PGlite.create();
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({ ...createPgConfig(lite), types, idleTimeoutMillis: 0 });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const first = { '0001-first': migrations['0001-first']! };
  expect((await new Migrator({ db, provider: { getMigrations: async () => first } }).migrateToLatest()).error).toBe(
    undefined,
  );
  const facts = { strategy: 't', sender: 'alice', recipient: 'bob', sequence: 0, sentAt: 1 };
  const report = packetOf({ type: 'user-report', message: 'm', ...facts }, { plaintext: new Uint8Array(5) });
  const row = (table: string, message: string, type: string, packet: Uint8Array | null, retained = false) =>
    sql`insert into ${sql.table(table)} (reader, sender, message, type, sent_at, digest, bytes, packet, waiting, retained, arrived)
      values ('reader', 'alice', ${message}, ${type}, 1, ${sha256Hex(packet ?? report)}, ${report.length}, ${packet && Buffer.from(packet)}, ${packet !== null}, ${retained}, 1)`.execute(
      db,
    );
  await row('vouchers', 'm', 'user-report', report);
  await row('vouchers', 'gone', 'user-report', null);
  await row('vouchers', 'v', 'voucher', report);
  await row('messages', 'm', 'envelope', report, true);
  await row('messages', 'gone', 'envelope', null);
  const text = canonicalJson(tip('one'));
  await sql`insert into reports (report_id, digest, tip, received) values ('one', ${sha256Hex(text)}, ${text}, 1)`.execute(
    db,
  );

  await migrate(db);
  const posters = (table: 'messages' | 'vouchers') =>
    db.selectFrom(table).select(['message', 'type', 'poster', 'bytes']).orderBy('number').execute();
  expect(await posters('vouchers')).toEqual([
    { message: 'm', type: 'user-report', poster: 'bob', bytes: report.length },
    { message: 'gone', type: 'user-report', poster: '', bytes: 0 },
    { message: 'v', type: 'voucher', poster: 'alice', bytes: report.length },
  ]);
  expect(await posters('messages')).toEqual([
    { message: 'm', type: 'envelope', poster: 'alice', bytes: report.length },
    { message: 'gone', type: 'envelope', poster: 'alice', bytes: 0 },
  ]);
  const again = { reader: 'reader', sender: 'alice', message: 'm', type: 'user-report', sentAt: 1, retained: false };
  const box = new StoredBox(db, 'vouchers', limits);
  const post = (poster: string) =>
    box.post({ ...again, poster, digest: sha256Hex(report), packet: report, arrived: 2 });
  expect([await post('bob'), await post('alice')]).toEqual(['known', 'stored']);
  const reports = new StoredReports(db, 5);
  expect(await reports.add({ tip: tip('one'), received: 2 })).toMatchObject({ state: 'known' });
  await db.destroy();
  await lite.close();
});
