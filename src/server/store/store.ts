/** The durable store of the services, over one PostgreSQL database. */
import type { Kysely } from 'kysely';
import type { LogKeys } from '../../crypto/merkle-log.ts';
import { mailboxLimits, providerLimits, type StoreLimits, storeLimits } from '../../store/limits.ts';
import type { Store } from '../../store/store.ts';
import { StoredAccounts } from './accounts.ts';
import { openDatabase, type Place } from './database.ts';
import { StoredBytes } from './kept.ts';
import { StoredLists } from './list-log.ts';
import { StoredNonces } from './nonces.ts';
import { StoredOrders } from './orders.ts';
import { StoredBox } from './packet-box.ts';
import { StoredReports } from './reports.ts';
import type { Tables } from './tables.ts';
import { within } from './trouble.ts';

/** Options of a store. */
export interface StoreOptions extends Place {
  readonly logKeys: LogKeys;
  /** Its limits; omitted ones are as in `storeLimits`. */
  readonly limits?: Partial<StoreLimits> | undefined;
  /** Milliseconds within which every call must be answered, including its waiting time; default 15 seconds. */
  readonly callMillis?: number;
}

/** Opens a store, and creates it if it does not exist. */
export async function openStore({
  logKeys,
  limits: told,
  callMillis = 15_000,
  ...place
}: StoreOptions): Promise<Store> {
  const limits = { ...storeLimits, ...told };
  const { db, kind, vacuum, close } = await openDatabase(place);
  const nonces = new StoredNonces(db);
  const messages = new StoredBox(db, 'messages', mailboxLimits(limits));
  const vouchers = new StoredBox(db, 'vouchers', providerLimits(limits));
  const timed = <T extends object>(part: T): T => timely(part, callMillis);
  return {
    kind,
    accounts: timed(new StoredAccounts(db, limits.accounts)),
    nonces: timed(nonces),
    messages: timed(messages),
    vouchers: timed(vouchers),
    lists: timed(new StoredLists(db, logKeys)),
    orders: timed(new StoredOrders(db)),
    kept: timed(new StoredBytes(db)),
    reports: timed(new StoredReports(db, limits.reports)),
    ping: onceASecond(() => within(callMillis, touch(db))),
    async prune(now, arrivals = now) {
      await nonces.prune(now);
      await messages.prune(arrivals);
      await vouchers.prune(arrivals);
      await vacuum();
    },
    close,
  };
}

/** Wraps an object so that its methods have a time limit: their promises reject with a StoreTrouble after `millis` milliseconds. */
function timely<T extends object>(part: T, millis: number): T {
  return new Proxy(part, {
    get(of, name) {
      // Private members belong to the object itself, not to the proxy.
      const member: unknown = Reflect.get(of, name, of);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(member, of, given);
        return answer instanceof Promise ? within(millis, answer) : answer;
      };
    },
  });
}

/** Writes a row that has no meaning. */
async function touch(db: Kysely<Tables>): Promise<void> {
  await db
    .insertInto('nonces')
    .values({ key: 'health', nonce: '', expires: 0 })
    .onConflict((conflict) => conflict.columns(['key', 'nonce']).doUpdateSet({ expires: 0 }))
    .execute();
}

/** Repeats work only if its last result is a second old; simultaneous callers share the result. */
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
