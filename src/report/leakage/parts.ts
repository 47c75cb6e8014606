/** The parts of a report on leakage. */
import type { LeakageMetrics } from '../../schema/leakage-metrics.ts';
import type { Parts } from '../parts.ts';
import { leakageAnswer } from './answer.ts';
import { leakageCsv } from './csv.ts';
import { leakageData, leakageSections, leakageTables } from './page.ts';

export const leakageParts = (metrics: LeakageMetrics): Parts => ({
  findings: leakageAnswer(metrics),
  tables: leakageTables(metrics),
  sections: leakageSections(metrics),
  data: leakageData(metrics),
  csv: leakageCsv(metrics),
});
