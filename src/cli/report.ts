/** `presend report <run>`: derives metrics and reports of a finished run anew from its raw observations. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { reloadRun } from '../harness/reload.ts';
import { runFiles } from '../harness/run-folder.ts';
import { terminalReport } from '../report/any.ts';
import { examples } from './arguments.ts';
import { columnsOf, wantsColor } from './terminal.ts';
import { writeReports } from './write-reports.ts';

export const reportCommand = (): Command =>
  new Command('report')
    .argument('<run>', 'folder of a run, or its name under runs/')
    .option('--json', 'print the metrics as JSON on stdout instead of the table')
    .addHelpText('after', examples('report runs/tradeoff-20261123T120000Z', 'report runs/mine --json'))
    .action(report);

async function report(run: string, { json = false }: { json?: boolean }): Promise<void> {
  const named = join('runs', run);
  const folder = !existsSync(run) && existsSync(named) ? named : run;
  const { metrics, record, timings } = await reloadRun(folder);
  const text = `${JSON.stringify(metrics, null, 2)}\n`;
  await writeFile(join(folder, runFiles.metrics), text);
  const page = await writeReports(folder, metrics, record, timings);
  process.stdout.write(json ? text : terminalReport(metrics, timings, { columns: columnsOf(), color: wantsColor() }));
  process.stderr.write(`\nRun: ${relative('', folder) || folder}\nPage: ${pathToFileURL(page).href}\n`);
}
