/** The parts of a report on account thresholds. */
import type { ThresholdMetrics } from '../../schema/threshold-metrics.ts';
import type { Parts } from '../parts.ts';
import type { Timings } from '../../schema/run-record.ts';
import { thresholdCsv } from './csv.ts';
import { thresholdAnswer, thresholdData, thresholdSections, thresholdTables } from './page.ts';

export const thresholdParts = (metrics: ThresholdMetrics, timings?: Timings): Parts => ({
  findings: thresholdAnswer(metrics),
  tables: thresholdTables(metrics, timings),
  sections: thresholdSections(metrics, timings),
  data: thresholdData(metrics),
  csv: thresholdCsv(metrics),
});
