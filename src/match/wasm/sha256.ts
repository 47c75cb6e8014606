/** The WebAssembly module of sha256.as: SHA-256 of four messages at a time. */
import { lazyModule } from '../../util/wasm.ts';
import { type Instance, instantiate, type Reserve } from './module.ts';
import { sha256Wasm } from './sha256-wasm.ts';

/** The functions of sha256.as; every address is a byte offset into the module's memory. */
interface Functions {
  messages(slots: number, stride: number, blocks: number, count: number, scratch: number, out: number): void;
  reduce(digests: number, count: number, scratch: number): void;
}

/** Number of bytes that the module's constants occupy. */
const ownData = 4096;

const compiled = lazyModule(sha256Wasm);

/** Instantiates the module with a memory that `plan` reserves; undefined if it does not run here. */
export function sha256Instance<T>(plan: (reserve: Reserve) => T): Instance<Functions, T> | undefined {
  const module = compiled();
  return module && instantiate(module, plan, ownData);
}
