/** The parts of a report on re-purposing. */
import type { RepurposingMetrics } from '../../schema/repurposing-metrics.ts';
import type { Parts } from '../parts.ts';
import { repurposingCsv } from './csv.ts';
import { repurposingAnswer, repurposingData, repurposingSections, repurposingTables } from './page.ts';

export const repurposingParts = (metrics: RepurposingMetrics): Parts => ({
  findings: repurposingAnswer(metrics),
  tables: repurposingTables(metrics),
  sections: repurposingSections(metrics),
  data: repurposingData(metrics),
  csv: repurposingCsv(metrics),
});
