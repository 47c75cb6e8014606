/** The tables of the answer, for terminal, Markdown and page. */
import { isRuledOut } from '../../metric/interval.ts';
import { baseline } from '../../metric/tradeoff/answer.ts';
import type { TradeoffInputs } from '../../metric/tradeoff/inputs.ts';
import { drawOutcomes, drawWorlds, scaled, summarise } from '../../metric/tradeoff/simulate.ts';
import type { TornadoBar } from '../../metric/tradeoff/tornado.ts';
import { csvTable, type Field, intervalFields, numberColumns, rateFields } from '../../report/csv.ts';
import {
  absent,
  type Bounds,
  type Cell,
  intervalCell,
  listed,
  percent,
  percentDigits,
  rateCell,
  si,
} from '../../report/format.ts';
import { plain, type ReportTable } from '../../report/table.ts';
import type { TradeoffEvidence } from '../../schema/tradeoff-inputs.ts';
import { groupBy } from '../../util/group-by.ts';
import { rare } from '../copy-detection/tables.ts';
import type { Drawn } from './plots-model.ts';
import { thresholdCell } from './report-measures.ts';
import {
  type PpvInterval,
  ppvOf,
  type RuleRates,
  type Scenario,
  type StrategyAnswer,
  type TradeoffAnswer,
} from './report-model-answer.ts';

/** A share as a percentage, an amount with its suffix. */
export const amount = (value: number): string =>
  value > 0 && value < 1 ? (value < 0.001 ? value.toExponential(2) : percent(value)) : si(value);

/** A share with its interval, or its bounds. */
const shareCell = ({ estimate, low, high, method }: Bounds): Cell => {
  if (estimate === null) {
    const text = `${percent(low)} to ${percent(high)}`;
    return { main: text, small: [], plain: text, hover: method };
  }
  const range = `[${percentDigits(low)}, ${percentDigits(high)}]`;
  return { main: percent(estimate), small: [range], plain: `${percent(estimate)} ${range}`, hover: method };
};

const ppvCell = (ppv: PpvInterval): Cell =>
  ppv === 'not measured' ? intervalCell(null, '') : ppv === 'nothing is flagged' ? absent(ppv) : shareCell(ppv);

/** Accounts or people; far less than one is not written as if it were none. */
export const peopleCell = (interval: Bounds | null, unit: string): Cell =>
  interval && interval.high > 0 && interval.high < 0.01
    ? {
        main: '<0.01',
        small: [],
        plain: '<0.01',
        hover: `at most ${interval.high.toExponential(1)} ${unit}; ${interval.method}`,
      }
    : intervalCell(interval, unit);

/** Why a strategy is no share of the baseline. */
function noShare(strategies: readonly StrategyAnswer[], { recovered }: StrategyAnswer['model']): Cell {
  const base = strategies.find(({ name }) => name === baseline);
  if (!base) return absent('no such strategy was run');
  return recovered && base.model.recovered ? absent(`${baseline} recovers nothing`) : intervalCell(null, '');
}

/** Strategies, the most recovered first. */
export const ranked = (strategies: readonly StrategyAnswer[]): StrategyAnswer[] =>
  strategies.toSorted((a, b) => byEstimate(a.model.recovered, b.model.recovered));

