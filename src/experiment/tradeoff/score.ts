/** From the observations of a run to its metrics: pure, so that a report can always be made again from the raw rows. */
import type { Experiment } from '../../schema/experiment.ts';
import type { Metrics } from '../../schema/metrics.ts';
import type { MatchRow, Observation, RefusedRow } from '../../schema/observation.ts';
import { strategyByName } from '../../strategy/index.ts';
import { classifierMetrics } from './classifier.ts';
import { copyNotes } from './copies.ts';
import { equalityGap } from './equality.ts';
import { hashMetrics } from './hash.ts';
import { limitsOf } from './limits.ts';
import { rounded } from './rounded.ts';
import { medianSentBytes, operatingPointOf, strategyMetrics } from './strategy.ts';
import { classifierThreshold, hashThreshold } from './thresholds.ts';

/** What the rows do not say. */
export interface MetricsContext {
  readonly experiment: Experiment;
  readonly dataset: { readonly name: string; readonly sha256: string };
  /** Index of the classifier's label among its scores. */
  readonly label: number;
  readonly listEntries: number;
  /** Bytes of the list file that strategies put on devices. */
  readonly listBytes: number;
  /** What was noted while the pictures were assigned. */
  readonly notes: readonly string[];
}

/** The metrics of a finished run. */
export function metricsOf(rows: readonly Observation[], context: MetricsContext): Metrics {
  const { experiment, label } = context;
  const bits = hashThreshold(rows, experiment, experiment.messages.hash, true).bits;
  const score = classifierThreshold(rows, experiment, label).score;
  const plainBytes = medianSentBytes(rows, 'e2ee');
  const pictures = rows.filter(
    (row): row is MatchRow => row.row === 'match' && row.transform === 'none' && row.hash === experiment.grid.hash[0],
  );
  const refused = rows.filter((row): row is RefusedRow => row.row === 'refused');
  const content: Metrics['dataset']['content'] = {};
  for (const row of pictures) {
    content[row.content] ??= { calibration: 0, evaluation: 0 };
    content[row.content]![row.split]++;
  }
  const notes = [...context.notes, ...copyNotes(rows, experiment)];
  const metrics: Omit<Metrics, 'limits'> = {
    schemaVersion: 1,
    experiment: experiment.name,
    question: experiment.question,
    seed: experiment.seed,
    dataset: {
      ...context.dataset,
      pictures: pictures.length,
      groups: new Set(pictures.map(({ group }) => group)).size,
      refused: refused.map(({ picture, reason }) => ({ picture, reason })),
      content,
      listEntries: context.listEntries,
    },
    strategies: experiment.grid.strategy.map((name) =>
      strategyMetrics(rows, name, {
        experiment,
        operatingPoint: operatingPointOf(strategyByName(name), experiment, { bits, score }),
        listBytes: context.listBytes,
        listEntries: context.listEntries,
        plainBytes,
      }),
    ),
    hashes: experiment.grid.hash.map((name) => hashMetrics(rows, experiment, name)),
    equalityGap: equalityGap(rows, experiment, bits),
    classifier: classifierMetrics(rows, experiment, label),
    notes,
  };
  return rounded({ ...metrics, limits: [...notes, ...limitsOf(metrics, experiment)] });
}
