/** `presend backtest`: what the trade-off model predicts of things that happened, beside what was counted. */
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { readEpisodes } from '../backtest/episodes.ts';
import { backtestMarkdown, backtestPage, backtestTerminal } from '../backtest/report.ts';
import { backtest } from '../backtest/run.ts';
import { quoted } from '../disk/command-line.ts';
import { makeFolders, writeWhole } from '../disk/write.ts';
import { atMost, examples, wholeNumber } from './arguments.ts';
import { columnsOf } from './terminal.ts';

/** Maximum number of draws that still finish at once. */
const mostDraws = 1_000_000;

interface Options {
  episodes?: string;
  draws?: number;
  seed?: number;
  out?: string;
  json?: boolean;
}

export const backtestCommand = (): Command =>
  new Command('backtest')
    .option(
      '--episodes <file>',
      'episodes with their inputs, outcomes and sources (default: experiments/backtest/episodes.yaml)',
    )
    .option('--draws <n>', 'draws of the Monte Carlo simulation (default: 20000)', wholeNumber('--draws', 100))
    .option('--seed <n>', 'seed to use instead of that of the file', wholeNumber('--seed', 0))
    .option('--out <folder>', 'folder for JSON, Markdown and page (default: runs/backtest)')
    .option('--json', 'print the result as JSON on stdout instead of the verdicts')
    .addHelpText('after', examples('backtest', 'backtest --json --out ./backtest'))
    .action(run);

async function run({ episodes, draws = 20_000, seed, out = join('runs', 'backtest'), json }: Options): Promise<void> {
  const file = await readEpisodes(episodes);
  const result = backtest(file, { seed: seed ?? file.seed, draws: atMost('--draws', draws, mostDraws) });
  await makeFolders(out);
  const written = `${JSON.stringify(result, null, 2)}\n`;
  const page = resolve(out, 'index.html');
  await writeWhole(join(out, 'backtest.json'), written);
  await writeWhole(join(out, 'backtest.md'), backtestMarkdown(result));
  await writeWhole(page, backtestPage(result, `presend ${quoted(process.argv.slice(2))}`));
  process.stdout.write(json ? written : backtestTerminal(result, columnsOf()));
  process.stderr.write(`\nFiles: ${relative('', out) || out}\nPage: ${pathToFileURL(page).href}\n`);
}
