/** How the tables came to be, step by step. A step that was released is never edited: a change is a new one. */
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
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
  // Ciphertext does not compress; without this every insert would try.
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

/** Every step, in the order of their names. */
export const migrations: Readonly<Record<string, Migration>> = { '0001-first': first };

/** Takes the steps that this database has not taken yet; all or none of them. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
