/** The parts of reports on attacks. */
import type { EvasionMetrics } from '../../schema/evasion-metrics.ts';
import type { Parts } from '../parts.ts';
import type { Timings } from '../../schema/run-record.ts';
import { evasionCsv } from './csv.ts';
import { evasionAnswer, evasionData, evasionSections, evasionTables } from './page.ts';

export const evasionParts = (metrics: EvasionMetrics, timings?: Timings): Parts => ({
  findings: evasionAnswer(metrics),
  tables: evasionTables(metrics, timings),
  sections: evasionSections(metrics, timings),
  data: evasionData(metrics),
  csv: evasionCsv(metrics),
});
