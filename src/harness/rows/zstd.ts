/** Zstandard as WebAssembly: the same bytes on every platform, where Node's own depend on its version, and Node 20 has none. */
import { compress, decompress, init } from '@bokuweb/zstd-wasm';

/** Compression level. Higher ones take longer, and save less than a tenth of a run's rows. */
const level = 3;

export interface Codec {
  compress(data: Uint8Array): Uint8Array;
  decompress(data: Uint8Array): Uint8Array;
}

let loading: Promise<void> | undefined;

/** Loads the codec; it is loaded once a process. */
export async function loadZstd(): Promise<Codec> {
  loading ??= init();
  await loading;
  return { compress: (data) => compress(data, level), decompress: (data) => decompress(data) };
}
