/** Tables of a reproduction: published beside ours, for terminal, Markdown and page. */
import { plain, type ReportTable } from '../benchmark/table.ts';
import { integer, listed } from '../format.ts';
import type { OurValue, ReproducedTarget } from './types.ts';

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
  explains: `${counts(judged)} Tolerances were written down before anything was run.`,
  head: ['target', 'rank', 'claim', 'verdict'],
  lines: judged.map((each) => ({
    name: each.target.name,
    cells: [
      plain(each.target.rank === undefined ? '' : String(each.target.rank)),
      plain(each.target.claim),
      { ...plain(verdictText(each)), ...(each.verdict.is === 'not reproduced' ? { tone: 'warn' as const } : {}) },
    ],
  })),
});

/** How many came out how. */
export function counts(judged: readonly ReproducedTarget[]): string {
  const kinds = ['reproduced', 'not reproduced', 'not comparable', 'needs data'] as const;
  const parts = kinds.map((kind) => [judged.filter(({ verdict }) => verdict.is === kind).length, kind] as const);
  return `${judged.length} published claims: ${listed(parts.filter(([n]) => n > 0).map(([n, kind]) => `${n} ${kind}`))}.`;
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
  explains: 'Read: how the published value is known. Nothing that was only recalled stands here.',
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
