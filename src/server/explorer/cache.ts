/** What was made of a run's files, kept until they change. */

/** A few results by key, each with the state of the files that it was made from; the one that was not asked for longest goes first. */
export class Kept<T> {
  readonly #most: number;
  readonly #kept = new Map<string, { readonly state: string; readonly result: Promise<T> }>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The result for a key, made anew where `state` is another than the last time. A failure is not kept. */
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
