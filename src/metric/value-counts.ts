/** A sample as sorted values and their counts: the exact median of millions of sizes, of which few differ. */

/** Numbers that are counted, in any order. Sixteen bytes for each different one, and a buffer. */
export class ValueCounts {
  #values = new Float64Array(0);
  #counts = new Float64Array(0);
  /** Values that are not sorted in yet, each with its count. */
  readonly #waiting = new Map<number, number>();

  add(value: number, count = 1): void {
    this.#waiting.set(value, (this.#waiting.get(value) ?? 0) + count);
    // A buffer in proportion to what is sorted: each value is moved a bounded number of times on average.
    if (this.#waiting.size >= Math.max(256, this.#values.length / 8)) this.#settle();
  }

  /** Adds another sample. */
  merge(other: ValueCounts): void {
    for (const [value, count] of other.entries()) this.add(value, count);
  }

  /** Different values with their counts, in ascending order. */
  entries(): [value: number, count: number][] {
    this.#settle();
    return Array.from(this.#values, (value, i) => [value, this.#counts[i]!]);
  }

  /** The p-quantile of the sample, 0 <= p <= 1, type 7 as in quantile.ts; null of nothing. */
  quantile(p: number): number | null {
    this.#settle();
    const n = this.#counts.reduce((sum, count) => sum + count, 0);
    if (n === 0) return null;
    const at = (n - 1) * p;
    const below = Math.floor(at);
    const value = this.#ranked(below);
    return at === below ? value : value + (at - below) * (this.#ranked(below + 1) - value);
  }

  /** The median of the sample; null of nothing. */
  get median(): number | null {
    return this.quantile(0.5);
  }

  /** The value at a place, from 0, in ascending order. */
  #ranked(rank: number): number {
    let seen = 0;
    const at = this.#counts.findIndex((count) => {
      seen += count;
      return seen > rank;
    });
    return this.#values[at]!;
  }

  #settle(): void {
    if (this.#waiting.size === 0) return;
    const added = [...this.#waiting].sort(([a], [b]) => a - b);
    const values = new Float64Array(this.#values.length + added.length);
    const counts = new Float64Array(values.length);
    let length = 0;
    const put = (value: number, count: number): void => {
      if (length > 0 && values[length - 1] === value) counts[length - 1]! += count;
      else {
        values[length] = value;
        counts[length++] = count;
      }
    };
    let next = 0;
    for (const [value, count] of added) {
      for (; next < this.#values.length && this.#values[next]! <= value; next++)
        put(this.#values[next]!, this.#counts[next]!);
      put(value, count);
    }
    for (; next < this.#values.length; next++) put(this.#values[next]!, this.#counts[next]!);
    this.#values = values.slice(0, length);
    this.#counts = counts.slice(0, length);
    this.#waiting.clear();
  }
}
