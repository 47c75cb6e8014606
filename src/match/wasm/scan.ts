/** The WebAssembly module of scan.as: its functions, and packed hashes laid out in a memory of their own. */
import { lazyModule, wasmBytes } from '../../util/wasm.ts';
import { type Instance, instantiate, type Reserve } from './module.ts';
import { scanWasm } from './scan-wasm.ts';

export type { Reserve };

/** The functions of scan.as; every address is a byte offset into the module's memory. */
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

/** The module's bytes. */
export const scanModuleBytes = (): Uint8Array<ArrayBuffer> => wasmBytes(scanWasm);

const compiled = lazyModule(scanWasm);

/** Whether WebAssembly can search hashes of that many bits here. */
export const canScan = (bits: number): boolean => bits > 0 && bits <= 256 && bits % 8 === 0 && compiled() !== undefined;

/** Instantiates the module with a memory that `plan` reserves. */
export const instance = <T>(plan: (reserve: Reserve) => T): Instance<Functions, T> => instantiate(compiled()!, plan);
