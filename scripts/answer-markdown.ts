/** The one table of the answer, in Markdown: every strategy, on several sets of pictures, at every size of the list. */

import { thresholdCell } from '../src/experiment/tradeoff/report-measures.ts';
import { listSizes, type TradeoffAnswer } from '../src/experiment/tradeoff/report-model-answer.ts';
import { armsTable, peopleCell } from '../src/experiment/tradeoff/tables-knowledge.ts';
import { signalsLine, unscanned } from '../src/experiment/tradeoff/tables-model.ts';
import { intervalCell, percent, si } from '../src/report/format.ts';
import { metadataSignals } from '../src/schema/metadata-signals.ts';

/** An answer, and the name of its pictures. */
export interface AnswerSet {
  readonly name: string;
  readonly answer: TradeoffAnswer;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Pictures and videos apart, strategy by strategy. */
function armsMarkdown(sets: readonly AnswerSet[]): string[] {
  const tables = sets.map(({ name, answer }) => ({ name, table: armsTable(answer) }));
  const { table } = tables[0]!;
  const cells = (of: (typeof tables)[number], name: string): string[] => {
    const line = of.table.lines.find((each) => each.name === name);
    return line ? line.cells.slice(0, 2).map(({ plain }) => plain) : ['not run', 'not run'];
  };
  return [
    `**${table.title}.** ${table.explains}`,
    '',
    row([
      'strategy',
      ...tables.flatMap(({ name }) => [`of pictures: ${name}`, `of videos: ${name}`]),
      'rates of videos',
    ]),
    `|---|${tables.map(() => '---:|---:|').join('')}---|`,
    ...table.lines.map((line) =>
      row([`\`${line.name}\``, ...tables.flatMap((each) => cells(each, line.name)), line.cells[2]!.plain]),
    ),
    '',
  ];
}

/** Reports without scanning, of those that would be lost (0) or of all (1). */
const reportsText = (answer: TradeoffAnswer, of: 0 | 1): string =>
  intervalCell(unscanned(answer)?.[of]?.reports ?? null, '').plain;

/** What the strategy that scans no message has in place of rates of messages. */
function signalsMarkdown(answer: TradeoffAnswer): string[] {
  const foot = signalsLine(answer);
  return foot ? [`**${foot.name}.** ${foot.text}`, ''] : [];
}

/** The table and its notes; all answers have the same strategies, in the same order. */
export function answerMarkdown(sets: readonly AnswerSet[]): string {
  const first = sets[0]!.answer;
  const { lost, total } = first.totals;
  const reports = sets.map(({ name }) => `back, of ${si(lost)}: ${name}`);
  const head = [
    'strategy',
    ...reports,
    `left, of ${si(total)}`,
    ...listSizes.map((size) => `${si(size)} entries`),
    'most is wrong from',
  ];
  const lines = first.strategies.map((strategy, i) => {
    const { name, matchThreshold, drowns } = strategy;
    const own = sets.map(({ answer }) => answer.strategies.find((each) => each.name === name));
    const priced = first.listScenarios.map(({ strategies }) => peopleCell(strategies[i]!.innocentAccounts, '').plain);
    const from =
      drowns.earliest === null
        ? '–'
        : drowns.latest === null
          ? `${si(drowns.earliest)}, or never`
          : si(drowns.latest) === si(drowns.earliest)
            ? si(drowns.earliest)
            : `${si(drowns.earliest)} to ${si(drowns.latest)}`;
    return [
      `\`${name}\``,
      ...own.map((each) =>
        each ? thresholdCell(intervalCell(each.recovered[0]!.reports, ''), matchThreshold).plain : 'not run',
      ),
      intervalCell(strategy.recovered[1]!.reports, '').plain,
      ...priced,
      strategy.model.recovered ? from : 'not known',
    ];
  });
  const shares = sets.map(({ name, answer }) => {
    const client = answer.strategies.find((each) => each.name === 'psi')?.variance;
    return client
      ? `With the pictures of "${name}", the variance of \`psi\` is ${percent(client.measured)} measured, ${percent(client.sourced)} sourced, ${percent(client.assumed)} assumed.`
      : '';
  });
  return [
    '',
    row(head),
    `|---|${head
      .slice(1)
      .map(() => '---:|')
      .join('')}`,
    ...lines.map(row),
    row([
      `\`${metadataSignals.name}\``,
      ...sets.map(({ answer }) => reportsText(answer, 0)),
      reportsText(first, 1),
      ...listSizes.map(() => 'does not apply'),
      '–',
    ]),
    '',
    `Innocent accounts flagged in a year, by entries on the list; medians and 95 % of ${si(first.draws)} draws, bounds without a median where only bounds are known. ${sets
      .map(
        ({ name, answer: { evidence } }) =>
          `${name}: ${evidence.dataset.pictures} pictures, sha256 \`${evidence.dataset.sha256.slice(0, 16)}\``,
      )
      .join('; ')}. ${shares.filter(Boolean).join(' ')} Written by \`npm run answer-table\`.`,
    '',
    ...signalsMarkdown(first),
    ...armsMarkdown(sets),
  ].join('\n');
}
