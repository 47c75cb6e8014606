/** Lines of a list file that are unreadable or give no entry, each with its reason, at a few bytes per line. */
import { GrowingBytes } from '../../util/growing-bytes.ts';

/** An unreadable line (or record). */
interface BadLine {
  /** Number of the line, or of the record if that is the format's unit, from 1. */
  readonly line: number;
  readonly reason: string;
}

/** Maximum number of different reasons that are stored. A file has few, unless it was made to exhaust memory. */
const mostReasons = 10_000;
const oneOfMany = 'one of too many different reasons to be kept';

/** Bytes per line: its number in 8, its reason's index in 4. */
const width = 12;

/** Bad lines in the order of the file. */
export class BadLines implements Iterable<BadLine> {
  readonly #rows = new GrowingBytes();
  readonly #reasons: string[] = [];
  readonly #places = new Map<string, number>();

  get length(): number {
    return this.#rows.length / width;
  }

  push(line: number, reason: string): void {
    const at = this.#rows.length;
    const view = new DataView(this.#rows.extend(width).buffer);
    view.setFloat64(at, line);
    view.setUint32(at + 8, this.#placeOf(reason));
  }

  #placeOf(reason: string): number {
    const known = this.#places.get(reason);
    if (known !== undefined) return known;
    if (this.#reasons.length >= mostReasons && reason !== oneOfMany) return this.#placeOf(oneOfMany);
    this.#places.set(reason, this.#reasons.length);
    return this.#reasons.push(reason) - 1;
  }

  /** The bad line at an index, or undefined beyond the end. */
  at(index: number): BadLine | undefined {
    if (index < 0 || index >= this.length) return undefined;
    const view = new DataView(this.#rows.view().buffer);
    return { line: view.getFloat64(index * width), reason: this.#reasons[view.getUint32(index * width + 8)]! };
  }

  *[Symbol.iterator](): Generator<BadLine> {
    for (let i = 0; i < this.length; i++) yield this.at(i)!;
  }

  /** The first ones, at most `count`. */
  first(count: number): BadLine[] {
    return Array.from({ length: Math.min(count, this.length) }, (_, i) => this.at(i)!);
  }

  /** Number of lines per reason, in order of first occurrence. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { reason } of this) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    return counts;
  }

  /** Merges these lines and `others`, both in the order of the file. */
  with(others: Iterable<BadLine>): BadLines {
    const merged = new BadLines();
    const mine = this[Symbol.iterator]();
    let next = mine.next();
    for (const { line, reason } of others) {
      for (; !next.done && next.value.line <= line; next = mine.next()) merged.push(next.value.line, next.value.reason);
      merged.push(line, reason);
    }
    for (; !next.done; next = mine.next()) merged.push(next.value.line, next.value.reason);
    return merged;
  }
}
