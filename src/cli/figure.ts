/** `presend figure <run> [name]`: one figure of a finished run, for a paper. */
import { Command } from 'commander';
import { drawingOf } from '../compare/open-run.ts';
import { drawnReport, type Figure, figureSvg, figuresOf } from '../report/figures.ts';
import { utf8 } from '../util/bytes.ts';
import { unexpected } from '../util/errors.ts';
import { lookUp } from '../util/registry.ts';
import { examples } from './arguments.ts';
import { finishedRuns } from './compare.ts';
import { note, say, sayJson, writeNew } from './output.ts';
import { table } from './table.ts';

interface Options {
  out?: string;
  force?: boolean;
  json?: boolean;
}

export const figureCommand = (): Command =>
  new Command('figure')
    .argument('<run>', 'folder of a finished run, or its name under runs/')
    .argument('[name]', 'name of the figure; without it, all are listed')
    .option('--out <file>', 'new file: .svg for the figure, .csv for its data (default: the SVG on stdout)')
    .option('--force', 'overwrite the file of --out')
    .option('--json', 'print names and captions as JSON')
    .addHelpText('after', examples('figure runs/mine', 'figure runs/mine reports-by-strategy --out reports.svg'))
    .action(figure);

async function figure(
  run: string,
  name: string | undefined,
  { out, force = false, json = false }: Options,
): Promise<void> {
  const ending = out === undefined ? 'svg' : endingOf(out);
  const [opened] = await finishedRuns([run]);
  const { metrics, record } = opened!;
  const { plots } = drawnReport((await drawingOf(opened!))(), record);
  const all = figuresOf(plots, record, metrics.experiment);
  if (name === undefined) {
    if (json) return sayJson(all.map(({ name: each, caption }) => ({ name: each, caption })));
    return say(
      table(
        ['figure', 'caption'],
        all.map(({ name: each, caption }) => [each, caption]),
      ),
    );
  }
  const found = lookUp<Figure>(Object.fromEntries(all.map((each) => [each.name, each])), 'figure', name);
  if (json) return sayJson({ name, caption: found.caption });
  const text = ending === 'svg' ? figureSvg(found) : found.csv;
  if (out === undefined) process.stdout.write(text);
  else {
    await writeNew(out, [utf8(text)], force);
    note(`Written: ${out}. ${found.caption}`);
  }
}

function endingOf(path: string): 'svg' | 'csv' {
  const ending = /\.(svg|csv)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === 'svg' || ending === 'csv') return ending;
  throw unexpected('--out', 'a file that ends in .svg or .csv', path);
}
