/** `presend reproduce [target…]`: recomputes published numbers. */
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import type { BackendName } from '../classify/backend.ts';
import { quoted } from '../disk/command-line.ts';
import { makeFolders, writeWhole } from '../disk/write.ts';
import { chosenTargets } from '../reproduce/judge.ts';
import { reproductionMarkdown, reproductionPage, reproductionTerminal } from '../reproduce/report.ts';
import { reproduce } from '../reproduce/run.ts';
import { InterruptedError } from '../util/errors.ts';
import { backendOption, examples, wholeNumber } from './arguments.ts';
import { interruptible } from './interrupt.ts';
import { progressLine } from './progress.ts';
import { columnsOf } from './terminal.ts';

interface Options {
  dataset?: string;
  out?: string;
  json?: boolean;
  threads?: number;
  backend?: BackendName;
}

export const reproduceCommand = (): Command =>
  new Command('reproduce')
    .argument('[targets...]', 'names of targets (default: all of them)')
    .option('--dataset <name>', 'photographs: a folder or a manifest; without them, arithmetic only')
    .option(
      '--out <folder>',
      'folder for runs, table and page; existing runs there are used again (default: runs/reproduce)',
    )
    .option('--threads <n>', 'worker threads (default: one per core)', wholeNumber('--threads', 1))
    .addOption(backendOption())
    .option('--json', 'print the verdicts as JSON on stdout instead of the tables')
    .addHelpText('after', examples('reproduce', 'reproduce thorn-overall phaser --dataset ./my-photographs --json'))
    .action(run);

async function run(
  names: string[],
  { dataset, out = join('runs', 'reproduce'), json, threads, backend }: Options,
): Promise<void> {
  const targets = await chosenTargets(names);
  const command = `presend ${quoted(process.argv.slice(2))}`;
  const progress = progressLine();
  await makeFolders(out);
  const judged = await interruptible(progress, (signal) =>
    reproduce(targets, {
      dataset,
      out,
      threads,
      backend,
      command,
      created: new Date().toISOString(),
      onProgress: progress.update,
      onNotice: progress.say,
      signal,
    }),
  ).catch((error: unknown) => {
    if (error instanceof InterruptedError)
      throw new InterruptedError('Interrupted; partial results are kept: the same command continues');
    throw error;
  });
  const text = `${JSON.stringify(judged, null, 2)}\n`;
  const page = resolve(out, 'index.html');
  await writeWhole(join(out, 'reproduction.json'), text);
  await writeWhole(join(out, 'reproduction.md'), reproductionMarkdown(judged));
  await writeWhole(page, reproductionPage(judged, command));
  const columns = columnsOf();
  process.stdout.write(json ? text : reproductionTerminal(judged, columns));
  process.stderr.write(`\nFiles: ${relative('', out) || out}\nPage: ${pathToFileURL(page).href}\n`);
}
