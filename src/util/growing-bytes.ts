/** Bytes that are put one after the other when nobody knows yet how many there will be. */

/**
 * A buffer that doubles when it is full. Memory beyond what is used is not touched, so it costs address space and no more: tens of
 * millions of hashes grow with little waste.
 */
export class GrowingBytes {
  #buffer = new Uint8Array(1024);
  #length = 0;

  /** How many bytes have been put. */
  get length(): number {
    return this.#length;
  }

  /** Makes room for `count` bytes at the end and returns the buffer; the new bytes begin where `length` was. Valid until the next call. */
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

  /** Puts bytes at the end. */
  push(bytes: Uint8Array): void {
    const at = this.#length;
    this.extend(bytes.length).set(bytes, at);
  }

  /** Takes the last bytes away again, down to `length`. */
  cut(length: number): void {
    this.#length = length;
  }

  /** What has been put: a view, which further bytes may leave behind. */
  view(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
}
