/** Experiments on prevention: what each strategy can stop before delivery. */
import type { Kind } from '../../harness/kind.ts';
import { checkScenario } from '../../harness/scenario/check.ts';
import { withMessageDetectors } from '../../harness/scenario/detectors.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { PreventionExperiment } from './experiment.ts';
import { PreventionMetrics } from './metrics.ts';
import { type PreventionRow, preventionRows } from './rows.ts';
import { preventionMetrics } from './score.ts';

/** Files whose kind is 'prevention'. */
export const prevention: Kind<PreventionExperiment, PreventionRow, PreventionMetrics> = {
  name: 'prevention',
  experiment: PreventionExperiment,
  rows: preventionRows,
  metrics: PreventionMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 120_000 },
  check: checkPrevention,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  score: async (rows, { experiment, record }) =>
    preventionMetrics(await everyRow(rows, 'prevented', 'turned-away'), experiment, record.dataset),
  report: async () => (await import('./report.ts')).preventionParts,
  run: async () => (await import('./run.ts')).runPrevention,
  async extent(experiment) {
    const { kind, strategies, prevention: settings } = await withMessageDetectors(experiment);
    const { actions, probes } = settings;
    return {
      facts: [
        ['kind', kind],
        ['prevention', `${['none', ...actions].join(', ')} on ${strategies.length} strategies`],
        ['probes', `${probes.listed} of listed pictures, ${probes.others} of others`],
      ],
      json: { kind, strategies: strategies.length, actions, probes },
      hashes: 0,
      edits: experiment.messages.edits.length,
      strategies: strategies.length,
    };
  },
};

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkPrevention(value: unknown, what: string): PreventionExperiment {
  const experiment = check(PreventionExperiment, value, what);
  checkScenario(experiment, what);
  return experiment;
}
