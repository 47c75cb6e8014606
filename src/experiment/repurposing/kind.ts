/** Experiments on re-purposing: locations on a list, and a head with a hidden target. */

import { deepHashes } from '../../classify/deep-hashes.ts';
import { isDetector } from '../../harness/detectors/detectors.ts';
import type { Kind } from '../../harness/kind.ts';
import { hashes } from '../../hash/index.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import { lookUp } from '../../util/registry.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { checkThresholds, withRepurposingDetectors } from './detectors.ts';
import { RepurposingExperiment } from './experiment.ts';
import { RepurposingMetrics } from './metrics.ts';
import { type RepurposingRow, repurposingRows } from './rows.ts';
import { repurposingMetrics } from './score.ts';
import { insertedAt } from './score-facts.ts';

/** Files whose kind is 'repurposing'. */
export const repurposing: Kind<RepurposingExperiment, RepurposingRow, RepurposingMetrics> = {
  name: 'repurposing',
  experiment: RepurposingExperiment,
  rows: repurposingRows,
  metrics: RepurposingMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 12_000 },
  check: checkRepurposing,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  score: async (rows, { experiment, record: { dataset, notes = [] } }) =>
    repurposingMetrics(await everyRow(rows), { experiment, dataset, notes }),
  report: async () => (await import('./report.ts')).repurposingParts,
  run: async () => (await import('./run.ts')).runRepurposing,
  async extent(experiment) {
    const { kind, hashes, list, locations, robustness, classifier } = await withRepurposingDetectors(experiment);
    const { drawn } = locations;
    return {
      facts: [
        ['kind', kind],
        ['hashes', `${hashes.length}: ${hashes.join(', ')}`],
        ['list', `${list.entries} entries, ${list.poisoned.length} poisoned shares`],
        ['locations', `${drawn.locations} of ${drawn.photographs} photographs where they are drawn`],
        [
          'heads',
          classifier ? `${classifier.poisoned.length + 1} a hidden target, ${classifier.repeats} times` : 'none',
        ],
      ],
      json: { kind, hashes, entries: list.entries, locations: drawn.locations, shares: list.poisoned.length },
      hashes: hashes.length,
      edits: robustness.edits.length,
      strategies: 0,
    };
  },
};

// Checking a re-purposing experiment beyond its schema: every name must be known, every number possible.

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkRepurposing(value: unknown, what: string): RepurposingExperiment {
  const experiment = check(RepurposingExperiment, value, what);
  const { list, robustness, classifier } = experiment;
  for (const name of experiment.hashes)
    if (!isDetector(name, experiment.detectors)) lookUp<unknown>({ ...hashes, ...deepHashes }, 'hash', name);
  checkThresholds(experiment, what);
  referenced(list.poisoned, list.reference, `${what} at /list`);
  if (classifier) referenced(classifier.poisoned, classifier.reference, `${what} at /classifier`);
  for (const share of list.poisoned)
    if (insertedAt(share, list.entries) < 1)
      throw new UserError(
        `${what} at /list/poisoned: ${share} of ${list.entries} entries is less than one; use a longer list or a larger share`,
      );
  const labels = robustness.edits.map((spec) => resolveTransform(spec).label);
  if (labels.includes('none'))
    throw new UserError(`${what} at /robustness/edits: 'none' is the picture itself; remove it`);
  return experiment;
}

function referenced(shares: readonly number[], reference: number, place: string): void {
  if (!shares.includes(reference))
    throw new UserError(`${place}: the reference ${reference} is not among the poisoned shares; add it there`);
}
