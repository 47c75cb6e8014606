/** Migrations of the tables. A released step is never edited; a change is a new step. */
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import type { Tip } from '../../schema/tip.ts';
import { nameOfReport } from '../../store/store.ts';
import { fromUtf8 } from '../../util/bytes.ts';
import type { Tables } from './tables.ts';

const packets = async (db: Kysely<unknown>, table: string): Promise<void> => {
  await db.schema
    .createTable(table)
    .addColumn('number', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('reader', 'text', (column) => column.notNull())
    .addColumn('sender', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('sent_at', 'bigint', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('bytes', 'integer', (column) => column.notNull())
    .addColumn('packet', 'bytea')
    .addColumn('waiting', 'boolean', (column) => column.notNull().defaultTo(true))
    .addColumn('retained', 'boolean', (column) => column.notNull())
    .addColumn('arrived', 'bigint', (column) => column.notNull())
    .addUniqueConstraint(`${table}_once`, ['sender', 'message', 'type'])
    .execute();
  // Ciphertext does not compress; without this setting every insert would try.
  await sql`alter table ${sql.table(table)} alter column packet set storage external`.execute(db);
  await sql`create index ${sql.raw(`${table}_waiting`)} on ${sql.table(table)} (reader, number) include (bytes) where waiting`.execute(
    db,
  );
};

const first: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('accounts')
      .addColumn('account', 'text', (column) => column.primaryKey())
      .addColumn('key', 'text', (column) => column.notNull().unique())
      .addColumn('registered', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('nonces')
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('nonce', 'text', (column) => column.notNull())
      .addColumn('expires', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('nonces_once', ['key', 'nonce'])
      .execute();
    await db.schema.createIndex('nonces_expires').on('nonces').column('expires').execute();
    await packets(db, 'messages');
    await packets(db, 'vouchers');
    await sql`create index messages_ordered on messages (sender, sent_at) where retained`.execute(db);
    await db.schema
      .createTable('lists')
      .addColumn('place', 'integer', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addColumn('root', 'text', (column) => column.notNull())
      .addColumn('packet', 'bytea', (column) => column.notNull())
      .addColumn('published', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('lists_once', ['name', 'version'])
      .execute();
    await db.schema
      .createTable('orders')
      .addColumn('order_id', 'text', (column) => column.primaryKey())
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('from_time', 'bigint', (column) => column.notNull())
      .addColumn('to_time', 'bigint', (column) => column.notNull())
      .addColumn('served', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('reports')
      .addColumn('number', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
      .addColumn('report_id', 'text', (column) => column.notNull().unique())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('tip', 'text', (column) => column.notNull())
      .addColumn('received', 'bigint', (column) => column.notNull())
      .execute();
  },
};

/** Tables before this step. */
interface Before {
  vouchers: { number: number; poster: string; type: string; packet: Uint8Array | null };
  reports: { number: number; name: string; tip: string };
}

/** The recipient in a packet's header. */
function recipientOf(packet: Uint8Array): string {
  const length = new DataView(packet.buffer, packet.byteOffset, packet.length).getUint32(0);
  return (JSON.parse(fromUtf8(packet.subarray(4, 4 + length))) as { recipient: string }).recipient;
}

/** Names that no other account can use; counts by account; the arrival time, which orders refer to. */
const perAccount: Migration = {
  async up(db: Kysely<Before>) {
    for (const name of ['messages', 'vouchers']) {
      const table = sql.table(name);
      await sql`alter table ${table} add column poster text`.execute(db);
      await sql`update ${table} set poster = sender, bytes = case when packet is null then 0 else bytes end`.execute(
        db,
      );
    }
    // A recipient posts a report. Delivered reports no longer record their poster; they get the empty name, which belongs to nobody.
    await sql`update vouchers set poster = '' where type = 'user-report'`.execute(db);
    const reports = await db
      .selectFrom('vouchers')
      .select('number')
      .where('type', '=', 'user-report')
      .where('packet', 'is not', null)
      .execute();
    for (const { number } of reports) {
      const { packet } = await db
        .selectFrom('vouchers')
        .select('packet')
        .where('number', '=', number)
        .executeTakeFirstOrThrow();
      await db
        .updateTable('vouchers')
        .set({ poster: recipientOf(packet!) })
        .where('number', '=', number)
        .execute();
    }
    for (const name of ['messages', 'vouchers']) {
      const [table, once] = [sql.table(name), sql.raw(`${name}_once`)];
      await sql`alter table ${table} alter column poster set not null`.execute(db);
      await sql`alter table ${table} drop constraint ${once}`.execute(db);
      await sql`alter table ${table} add constraint ${once} unique (poster, sender, message, type)`.execute(db);
      await sql`create index ${sql.raw(`${name}_stored`)} on ${table} (poster) include (bytes)`.execute(db);
      await sql`drop index ${sql.raw(`${name}_waiting`)}`.execute(db);
      await sql`create index ${sql.raw(`${name}_waiting`)} on ${table} (reader, number) include (poster, bytes) where waiting`.execute(
        db,
      );
    }
    await sql`drop index messages_ordered`.execute(db);
    await sql`create index messages_ordered on messages (sender, arrived) where retained`.execute(db);

    await sql`alter table reports add column name text`.execute(db);
    const tips = await db.selectFrom('reports').select(['number', 'tip']).execute();
    for (const { number, tip } of tips)
      await db
        .updateTable('reports')
        .set({ name: nameOfReport(JSON.parse(tip) as Tip) })
        .where('number', '=', number)
        .execute();
    await sql`alter table reports alter column name set not null`.execute(db);
    await sql`alter table reports drop constraint reports_report_id_key`.execute(db);
    await sql`alter table reports add constraint reports_once unique (name)`.execute(db);
  },
};

/** Durable state of a strategy's roles: devices' encryption keys, orders by account, bytes that are drawn once. */
const roles: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table accounts add column sealing text`.execute(db);
    await db.schema.createIndex('orders_account').on('orders').column('account').execute();
    await db.schema
      .createTable('kept_bytes')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('bytes', 'bytea', (column) => column.notNull())
      .execute();
  },
};

/** Every step, in the order of their names. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-per-account': perAccount,
  '0003-roles': roles,
};

/** Applies the missing steps to this database, all or none of them. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
