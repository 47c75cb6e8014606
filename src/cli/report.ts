/** `presend report <run>`: computes metrics and reports of a finished run again from its raw observations. */
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { writeJson } from '../disk/write.ts';
import { reloadRun } from '../experiment/reload.ts';
import { terminalReport } from '../experiment/report.ts';
import { metricsDigest, RunFolder, runFiles } from '../harness/run-folder.ts';
import { UserError } from '../util/errors.ts';
import { examples, runNamed } from './arguments.ts';
import { readCriteria, writeScorecard } from './scorecard.ts';
import { columnsOf, wantsColor } from './terminal.ts';
import { writeReports } from './write-reports.ts';

export const reportCommand = (): Command =>
  new Command('report')
    .argument('<run>', 'folder of a run, or its name under runs/')
    .option('--json', 'print the metrics as JSON on stdout instead of the table')
    .option('--full', 'print every table, not only the answer')
    .option('--criteria <set>', 'print the figures under published criteria: rephrain, or a YAML file of others')
    .addHelpText('after', examples('report runs/tradeoff-20261123T120000Z', 'report runs/mine --criteria rephrain'))
    .action(report);

async function report(
  run: string,
  { json = false, full = false, criteria }: { json?: boolean; full?: boolean; criteria?: string },
): Promise<void> {
  if (json && criteria !== undefined) throw new UserError('--json and --criteria were both given; give one');
  const asked = criteria === undefined ? undefined : await readCriteria(criteria);
  const folder = runNamed(run);
  // A lock needs the folder; the command does not create one that contains no run.
  const opened = new RunFolder(folder);
  await opened.record();
  await opened.alone(async () => {
    const { metrics, record, timings } = await reloadRun(folder);
    await writeJson(join(folder, runFiles.metrics), metrics);
    await writeJson(join(folder, runFiles.record), { ...record, metrics: { sha256: metricsDigest(metrics) } });
    const page = await writeReports(folder, metrics, record, timings);
    const text = json
      ? `${JSON.stringify(metrics, null, 2)}\n`
      : asked
        ? await writeScorecard(asked, { folder, metrics, record }, columnsOf())
        : await terminalReport(metrics, timings, { columns: columnsOf(), color: wantsColor(), full });
    process.stdout.write(text);
    process.stderr.write(`\nRun: ${relative('', folder) || folder}\nPage: ${pathToFileURL(page).href}\n`);
  });
}
