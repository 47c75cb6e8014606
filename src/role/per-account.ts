/** What all accounts have, but those that were given something else. */
export class PerAccount<T> {
  readonly #all: T[];
  #common: T;
  readonly #particular = new Map<string, T>();

  constructor(first: T) {
    this.#all = [first];
    this.#common = first;
  }

  /** Every one there ever was, in order. */
  get all(): readonly T[] {
    return this.#all;
  }

  /** What an account has; without one, what all have that were given nothing else. */
  of(account?: string): T {
    return (account === undefined ? undefined : this.#particular.get(account)) ?? this.#common;
  }

  /** From now on these accounts have the next one; all of them where none are named. */
  give(next: T, accounts?: readonly string[]): void {
    this.#all.push(next);
    if (accounts) for (const account of accounts) this.#particular.set(account, next);
    else {
      this.#common = next;
      this.#particular.clear();
    }
  }
}
