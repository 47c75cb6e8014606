/** Every deep hash that presend can load by name. user-network.ts loads users' own networks. */
import { lookUp } from '../util/registry.ts';
import { backendNamed } from './backend.ts';
import type { DeepHash } from './deep-hash.ts';

/** A source of a deep hash. */
export interface DeepHashSource {
  /** Loads it on a backend; by default on the usual one (backend.ts). */
  load(backend?: string): Promise<DeepHash>;
}

/** Every deep hash, in the order of charts and tables. */
export const deepHashes = {
  'mobilenet-lsh': { load: async (backend?: string) => (await import('./mobilenet-lsh.ts')).loadMobilenetLsh(backend) },
  'copynet-256': { load: async (backend?: string) => (await import('./copynet-256.ts')).loadCopynet(backend) },
} as const satisfies Record<string, DeepHashSource>;

/** Name of a deep hash in experiment files, results and charts. */
export type DeepHashName = keyof typeof deepHashes;

const loaded = new Map<string, Promise<DeepHash>>();

/** The deep hash of that name, loaded once per thread and backend. If the name is unknown, a UserError lists all names. */
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
