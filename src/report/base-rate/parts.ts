/** The parts of a report on base rates. */
import type { BaseRateMetrics } from '../../schema/base-rate-metrics.ts';
import type { Parts } from '../parts.ts';
import { baseRateCsv } from './csv.ts';
import { baseRateAnswer, baseRateData, baseRateSections, baseRateTables } from './page.ts';

export const baseRateParts = (metrics: BaseRateMetrics): Parts => ({
  findings: baseRateAnswer(metrics),
  tables: baseRateTables(metrics),
  sections: baseRateSections(metrics),
  data: baseRateData(metrics),
  csv: baseRateCsv(metrics),
});
