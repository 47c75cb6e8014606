/** The tables of the answer, for terminal, Markdown and page. */

import { type Interval, isRuledOut } from '../../metric/interval.ts';
import { baseline } from '../../metric/tradeoff/answer.ts';
import type { TradeoffInputs } from '../../metric/tradeoff/inputs.ts';
import { drawOutcomes, drawWorlds, scaled, summarise } from '../../metric/tradeoff/simulate.ts';
import type { TornadoBar } from '../../metric/tradeoff/tornado.ts';
import { csvTable, type Field, intervalFields, numberColumns, rateFields } from '../../report/csv.ts';
import { absent, type Bounds, type Cell, intervalCell, listed, percent, rateCell, si } from '../../report/format.ts';
import { signalsBack } from '../../report/metadata-signals.ts';
import { type Foot, plain, type ReportTable } from '../../report/table.ts';
import type { TradeoffEvidence } from '../../schema/tradeoff-inputs.ts';
import { groupBy } from '../../util/group-by.ts';
import { thresholdCell } from './report-measures.ts';
import {
  type PpvInterval,
  ppvOf,
  type Scenario,
  type StrategyAnswer,
  type TradeoffAnswer,
} from './report-model-answer.ts';
import {
  armsTable,
  boundsTable,
  falseMatchTable,
  knowledgeTable,
  listTable,
  pairedTable,
  peopleCell,
  ranked,
  shareCell,
} from './tables-knowledge.ts';

/** A share as a percentage, an amount with its suffix. */
export const amount = (value: number): string =>
  value > 0 && value < 1 ? (value < 0.001 ? value.toExponential(2) : percent(value)) : si(value);

const ppvCell = (ppv: PpvInterval): Cell =>
  ppv === 'not measured' ? intervalCell(null, '') : ppv === 'nothing is flagged' ? absent(ppv) : shareCell(ppv);

/** Why a strategy is no share of the baseline. */
function noShare(strategies: readonly StrategyAnswer[], { recovered }: StrategyAnswer['model']): Cell {
  const base = strategies.find(({ name }) => name === baseline);
  if (!base) return absent('no such strategy was run');
  return recovered && base.model.recovered ? absent(`${baseline} recovers nothing`) : intervalCell(null, '');
}

/** A column of the answer: its name on the command line, its title, and its cell for a strategy. */
interface AnswerColumn {
  readonly key: string;
  readonly title: string;
  cell(strategy: StrategyAnswer): Cell;
}

/** Every column of the answer, in the order of the table. */
function answerColumns({ strategies, totals }: TradeoffAnswer): AnswerColumn[] {
  const reports = (key: string, of: number, i: number): AnswerColumn => ({
    key,
    title: `of ${si(of)}`,
    cell: ({ recovered, matchThreshold }) =>
      thresholdCell(intervalCell(recovered[i]!.reports, 'reports'), matchThreshold),
  });
  return [
    reports('recovered', totals.lost, 0),
    reports('left', totals.total, 1),
    {
      key: 'share',
      title: `of ${baseline}`,
      cell: ({ ofBaseline, model }) => (ofBaseline ? shareCell(ofBaseline) : noShare(strategies, model)),
    },
    {
      key: 'accounts',
      title: 'innocent accounts',
      cell: ({ model, matchThreshold }) =>
        thresholdCell(peopleCell(model.innocentAccounts, 'accounts'), matchThreshold),
    },
    { key: 'reviewers', title: 'reviewers', cell: ({ model }) => peopleCell(model.reviewers, 'people') },
    { key: 'ppv', title: 'PPV', cell: ({ model }) => ppvCell(ppvOf(model)) },
    {
      key: 'exposed',
      title: 'exposed per 10⁹',
      cell: ({ model }) => intervalCell(model.exposedPerBillion, 'messages'),
    },
    { key: 'named', title: 'named', cell: ({ named }) => (named ? rateCell(named) : absent('not tried')) },
  ];
}

/** Names of the columns, as --columns takes them. */
export const answerColumnKeys = [
  'recovered',
  'left',
  'share',
  'accounts',
  'reviewers',
  'ppv',
  'exposed',
  'named',
] as const;
export type AnswerColumnKey = (typeof answerColumnKeys)[number];

