import { type Cell, clip, notMeasured } from '../../report/format.ts';
import type { TerminalOptions } from '../../report/parts.ts';
import { wrap } from '../../report/table.ts';
import type { Timings } from '../../schema/run-record.ts';
import { printable } from '../../util/printable.ts';
import type { Metrics } from './metrics.ts';
import { trafficGroup } from './plots-traffic.ts';
import { classifierSentences } from './report-classifier.ts';
import { equalityText, measureGroups, powerOf } from './report-measures.ts';
import { accountText } from './tables-accounts.ts';
import { quotedText } from './tables-quoted.ts';

interface Column {
  readonly group: string;
  readonly title: string;
  readonly cells: readonly Cell[];
  readonly width: number;
}

const gap = '  ';
const nameWidth = 33;

/** The main table for a terminal of `columns` characters (120 unless told), with its legend. Ends in a newline. */
export function terminalTable(metrics: Metrics, timings?: Timings, options: TerminalOptions = {}): string {
  const { columns = 120, color = false } = options;
  const paint = (code: number, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
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
  const tables = pack(columnsOf(metrics, timings), columns - first).map(table);
  const equality = metrics.equalityGap
    ? [equalityText(metrics.equalityGap).map((line) => wrap(printable(line), columns))]
    : [];
  const accounts = accountText(metrics).map((line) => wrap(printable(line), columns));
  const detectors = quotedText(metrics).map((line) => wrap(printable(line), columns));
  const remarks = remarksOf(metrics).map((line) => wrap(printable(line), columns));
  const parts = [
    paint(1, title),
    ...tables,
    ...equality.map((lines) => lines.join('\n')),
    ...(detectors.length > 0 ? [detectors.join('\n')] : []),
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
    ...classifierSentences(metrics),
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
