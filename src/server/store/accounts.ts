/** Accounts in the database. */
import type { Kysely } from 'kysely';
import type { Accounts, Registration } from '../../store/store.ts';
import type { Tables } from './tables.ts';

/** Number of accounts cached in memory, so that not every request queries the database. */
const mostRemembered = 10_000;

export class StoredAccounts implements Accounts {
  readonly #db: Kysely<Tables>;
  readonly #most: number;
  // Pairs never change, so cached ones stay valid.
  readonly #byKey = new Map<string, string>();
  readonly #names = new Set<string>();

  /** `most`: maximum number of accounts. */
  constructor(db: Kysely<Tables>, most: number) {
    this.#db = db;
    this.#most = most;
  }

  async register(account: string, key: string, now: number, sealing?: string): Promise<Registration> {
    const known = await this.ofKey(key);
    if (known !== undefined) return known === account ? await this.#again(account, sealing) : 'taken';
    if (await this.has(account)) return 'taken';
    const { n } = await this.#db
      .selectFrom('accounts')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    if (n >= this.#most) return 'full';
    const added = await this.#db
      .insertInto('accounts')
      .values({ account, key, registered: now, sealing: sealing ?? null })
      .onConflict((conflict) => conflict.doNothing())
      .returning('account')
      .executeTakeFirst();
    if (added) return 'new';
    // Another request registered it first.
    return (await this.ofKey(key)) === account ? await this.#again(account, sealing) : 'taken';
  }

  /** A device registers again, and may only now send the key that messages are encrypted to. */
  async #again(account: string, sealing: string | undefined): Promise<Registration> {
    if (sealing === undefined) return 'known';
    await this.#db
      .updateTable('accounts')
      .set({ sealing })
      .where('account', '=', account)
      .where('sealing', 'is', null)
      .execute();
    return (await this.sealingKey(account)) === sealing ? 'known' : 'taken';
  }

  async sealingKey(account: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('accounts')
      .select('sealing')
      .where('account', '=', account)
      .executeTakeFirst();
    return row?.sealing ?? undefined;
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
