/** The WebAssembly module of sha256.as: SHA-256 of four messages at a time. */
import { lazyModule } from '../../util/wasm.ts';
import { type Instance, instantiate, type Reserve } from './module.ts';
import { sha256Wasm } from './sha256-wasm.ts';

/** The functions of sha256.as; every address is a byte offset into the memory they were made with. */
interface Functions {
  messages(slots: number, stride: number, blocks: number, count: number, scratch: number, out: number): void;
  reduce(digests: number, count: number, scratch: number): void;
}

/** Bytes below which the module's constants lie. */
const ownData = 4096;

const compiled = lazyModule(sha256Wasm);

/** Instantiates the module with a memory of what `plan` reserves; undefined where it does not run. */
export function sha256Instance<T>(plan: (reserve: Reserve) => T): Instance<Functions, T> | undefined {
  const module = compiled();
  return module && instantiate(module, plan, ownData);
}
