/** The WebAssembly module of scan.as: its functions, and packed hashes laid out in a memory of their own. */
import { scanWasm } from './scan-wasm.ts';

/** The functions of scan.as; every address is a byte offset into the memory they were made with. */
interface Functions {
  turn(rows: number, count: number, bytes: number, head: number, mid: number, tail: number): void;
  spread(query: number, bytes: number, to: number): void;
  scan(
    bytes: number,
    head: number,
    mid: number,
    tail: number,
    from: number,
    end: number,
    query: number,
    limit: number,
    nearest: 0 | 1,
    scratch: number,
    out: number,
  ): number;
  sortByWord(rows: number, count: number, bytes: number, at: number, starts: number, ids: number): void;
  putBeside(rows: number, count: number, word: number, ids: number, entries: number): void;
  ring(starts: number, word: number, flips: number): number;
  rings(starts: number, query: number, words: number, to: number): void;
  probe(
    rows: number,
    count: number,
    bytes: number,
    query: number,
    words: number,
    starts: number,
    ids: number,
    radii: number,
    limit: number,
    out: number,
  ): number;
  probeBeside(
    rows: number,
    count: number,
    query: number,
    words: number,
    starts: number,
    entries: number,
    radii: number,
    limit: number,
    key: number,
    out: number,
  ): number;
}

/** The module; `atob` is in browsers and Node alike. */
export const scanModuleBytes = (): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(scanWasm), (letter) => letter.charCodeAt(0));

let compiled: WebAssembly.Module | undefined | 'missing';

/** The compiled module, or undefined where there is no WebAssembly with SIMD, or a page's policy forbids it. */
function compile(): WebAssembly.Module | undefined {
  if (compiled === undefined)
    try {
      compiled = new WebAssembly.Module(scanModuleBytes());
    } catch {
      compiled = 'missing';
    }
  return compiled === 'missing' ? undefined : compiled;
}

/** Whether hashes of so many bits can be searched here in WebAssembly. */
export const canScan = (bits: number): boolean => bits > 0 && bits <= 256 && bits % 8 === 0 && compile() !== undefined;

/** Takes the next `bytes` bytes of a memory that is still being planned; returns their address, a multiple of 64. */
export type Reserve = (bytes: number) => number;

/** Instantiates the module with a memory of what `plan` reserves. */
export function instance<T>(plan: (reserve: Reserve) => T): { call: Functions; memory: WebAssembly.Memory; at: T } {
  let end = 0;
  const at = plan((bytes) => {
    const start = end;
    end = Math.ceil((end + bytes) / 64) * 64;
    return start;
  });
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536) });
  const { exports } = new WebAssembly.Instance(compile()!, { env: { memory } });
  return { call: exports as unknown as Functions, memory, at };
}
