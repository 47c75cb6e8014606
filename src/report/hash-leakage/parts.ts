/** The parts of a report on what hashes give away. */
import type { HashLeakageMetrics } from '../../schema/hash-leakage-metrics.ts';
import type { Parts } from '../parts.ts';
import { hashLeakageAnswer } from './answer.ts';
import { hashLeakageCsv } from './csv.ts';
import { hashLeakageData, hashLeakageSections, hashLeakageTables } from './page.ts';

export const hashLeakageParts = (metrics: HashLeakageMetrics): Parts => ({
  findings: hashLeakageAnswer(metrics),
  tables: hashLeakageTables(metrics),
  sections: hashLeakageSections(metrics),
  data: hashLeakageData(metrics),
  csv: hashLeakageCsv(metrics),
});
