/** The parts of reports on hashes alone. */
import type { CopyDetectionMetrics, FalsePositiveTailMetrics } from '../../schema/benchmark-metrics.ts';
import type { Parts } from '../parts.ts';
import type { Timings } from '../types.ts';
import { copyAnswer, copyData, copySections, copyTables } from './copy-page.ts';
import { benchmarkCsv } from './csv.ts';
import { tailAnswer, tailData, tailSections, tailTables } from './tail-page.ts';

export const copyParts = (metrics: CopyDetectionMetrics, timings?: Timings): Parts => ({
  findings: copyAnswer(metrics),
  tables: copyTables(metrics, timings),
  sections: copySections(metrics, timings),
  data: copyData(metrics),
  csv: benchmarkCsv(metrics),
});

export const tailParts = (metrics: FalsePositiveTailMetrics): Parts => ({
  findings: tailAnswer(metrics),
  tables: tailTables(metrics),
  sections: tailSections(metrics),
  data: tailData(metrics),
  csv: benchmarkCsv(metrics),
});
