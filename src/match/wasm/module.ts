/** WebAssembly modules with an own memory layout. */

/** Reserves the next `bytes` bytes while a memory is planned; returns their address, a multiple of 64. */
export type Reserve = (bytes: number) => number;

/** An instance: its functions `F`, its memory, and the addresses in it. */
export interface Instance<F, T> {
  readonly call: F;
  readonly memory: WebAssembly.Memory;
  readonly at: T;
}

/** Instantiates a module with a memory that `plan` reserves. The module's own data lie below `free`. */
export function instantiate<F, T>(module: WebAssembly.Module, plan: (reserve: Reserve) => T, free = 0): Instance<F, T> {
  let end = free;
  const at = plan((bytes) => {
    const start = end;
    end = Math.ceil((end + bytes) / 64) * 64;
    return start;
  });
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536) });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { call: exports as F, memory, at };
}
