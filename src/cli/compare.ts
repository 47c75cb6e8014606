/** `presend compare <run> <run>…`: finished runs side by side. */
import { basename } from 'node:path';
import { Command } from 'commander';
import { comparisonJson, comparisonOf } from '../compare/compare.ts';
import { comparisonReport } from '../compare/compare-report.ts';
import { type FinishedRun, openRun } from '../compare/open-run.ts';
import { RunFolder } from '../harness/run-folder.ts';
import { MissingError, UserError } from '../util/errors.ts';
import { examples, runNamed } from './arguments.ts';
import { jsonText, say } from './output.ts';
import { columnsOf } from './terminal.ts';
import { textFile, writeText } from './text-file.ts';

/** Runs that are compared at a time, at most. */
const most = 24;

export const compareCommand = (): Command =>
  new Command('compare')
    .argument('<runs...>', 'folders of two or more finished runs or scored challenges, or their names under runs/')
    .option('--out <file>', 'new file for all tables: .html or .md')
    .option('--force', 'overwrite the file of --out')
    .option('--json', 'print everything as JSON on stdout instead of the tables')
    .addHelpText('after', examples('compare runs/mine runs/other', 'compare runs/mine runs/other --out compared.html'))
    .action(compare);

interface Options {
  out?: string;
  force?: boolean;
  json?: boolean;
}

async function compare(names: readonly string[], { out, force = false, json = false }: Options): Promise<void> {
  const format = out === undefined ? undefined : textFile('--out', out);
  if (names.length < 2) throw new UserError('Name two runs or more to compare; one was named');
  const comparison = await comparisonOf(await finishedRuns(names));
  const report = comparisonReport(comparison);
  if (out !== undefined && format !== undefined) await writeText(out, report[format], force);
  if (json) say(jsonText(comparisonJson(comparison), 2));
  else process.stdout.write(report.terminal(columnsOf()));
}

/** Opens finished runs by folder or name. A MissingError names one that does not exist; a UserError one that is named twice, or is not finished. */
export async function finishedRuns(names: readonly string[]): Promise<FinishedRun[]> {
  if (names.length > most) throw new UserError(`Expected at most ${most} runs but received ${names.length}`);
  const folders = names.map(runNamed);
  const twice = folders.find((folder, i) => folders.indexOf(folder) < i);
  if (twice !== undefined) throw new UserError(`${twice} was named twice; name different runs`);
  const short = folders.map((folder) => basename(folder));
  return Promise.all(
    folders.map(async (folder, i) => {
      const isUnique = short[i] !== '' && short.indexOf(short[i]!) === short.lastIndexOf(short[i]!);
      const run = await openRun(new RunFolder(folder));
      if (!run) throw new MissingError(`No run in ${folder}: it has no run.json; 'presend run tradeoff' creates a run`);
      const { metrics } = run;
      if (!metrics)
        throw new UserError(
          run.goOn === undefined
            ? `The run in ${folder} has no metrics to compare; 'presend report ${folder}' computes them`
            : `The run in ${folder} is not finished; continue with: ${run.goOn}`,
        );
      return { ...run, metrics, ...(isUnique ? { name: short[i]! } : {}) };
    }),
  );
}
