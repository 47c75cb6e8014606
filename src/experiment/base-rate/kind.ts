/** Experiments on base rates: what false alarms of a classifier amount to. */

import type { Kind } from '../../harness/kind.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { type ScoreRow, scoreRows } from '../../schema/scored.ts';
import { UserError } from '../../util/errors.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { BaseRate } from './experiment.ts';
import { BaseRateMetrics } from './metrics.ts';
import { checkLabels, withCheckedPrograms } from './programs.ts';
import { baseRateMetrics } from './score.ts';

/** Files whose kind is 'base-rate'. */
export const baseRate: Kind<BaseRate, ScoreRow, BaseRateMetrics> = {
  name: 'base-rate',
  experiment: BaseRate,
  rows: scoreRows,
  metrics: BaseRateMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 4000 },
  check: checkBaseRate,
  tasks: moduleBeside(import.meta.url, '../../harness/scoring/tasks.ts'),
  score: async (rows, { experiment, record: { dataset, notes = [] } }) =>
    baseRateMetrics(await everyRow(rows), { experiment, dataset, notes }),
  report: async () => (await import('./report.ts')).baseRateParts,
  run: async () => (await import('./run.ts')).runBaseRate,
  async extent(experiment) {
    const { kind, classifiers, alarms, thresholds, edits, editedPictures } = await withCheckedPrograms(experiment);
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

// Checking a base-rate experiment beyond its schema: networks, labels and edits must be known.

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkBaseRate(value: unknown, what: string): BaseRate {
  const experiment = check(BaseRate, value, what);
  const networks = experiment.classifiers.map(({ name }) => name);
  const same = networks.find((name, i) => networks.indexOf(name) < i);
  if (same) throw new UserError(`${what} at /classifiers: '${same}' occurs twice; keep one`);
  checkLabels(experiment, what);
  const labels = experiment.edits.map((spec) => resolveTransform(spec).label);
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (twice) throw new UserError(`${what} at /edits: '${twice}' occurs twice; keep one`);
  if (labels.includes('none'))
    throw new UserError(`${what} at /edits: every picture is also scored unedited; remove 'none'`);
  return experiment;
}
