/** Experiments on re-purposing: locations on a list, and a head with a hidden target. */
import type { RepurposingExperiment } from '../../schema/repurposing.ts';
import type { RepurposingMetrics } from '../../schema/repurposing-metrics.ts';
import type { Kind } from '../kind.ts';
import { repurposingMetrics } from '../score/repurposing.ts';
import { checkRepurposing } from './check.ts';
import { runRepurposing } from './run.ts';

/** Files whose kind is 'repurposing'. */
export const repurposing: Kind<RepurposingExperiment, RepurposingMetrics> = {
  onPictures: true,
  check: checkRepurposing,
  run: runRepurposing,
  metrics: (rows, { experiment, record: { dataset, notes = [] } }) =>
    repurposingMetrics(rows, { experiment, dataset, notes }),
  extent({ kind, hashes, list, locations, robustness, classifier }) {
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
