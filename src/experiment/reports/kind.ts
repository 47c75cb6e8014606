/** Experiments on reports: what each strategy can put into a report, what of it can be used, and what a review of it costs. */
import type { Kind } from '../../harness/kind.ts';
import { metadataFindings } from '../../harness/metadata-findings.ts';
import { checkScenario } from '../../harness/scenario/check.ts';
import { withMessageDetectors } from '../../harness/scenario/detectors.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { ReportsExperiment } from './experiment.ts';
import { ReportsMetrics } from './metrics.ts';
import { type AnyReportRow, reportRows } from './rows.ts';
import { reportsMetrics } from './score.ts';

/** Files whose kind is 'reports'. */
export const reports: Kind<ReportsExperiment, AnyReportRow, ReportsMetrics> = {
  name: 'reports',
  experiment: ReportsExperiment,
  rows: reportRows,
  metrics: ReportsMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 60_000 },
  deploys: true,
  check: checkReports,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  score: async (rows, { experiment, record }) =>
    reportsMetrics(await everyRow(rows, 'message', 'report'), experiment, record.dataset),
  async report() {
    const { reportsParts } = await import('./report.ts');
    const findings = metadataFindings();
    return (metrics) => reportsParts(metrics, findings);
  },
  run: async () => (await import('./run.ts')).runReports,
  async extent(experiment) {
    const { kind, strategies, usable } = await withMessageDetectors(experiment);
    return {
      facts: [
        ['kind', kind],
        ['strategies', strategies.length],
        ['shares of usable reports', usable.map(({ name }) => name).join(', ')],
      ],
      json: { kind, strategies: strategies.length, usable: usable.map(({ name }) => name) },
      hashes: 0,
      edits: experiment.messages.edits.length,
      strategies: strategies.length,
    };
  },
};

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkReports(value: unknown, what: string): ReportsExperiment {
  const experiment = check(ReportsExperiment, value, what);
  checkScenario(experiment, what);
  for (const [i, { k, n }] of experiment.usable.entries())
    if (k > n) throw new UserError(`${what} at /usable/${i}: ${k} usable reports are more than the ${n} received`);
  for (const name of ['sensitivity', 'specificity'] as const) {
    const { low, high } = experiment.queue[name];
    if (low > high) throw new UserError(`${what} at /queue/${name}: low, ${low}, is more than high, ${high}`);
  }
  return experiment;
}
