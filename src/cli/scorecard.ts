/** The scorecard of `presend report <run> --criteria <set>`: read from a file, printed, and written beside the other reports. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { scorecardOf } from '../compare/scorecard.ts';
import { scorecardMarkdown, scorecardPage, scorecardTerminal } from '../compare/scorecard-report.ts';
import { projectRoot } from '../disk/project.ts';
import { textOf } from '../disk/read.ts';
import { writeWhole } from '../disk/write.ts';
import type { AnyMetrics } from '../experiment/index.ts';
import { check } from '../schema/check.ts';
import { Criteria } from '../schema/criteria.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { UserError } from '../util/errors.ts';
import { yamlValue } from '../util/plain-data.ts';

/** Reads a set of criteria: a name under experiments/criteria/, or a YAML file. Throws a UserError in one sentence. */
export async function readCriteria(name: string): Promise<Criteria> {
  const isFile = /[./\\]/.test(name);
  const path = isFile ? name : join(projectRoot, 'experiments', 'criteria', `${name}.yaml`);
  if (!existsSync(path))
    throw new UserError(
      `Expected a file of criteria, or the name of a set under experiments/criteria such as rephrain, for --criteria but received '${name}'`,
    );
  const what = `Criteria ${name}`;
  return check(Criteria, yamlValue(await textOf(path), what), what);
}

/** Writes scorecard-<set>.html and .md into the folder of the run; returns what a terminal shows. */
export async function writeScorecard(
  criteria: Criteria,
  { folder, metrics, record }: { readonly folder: string; readonly metrics: AnyMetrics; readonly record: RunRecord },
  columns: number | undefined,
): Promise<string> {
  const card = scorecardOf(criteria, metrics);
  await writeWhole(join(folder, `scorecard-${criteria.name}.html`), scorecardPage(card, record.runId));
  await writeWhole(join(folder, `scorecard-${criteria.name}.md`), scorecardMarkdown(card));
  return scorecardTerminal(card, columns);
}
