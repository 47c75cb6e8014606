/**
 * Probes each network once before any picture is processed. A network that is missing, corrupt or inconsistent with its file is detected
 * within a second instead of after an hour, and never mistaken for a fault of the pictures.
 */
import type { Inference } from '../../classify/backend.ts';
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

/**
 * A worker's task: loads and probes every network; returns the software that computes each. Throws a UserError about a faulty one, a
 * MissingError about a missing one.
 */
export async function probeNetworks({
  classifiers = [],
  backends = [],
  deepHashes = [],
}: NetworksUsed): Promise<Inference[]> {
  const inferences: Inference[] = [];
  for (const name of classifiers)
    for (const backend of [undefined, ...backends]) {
      const classifier = await loadClassifier(name, backend === undefined ? {} : { backend });
      await probeClassifier(classifier);
      inferences.push(classifier.inference);
    }
  for (const name of deepHashes) inferences.push((await loadDeepHash(name)).inference);
  return inferences;
}

/** The module of `probeNetworks`. */
const probes = moduleBeside(import.meta.url, './probe.ts');

/** Makes a worker probe the networks of an experiment; returns the software that computes each, nothing if it uses none. */
export async function mustWork(pool: Pool, used: NetworksUsed): Promise<Inference[]> {
  const { classifiers = [], deepHashes = [] } = used;
  return classifiers.length + deepHashes.length > 0 ? pool.run('probeNetworks', used, probes) : [];
}
