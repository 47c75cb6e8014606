/** Experiments on robustness: how far scores move. */

import { backendIds } from '../../classify/backend.ts';
import { classifierLabels } from '../../classify/index.ts';
import { checkSets, editCount, setFacts, withPresets } from '../../harness/edit-preset.ts';
import type { Kind } from '../../harness/kind.ts';
import { checkAlarms } from '../../harness/scoring/alarms.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { type ScoreRow, scoreRows } from '../../schema/scored.ts';
import { UserError } from '../../util/errors.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { ScoreDrift } from './experiment.ts';
import { ScoreDriftMetrics } from './metrics.ts';
import { scoreDriftMetrics } from './score.ts';

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkScoreDrift(value: unknown, what: string): ScoreDrift {
  const experiment = check(ScoreDrift, value, what);
  checkSets(experiment, what);
  checkAlarms(
    experiment.alarms,
    [{ name: experiment.classifier, labels: classifierLabels(experiment.classifier) }],
    `${what} at /alarms`,
  );
  const wrong = experiment.backends.find((name) => !(backendIds as readonly string[]).includes(name));
  if (wrong !== undefined)
    throw new UserError(`${what} at /backends: expected ${backendIds.join(', ')} but received '${wrong}'`);
  return experiment;
}

/** Files whose kind is 'score-drift'. */
export const scoreDrift: Kind<ScoreDrift, ScoreRow, ScoreDriftMetrics> = {
  name: 'score-drift',
  experiment: ScoreDrift,
  rows: scoreRows,
  metrics: ScoreDriftMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 65_000 },
  check: checkScoreDrift,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  score: async (rows, { experiment, record: { dataset, notes = [] } }) =>
    scoreDriftMetrics(await everyRow(rows), { experiment, dataset, notes, sets: setFacts(experiment) }),
  report: async () => (await import('./report.ts')).scoreDriftParts,
  run: async () => (await import('./run.ts')).runScoreDrift,
  async extent(experiment) {
    const read = await withPresets(experiment);
    const { kind, classifier, sample } = experiment;
    const edits = editCount(read);
    return {
      facts: [
        ['kind', kind],
        ['classifier', classifier],
        ...setFacts(read).map((set): [string, string] => [
          'edits',
          `${set.name}: ${set.edits.map(({ title }) => title).join(', ')}`,
        ]),
        ['renderings', `${sample} pictures × ${edits} edits`],
      ],
      json: { kind, classifier, sample, edits },
      hashes: 0,
      edits,
      strategies: 0,
    };
  },
};
