/** Everything that the services keep, over one database. */
import { sql } from 'kysely';
import type { LogKeys } from '../../crypto/merkle-log.ts';
import { type StoreLimits, storeLimits } from '../limits.ts';
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
  /** How much it keeps, of whom; what is left out is as `storeLimits` has it. */
  readonly limits?: Partial<StoreLimits> | undefined;
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

/** Opens a store, and makes it where it is not there yet. */
export async function openStore({ logKeys, limits: told, ...place }: StoreOptions): Promise<Store> {
  const limits = { ...storeLimits, ...told };
  const { db, kind, vacuum, close } = await openDatabase(place);
  const nonces = new Nonces(db);
  const messages = new PacketBox(db, 'messages', {
    ...limits,
    reader: { packets: limits.mailboxPackets, bytes: limits.mailboxBytes },
    share: { packets: limits.sharePackets, bytes: limits.shareBytes },
    account: { packets: limits.accountPackets, bytes: limits.accountBytes },
  });
  const vouchers = new PacketBox(db, 'vouchers', {
    ...limits,
    reader: { packets: limits.providerPackets, bytes: limits.providerBytes },
    share: { packets: limits.providerSharePackets, bytes: limits.providerShareBytes },
    account: { packets: limits.accountPackets, bytes: limits.accountBytes },
  });
  return {
    kind,
    accounts: new Accounts(db, limits.accounts),
    nonces,
    messages,
    vouchers,
    lists: new ListLog(db, logKeys),
    orders: new Orders(db),
    reports: new Reports(db, limits.reports),
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
