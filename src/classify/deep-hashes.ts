/** Every deep hash that presend can load by name. A network of one's own is loaded by user-network.ts instead. */
import { lookUp } from '../util/registry.ts';
import { backendNamed } from './backend.ts';
import type { DeepHash } from './deep-hash.ts';

/** How to get a deep hash. */
export interface DeepHashSource {
  /** Loads it on a backend; on the usual one when none is named. */
  load(backend?: string): Promise<DeepHash>;
}

/** Every deep hash, in the order charts and tables list them. */
export const deepHashes = {
  'mobilenet-lsh': { load: async (backend?: string) => (await import('./mobilenet-lsh.ts')).loadMobilenetLsh(backend) },
} as const satisfies Record<string, DeepHashSource>;

/** Name of a deep hash in experiment files, results and charts. */
export type DeepHashName = keyof typeof deepHashes;

const loaded = new Map<string, Promise<DeepHash>>();

/** The deep hash of that name, loaded once per thread and backend. A UserError lists the names when there is none of that name. */
export async function loadDeepHash(name: string, options: { readonly backend?: string } = {}): Promise<DeepHash> {
  const source = lookUp<DeepHashSource>(deepHashes, 'deep hash', name);
  const key = `${name} ${backendNamed(options.backend)}`;
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const loading = source.load(options.backend);
  loaded.set(key, loading);
  loading.catch(() => loaded.delete(key));
  return loading;
}
