/** Typed arrays that grow: numbers in pages, so that growing copies nothing and wastes at most one page. */
import type { Renumbering } from './numbered.ts';

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** A column of numbers to which rows are appended. */
export class Column<A extends Numbers = Numbers> {
  readonly #type: new (
    length: number,
  ) => A;
  readonly #pages: A[] = [];
  #length = 0;

  constructor(type: new (length: number) => A) {
    this.#type = type;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    const at = this.#length % pageLength;
    // The first page grows too: most columns of a small run hold a few numbers.
    if (at === 0) this.#pages.push(new this.#type(this.#length === 0 ? 16 : pageLength));
    let page = this.#pages.at(-1)!;
    if (at === page.length) {
      const wider = new this.#type(Math.min(pageLength, 4 * page.length));
      wider.set(page);
      this.#pages[this.#pages.length - 1] = page = wider;
    }
    page[at] = value;
    this.#length++;
  }

  at(index: number): number {
    return this.#pages[Math.floor(index / pageLength)]![index % pageLength]!;
  }

  /** Appends another column; with `numbers`, the new number of each of its values. */
  merge(other: Column<A>, numbers?: Renumbering): void {
    for (let i = 0; i < other.length; i++) this.push(numbers ? numbers[other.at(i)]! : other.at(i));
  }

  /** Every number, or the numbers of some rows, as one array. */
  toArray(rows?: Uint32Array): A {
    const length = rows?.length ?? this.#length;
    const all = new this.#type(length);
    for (let i = 0; i < length; i++) all[i] = this.at(rows ? rows[i]! : i);
    return all;
  }

  /** The indices of the rows whose number fulfils a condition, in order. */
  rowsWhere(holds: (value: number, index: number) => boolean): Uint32Array {
    const found = new Column(Uint32Array);
    for (let i = 0; i < this.#length; i++) if (holds(this.at(i), i)) found.push(i);
    return found.toArray();
  }
}

const pageLength = 8192;
