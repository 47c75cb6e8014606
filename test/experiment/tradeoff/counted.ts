/** Rows made by hand as a run's counts. */
import type { Experiment } from '../../../src/experiment/tradeoff/experiment.ts';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import { classifierMetrics } from '../../../src/experiment/tradeoff/score-classifier.ts';
import { TradeoffCounts } from '../../../src/experiment/tradeoff/score-counts.ts';
import { hashMetrics } from '../../../src/experiment/tradeoff/score-matches.ts';
import type { Row } from '../../../src/schema/row.ts';
import { Calibration, type Detector } from '../../../src/score/thresholds.ts';
import { tiny } from '../../harness/tiny.ts';

/** The counts of rows, with the label at index 1 as builders of rows have it. */
export function counted(rows: readonly TradeoffRow[], experiment: Experiment = tiny): TradeoffCounts {
  const counts = new TradeoffCounts(experiment, 1);
  counts.add(rows);
  return counts;
}

/** What a hash does on rows. */
export function hashMetricsOf(rows: readonly TradeoffRow[], experiment: Experiment, name: string) {
  const counts = counted(rows, experiment);
  return hashMetrics(counts.hashOf(name), counts.calibration, experiment);
}

/** What a detector of the experiment does on rows. `label`: index of the classifier's label among its scores. */
export function classifierMetricsOf(
  rows: readonly TradeoffRow[],
  experiment: Experiment,
  { which = 'deciding', label = 1 }: { readonly which?: 'deciding' | 'untrained'; readonly label?: number } = {},
) {
  const counts = new TradeoffCounts(experiment, label);
  counts.add(rows);
  return classifierMetrics(counts.detectorOf(counts.detectors[which]), counts, experiment);
}

/** What thresholds are chosen on in rows. */
export function calibrationIn(rows: readonly Row[], detectors: readonly Detector[] = []): Calibration {
  const calibration = new Calibration(detectors);
  calibration.add(rows);
  return calibration;
}
