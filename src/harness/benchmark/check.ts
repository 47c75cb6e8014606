/** Checking a benchmark beyond its schema: every name must be known, every edit possible. */
import { deepHashes } from '../../classify/deep-hashes.ts';
import { hashByName } from '../../hash/index.ts';
import { type Benchmark, CopyDetection, FalsePositiveTail } from '../../schema/benchmark.ts';
import { check } from '../../schema/check.ts';
import { UserError } from '../../util/errors.ts';
import { lookUp } from '../../util/registry.ts';
import { checkSets } from './sets.ts';

/** The dataset that is drawn and hashed in one go. */
export const miniatures = 'miniatures';

/** The checked benchmark. Throws a UserError that names the place of the first mistake. */
export function checkBenchmark(value: unknown, what: string): Benchmark {
  const tail = (value as { kind?: unknown } | null)?.kind === 'false-positive-tail';
  const experiment = tail ? check(FalsePositiveTail, value, what) : check(CopyDetection, value, what);
  for (const name of experiment.hashes) hashByName(name);
  if (experiment.kind === 'copy-detection') {
    checkSets(experiment, what);
    if (experiment.deep) lookUp<unknown>(deepHashes, 'deep hash', experiment.deep.hash);
    return experiment;
  }
  for (const [name, thresholds] of Object.entries(experiment.thresholds)) {
    const { bits } = hashByName(name);
    if (!experiment.hashes.includes(name))
      throw new UserError(`${what} at /thresholds: '${name}' is not in /hashes; add it there`);
    const far = thresholds.find((each) => each > bits);
    if (far !== undefined)
      throw new UserError(`${what} at /thresholds/${name}: ${far} bits is more than the ${bits} bits of the hash`);
  }
  if (experiment.dataset.name === miniatures && (experiment.kinds || experiment.hardKinds))
    throw new UserError(`${what} at /dataset: miniatures have no kinds; take /kinds and /hardKinds out`);
  return experiment;
}
