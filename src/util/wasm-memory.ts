/** WebAssembly modules without state, whose memory a caller lays out anew for every call. */

/** Bytes that such a module may read or write behind what it is given. */
const behind = 64;
/** Bytes of memory beyond which an instance is not kept for the next call: a memory grows and never shrinks. */
const mostKept = 2 ** 24;

/** Gives out places in a memory, one after the other, as byte offsets that are multiples of 64. */
export class Places {
  /** Bytes that all of them need. */
  end = 0;
  take(bytes: number): number {
    const start = this.end;
    this.end = Math.ceil((start + bytes + behind) / 64) * 64;
    return start;
  }
}

/** The instance of a module that serves one call after the other, with functions `F`. */
export class ReusedInstance<F> {
  readonly #compiled: () => WebAssembly.Module | undefined;
  #kept: { readonly call: F; readonly memory: WebAssembly.Memory } | undefined;

  constructor(compiled: () => WebAssembly.Module | undefined) {
    this.#compiled = compiled;
  }

  /** Whether the module can be used here. */
  get works(): boolean {
    return this.#compiled() !== undefined;
  }

  /** Bytes of memory that are held for the next call. */
  get heldBytes(): number {
    return this.#kept?.memory.buffer.byteLength ?? 0;
  }

  /** Calls `use` with the functions and with a memory of at least that many bytes, whose content is arbitrary. Not for calls within calls. */
  run<T>(bytes: number, use: (call: F, memory: Uint8Array<ArrayBuffer>) => T): T {
    if (!this.#kept) {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const { exports } = new WebAssembly.Instance(this.#compiled()!, { env: { memory } });
      this.#kept = { call: exports as F, memory };
    }
    const { call, memory } = this.#kept;
    const missing = Math.ceil((bytes - memory.buffer.byteLength) / 65536);
    if (missing > 0) memory.grow(missing);
    if (memory.buffer.byteLength > mostKept) this.#kept = undefined;
    return use(call, new Uint8Array(memory.buffer));
  }
}
