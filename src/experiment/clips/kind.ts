/** Experiments on clips: messages with many frames. */
import { classifierLabels } from '../../classify/index.ts';
import type { Kind } from '../../harness/kind.ts';
import { hashByName } from '../../hash/index.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { strategyByName } from '../../strategy/index.ts';
import { UserError } from '../../util/errors.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { clipEditNamed } from '../../video/edit/index.ts';
import { ClipsExperiment } from './experiment.ts';
import { ClipsMetrics } from './metrics.ts';
import { type AnyClipRow, clipRows } from './rows.ts';
import { clipsMetrics } from './score.ts';

/** Files whose kind is 'clips'. */
export const clips: Kind<ClipsExperiment, AnyClipRow, ClipsMetrics> = {
  name: 'clips',
  experiment: ClipsExperiment,
  rows: clipRows,
  metrics: ClipsMetrics,
  onPictures: false,
  phaseShares: () => ({ clips: 0.6, strategies: 0.39, metrics: 0.01 }),
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  check: checkClips,
  score: async (rows, { experiment, record: { dataset } }) =>
    clipsMetrics(await everyRow(rows), { experiment, dataset }),
  report: async () => (await import('./report.ts')).clipsParts,
  run: async () => (await import('./run.ts')).runClips,
  extent({ kind, corpus, frames, edits, strategies, hash, equalityHash }) {
    return {
      facts: [
        ['kind', kind],
        ['clips', `${corpus.clips}, looked at in ${frames.join(', ')} frames`],
        ['edits', `${edits.length}: ${edits.join(', ')}`],
        ['cells', `${strategies.length} strategies × ${frames.length} numbers of frames`],
      ],
      json: { kind, clips: corpus.clips, frames, edits, strategies },
      hashes: new Set([hash, equalityHash]).size,
      edits: edits.length,
      strategies: strategies.length,
    };
  },
};

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkClips(value: unknown, what: string): ClipsExperiment {
  const experiment = check(ClipsExperiment, value, what);
  for (const name of [experiment.hash, experiment.equalityHash, experiment.secondHash]) hashByName(name);
  for (const name of experiment.strategies) strategyByName(name);
  for (const name of experiment.edits) clipEditNamed(name);
  const labels = classifierLabels(experiment.classifier);
  if (!labels.includes(experiment.label))
    throw new UserError(
      `${what} at /label: ${experiment.classifier} knows ${labels.join(', ')}, not '${experiment.label}'`,
    );
  return experiment;
}
