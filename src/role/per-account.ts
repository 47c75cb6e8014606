/** A default value for all accounts, with exceptions for some. */
export class PerAccount<T> {
  readonly #all: T[];
  #common: T;
  readonly #particular = new Map<string, T>();

  constructor(first: T) {
    this.#all = [first];
    this.#common = first;
  }

  /** Every value that was ever set, in order. */
  get all(): readonly T[] {
    return this.#all;
  }

  /** The value for an account; without an account, the default. */
  of(account?: string): T {
    return (account === undefined ? undefined : this.#particular.get(account)) ?? this.#common;
  }

  /** Sets the value for these accounts; without accounts, for all. */
  give(next: T, accounts?: readonly string[]): void {
    this.#all.push(next);
    if (accounts) for (const account of accounts) this.#particular.set(account, next);
    else {
      this.#common = next;
      this.#particular.clear();
    }
  }
}
