import { type Cell, clip, counted, fraction, notMeasured, rateCell, si } from '../../report/format.ts';
import type { TerminalOptions } from '../../report/parts.ts';
import { type Foot, wrap } from '../../report/table.ts';
import type { Timings } from '../../schema/run-record.ts';
import { printable } from '../../util/printable.ts';
import type { Metrics, StrategyMetrics } from './metrics.ts';
import { trafficGroup } from './plots-traffic.ts';
import { answer, sureText } from './report-answer.ts';
import { classifierSentences } from './report-classifier.ts';
import {
  accusedCell,
  accusedShort,
  backCell,
  familiesOf,
  learntCell,
  learntShort,
  lostReports,
  plainSentence,
} from './report-headline.ts';
import { equalityText, measureGroups, powerOf } from './report-measures.ts';
import { accountText } from './tables-accounts.ts';
import { clipText } from './tables-clips.ts';
import { quotedText } from './tables-quoted.ts';

interface Column {
  readonly group: string;
  readonly title: string;
  readonly cells: readonly Cell[];
  readonly width: number;
}

const gap = '  ';
const nameWidth = 33;

/**
 * The answer for a terminal of `columns` characters (120 unless told): one sentence, one table of five columns, how sure, and where the rest is. `full`: every column,
 * in as many tables as the width asks for. Ends in a newline.
 */
export function terminalTable(metrics: Metrics, timings?: Timings, options: TerminalOptions = {}, foot?: Foot): string {
  return options.full ? fullText(metrics, timings, options, foot) : answerText(metrics, options, foot);
}

/** The last line of the table, in a paragraph. */
const footText = (foot: Foot | undefined, columns: number): string[] =>
  foot ? [wrap(printable(`${foot.name}: ${foot.text}`), columns)] : [];

type Paint = (code: number, text: string) => string;
const painter =
  (color: boolean): Paint =>
  (code, text) =>
    color ? `\u001b[${code}m${text}\u001b[0m` : text;

/** Widest name of the table of five columns. */
const shortNameWidth = 24;

