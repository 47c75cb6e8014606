/** Court orders that were served: each names one account and one period, and stays on record. */
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** One order; the period is seconds since 1970 at which messages arrived, both ends included. */
export interface ServedOrder {
  readonly order: string;
  readonly account: string;
  readonly from: number;
  readonly to: number;
}

export class Orders {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Records an order; taken: another one has its id, and an order that was served cannot be widened. */
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
}
