/** The page and the Markdown of a reproduction. */

import { counted, integer, listed } from '../report/format.ts';
import { plainTable } from '../report/page/blocks.ts';
import { type Html, html } from '../report/page/html.ts';
import { pageText, type Section } from '../report/page/shell.ts';
import { plain, type ReportTable, tableMarkdown, wrap } from '../report/table.ts';
import type { PublishedValue, Reproduction } from '../schema/reproduction.ts';
import { printable } from '../util/printable.ts';

const question = 'Do published numbers hold?';

const tables = (judged: readonly ReproducedTarget[]): readonly [id: string, table: ReportTable][] => [
  ['verdicts', verdictTable(judged)],
  ['values', valuesTable(judged)],
  ['sources', sourcesTable(judged)],
];

/** One page; `command` is what made it. */
export const reproductionPage = (judged: readonly ReproducedTarget[], command: string): string =>
  pageText({
    experiment: 'reproduce',
    runId: command,
    question,
    findings: [{ label: 'Verdicts', text: counts(judged) }],
    sections: tables(judged).map(([id, table]): Section => [id, table.title, asText(table, judged)]),
    footer: 'Benign pictures only.',
  });

/** A table of sentences; the name of a target leads to its source where that has an address. */
function asText({ explains, head, lines, title }: ReportTable, judged: readonly ReproducedTarget[]): Html {
  const urls = new Map(judged.map(({ target: { name, source } }) => [name, source.url]));
  const named = (name: string): Html | string => {
    const url = urls.get(name);
    return url && title.startsWith('Sources') ? html`<a href="${url}">${name}</a>` : name;
  };
  return html`<p class="note">${explains}</p>${plainTable(
    title,
    head,
    lines.map(({ name, cells }) => [
      named(name),
      ...cells.map((cell) => (cell.tone === 'warn' ? html`<span class="breaks">${cell.plain}</span>` : cell.plain)),
    ]),
  )}`;
}

/** The same as Markdown. */
export const reproductionMarkdown = (judged: readonly ReproducedTarget[]): string =>
  `${[`**${counts(judged)}**`, ...tables(judged).flatMap(([, table]) => tableMarkdown(table))].join('\n\n')}\n`;

// Tables of a reproduction: published beside ours, for terminal, Markdown and page.

/** A number with about three digits, whatever its size. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(2).replace('e+', 'e');
  return size >= 1000 ? integer(value) : String(Number(value.toPrecision(3)));
}

/** Ours with its interval and trials. */
export function ours(value: OurValue | undefined): string {
  if (!value) return '–';
  const { low, high, n } = value;
  const range = low === undefined || high === undefined ? '' : ` [${digits(low)}, ${digits(high)}]`;
  return `${digits(value.value)}${range}${n === undefined ? '' : ` (n = ${digits(n)})`}`;
}

/** What was allowed. */
export function allowed({ digits: count, within }: ReproducedTarget['compared'][number]['published']): string {
  if (within) return `${digits(within[0])} to ${digits(within[1])}`;
  return count === undefined ? 'for comparison' : `${count} digit${count === 1 ? '' : 's'}`;
}

/** The verdict in words. */
export const verdictText = ({ verdict }: ReproducedTarget): string =>
  'why' in verdict
    ? `${verdict.is}: ${verdict.why}`
    : 'command' in verdict
      ? `needs photographs: ${verdict.command}`
      : verdict.is;

/** One line a target. */
export const verdictTable = (judged: readonly ReproducedTarget[]): ReportTable => ({
  title: 'Verdicts',
  explains: `${counts(judged)} Tolerances were written down before anything was run, or tightened since; none was widened. Not refuted: the order is neither shown nor contradicted, as intervals overlap.`,
  head: ['target', 'kind', 'rank', 'claim', 'verdict'],
  lines: judged.map((each) => ({
    name: each.target.name,
    cells: [
      plain(each.target.needs === 'nothing' ? 'analytic' : 'empirical'),
      plain(each.target.rank === undefined ? '' : String(each.target.rank)),
      plain(each.target.claim),
      { ...plain(verdictText(each)), ...(each.verdict.is === 'not reproduced' ? { tone: 'warn' as const } : {}) },
    ],
  })),
});

