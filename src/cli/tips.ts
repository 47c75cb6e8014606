/** `presend tips <run>`: the test reports of a run on reports, as JSON lines or as XML in the shape of a CyberTipline report. */
import { Command, Option } from 'commander';
import { openFinished } from '../experiment/reload.ts';
import type { ReportRow } from '../experiment/reports/rows.ts';
import { testReportXml } from '../report/cybertip.ts';
import { check } from '../schema/check.ts';
import { Tip } from '../schema/tip.ts';
import { UserError } from '../util/errors.ts';
import { examples, runNamed, wholeNumber } from './arguments.ts';
import { jsonText, note, sayInTime } from './output.ts';

const formats = ['json', 'xml'] as const;

interface Options {
  format: (typeof formats)[number];
  strategy?: string;
  limit?: number;
}

export const tipsCommand = (): Command =>
  new Command('tips')
    .argument('<run>', 'folder of a run of the kind reports, or its name under runs/')
    .addOption(
      new Option('--format <name>', 'json: one report a line · xml: one document a report, one after the other')
        .choices(formats)
        .default('json'),
    )
    .option('--strategy <name>', 'reports of this strategy only')
    .option('--limit <n>', 'most reports to print (default: all)', wholeNumber('--limit', 1))
    .addHelpText('after', examples('tips runs/mine --strategy client-list', 'tips runs/mine --format xml --limit 1'))
    .action(tips);

async function tips(name: string, { format, strategy, limit = Number.POSITIVE_INFINITY }: Options): Promise<void> {
  const { run, kind, observations } = await openFinished(runNamed(name));
  if (kind.name !== 'reports')
    throw new UserError(
      `The run ${name} is of the kind ${kind.name}, which keeps no reports; expected a run of reports`,
    );
  let printed = 0;
  for await (const batch of run.rows(kind.rows, observations).of('report'))
    for (const row of batch as readonly ReportRow[]) {
      if (printed >= limit || (strategy !== undefined && row.strategy !== strategy)) continue;
      const tip = check(Tip, JSON.parse(row.tip), 'Report');
      await sayInTime(format === 'json' ? jsonText(tip) : testReportXml(tip).trimEnd());
      printed++;
    }
  note(
    printed === 0
      ? `No report${strategy === undefined ? '' : ` of the strategy ${strategy}`} in this run.`
      : `${printed} test ${printed === 1 ? 'report' : 'reports'}. They are of benign pictures, and for nobody but readers of this run.`,
  );
}
