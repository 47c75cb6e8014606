/** Experiments on base rates: what false alarms of a classifier amount to. */
import { resolveTransform } from '../../image/transform/index.ts';
import type { BaseRate } from '../../schema/base-rate.ts';
import type { BaseRateMetrics } from '../../schema/base-rate-metrics.ts';
import type { Kind } from '../kind.ts';
import { baseRateMetrics } from '../score/base-rate.ts';
import { checkBaseRate } from './check.ts';
import { runBaseRate } from './run.ts';

/** Files whose kind is 'base-rate'. */
export const baseRate: Kind<BaseRate, BaseRateMetrics> = {
  onPictures: true,
  check: checkBaseRate,
  run: runBaseRate,
  metrics: (rows, { experiment, record: { dataset, notes = [] } }) =>
    baseRateMetrics(rows, { experiment, dataset, notes }),
  extent({ kind, classifiers, alarms, thresholds, edits, editedPictures }) {
    const names = classifiers.map(({ name }) => name);
    const cells = classifiers.length * alarms.length * thresholds.length;
    return {
      facts: [
        ['kind', kind],
        ['classifiers', names.join(', ')],
        ['alarms', alarms.map(({ name }) => name).join(', ')],
        ['edits', `${edits.map((spec) => resolveTransform(spec).label).join(', ')} of ${editedPictures} pictures`],
        ['cells', cells],
      ],
      json: { kind, classifiers: names, alarms: alarms.map(({ name }) => name), cells },
      hashes: 0,
      edits: edits.length,
      strategies: 0,
    };
  },
};
