/** Detectors of a hash-leakage experiment: where its hashes are named, and what can only be checked when their files are read. */
import { checkAnyHashName, checkHashName, isUnread, withDetectors } from '../../harness/detectors/detectors.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { UserError } from '../../util/errors.ts';
import type { HashLeakageExperiment } from './experiment.ts';

/** Checks the names of hashes, and the threshold of the list; that of a detector file is checked when it is read. */
export function checkHashes(experiment: HashLeakageExperiment, what: string): void {
  const { topics, inversion, membership, detectors } = experiment;
  for (const name of [...topics.hashes, ...inversion.hashes]) checkAnyHashName(name, detectors);
  for (const name of [membership.hash, membership.equalityHash]) checkHashName(name, detectors);
  if (isUnread(membership.hash, detectors)) return;
  const { bits } = hashFactsOf(membership.hash, experiment);
  if (membership.thresholdBits > bits)
    throw new UserError(`${what} at /membership/thresholdBits: more than the ${bits} bits of ${membership.hash}`);
}

/** The experiment with its detector files read. Throws as `withDetectors` does. */
export async function withLeakageDetectors(experiment: HashLeakageExperiment): Promise<HashLeakageExperiment> {
  const read = await withDetectors(experiment, (each, nameOf) => ({
    ...each,
    topics: { ...each.topics, hashes: each.topics.hashes.map(nameOf) },
    inversion: { ...each.inversion, hashes: each.inversion.hashes.map(nameOf) },
    membership: {
      ...each.membership,
      hash: nameOf(each.membership.hash),
      equalityHash: nameOf(each.membership.equalityHash),
    },
  }));
  checkHashes(read, `Experiment ${experiment.name}`);
  return read;
}
