/** Everything that the services keep, over one database. */
import type { Kysely } from 'kysely';
import type { LogKeys } from '../../crypto/merkle-log.ts';
import { type StoreLimits, storeLimits } from '../limits.ts';
import { Accounts } from './accounts.ts';
import { openDatabase, type Place } from './database.ts';
import { ListLog } from './list-log.ts';
import { Nonces } from './nonces.ts';
import { Orders } from './orders.ts';
import { PacketBox } from './packet-box.ts';
import { Reports } from './reports.ts';
import type { Tables } from './tables.ts';
import { within } from './trouble.ts';

/** What may be set about a store. */
export interface StoreOptions extends Place {
  readonly logKeys: LogKeys;
  /** How much it keeps, of whom; what is left out is as `storeLimits` has it. */
  readonly limits?: Partial<StoreLimits> | undefined;
  /** Milliseconds within which every call has to be answered, its turn among others included; 15 seconds unless told. */
  readonly callMillis?: number;
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
  /** Writes something and waits until it is durable, at most once a second. Throws a StoreTrouble where the database cannot. */
  ping(): Promise<void>;
  /** Forgets what only served to refuse repeats, once it is too old to matter. `now` in seconds since 1970. */
  prune(now: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a store, and makes it where it is not there yet. */
export async function openStore({
  logKeys,
  limits: told,
  callMillis = 15_000,
  ...place
}: StoreOptions): Promise<Store> {
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
  const timed = <T extends object>(part: T): T => timely(part, callMillis);
  return {
    kind,
    accounts: timed(new Accounts(db, limits.accounts)),
    nonces: timed(nonces),
    messages: timed(messages),
    vouchers: timed(vouchers),
    lists: timed(new ListLog(db, logKeys)),
    orders: timed(new Orders(db)),
    reports: timed(new Reports(db, limits.reports)),
    ping: onceASecond(() => within(callMillis, touch(db))),
    async prune(now) {
      await nonces.prune(now);
      await messages.prune(now);
      await vouchers.prune(now);
      await vacuum();
    },
    close,
  };
}

/** An object whose methods have to answer in time: what they promise is a StoreTrouble after so many milliseconds. */
function timely<T extends object>(part: T, millis: number): T {
  return new Proxy(part, {
    get(of, name) {
      // Private members are of the object itself, not of what stands before it.
      const member: unknown = Reflect.get(of, name, of);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(member, of, given);
        return answer instanceof Promise ? within(millis, answer) : answer;
      };
    },
  });
}

/** Writes a row that stands for nobody. */
async function touch(db: Kysely<Tables>): Promise<void> {
  await db
    .insertInto('nonces')
    .values({ key: 'health', nonce: '', expires: 0 })
    .onConflict((conflict) => conflict.columns(['key', 'nonce']).doUpdateSet({ expires: 0 }))
    .execute();
}

/** Work that is done again only when its last answer is a second old; who asks meanwhile shares that answer. */
function onceASecond(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> | undefined;
  return () => {
    if (last) return last;
    const asked = work();
    last = asked;
    const forget = (): void => {
      setTimeout(() => {
        last = undefined;
      }, 1000).unref();
    };
    asked.then(forget, forget);
    return asked;
  };
}
