/** The store of services that outlives them: everything that they keep, over one PostgreSQL database. */
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

/** What may be set about a store. */
export interface StoreOptions extends Place {
  readonly logKeys: LogKeys;
  /** How much it keeps, of whom; what is left out is as `storeLimits` has it. */
  readonly limits?: Partial<StoreLimits> | undefined;
  /** Milliseconds within which every call has to be answered, its turn among others included; 15 seconds unless told. */
  readonly callMillis?: number;
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
