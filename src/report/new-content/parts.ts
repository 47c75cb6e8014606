/** The parts of a report on new content. */
import type { NewContentMetrics } from '../../schema/new-content-metrics.ts';
import type { Parts } from '../parts.ts';
import { newContentCsv } from './csv.ts';
import { newContentAnswer, newContentData, newContentSections, newContentTables } from './page.ts';

export const newContentParts = (metrics: NewContentMetrics): Parts => ({
  findings: newContentAnswer(metrics),
  tables: newContentTables(metrics),
  sections: newContentSections(metrics),
  data: newContentData(metrics),
  csv: newContentCsv(metrics),
});
