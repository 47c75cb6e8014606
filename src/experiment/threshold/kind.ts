/** Experiments on account thresholds, which simulate accounts and need no pictures. */

import type { Kind } from '../../harness/kind.ts';
import { everyRow } from '../../schema/row.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { ThresholdExperiment } from './experiment.ts';
import { ThresholdMetrics } from './metrics.ts';
import { type ThresholdRow, thresholdRows } from './rows.ts';
import { thresholdMetrics } from './score.ts';
import { checkThreshold, thresholdCells } from './score-cells.ts';

/** Files whose kind is 'threshold'. */
export const threshold: Kind<ThresholdExperiment, ThresholdRow, ThresholdMetrics> = {
  name: 'threshold',
  experiment: ThresholdExperiment,
  rows: thresholdRows,
  metrics: ThresholdMetrics,
  onPictures: false,
  check: checkThreshold,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  score: async (rows, { experiment }) => thresholdMetrics(await everyRow(rows), experiment),
  report: async () => (await import('./report.ts')).thresholdParts,
  run: async () => (await import('./run.ts')).runThreshold,
  extent(experiment) {
    const { kind, offenders, innocents, knowledge, protocol } = experiment;
    const all = thresholdCells(experiment);
    const cells = {
      offenders: all.offenders.length,
      innocents: all.innocents.length,
      knowledge: all.knowledge.length,
      protocol: all.protocol.length,
    };
    return {
      facts: [
        ['kind', kind],
        ['offenders', `${cells.offenders} cells of ${offenders.accounts} accounts`],
        ['innocents', `${cells.innocents} cells of ${innocents.accounts} accounts`],
        ['knowledge', `${cells.knowledge} cells of ${knowledge.accounts} accounts`],
        ['protocol', `${cells.protocol} cells of at least ${protocol.vouchers} vouchers`],
      ],
      json: { kind, cells },
      hashes: 0,
      edits: 0,
      strategies: 0,
    };
  },
};
