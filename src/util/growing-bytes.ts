/** A byte buffer of initially unknown length. */

/**
 * A buffer that doubles when it is full. Unused memory is not touched, so it only costs address space: tens of millions of hashes grow with
 * little waste.
 */
export class GrowingBytes {
  #buffer = new Uint8Array(1024);
  #length = 0;

  /** Number of bytes in use. */
  get length(): number {
    return this.#length;
  }

  /** Extends the buffer by `count` bytes and returns it; the new bytes start at the previous `length`. Valid until the next call. */
  extend(count: number): Uint8Array {
    const end = this.#length + count;
    if (end > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#length = end;
    return this.#buffer;
  }

  /** Appends bytes. */
  push(bytes: Uint8Array): void {
    const at = this.#length;
    this.extend(bytes.length).set(bytes, at);
  }

  /** Truncates to `length` bytes. */
  cut(length: number): void {
    this.#length = length;
  }

  /** The bytes in use: a view, which later growth can make stale. */
  view(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
}
