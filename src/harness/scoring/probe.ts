/**
 * Networks are asked once before any picture is worked on: one that is missing, damaged or other than its file says is found in a second,
 * not after an hour, and never taken for a fault of the pictures.
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
  /** Backends on which the classifiers are asked too, beside the usual one. */
  readonly backends?: readonly string[];
  readonly deepHashes?: readonly string[];
}

/**
 * A worker's task: loads every network, and asks it; gives the software that computes each. A UserError says what is wrong with one, a
 * MissingError what is not there.
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

/** Has a worker probe the networks of an experiment; gives the software that computes each, nothing where it uses none. */
export async function mustWork(pool: Pool, used: NetworksUsed): Promise<Inference[]> {
  const { classifiers = [], deepHashes = [] } = used;
  return classifiers.length + deepHashes.length > 0 ? pool.run('probeNetworks', used, probes) : [];
}
