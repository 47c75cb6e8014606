/** Nonces in the database: each request is accepted once, also across restarts. */
import type { Kysely } from 'kysely';
import type { Nonces, UsedNonce } from '../../store/store.ts';
import { groupCommit } from './group-commit.ts';
import type { Tables } from './tables.ts';

export class StoredNonces implements Nonces {
  readonly #db: Kysely<Tables>;
  /** Stores a nonce durably; false if that key has used it before. */
  readonly use: (row: UsedNonce) => Promise<boolean>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
    this.use = groupCommit((rows) => this.#insert(rows), { most: 256 });
  }

  async #insert(rows: readonly UsedNonce[]): Promise<boolean[]> {
    const added = await this.#db
      .insertInto('nonces')
      .values([...rows])
      .onConflict((conflict) => conflict.doNothing())
      .returning(['key', 'nonce'])
      .execute();
    const fresh = new Set(added.map(nameOf));
    // Of two equal nonces in one group, only the first is fresh.
    return rows.map((row) => fresh.delete(nameOf(row)));
  }

  /** Deletes nonces of requests that are too old to be accepted anyway. */
  async prune(now: number): Promise<void> {
    await this.#db.deleteFrom('nonces').where('expires', '<', now).execute();
  }
}

const nameOf = ({ key, nonce }: Pick<UsedNonce, 'key' | 'nonce'>): string => `${key} ${nonce}`;
