/** Counts of numbered things: a byte each, as long as no count exceeds it. */
import type { Renumbering } from './numbered.ts';

/** A count for each number from 0; what was never counted takes no memory beyond its page. */
export class Tally {
  readonly #pages: (Uint8Array | Uint32Array | undefined)[] = [];

  /** The count of a number. */
  of(number: number): number {
    return this.#pages[number >>> pageBits]?.[number & pageMask] ?? 0;
  }

  set(number: number, count: number): void {
    const index = number >>> pageBits;
    let page = this.#pages[index];
    if (!page) {
      if (count === 0) return;
      while (this.#pages.length < index) this.#pages.push(undefined);
      page = this.#pages[index] = new Uint8Array(1 << pageBits);
    }
    if (count > 255 && page instanceof Uint8Array) page = this.#pages[index] = Uint32Array.from(page);
    page[number & pageMask] = count;
  }

  add(number: number, count = 1): void {
    if (count !== 0) this.set(number, this.of(number) + count);
  }

  /** Adds the counts of another; `numbers`: the number here of each number there. */
  merge(other: Tally, numbers: Renumbering): void {
    for (const [number, count] of other.entries()) this.add(numbers[number]!, count);
  }

  /** Every number whose count is not 0, with its count, in ascending order. */
  *entries(): Generator<readonly [number: number, count: number]> {
    for (const [index, page] of this.#pages.entries())
      for (let at = 0; page && at < page.length; at++) {
        const count = page[at]!;
        if (count > 0) yield [index * page.length + at, count];
      }
  }
}

const pageBits = 8;
const pageMask = (1 << pageBits) - 1;
