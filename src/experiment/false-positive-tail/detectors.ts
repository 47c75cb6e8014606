/** Detectors of a false-positive tail, and its thresholds, which are named by hash or by detector file. */
import { thresholdFault } from '../../classify/comparison.ts';
import { isUnread, withDetectors } from '../../harness/detectors/detectors.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { UserError } from '../../util/errors.ts';
import type { FalsePositiveTail } from './experiment.ts';

/** Checks thresholds by the hashes' numbers of bits, or by the steps of exact distances; those of a detector file are known when it is read. */
export function checkThresholds(experiment: FalsePositiveTail, what: string): void {
  for (const [name, thresholds] of Object.entries(experiment.thresholds)) {
    if (!experiment.hashes.includes(name))
      throw new UserError(`${what} at /thresholds: '${name}' is not in /hashes; add it there`);
    if (isUnread(name, experiment.detectors)) continue;
    const vector = experiment.detectors?.find((each) => each.name === name)?.vector;
    if (vector) {
      const faults = thresholds.map((each) => thresholdFault(each, vector.step)).filter((fault) => fault !== undefined);
      if (faults.length > 0) throw new UserError(`${what} at /thresholds/${name}: ${faults[0]}`);
      continue;
    }
    const part = thresholds.find((each) => !Number.isInteger(each));
    if (part !== undefined)
      throw new UserError(`${what} at /thresholds/${name}: expected a whole number of bits but received ${part}`);
    const { bits, exact } = hashFactsOf(name, experiment);
    if (exact && thresholds.some((each) => each > 0))
      throw new UserError(
        `${what} at /thresholds/${name}: only equal files match under ${name}, so that its one threshold is 0; leave it out`,
      );
    const far = thresholds.find((each) => each > bits);
    if (far !== undefined)
      throw new UserError(`${what} at /thresholds/${name}: ${far} bits is more than the ${bits} bits of the hash`);
  }
}

/** The experiment with its detector files read, and their thresholds under their names. Throws as `readDetector` does. */
export async function withTailDetectors(experiment: FalsePositiveTail): Promise<FalsePositiveTail> {
  const named = await withDetectors(experiment, (each, nameOf) => ({
    ...each,
    hashes: each.hashes.map(nameOf),
    thresholds: Object.fromEntries(Object.entries(each.thresholds).map(([name, bits]) => [nameOf(name), bits])),
  }));
  checkThresholds(named, `Experiment ${experiment.name}`);
  return named;
}