/** What the columns mean, for those that are in the table. */
function explained(answer: TradeoffAnswer, keys: readonly AnswerColumnKey[]): string {
  const { totals, offenders, draws, listEntries } = answer;
  const words: Readonly<Record<AnswerColumnKey, string>> = {
    recovered: `Of ${si(totals.lost)}: reports that scanning on the server found, that would be lost, and that come back; ${baseline} is all of them by construction.`,
    left: `Of ${si(totals.total)}: all that are left.`,
    share: '',
    accounts: `A list of ${listEntries} entries.`,
    reviewers: 'Reviewers: people who do nothing else.',
    ppv: 'PPV: share of flagged pictures that are target content.',
    exposed: '',
    named:
      'Named: the attacker at the provider names the picture, on all messages of the run, those disclosed to it among them.',
  };
  return [
    `Medians and 95 % of ${si(draws)} draws; bounds without a median where only bounds are known.`,
    ...keys.map((key) => words[key]),
    `'from 30': matches of one account before anything opens; offenders: ${offenders}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** One line a strategy, with the columns named. */
export function answerTable(answer: TradeoffAnswer, keys: readonly AnswerColumnKey[] = answerColumnKeys): ReportTable {
  const columns = keys.map((key) => answerColumns(answer).find((each) => each.key === key)!);
  return {
    title: 'What would come back, and at what price, a year',
    explains: explained(answer, keys),
    head: ['strategy', ...columns.map(({ title }) => title)],
    lines: ranked(answer).map((strategy) => ({
      name: strategy.name,
      cells: columns.map(({ cell }) => cell(strategy)),
    })),
    foot: signalsLine(answer),
  };
}

/** What comes back and what is left without scanning, which is what a strategy has that scans nothing; undefined where the run has none. */
export const unscanned = ({ strategies }: TradeoffAnswer): StrategyAnswer['recovered'] | undefined =>
  strategies.find(({ model }) => model.recovered && model.scanned?.high === 0)?.recovered;

/** The line of the strategy that scans no message; undefined where its findings are not given. */
export function signalsLine(answer: TradeoffAnswer): Foot | undefined {
  const back = unscanned(answer)?.[0];
  const text = back && `${intervalCell(back.reports, '').plain} of ${si(back.of)}`;
  return answer.accountSignals && signalsBack(answer.accountSignals, text);
}

/** Which bars are the widest four, in their order: strategies with the same ones are driven alike. */
const widest = (drivers: readonly TornadoBar[]): string =>
  drivers
    .slice(0, 4)
    .map(({ name }) => name)
    .join();

/** Strategies that scan, once for those that are driven alike; the most recovered first. */
export const distinctDrivers = (answer: TradeoffAnswer): StrategyAnswer[] =>
  [...groupBy(ranked(answer), ({ drivers }) => widest(drivers)).values()]
    .map((group) => group[0]!)
    .filter(({ model }) => model.scanned && model.scanned.estimate > 0);

/** What drives the answer, once for strategies that are driven alike. */
export function driversTable(answer: TradeoffAnswer): ReportTable {
  const bar = ({ name, from, low, high }: TornadoBar, strategy: string) => ({
    name: strategy,
    cells: [
      plain(name),
      plain(from),
      plain(`${amount(low.at)} to ${amount(high.at)}`),
      plain(`${si(low.outcome)} to ${si(high.outcome)}`),
    ],
  });
  return {
    title: 'What drives the result',
    explains:
      'Each quantity moved across its 95 % range with all others at their medians: the reports recovered at both ends. The widest bars are what to measure next. Chance in the few items that make up half of the volume is in the intervals above, not here. Strategies with the same drivers are listed once.',
    head: ['strategy', 'quantity', 'which is', 'from … to', 'reports'],
    lines: distinctDrivers(answer).flatMap(({ name, drivers }) => drivers.map((each) => bar(each, name))),
  };
}

/** Where strategies change places; those that change them with the same one at the same value share a line. */
export function flipsTable({ flips }: TradeoffAnswer): ReportTable {
  const groups = groupBy(
    flips.map(({ input, first, second, crossing: { at, below } }) => ({
      input,
      at: percent(at),
      below: below === 'first' ? first : second,
      above: below === 'first' ? second : first,
    })),
    ({ input, at, below }) => `${input} ${at} ${below}`,
  );
  const merged = groupBy(
    [...groups.values()].map((group) => ({ ...group[0]!, above: listed(group.map(({ above }) => above)) })),
    ({ input, at, above }) => `${input} ${at} ${above}`,
  );
  return {
    title: 'What would reverse the order',
    explains:
      'The value of one input, all others at their medians, at which two strategies recover equally many reports. Pairs with the same order for every value from 0 to 1 are omitted.',
    head: ['input', 'at', 'below it more by', 'above it more by'],
    lines: [...merged.values()].map((group) => {
      const { input, at, above } = group[0]!;
      return { name: input, cells: [plain(at), plain(listed(group.map(({ below }) => below))), plain(above)] };
    }),
  };
}

/** False-positive rates at which the price is no longer paid for. */
export const priceTable = (answer: TradeoffAnswer): ReportTable => ({
  title: 'How rare false alarms must be',
  explains:
    'False-positive rate for one picture above which most flagged pictures are innocent, and above which more innocent accounts are flagged than reports recovered, with all other inputs at their medians; –: no rate from 1e-14 to 0.1 is such a limit.',
  head: ['strategy', 'half of the flags wrong above', 'more accounts than reports above'],
  lines: ranked(answer)
    .filter(({ halfWrong, moreAccountsThanReports }) => halfWrong ?? moreAccountsThanReports)
    .map(({ name, halfWrong, moreAccountsThanReports }) => ({
      name,
      cells: [halfWrong, moreAccountsThanReports].map((each) =>
        each ? plain(each.at.toExponential(2)) : absent('no such rate was found'),
      ),
    })),
});

/** Scenarios side by side. */
const scenarioTable = (
  scenarios: readonly Scenario[],
  title: string,
  explains: string,
  cells: (strategy: Scenario['strategies'][number]) => readonly Cell[],
  head: readonly string[],
): ReportTable => ({
  title,
  explains,
  head: ['strategy', 'under', ...head],
  lines: scenarios.flatMap(({ name: under, strategies }) =>
    strategies.map((strategy) => ({ name: strategy.name, cells: [plain(under), ...cells(strategy)] })),
  ),
});

export const offendersTable = ({ offenderScenarios, totals }: TradeoffAnswer): ReportTable =>
  scenarioTable(
    offenderScenarios,
    'The number of pictures per offender decides what a threshold loses',
    'Nobody has published the distribution; both are priors.',
    ({ recovered, innocentAccounts }) => [intervalCell(recovered, 'reports'), peopleCell(innocentAccounts, 'accounts')],
    [`of ${si(totals.lost)}`, 'innocent accounts'],
  );

export const claimsTable = ({ claimScenarios }: TradeoffAnswer): ReportTable =>
  scenarioTable(
    claimScenarios,
    'With false-positive rates that others claim',
    'The same model with a claimed rate instead of the measured one, which a few hundred innocent pictures cannot bound.',
    ({ innocentAccounts, reviewers, ppv }) => [
      peopleCell(innocentAccounts, 'accounts'),
      peopleCell(reviewers, 'people'),
      ppvCell(ppv),
    ],
    ['innocent accounts', 'reviewers', 'PPV'],
  );

/** Three countries, three quantities. */
export const downstreamTable = ({ downstream }: TradeoffAnswer): ReportTable => ({
  title: 'What became of reports',
  explains:
    'Each line is a different quantity under a different law: they must not be averaged, and none is the error rate of hash matching.',
  head: ['where', 'what is counted', 'share', 'mind', 'source'],
  lines: downstream.map(({ name, what, share, note, source }) => ({
    name,
    cells: [plain(what), rateCell(share), plain(note), plain(source)],
  })),
});

/** All of them, the answer first. */
export const tradeoffTables = (answer: TradeoffAnswer): ReportTable[] => [
  answerTable(answer),
  listTable(answer),
  knowledgeTable(answer),
  boundsTable(answer),
  ...(answer.tooFew === undefined ? [pairedTable(answer)] : []),
  armsTable(answer),
  falseMatchTable(answer),
  priceTable(answer),
  ...(answer.tooFew === undefined ? [flipsTable(answer)] : []),
  driversTable(answer),
  offendersTable(answer),
  claimsTable(answer),
  downstreamTable(answer),
];

// The answer as CSV and as a LaTeX table.

/** Every number of every strategy, in long form. */
export function tradeoffCsv({ strategies }: TradeoffAnswer): string {
  const rows = strategies.flatMap(({ id, name, recovered, model, named }): Field[][] => {
    const numbers: [string, Field[]][] = [
      ...recovered.map(({ of, reports }): [string, Field[]] => [`recovered.of.${of}`, intervalFields(reports)]),
      ...(Object.entries(model) as [string, Bounds | null][]).flatMap(([key, value]): [string, Field[]][] =>
        // Where nothing is flagged there is no share that is right.
        key === 'ppv' && ppvOf(model) === 'nothing is flagged' ? [] : [[key, intervalFields(value)]],
      ),
      ...(named ? [['named', rateFields(named)] as [string, Field[]]] : []),
    ];
    return numbers.map(([measure, fields]) => [id, name, measure, ...fields]);
  });
  return csvTable(['id', 'strategy', 'measure', ...numberColumns], rows);
}

/** Characters that LaTeX would take for commands. */
const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '{': '\\{',
  '}': '\\}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '–': '--',
  '−': '$-$',
  '⁹': '$^{9}$',
  '≤': '$\\leq$',
};
const latexText = (text: string): string => text.replace(/[\\&%$#_{}~^–−⁹≤]/g, (each) => special[each]!);

/** Columns that fit the width of a text. */
export const latexColumns: readonly AnswerColumnKey[] = ['recovered', 'accounts', 'named'];

/** The main table with some of its columns, to be set with the package booktabs; its label is tab:presend-tradeoff. */
export function tradeoffLatex(answer: TradeoffAnswer, keys: readonly AnswerColumnKey[] = latexColumns): string {
  const { head, lines, explains, foot } = answerTable(answer, keys);
  const { evidence, seed } = answer;
  const row = (cells: readonly string[]): string => `${cells.map(latexText).join(' & ')} \\\\`;
  return [
    `% presend tradeoff: run ${evidence.runId} of ${evidence.experiment}, seed ${seed}; columns: ${keys.join(',')}`,
    '\\begin{table}',
    '\\centering\\footnotesize',
    `\\caption{${latexText(`${answer.question} ${explains} Detection measured on benign pictures.`)}}`,
    '\\label{tab:presend-tradeoff}',
    `\\begin{tabular}{@{}l${'r'.repeat(head.length - 1)}@{}}`,
    '\\toprule',
    row(head),
    '\\midrule',
    ...lines.map(({ name, cells }) => row([name, ...cells.map((cell) => cell.plain)])),
    ...(foot
      ? [
          '\\midrule',
          `\\multicolumn{${head.length}}{@{}p{0.98\\linewidth}@{}}{${latexText(`${foot.name}: ${foot.text}`)}} \\\\`,
        ]
      : []),
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

// From the model to what is drawn, in one order for all plots.

/** What is changed against the evidence by hand. */
export interface Changes {
  /** A false-positive rate in the place of the measured one, for strategies that scan by themselves; undefined: as measured. */
  readonly falsePositive?: number | undefined;
}

/** Trials behind a rate that is set by hand: so many that its posterior is narrow. */
const certain = 1e15;

/** Every strategy under the inputs, in the order of the evidence. */
export function drawnUnder(
  { strategies }: TradeoffEvidence,
  inputs: TradeoffInputs,
  total: number,
  options: { readonly seed: number; readonly draws: number },
  { falsePositive }: Changes = {},
): Drawn[] {
  const set =
    falsePositive === undefined ? undefined : { k: Math.max(1, Math.round(falsePositive * certain)), n: certain };
  const worlds = drawWorlds(inputs, options);
  return strategies.map(({ name, evidence }) => {
    const scans = evidence.scanner !== 'nobody' && !isRuledOut(evidence.falsePositive);
    // Set by hand it is the rate whatever the list.
    const own = set && scans ? { ...evidence, falsePositive: set, atEveryList: true } : evidence;
    const { recovered, innocentAccounts, reviewers } = summarise(drawOutcomes(own, inputs, worlds, options.seed));
    return { name, recovered: recovered && scaled(recovered, total), innocentAccounts, reviewers };
  });
}

/** A strategy with the numbers that are drawn. */
export interface Drawn {
  readonly name: string;
  /** Reports recovered. Of each number: null where it was not measured. */
  readonly recovered: Interval | null;
  readonly innocentAccounts: Bounds | null;
  readonly reviewers: Bounds | null;
}
