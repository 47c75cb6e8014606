/** Accounts: a name that stands for one device key, first come, first served. */
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Names kept in memory, so that not every request asks the database. */
const mostRemembered = 10_000;

/** What became of a registration. known: the same name for the same key again. taken: name or key belong to another pair. full: there is no room for another account. */
export type Registration = 'new' | 'known' | 'taken' | 'full';

export class Accounts {
  readonly #db: Kysely<Tables>;
  readonly #most: number;
  // Pairs never change, so what was read once holds.
  readonly #byKey = new Map<string, string>();
  readonly #names = new Set<string>();

  /** `most`: accounts at most. */
  constructor(db: Kysely<Tables>, most: number) {
    this.#db = db;
    this.#most = most;
  }

  async register(account: string, key: string, now: number): Promise<Registration> {
    const known = await this.ofKey(key);
    if (known !== undefined) return known === account ? 'known' : 'taken';
    if (await this.has(account)) return 'taken';
    const { n } = await this.#db
      .selectFrom('accounts')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    if (n >= this.#most) return 'full';
    const added = await this.#db
      .insertInto('accounts')
      .values({ account, key, registered: now })
      .onConflict((conflict) => conflict.doNothing())
      .returning('account')
      .executeTakeFirst();
    if (added) return 'new';
    // Somebody was faster.
    return (await this.ofKey(key)) === account ? 'known' : 'taken';
  }

  /** The account of a key (64 hex digits), if it has one. */
  async ofKey(key: string): Promise<string | undefined> {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const row = await this.#db.selectFrom('accounts').select('account').where('key', '=', key).executeTakeFirst();
    if (row) this.#remember(key, row.account);
    return row?.account;
  }

  async has(account: string): Promise<boolean> {
    if (this.#names.has(account)) return true;
    const row = await this.#db.selectFrom('accounts').select('key').where('account', '=', account).executeTakeFirst();
    if (row) this.#remember(row.key, account);
    return row !== undefined;
  }

  #remember(key: string, account: string): void {
    if (this.#byKey.size >= mostRemembered) {
      this.#byKey.clear();
      this.#names.clear();
    }
    this.#byKey.set(key, account);
    this.#names.add(account);
  }
}
