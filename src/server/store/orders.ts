/** Court orders in the database. */
import type { Kysely } from 'kysely';
import type { Orders, ServedOrder } from '../../store/store.ts';
import type { Tables } from './tables.ts';

export class StoredOrders implements Orders {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async serve({ order, account, from, to }: ServedOrder, now: number): Promise<'new' | 'known' | 'taken'> {
    const added = await this.#db
      .insertInto('orders')
      .values({ order_id: order, account, from_time: from, to_time: to, served: now })
      .onConflict((conflict) => conflict.doNothing())
      .returning('order_id')
      .executeTakeFirst();
    if (added) return 'new';
    const there = await this.get(order);
    return there?.account === account && there.from === from && there.to === to ? 'known' : 'taken';
  }

  async get(order: string): Promise<ServedOrder | undefined> {
    return await this.#db
      .selectFrom('orders')
      .select(['order_id as order', 'account', 'from_time as from', 'to_time as to'])
      .where('order_id', '=', order)
      .executeTakeFirst();
  }

  async cover(account: string, arrived: number): Promise<boolean> {
    const row = await this.#db
      .selectFrom('orders')
      .select('order_id')
      .where('account', '=', account)
      .where('from_time', '<=', arrived)
      .where('to_time', '>=', arrived)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }
}
