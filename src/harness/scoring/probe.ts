/**
 * Networks are asked once before any picture is worked on: one that is missing, damaged or other than its file says is found in a second,
 * not after an hour, and never taken for a fault of the pictures.
 */
import { loadDeepHash } from '../../classify/deep-hashes.ts';
import { loadClassifier } from '../../classify/index.ts';
import { probeClassifier } from '../../classify/probe.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import type { Pool } from '../pool.ts';

/** The networks that an experiment uses, by name. */
export interface NetworksUsed {
  readonly classifiers?: readonly string[];
  /** Backends on which the classifiers are asked too, beside the usual one. */
  readonly backends?: readonly string[];
  readonly deepHashes?: readonly string[];
}

/** A worker's task: loads every network, and asks it. A UserError says what is wrong with one, a MissingError what is not there. */
export async function probeNetworks({ classifiers = [], backends = [], deepHashes = [] }: NetworksUsed): Promise<void> {
  for (const name of classifiers) {
    await probeClassifier(await loadClassifier(name));
    for (const backend of backends) await probeClassifier(await loadClassifier(name, { backend }));
  }
  for (const name of deepHashes) await loadDeepHash(name);
}

/** The module of `probeNetworks`. */
const probes = moduleBeside(import.meta.url, './probe.ts');

/** Has a worker probe the networks of an experiment, if it uses any. */
export async function mustWork(pool: Pool, used: NetworksUsed): Promise<void> {
  const { classifiers = [], deepHashes = [] } = used;
  if (classifiers.length + deepHashes.length > 0) await pool.run('probeNetworks', used, probes);
}
