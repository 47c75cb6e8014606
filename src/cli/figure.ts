/** `presend figure <run> [name]`: one figure of a finished run, for a paper. */
import { Command, Option } from 'commander';
import { drawingOf } from '../compare/open-run.ts';
import { figurePdf } from '../pdf/figure.ts';
import { drawnReport, type Figure, figureSvg, figuresOf } from '../report/figures.ts';
import { utf8 } from '../util/bytes.ts';
import { UserError } from '../util/errors.ts';
import { lookUp } from '../util/registry.ts';
import { examples } from './arguments.ts';
import { finishedRuns } from './compare.ts';
import { note, say, sayJson, sayPieces, writeNew } from './output.ts';
import { table } from './table.ts';

const formats = ['svg', 'pdf', 'csv'] as const;
type Format = (typeof formats)[number];

interface Options {
  out?: string;
  format?: Format;
  force?: boolean;
  json?: boolean;
}

export const figureCommand = (): Command =>
  new Command('figure')
    .argument('<run>', 'folder of a finished run, or its name under runs/')
    .argument('[name]', 'name of the figure; without it, all are listed')
    .option('--out <file>', 'new file that ends in .svg, .pdf or .csv (default: stdout)')
    .addOption(
      new Option(
        '--format <name>',
        'the figure as svg or pdf, or its data as csv (default: by the ending of --out, else svg)',
      ).choices(formats),
    )
    .option('--force', 'overwrite the file of --out')
    .option('--json', 'print names and captions as JSON')
    .addHelpText('after', examples('figure runs/mine', 'figure runs/mine reports-by-strategy --out reports.pdf'))
    .action(figure);

async function figure(
  run: string,
  name: string | undefined,
  { out, format: asked, force = false, json = false }: Options,
): Promise<void> {
  const format = formatOf(out, asked);
  const [opened] = await finishedRuns([run]);
  const { metrics, record } = opened!;
  const { plots } = drawnReport(await drawingOf(opened!), record);
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
  const written = {
    svg: () => utf8(figureSvg(found)),
    pdf: () => figurePdf(figureSvg(found)),
    csv: () => utf8(found.csv),
  }[format]();
  if (out === undefined) await sayPieces([written], format === 'pdf');
  else {
    await writeNew(out, [written], force);
    note(`Written: ${out}. ${found.caption}`);
  }
}

/** The format that was asked for, which the ending of the file must not contradict. */
function formatOf(out: string | undefined, asked: Format | undefined): Format {
  if (out === undefined) return asked ?? 'svg';
  const ending = formats.find((each) => out.toLowerCase().endsWith(`.${each}`));
  if (ending !== undefined && (asked === undefined || asked === ending)) return ending;
  throw new UserError(`--out needs the ending .${asked ?? 'svg, .pdf or .csv'} but is ${out}`);
}
