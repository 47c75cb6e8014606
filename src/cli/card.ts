/** `presend card <run>…`: the card of a detector, generated from runs, to be published beside it. */
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { cardOf } from '../compare/card.ts';
import { cardReport } from '../compare/card-report.ts';
import { examples } from './arguments.ts';
import { finishedRuns } from './compare.ts';
import { jsonText, say } from './output.ts';
import { textFile, writeText } from './text-file.ts';

export const cardCommand = (): Command =>
  new Command('card')
    .argument(
      '<runs...>',
      'folders of finished runs or scored challenges that have the detector, or their names under runs/',
    )
    .option('--detector <name>', 'which detector, if the runs have several')
    .option(
      '--out <file>',
      'new file: .html, or .md with its plots as .svg files beside it (default: Markdown on stdout)',
    )
    .option('--force', 'overwrite the files of --out')
    .option('--json', 'print the figures as JSON on stdout')
    .addHelpText(
      'after',
      examples(
        'card runs/copies --detector pdq',
        'card runs/copies runs/tail runs/leaks --detector pdq --out pdq-card.html',
      ),
    )
    .action(card);

interface Options {
  detector?: string;
  out?: string;
  force?: boolean;
  json?: boolean;
}

async function card(names: readonly string[], { detector, out, force = false, json = false }: Options): Promise<void> {
  const format = out === undefined ? undefined : textFile('--out', out);
  const made = cardOf(await finishedRuns(names), detector);
  const report = cardReport(made);
  if (out !== undefined && format === 'html') await writeText(out, report.html, force);
  if (out !== undefined && format === 'markdown') {
    const stem = basename(out).replace(/\.md$/i, '');
    const files = report.plots.map(({ name, title, svg }) => ({ name: title, path: `${stem}-${name}.svg`, svg }));
    for (const { path, svg } of files) await writeText(join(dirname(out), path), `${svg}\n`, force);
    await writeText(out, report.markdown(files), force);
  }
  const { runs, ...figures } = made;
  if (json)
    say(
      jsonText(
        {
          ...figures,
          runs: runs.map(({ name, kind, record }) => ({ name, kind, seed: record.seed, dataset: record.dataset })),
        },
        2,
      ),
    );
  else if (out === undefined) process.stdout.write(report.markdown([]));
}
