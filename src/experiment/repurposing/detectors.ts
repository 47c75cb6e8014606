/** Detectors of a re-purposing experiment: where its hashes are named, and its thresholds, which are named by hash or by detector file. */
import { isUnread, withDetectors } from '../../harness/detectors/detectors.ts';
import { UserError } from '../../util/errors.ts';
import type { RepurposingExperiment } from './experiment.ts';
import { deepHash, factsOf } from './score-facts.ts';

/** Checks thresholds by the hashes' numbers of bits; those of a detector file are known when it is read. */
export function checkThresholds(experiment: RepurposingExperiment, what: string): void {
  for (const [name, thresholds] of Object.entries(experiment.thresholds)) {
    if (!experiment.hashes.includes(name))
      throw new UserError(`${what} at /thresholds: '${name}' is not in /hashes; add it there`);
    if (name !== deepHash && isUnread(name, experiment.detectors)) continue;
    const { bits } = factsOf(name, experiment);
    const far = thresholds.find((each) => each > bits);
    if (far !== undefined)
      throw new UserError(`${what} at /thresholds/${name}: ${far} bits is more than the ${bits} bits of the hash`);
  }
}

/** The experiment with its detector files read, and their thresholds under their names. Throws as `withDetectors` does. */
export async function withRepurposingDetectors(experiment: RepurposingExperiment): Promise<RepurposingExperiment> {
  const read = await withDetectors(experiment, (each, nameOf) => {
    // The deep hash that shares its network with the heads is computed with them.
    const named = (name: string): string => (name === deepHash ? name : nameOf(name));
    return {
      ...each,
      hashes: each.hashes.map(named),
      thresholds: Object.fromEntries(Object.entries(each.thresholds).map(([name, bits]) => [named(name), bits])),
    };
  });
  checkThresholds(read, `Experiment ${experiment.name}`);
  return read;
}