/** One line a strategy. */
export function answerTable({ strategies, totals, offenders, draws, listEntries }: TradeoffAnswer): ReportTable {
  return {
    title: 'What would come back, and at what price, a year',
    explains: `Medians and 95 % of ${si(draws)} draws; bounds without a median where only bounds are known. Of ${si(totals.lost)}: reports that scanning on the server found, that would be lost, and that come back; ${baseline} is all of them by construction. Of ${si(totals.total)}: all that are left. A list of ${listEntries} entries. Reviewers: people who do nothing else. PPV: share of flagged pictures that are target content. Named: the attacker at the provider names the picture, on the run's messages. 'from 30': matches of one account before anything opens; offenders: ${offenders}.`,
    head: [
      'strategy',
      `of ${si(totals.lost)}`,
      `of ${si(totals.total)}`,
      `of ${baseline}`,
      'innocent accounts',
      'reviewers',
      'PPV',
      'exposed per 10⁹',
      'named',
    ],
    lines: ranked(strategies).map(({ name, recovered, ofBaseline, model, named, matchThreshold }) => ({
      name,
      cells: [
        ...recovered.map(({ reports }) => thresholdCell(intervalCell(reports, 'reports'), matchThreshold)),
        ofBaseline ? shareCell(ofBaseline) : noShare(strategies, model),
        thresholdCell(peopleCell(model.innocentAccounts, 'accounts'), matchThreshold),
        peopleCell(model.reviewers, 'people'),
        ppvCell(ppvOf(model)),
        intervalCell(model.exposedPerBillion, 'messages'),
        named ? rateCell(named) : absent('not tried'),
      ],
    })),
  };
}

/** How surely each strategy is better than the next one, and than the baseline: draw by draw, under the same assumptions. */
export function pairedTable({ strategies, draws }: TradeoffAnswer): ReportTable {
  const known = ranked(strategies).filter(({ model }) => model.recovered);
  const share = (of: StrategyAnswer, other: StrategyAnswer | undefined): Cell => {
    const won = other ? of.beats[strategies.indexOf(other)] : null;
    return won === null || won === undefined ? absent('nothing to compare with') : plain(wonText(won));
  };
  const base = strategies.find(({ name }) => name === baseline);
  return {
    title: 'Which brings back more',
    explains: `Share of ${si(draws)} draws in which the strategy brings back more reports, ties counted half: in each draw all strategies stand under the same assumptions. Next: the strategy in the line below.`,
    head: ['strategy', 'more than the next', `more than ${baseline}`],
    lines: known.map((each, i) => ({
      name: each.name,
      cells: [share(each, known[i + 1]), each.name === baseline ? absent('itself') : share(each, base)],
    })),
  };
}

/** A share of draws; what is the same in all of them says so. */
const wonText = (share: number): string => (share === 0.5 ? 'the same' : percent(share));

/** Whose the variance of each answer is, and how far it can be off. */
export function knowledgeTable({ strategies, totals }: TradeoffAnswer): ReportTable {
  const reports = (of: readonly [number, number]): string => `${si(of[0] * totals.lost)} to ${si(of[1] * totals.lost)}`;
  return {
    title: 'How much of it is measured',
    explains:
      'Shares of the variance of the reports that come back, one group of quantities drawn at a time: measured by the run, sourced from public numbers, assumed by nobody’s measurement; the rest is what they do together. Mix of edits: the least and the most that any mix of the edits tried leaves. All bounds: every input that nobody knows anywhere within what nothing rules out, the mix too.',
    head: ['strategy', 'measured', 'sourced', 'assumed', 'together', 'any mix of edits', 'within all bounds'],
    lines: ranked(strategies)
      .filter(({ model }) => model.recovered)
      .map(({ name, variance, bounds }) => {
        const of = (which: string): Cell => {
          const found = bounds.find((each) => each.of === which);
          return found ? plain(reports(found.recovered)) : absent('changes nothing');
        };
        return {
          name,
          cells: [
            ...(['measured', 'sourced', 'assumed', 'together'] as const).map((group) =>
              variance
                ? plain(percent(Math.abs(variance[group]) < 0.0005 ? 0 : variance[group]))
                : absent('does not vary'),
            ),
            of('mix of edits'),
            of('all of these together'),
          ],
        };
      }),
  };
}

