/**
 * Probes each network once before any picture is processed. A network that is missing, corrupt or inconsistent with its file is detected
 * within a second instead of after an hour, and never mistaken for a fault of the pictures.
 */
import type { Inference } from '../../classify/backend.ts';
import { loadDeepHash } from '../../classify/deep-hashes.ts';
import { loadClassifier } from '../../classify/index.ts';
import { probeClassifier } from '../../classify/probe.ts';
import { loadUserNetworkOnce } from '../../classify/user-network.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { trialPicture } from '../detectors/program.ts';
import type { Pool } from '../pool.ts';

/** The networks that an experiment uses, by name. */
export interface NetworksUsed {
  readonly classifiers?: readonly string[];
  /** Additional backends on which to probe the classifiers. */
  readonly backends?: readonly string[];
  readonly deepHashes?: readonly string[];
  /** Network files of detectors. */
  readonly networkFiles?: readonly string[];
}

/**
 * A worker's task: loads and probes every network; returns the software that computes each. Throws a UserError about a faulty one, a
 * MissingError about a missing one.
 */
export async function probeNetworks({
  classifiers = [],
  backends = [],
  deepHashes = [],
  networkFiles = [],
}: NetworksUsed): Promise<Inference[]> {
  const inferences: Inference[] = [];
  for (const name of classifiers)
    for (const backend of [undefined, ...backends]) {
      const classifier = await loadClassifier(name, backend === undefined ? {} : { backend });
      await probeClassifier(classifier);
      inferences.push(classifier.inference);
    }
  for (const name of deepHashes) inferences.push((await loadDeepHash(name)).inference);
  for (const file of networkFiles) {
    const network = await loadUserNetworkOnce(file);
    // What its file says of the input, and what is wrong with its output, is only known when it runs.
    await network.hash(trialPicture);
    inferences.push(network.inference);
  }
  return inferences;
}

/** The module of `probeNetworks`. */
const probes = moduleBeside(import.meta.url, './probe.ts');

/** Makes a worker probe the networks of an experiment; returns the software that computes each, nothing if it uses none. */
export async function mustWork(pool: Pool, used: NetworksUsed): Promise<Inference[]> {
  const { classifiers = [], deepHashes = [], networkFiles = [] } = used;
  return classifiers.length + deepHashes.length + networkFiles.length > 0
    ? pool.run('probeNetworks', used, { module: probes })
    : [];
}
