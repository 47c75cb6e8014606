/** Random bytes in the database that are drawn once and then never change. */
import type { Kysely } from 'kysely';
import type { KeptBytes } from '../../store/store.ts';
import type { Tables } from './tables.ts';

export class StoredBytes implements KeptBytes {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async once(name: string, make: () => Uint8Array): Promise<Uint8Array> {
    const there = await this.#get(name);
    if (there) return there;
    await this.#db
      .insertInto('kept_bytes')
      .values({ name, bytes: Buffer.from(make()) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    // Another process may have stored it first; all processes use the stored value.
    return (await this.#get(name))!;
  }

  async #get(name: string): Promise<Uint8Array | undefined> {
    const row = await this.#db.selectFrom('kept_bytes').select('bytes').where('name', '=', name).executeTakeFirst();
    return row && new Uint8Array(row.bytes);
  }
}
