/** Experiments on leakage: what each role learns of each secret, from the views of a real run. */

import type { Kind } from '../../harness/kind.ts';
import { metadataFindings } from '../../harness/metadata-findings.ts';
import { checkScenario } from '../../harness/scenario/check.ts';
import { withMessageDetectors } from '../../harness/scenario/detectors.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { LeakageExperiment } from './experiment.ts';
import { LeakageMetrics } from './metrics.ts';
import { Adversary, type LeakageRow, leakageRows, Secret } from './rows.ts';
import { leakageMetrics } from './score.ts';

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkLeakage(value: unknown, what: string): LeakageExperiment {
  const experiment = check(LeakageExperiment, value, what);
  checkScenario(experiment, what);
  if (resolveTransform(experiment.attacks.recompressed).label === 'none')
    throw new UserError(`${what} at /attacks/recompressed: 'none' does not change the file; name an edit`);
  return experiment;
}

/** Files whose kind is 'leakage'. */
export const leakage: Kind<LeakageExperiment, LeakageRow, LeakageMetrics> = {
  name: 'leakage',
  experiment: LeakageExperiment,
  rows: leakageRows,
  metrics: LeakageMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 205_000 },
  deploys: true,
  check: checkLeakage,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  score: async (rows, { experiment, record }) =>
    leakageMetrics(await everyRow(rows), {
      experiment,
      dataset: record.dataset,
      listEntries: record.list?.entries ?? 0,
      notes: record.notes ?? [],
    }),
  async report() {
    const { leakageParts } = await import('./report.ts');
    const findings = metadataFindings();
    return (metrics) => leakageParts(metrics, findings);
  },
  run: async () => (await import('./run.ts')).runLeakage,
  async extent(experiment) {
    const { kind, strategies, messages } = await withMessageDetectors(experiment);
    const edits = ['none', ...messages.edits.map((spec) => resolveTransform(spec).label)];
    const [adversaries, secrets] = [Adversary.enum.length, Secret.enum.length];
    return {
      facts: [
        ['kind', kind],
        ['strategies', strategies.length],
        ['attacks', `${adversaries} adversaries × ${secrets} secrets, each with two controls`],
        ['messages', `${edits.length + 1} kinds: ${edits.join(', ')}, recompressed`],
      ],
      json: { kind, strategies: strategies.length, adversaries, secrets, messages: edits },
      hashes: 0,
      edits: edits.length,
      strategies: strategies.length,
    };
  },
};
