/**
 * Probes each network once before any picture is processed. A network that is missing, corrupt or inconsistent with its file is detected
 * within a second instead of after an hour, and never mistaken for a fault of the pictures.
 */
import { loadDeepHash } from '../../classify/deep-hashes.ts';
import { loadClassifier } from '../../classify/index.ts';
import { probeClassifier } from '../../classify/probe.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import type { Pool } from '../pool.ts';

/** The networks that an experiment uses, by name. */
export interface NetworksUsed {
  readonly classifiers?: readonly string[];
  /** Additional backends on which to probe the classifiers. */
  readonly backends?: readonly string[];
  readonly deepHashes?: readonly string[];
}

/** A worker's task: loads and probes every network. Throws a UserError about a faulty one, a MissingError about a missing one. */
export async function probeNetworks({ classifiers = [], backends = [], deepHashes = [] }: NetworksUsed): Promise<void> {
  for (const name of classifiers) {
    await probeClassifier(await loadClassifier(name));
    for (const backend of backends) await probeClassifier(await loadClassifier(name, { backend }));
  }
  for (const name of deepHashes) await loadDeepHash(name);
}

/** The module of `probeNetworks`. */
const probes = moduleBeside(import.meta.url, './probe.ts');

/** Makes a worker probe the networks of an experiment, if it uses any. */
export async function mustWork(pool: Pool, used: NetworksUsed): Promise<void> {
  const { classifiers = [], deepHashes = [] } = used;
  if (classifiers.length + deepHashes.length > 0) await pool.run('probeNetworks', used, probes);
}