/** Bounds by input, once for strategies that have the same. */
export function boundsTable({ strategies, totals }: TradeoffAnswer): ReportTable {
  const groups = groupBy(
    ranked(strategies).filter(({ bounds }) => bounds.length > 0),
    ({ bounds }) => JSON.stringify(bounds),
  );
  return {
    title: 'How far it can be off',
    explains:
      'Reports that come back when one input is anywhere within what nothing known rules out, all others at their medians. These bounds need no distribution. Strategies with the same bounds stand once.',
    head: ['strategy', 'what is free', 'from … to', 'reports'],
    lines: [...groups.values()].flatMap((group) =>
      group[0]!.bounds.map(({ of, range, recovered: [low, high] }) => ({
        name:
          group.length > 3 ? `${group[0]!.name} and ${group.length - 1} others` : listed(group.map(({ name }) => name)),
        cells: [
          plain(of),
          range ? plain(range.map((each) => percent(each)).join(' to ')) : absent('no number of its own'),
          plain(`${si(low * totals.lost)} to ${si(high * totals.lost)}`),
        ],
      })),
    ),
  };
}

/** Innocent accounts of every strategy by the size of the list. */
export function listTable({ listScenarios, strategies }: TradeoffAnswer): ReportTable {
  return {
    title: 'Innocent accounts by the size of the list',
    explains:
      'Innocent accounts flagged in a year. A rate that was counted at that size has a median; beyond, only bounds are given, and where they leave anything open they say so. Drowns: from so many entries on most of what is flagged is innocent, at the upper and at the lower bound.',
    head: ['strategy', ...listScenarios.map(({ name }) => `${name} entries`), 'drowns from'],
    lines: strategies.map(({ name, drowns, matchThreshold, model }, i) => ({
      name,
      cells: [
        ...listScenarios.map((scenario) =>
          thresholdCell(peopleCell(scenario.strategies[i]!.innocentAccounts, 'accounts'), matchThreshold),
        ),
        drownsCell(drowns, model),
      ],
    })),
  };
}

const drownsCell = ({ earliest, latest }: StrategyAnswer['drowns'], model: StrategyAnswer['model']): Cell => {
  if (!model.recovered) return intervalCell(null, '');
  if (earliest === null) return absent('at no list up to 10⁹');
  const from = si(earliest);
  if (latest === null) return plain(`${from}, or never`);
  return plain(si(latest) === from ? from : `${from} to ${si(latest)}`);
};

/** False matches of each rule by the size of the list. */
export function falseMatchTable({ falseMatches }: TradeoffAnswer): ReportTable {
  const rate = ({ estimate, low, high }: RuleRates['rates'][number]): Cell => {
    const range = low > 0 ? `[${rare(low)}, ${rare(high)}]` : `at most ${rare(high)}`;
    return plain(estimate === null ? range : `${rare(estimate)} ${range}`);
  };
  return {
    title: 'How often an innocent picture matches, by the size of the list',
    explains:
      'Share of pictures that match at least one entry falsely: counted where a number stands before the brackets, bounds of 95 % elsewhere, which hold for entries and pictures drawn alike.',
    head: ['rule', 'counted on', ...(falseMatches[0]?.rates.map(({ size }) => `${si(size)} entries`) ?? [])],
    lines: falseMatches.map(({ rule, population, rates }) => ({
      name: rule,
      cells: [plain(population), ...rates.map(rate)],
    })),
  };
}

/** Which bars are the widest four, in their order: strategies with the same ones are driven alike. */
const widest = (drivers: readonly TornadoBar[]): string =>
  drivers
    .slice(0, 4)
    .map(({ name }) => name)
    .join();

/** Strategies that scan, once for those that are driven alike; the most recovered first. */
export const distinctDrivers = (strategies: readonly StrategyAnswer[]): StrategyAnswer[] =>
  [...groupBy(ranked(strategies), ({ drivers }) => widest(drivers)).values()]
    .map((group) => group[0]!)
    .filter(({ model }) => model.scanned && model.scanned.estimate > 0);