/** How many came out how: arithmetic on published inputs apart from what was measured on photographs, since the former can hardly fail. */
export function counts(judged: readonly ReproducedTarget[]): string {
  const kinds = ['reproduced', 'not refuted', 'not reproduced', 'not comparable', 'needs data'] as const;
  const count = (of: readonly ReproducedTarget[]): string =>
    listed(
      kinds.flatMap((kind) => {
        const n = of.filter(({ verdict }) => verdict.is === kind).length;
        return n > 0 ? [`${n} ${kind}`] : [];
      }),
    );
  const analytic = judged.filter(({ target }) => target.needs === 'nothing');
  const empirical = judged.filter(({ target }) => target.needs !== 'nothing');
  return [
    ...(analytic.length > 0
      ? [`${counted(analytic.length, 'analytic target')} (arithmetic, no data): ${count(analytic)}.`]
      : []),
    ...(empirical.length > 0
      ? [`${counted(empirical.length, 'empirical target')} (photographs): ${count(empirical)}.`]
      : []),
  ].join(' ');
}

/** One line a value. */
export const valuesTable = (judged: readonly ReproducedTarget[]): ReportTable => ({
  title: 'Published and ours',
  explains: 'Intervals are 95 %. Corrected: the same without the flaw that the target’s file names.',
  head: ['target', 'value', 'published', 'ours', 'allowed', 'corrected'],
  lines: judged.flatMap(({ target, compared }) =>
    compared.map(({ published, ours: value, agrees }) => ({
      name: target.name,
      cells: [
        plain(published.what),
        plain(published.value === null ? '–' : digits(published.value)),
        { ...plain(ours(value)), ...(agrees === false ? { tone: 'warn' as const } : {}) },
        plain(allowed(published)),
        plain(value?.corrected ? ours(value.corrected) : ''),
      ],
    })),
  ),
});

/** Where each claim stands, how it was worked out, and on what. */
export const sourcesTable = (judged: readonly ReproducedTarget[]): ReportTable => ({
  title: 'Sources and protocols',
  explains: 'Read: how the published value is known. No value is quoted from memory.',
  head: ['target', 'source', 'read', 'protocol', 'why this tolerance', 'on', 'mind'],
  lines: judged.map(({ target, on, notes }) => ({
    name: target.name,
    cells: [
      plain(target.source.text),
      plain(target.source.read),
      plain(target.protocol),
      plain(target.tolerance),
      plain(on ?? ''),
      plain([target.flaw, ...notes].filter(Boolean).join(' ')),
    ],
  })),
});

// A reproduction on a terminal: each claim with its verdict, and below it every value.

/** All targets, the summary last. Ends in a newline. */
export function reproductionTerminal(judged: readonly ReproducedTarget[], columns = 120): string {
  const blocks = judged.map((each) => {
    const { target, compared, on, notes } = each;
    const values = compared.map(({ published: { what, value, ...rest }, ours: own, agrees }) => {
      const mark = agrees === false ? '!' : agrees ? '=' : ' ';
      const corrected = own?.corrected ? `; corrected ${ours(own.corrected)}` : '';
      return `  ${mark} ${printable(what)}: published ${value === null ? '–' : digits(value)}, ours ${ours(own)}${corrected} (${allowed({ what, value, ...rest })})`;
    });
    const asides = [target.flaw, on && `On ${on}.`, ...notes].flatMap((aside) =>
      aside ? [wrap(`    ${aside}`, columns)] : [],
    );
    const rank = target.rank === undefined ? '' : ` (${target.rank})`;
    return [
      wrap(`${target.name}${rank}: ${verdictText(each)}`, columns),
      wrap(`    ${target.claim} ${target.source.text}.`, columns),
      ...(each.verdict.is === 'needs data' ? [] : [...values, ...asides]),
    ].join('\n');
  });
  return `${[...blocks, wrap(`${counts(judged)} =: within the tolerance, !: outside it.`, columns)].join('\n\n')}\n`;
}

// What the report of a reproduction is drawn from; the harness fills it in.

/** A value of ours, with its interval and trials where it was sampled. */
export interface OurValue {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly n?: number | undefined;
  readonly corrected?: OurValue | undefined;
}

/** One target with its verdict. */
export interface ReproducedTarget {
  readonly target: Reproduction;
  readonly verdict:
    | { readonly is: 'reproduced' }
    | { readonly is: 'not refuted' | 'not reproduced' | 'not comparable'; readonly why: string }
    | { readonly is: 'needs data'; readonly command: string };
  readonly compared: readonly {
    readonly published: PublishedValue;
    readonly ours: OurValue | undefined;
    readonly agrees: boolean | null;
  }[];
  readonly on?: string | undefined;
  readonly notes: readonly string[];
}
