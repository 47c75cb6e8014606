/** `presend tradeoff`: how many of the letter's 12 million reports scanning would have recovered, and at what price. */
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { makeFolders, writeWhole } from '../disk/write.ts';
import { clientScript } from '../experiment/tradeoff/client-script.ts';
import { readEvidence, readInputs, readInputsOf, readRecord } from '../experiment/tradeoff/model-inputs.ts';
import { findingsOf, tradeoffPage } from '../experiment/tradeoff/report-model.ts';
import { tradeoffAnswer, withListEntries } from '../experiment/tradeoff/report-model-answer.ts';
import {
  type AnswerColumnKey,
  answerColumnKeys,
  answerTable,
  latexColumns,
  tradeoffCsv,
  tradeoffLatex,
  tradeoffTables,
} from '../experiment/tradeoff/tables-model.ts';
import { metadataFindings } from '../harness/metadata-findings.ts';
import { RunFolder } from '../harness/run-folder.ts';
import { tableTerminal, wrap } from '../report/table.ts';
import { printable } from '../util/printable.ts';
import { atMost, examples, namesOf, wholeNumber } from './arguments.ts';
import { columnsOf } from './terminal.ts';

/** Maximum number of draws that still finish interactively. */
const mostDraws = 1_000_000;

/** Entries of the largest list that an input can say. */
const mostEntries = 1e10;

interface Options {
  run?: string;
  inputs?: string;
  offenders?: string;
  listEntries?: number;
  draws?: number;
  seed?: number;
  out?: string;
  columns?: AnswerColumnKey[];
  full?: boolean;
  json?: boolean;
}

export const tradeoffCommand = (): Command =>
  new Command('tradeoff')
    .option(
      '--run <run>',
      'a finished trade-off run with the measured values (default: the values that come with presend)',
    )
    .option(
      '--inputs <file>',
      'file with the assumptions and their sources (default: those of the run, else experiments/tradeoff/inputs.yaml)',
    )
    .option('--offenders <name>', 'a description of offenders from the inputs (default: the first)')
    .option(
      '--list-entries <n>',
      'entries on the list, instead of the range in the inputs: false matches grow with it',
      wholeNumber('--list-entries', 1),
    )
    .option('--draws <n>', 'draws of the Monte Carlo simulation (default: 20000)', wholeNumber('--draws', 100))
    .option('--seed <n>', 'seed to use instead of that of the inputs', wholeNumber('--seed', 0))
    .option('--out <folder>', 'folder for page, CSV and LaTeX (default: runs/tradeoff-model)')
    .option(
      '--columns <names>',
      `columns of the LaTeX table, separated by commas (default: ${latexColumns.join(',')}): ${answerColumnKeys.join(', ')}`,
      namesOf('--columns', 'column', answerColumnKeys),
    )
    .option('--full', 'print every table, not only the answer')
    .option('--json', 'print the answer as JSON on stdout instead of the tables')
    .addHelpText('after', examples('tradeoff --list-entries 1000000', 'tradeoff --run runs/mine --draws 100000 --json'))
    .action(answerTheLetter);

async function answerTheLetter(options: Options): Promise<void> {
  const draws = options.draws === undefined ? undefined : atMost('--draws', options.draws, mostDraws);
  const out = options.out ?? join('runs', 'tradeoff-model');
  await makeFolders(out);
  const evidence = await readEvidence(options.run);
  // A run is answered under the inputs that it was scored with, so that this says what its report says.
  const given = options.run !== undefined && options.inputs === undefined;
  const file = given ? await readInputsOf(options.run!) : await readInputs(options.inputs);
  const inputs =
    options.listEntries === undefined
      ? file
      : withListEntries(file, atMost('--list-entries', options.listEntries, mostEntries));
  const answer = tradeoffAnswer(inputs, evidence, {
    draws,
    offenders: options.offenders,
    seed: options.seed,
    accountSignals: metadataFindings(),
  });
  const page = resolve(out, 'index.html');
  const json = `${JSON.stringify(answer, null, 2)}\n`;
  const html = tradeoffPage(answer, evidence, await readRecord(), await clientScript());
  // The files of two processes in one folder, such as the default, must not be a mixture.
  await new RunFolder(out).inTurn(async () => {
    await writeWhole(page, html);
    await writeWhole(join(out, 'answer.json'), json);
    await writeWhole(join(out, 'evidence.json'), `${JSON.stringify(evidence, null, 2)}\n`);
    await writeWhole(join(out, 'tradeoff.csv'), tradeoffCsv(answer));
    await writeWhole(join(out, 'tradeoff.tex'), tradeoffLatex(answer, options.columns));
  });
  const columns = columnsOf();
  const said = findingsOf(answer).map(({ label, text }) => wrap(printable(`${label}: ${text}`), columns));
  const short = [
    said.join('\n'),
    tableTerminal(answerTable(answer, ['recovered', 'accounts']), columns),
    wrap('Every table and all limits: --full, or the page.', columns),
  ];
  const full = [
    said.join('\n'),
    ...tradeoffTables(answer).map((table) => tableTerminal(table, columns)),
    answer.limits.map((limit) => wrap(`- ${printable(limit)}`, columns)).join('\n'),
  ];
  process.stdout.write(options.json ? json : `${(options.full ? full : short).join('\n\n')}\n`);
  process.stderr.write(`\nFiles: ${relative('', out) || out}\nPage: ${pathToFileURL(page).href}\n`);
}