/** What drives the answer, once for strategies that are driven alike. */
export function driversTable({ strategies }: TradeoffAnswer): ReportTable {
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
    title: 'What drives it',
    explains:
      'Each quantity moved across its 95 % range with all others at their medians: the reports recovered at both ends. The widest bars are what to measure next. Luck with the few items that make up half of the volume is in the intervals above, not here. Strategies that are driven alike stand once.',
    head: ['strategy', 'quantity', 'which is', 'from … to', 'reports'],
    lines: distinctDrivers(strategies).flatMap(({ name, drivers }) => drivers.map((each) => bar(each, name))),
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
    title: 'What would turn the order round',
    explains:
      'The value of one input, all others at their medians, at which two strategies recover as many reports. Pairs that keep their order for every value from 0 to 1 are left out.',
    head: ['input', 'at', 'below it more by', 'above it more by'],
    lines: [...merged.values()].map((group) => {
      const { input, at, above } = group[0]!;
      return { name: input, cells: [plain(at), plain(listed(group.map(({ below }) => below))), plain(above)] };
    }),
  };
}

/** False-positive rates at which the price is no longer paid for. */
export const priceTable = ({ strategies }: TradeoffAnswer): ReportTable => ({
  title: 'How rare false alarms must be',
  explains:
    'False-positive rate for one picture above which most of what is flagged is innocent, and above which more innocent accounts are flagged than reports recovered, all else at its median; – where no rate from 1e-14 to 0.1 is such a limit.',
  head: ['strategy', 'half of it wrong above', 'more accounts than reports above'],
  lines: ranked(strategies)
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
    'How many pictures an offender sends decides what a threshold loses',
    'Nobody has published the distribution; both are priors.',
    ({ recovered, innocentAccounts }) => [intervalCell(recovered, 'reports'), peopleCell(innocentAccounts, 'accounts')],
    [`of ${si(totals.lost)}`, 'innocent accounts'],
  );

export const claimsTable = ({ claimScenarios }: TradeoffAnswer): ReportTable =>
  scenarioTable(
    claimScenarios,
    'Under false-positive rates that others claim',
    'The same model with a claimed rate in the place of the measured one, which a few hundred innocent pictures cannot bound.',
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
    'Each line is another quantity, in another law: they must not be averaged, and none is the error rate of hash matching.',
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
  pairedTable(answer),
  falseMatchTable(answer),
  priceTable(answer),
  flipsTable(answer),
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

/** The main table, to be set with the package booktabs. */
export function tradeoffLatex(answer: TradeoffAnswer): string {
  const { head, lines, explains } = answerTable(answer);
  const row = (cells: readonly string[]): string => `${cells.map(latexText).join(' & ')} \\\\`;
  return [
    '\\begin{table}',
    `\\caption{${latexText(`${answer.question} ${explains} Detection measured on benign pictures.`)}}`,
    `\\begin{tabular}{l${'r'.repeat(head.length - 1)}}`,
    '\\toprule',
    row(head),
    '\\midrule',
    ...lines.map(({ name, cells }) => row([name, ...cells.map((cell) => cell.plain)])),
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

/** Order of what is known, the largest first; what was not measured comes last. */
export const byEstimate = (a: { readonly estimate: number } | null, b: { readonly estimate: number } | null): number =>
  a && b ? b.estimate - a.estimate : Number(a === null) - Number(b === null);

/** Trials behind a rate that is set by hand: so many that its posterior is narrow. */
const certain = 1e15;

/** Every strategy under the inputs, the most recovered first. */
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
  return strategies
    .map(({ name, evidence }) => {
      const scans = evidence.scanner !== 'nobody' && !isRuledOut(evidence.falsePositive);
      // Set by hand it is the rate whatever the list.
      const own = set && scans ? { ...evidence, falsePositive: set, atEveryList: true } : evidence;
      const { recovered, innocentAccounts, reviewers } = summarise(drawOutcomes(own, inputs, worlds, options.seed));
      return { name, recovered: recovered && scaled(recovered, total), innocentAccounts, reviewers };
    })
    .sort((a, b) => byEstimate(a.recovered, b.recovered));
}