function answerText(
  metrics: Metrics,
  { columns = 120, color = false }: TerminalOptions,
  foot: Foot | undefined,
): string {
  const paint = painter(color);
  const wrapped = (line: string): string => wrap(printable(line), columns);
  const lost = lostReports(metrics);
  const families = familiesOf(metrics);
  const all = families.flatMap(({ strategies }) => strategies);
  const back = lost === undefined ? 'reports' : `reports back, of ${si(lost)}`;
  const detailed = shortTable(
    ['strategy', back, 'edited pictures found', 'innocents accused', 'provider names picture'],
    (each) => [
      backCell(each).plain,
      rateCell(each.detection.allEdits, true).plain,
      accusedCell(each).plain,
      learntCell(each).plain,
    ],
  );
  const brief = shortTable(['strategy', back, 'found', 'accused', 'learnt'], (each) => [
    backCell(each).plain.replace(/ from (\d+)$/, ' ≥$1'),
    fraction(each.detection.allEdits, true),
    accusedShort(each),
    learntShort(each),
  ]);
  const table = detailed.width <= columns ? detailed : brief;
  const parts = [
    wrapped(`${metrics.experiment}: ${plainSentence(metrics)}`).replace(/^.*$/gm, (line) => paint(1, line)),
    ...(all.length > 0 ? [table.lines.join('\n'), ...footText(foot, columns)] : []),
    paint(
      2,
      legendOf(metrics, table === brief)
        .map(wrapped)
        .join('\n'),
    ),
    [
      ...sureText(metrics),
      ...refusedText(metrics),
      ...remarksOf(metrics),
      'Every column, every rate with its interval: --full, or report.html, report.md and csv/ in the folder of the run.',
    ]
      .map(wrapped)
      .join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;

  /** Lines with the families as headings, and their width. */
  function shortTable(
    head: readonly string[],
    cells: (strategy: StrategyMetrics) => readonly string[],
  ): { readonly lines: readonly string[]; readonly width: number } {
    const rows = families.map(({ title, strategies }) => ({
      title,
      rows: strategies.map((each) => [clip(printable(each.name), shortNameWidth), ...cells(each)]),
    }));
    const widths = head.map((title, i) =>
      Math.max(title.length, ...rows.flatMap((each) => each.rows.map((row) => row[i]!.length))),
    );
    const line = (row: readonly string[]): string =>
      row.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join(gap);
    return {
      lines: [
        paint(1, line(head)),
        ...rows.flatMap((each) => [
          paint(1, `─ ${each.title} `.padEnd(Math.min(columns, sum(widths)), '─')),
          ...each.rows.map(line),
        ]),
      ],
      width: sum(widths),
    };
  }
}

const sum = (widths: readonly number[]): number => widths.reduce((a, b) => a + b, 0) + gap.length * (widths.length - 1);

/** How to read the table of five columns. */
function legendOf(metrics: Metrics, brief: boolean): string[] {
  const { dataset } = metrics;
  return [
    'reports back: median and 95 % interval of the model; ≥ 30, from 30: nothing opens below 30 matches of one account.'.replaceAll(
      '30',
      String(metrics.strategies.find(({ threshold }) => threshold?.modelled)?.threshold?.modelled ?? 30),
    ),
    `found: listed pictures found after edits, k/n. accused: innocent accounts flagged a year${brief ? '; unknown: nothing excludes everybody' : ''}. learnt: pictures that the provider names in messages not disclosed to it, k/n; ▲ above chance; nothing: nothing to guess by.`,
    `${dataset.pictures} pictures in ${dataset.groups} groups (${dataset.name}), ${dataset.listEntries} list entries, seed ${metrics.seed}.`,
  ];
}

/** Files that were refused, in a sentence. */
function refusedText({ dataset: { refused } }: Metrics): string[] {
  const [first] = refused;
  if (!first) return [];
  const others = refused.length > 1 ? ` and ${counted(refused.length - 1, 'other')}` : '';
  return [`Refused: ${first.picture} (${first.reason})${others}; report.html lists all.`];
}

/** Every column of the main table for a terminal, with its legend. */
function fullText(
  metrics: Metrics,
  timings: Timings | undefined,
  { columns = 120, color = false }: TerminalOptions,
  foot: Foot | undefined,
): string {
  const paint = painter(color);
  const names = metrics.strategies.map(({ id, name }) => clip(printable(`${id} ${name}`), nameWidth));
  const first = Math.max(8, ...names.map((name) => name.length));

  const table = (part: readonly Column[]): string => {
    const head = ['strategy'.padEnd(first), ...part.map(({ title, width }) => title.padStart(width))].join(gap);
    const rows = names.map((name, row) =>
      [name.padEnd(first), ...part.map(({ cells, width }) => tint(cells[row]!, width))].join(gap),
    );
    return [paint(1, bands(part, first)), paint(1, head), ...rows].join('\n');
  };
  const tint = ({ plain, tone }: Cell, width: number): string => {
    const text = plain.padStart(width);
    return tone === 'warn' ? paint(33, text) : tone === 'muted' ? paint(2, text) : text;
  };

  const title = wrap(`${printable(metrics.experiment)}: ${printable(metrics.question)}`, columns);
  const findings = answer(metrics).map(({ label, text }) => wrap(`${label}: ${printable(text)}`, columns));
  const tables = pack(columnsOf(metrics, timings), columns - first).map(table);
  const equality = metrics.equalityGap
    ? [equalityText(metrics.equalityGap).map((line) => wrap(printable(line), columns))]
    : [];
  const accounts = accountText(metrics).map((line) => wrap(printable(line), columns));
  const detectors = quotedText(metrics).map((line) => wrap(printable(line), columns));
  const remarks = [...refusedText(metrics), ...remarksOf(metrics), ...classifierSentences(metrics)].map((line) =>
    wrap(printable(line), columns),
  );
  const parts = [
    paint(1, title),
    findings.join('\n'),
    ...tables,
    ...footText(foot, columns),
    ...equality.map((lines) => lines.join('\n')),
    ...(detectors.length > 0 ? [detectors.join('\n')] : []),
    ...clipText(metrics, columns),
    ...(accounts.length > 0 ? [accounts.join('\n')] : []),
    ...(remarks.length > 0 ? [remarks.join('\n')] : []),
  ];
  return `${[...parts, paint(2, legend(metrics, columns))].join('\n\n')}\n`;
}

function columnsOf(metrics: Metrics, timings?: Timings): Column[] {
  const traffic = trafficGroup(metrics.strategies);
  return [...measureGroups(metrics, timings), ...(traffic ? [traffic] : [])].flatMap((group) =>
    group.measures.map(({ title, cell }) => {
      const cells = metrics.strategies.map((strategy) => cell(strategy, true));
      return {
        group: group.title,
        title,
        cells,
        width: Math.max(title.length, ...cells.map(({ plain }) => plain.length)),
      };
    }),
  );
}

/** Columns dealt out to tables no wider than `room`; one that fits nowhere stands alone. */
function pack(columns: readonly Column[], room: number): Column[][] {
  const parts: Column[][] = [];
  let left = 0;
  for (const column of columns) {
    const need = column.width + gap.length;
    const last = parts.at(-1);
    if (last && need <= left) last.push(column);
    else {
      parts.push([column]);
      left = room;
    }
    left -= need;
  }
  return parts;
}

/** The line above the titles: each group's name over a rule as wide as its columns. */
function bands(part: readonly Column[], first: number): string {
  const spans = new Map<string, number>();
  for (const { group, width } of part) spans.set(group, (spans.get(group) ?? -gap.length) + gap.length + width);
  return [' '.repeat(first), ...[...spans].map(([group, span]) => `─ ${group} `.padEnd(span, '─').slice(0, span))].join(
    gap,
  );
}

/** What explains a table that looks odd: why something matches nothing, and what was noted while pictures were drawn and assigned. */
function remarksOf(metrics: Metrics): string[] {
  const { hashes, classifier, strategies, notes = [] } = metrics;
  return [
    ...notes.map((note) => `Note: ${note}`),
    ...hashes.flatMap(({ name, threshold }) =>
      threshold.bits < 0 ? [`${name} matches nothing: ${threshold.rule}.`] : [],
    ),
    ...(classifier && classifier.threshold.score > 1
      ? [`${classifier.name} flags nothing: ${classifier.threshold.rule}.`]
      : []),
    ...(strategies.some(({ recovered }) => recovered.some(({ reports }) => reports === null))
      ? [`${notMeasured}: the run has no trial for a rate that this number depends on (see the rates without a trial).`]
      : []),
  ];
}

function legend(metrics: Metrics, columns: number): string {
  const { dataset, strategies, seed } = metrics;
  const messages = Math.max(0, ...strategies.map((each) => each.messages));
  return [
    'k/n and percentage, with the 95 % interval in brackets (the wider of exact and bootstrap by source picture).',
    `provider: its best held-out attack as a multiple of chance, then its success; ▲ above chance (95 %, Bonferroni, by group of pictures); no attack: nothing in its view to guess by. ${powerOf(metrics, ['identity', 'topic'])}`.trim(),
    ...(trafficGroup(strategies)
      ? ['traffic: packets, then bytes; sending and delivery per message, the rest for the whole run.']
      : []),
    `${dataset.pictures} pictures in ${dataset.groups} groups (${printable(dataset.name)}), ${dataset.listEntries} list entries, at most ${messages} messages a strategy, seed ${seed}.`,
  ]
    .map((line) => wrap(line, columns))
    .join('\n');
}
