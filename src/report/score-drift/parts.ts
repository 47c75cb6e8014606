/** The parts of a report on score drift, and every number of it as CSV. */
import type { ScoreDriftMetrics } from '../../schema/score-drift-metrics.ts';
import { csvTable, type Field, intervalFields, numberColumns, rateFields, valueFields } from '../csv.ts';
import type { Parts } from '../parts.ts';
import { scoreDriftAnswer, scoreDriftData, scoreDriftSections, scoreDriftTables } from './page.ts';

/** File name → CSV text. */
const scoreDriftCsv = ({ sets }: ScoreDriftMetrics): Record<string, string> => ({
  'drift.csv': csvTable(
    ['set', 'edit', 'title', 'pictures', 'alarm', 'measure', ...numberColumns],
    sets.flatMap(({ set, drifts }) =>
      drifts.flatMap(({ edit, title, pictures, distance, alarms }): Field[][] => {
        const start = [set, edit, title, pictures];
        return [
          [...start, 'all', 'mean', ...intervalFields(distance.mean)],
          [...start, 'all', 'p95', ...intervalFields(distance.p95)],
          ...alarms.flatMap(({ alarm, mean, sd, p95, flips }): Field[][] => [
            [...start, alarm, 'mean', ...intervalFields(mean)],
            [...start, alarm, 'sd', ...valueFields(sd, 'standard deviation')],
            [...start, alarm, 'p95', ...intervalFields(p95)],
            [...start, alarm, 'flips', ...rateFields(flips)],
          ]),
        ];
      }),
    ),
  ),
});

export const scoreDriftParts = (metrics: ScoreDriftMetrics): Parts => ({
  findings: scoreDriftAnswer(metrics),
  tables: scoreDriftTables(metrics),
  sections: scoreDriftSections(metrics),
  data: scoreDriftData(metrics),
  csv: scoreDriftCsv(metrics),
});
