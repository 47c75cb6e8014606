/** The parts of a report on powers. */
import type { PowerMetrics } from '../../schema/power-metrics.ts';
import type { Parts } from '../parts.ts';
import { powerCsv } from './csv.ts';
import { matrixTable } from './matrix.ts';
import { powerAnswer, powerData, powerSections } from './page.ts';
import { auditTable, blastTable, gossipTable, roomTable, speedTable } from './tables.ts';

export const powerParts = (metrics: PowerMetrics): Parts => ({
  findings: powerAnswer(metrics),
  tables: [matrixTable, blastTable, speedTable, roomTable, gossipTable, auditTable].map((table) => table(metrics)),
  sections: powerSections(metrics),
  data: powerData(metrics),
  csv: powerCsv(metrics),
});
