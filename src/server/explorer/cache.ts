/** Caches results computed from a run's files until the files change. */

/**
 * A small cache by key. Each result stores the state of the files that it was computed from. The least recently used result is evicted
 * first.
 */
export class Kept<T> {
  readonly #most: number;
  readonly #kept = new Map<string, { readonly state: string; readonly result: Promise<T> }>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The result for a key; recomputed if `state` has changed. Failures are not cached. */
  get(key: string, state: string, make: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    const entry = known?.state === state ? known : { state, result: make() };
    this.#kept.set(key, entry);
    entry.result.catch(() => {
      if (this.#kept.get(key) === entry) this.#kept.delete(key);
    });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(oldest);
    }
    return entry.result;
  }
}
