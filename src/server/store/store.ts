/** Everything that the services keep, over one database. */
import { sql } from 'kysely';
import type { LogKeys } from '../../crypto/merkle-log.ts';
import { Accounts } from './accounts.ts';
import { openDatabase, type Place } from './database.ts';
import { ListLog } from './list-log.ts';
import { Nonces } from './nonces.ts';
import { Orders } from './orders.ts';
import { PacketBox } from './packet-box.ts';
import { Reports } from './reports.ts';

/** What may be set about a store. */
export interface StoreOptions extends Place {
  readonly logKeys: LogKeys;
  /** Bytes that may wait in one mailbox, by default 256 MiB; the provider's box holds 64 times as much. */
  readonly mailboxBytes?: number;
  /** Reports that are kept at most. */
  readonly mostReports?: number;
}

/** An open store. */
export interface Store {
  readonly kind: 'server' | 'embedded';
  readonly accounts: Accounts;
  readonly nonces: Nonces;
  readonly messages: PacketBox;
  readonly vouchers: PacketBox;
  readonly lists: ListLog;
  readonly orders: Orders;
  readonly reports: Reports;
  /** Throws where the database does not answer. */
  ping(): Promise<void>;
  /** Forgets what only served to refuse repeats, once it is too old to matter. `now` in seconds since 1970. */
  prune(now: number): Promise<void>;
  close(): Promise<void>;
}

/** Seconds for which a delivered message's name is remembered: a week, longer than any device retries. */
export const rememberSeconds = 7 * 86_400;

/** Opens a store, and makes it where it is not there yet. */
export async function openStore({
  logKeys,
  mailboxBytes = 256 * 2 ** 20,
  mostReports = 100_000,
  ...place
}: StoreOptions): Promise<Store> {
  const { db, kind, vacuum, close } = await openDatabase(place);
  const nonces = new Nonces(db);
  const messages = new PacketBox(db, 'messages', { readerBytes: mailboxBytes, rememberSeconds });
  const vouchers = new PacketBox(db, 'vouchers', { readerBytes: 64 * mailboxBytes, rememberSeconds });
  return {
    kind,
    accounts: new Accounts(db),
    nonces,
    messages,
    vouchers,
    lists: new ListLog(db, logKeys),
    orders: new Orders(db),
    reports: new Reports(db, mostReports),
    ping: async () => void (await sql`select 1`.execute(db)),
    async prune(now) {
      await nonces.prune(now);
      await messages.prune(now);
      await vouchers.prune(now);
      await vacuum();
    },
    close,
  };
}
