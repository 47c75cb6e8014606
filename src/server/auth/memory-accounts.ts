/** Accounts and nonces of a deployment that lives as long as its process: what the store keeps for good, in memory. */
import type { Registration } from '../store/accounts.ts';
import type { NonceRow } from '../store/tables.ts';

export class MemoryAccounts {
  readonly #most: number;
  readonly #byKey = new Map<string, string>();
  readonly #names = new Set<string>();
  /** Nonces with their keys, in order of their end. */
  readonly #nonces = new Map<string, number>();

  /** Room for so many accounts. */
  constructor(most = Infinity) {
    this.#most = most;
  }

  /** Names a key (64 hex digits). full: there is no room for another account. */
  register(account: string, key: string): Registration {
    if (this.#byKey.get(key) === account) return 'known';
    if (this.#byKey.has(key) || this.#names.has(account)) return 'taken';
    if (this.#names.size >= this.#most) return 'full';
    this.#byKey.set(key, account);
    this.#names.add(account);
    return 'new';
  }

  /** The account of a key, if it has one. */
  ofKey(key: string): string | undefined {
    return this.#byKey.get(key);
  }

  /** Notes a nonce at a time in seconds; false where that key has used it before. */
  use({ key, nonce, expires }: NonceRow, now: number): boolean {
    for (const [name, end] of this.#nonces) {
      if (end >= now) break;
      this.#nonces.delete(name);
    }
    const name = `${key} ${nonce}`;
    if (this.#nonces.has(name)) return false;
    this.#nonces.set(name, expires);
    return true;
  }
}
