/** Experiments on what perceptual hashes give away. */

import { deepHashes } from '../../classify/deep-hashes.ts';
import { loadable } from '../../classify/index.ts';
import type { Kind } from '../../harness/kind.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { strategyByName } from '../../strategy/index.ts';
import { UserError } from '../../util/errors.ts';
import { lookUp } from '../../util/registry.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { checkHashes, withLeakageDetectors } from './detectors.ts';
import { HashLeakageExperiment } from './experiment.ts';
import { means } from './hashing.ts';
import { HashLeakageMetrics } from './metrics.ts';
import { type HashLeakageRow, hashLeakageRows } from './rows.ts';
import { hashLeakageMetrics } from './score.ts';

/** Files whose kind is 'hash-leakage'. */
export const hashLeakage: Kind<HashLeakageExperiment, HashLeakageRow, HashLeakageMetrics> = {
  name: 'hash-leakage',
  experiment: HashLeakageExperiment,
  rows: hashLeakageRows,
  metrics: HashLeakageMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 570_000 },
  deploys: true,
  check: checkHashLeakage,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  score: async (rows, { experiment, record: { dataset, notes = [] } }) =>
    hashLeakageMetrics(await everyRow(rows), { experiment, dataset, notes }),
  report: async () => (await import('./report.ts')).hashLeakageParts,
  run: async () => (await import('./run.ts')).runHashLeakage,
  async extent(experiment) {
    const { kind, topics, inversion, membership, miniatures } = await withLeakageDetectors(experiment);
    const hashes = [...topics.hashes, ...(topics.deep ? [topics.deep.hash] : [])];
    const { training, validation, test } = miniatures;
    const drawn = training + validation + test + membership.listed + membership.known + membership.others;
    return {
      facts: [
        ['kind', kind],
        ['topic from hash', `${hashes.length}: ${hashes.join(', ')}`],
        ['picture from hash', `${inversion.hashes.length}: ${inversion.hashes.join(', ')}`],
        ['list membership', `${membership.strategies.length}: ${membership.strategies.join(', ')}`],
        ['miniatures', drawn],
      ],
      json: { kind, topics: hashes, inversion: inversion.hashes, membership: membership.strategies, miniatures: drawn },
      hashes: new Set([...hashes, ...inversion.hashes]).size,
      edits: 0,
      strategies: membership.strategies.length,
    };
  },
};

// Checking a hash-leakage experiment beyond its schema: every name must be known, every share possible.

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkHashLeakage(value: unknown, what: string): HashLeakageExperiment {
  const experiment = check(HashLeakageExperiment, value, what);
  const { topics, inversion, membership, split } = experiment;
  checkHashes(experiment, what);
  if (topics.deep) lookUp<unknown>(deepHashes, 'deep hash', topics.deep.hash);
  loadable(inversion.classifier.name);
  if (split.training + split.validation >= 1)
    throw new UserError(`${what} at /split: training and validation use everything; leave a share for the test`);
  for (const name of membership.strategies) {
    strategyByName(name);
    lookUp<unknown>(means, 'strategy whose device can look for members:', name);
  }
  return experiment;
}
