/** The report as Markdown: for a README, a pull request or an issue. */

import type { RunRecord, Timings } from '../schema/run-record.ts';
import { counted, millis } from './format.ts';

/** Untrusted text as one line of Markdown that displays literally: table bars, markup, HTML and links are escaped. */
export const text = (raw: string): string =>
  raw
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}#|~]|\](?=[([:])/g, '\\$&');

/** A table; the first column is text, the others are right-aligned numbers. Cells must already be safe. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], numbers = true): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 || !numbers ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Unusable files of the dataset. */
export function refused({
  dataset,
}: {
  readonly dataset: { readonly refused: readonly { readonly picture: string; readonly reason: string }[] };
}): string[] {
  if (dataset.refused.length === 0) return [];
  const rows = dataset.refused.map(({ picture, reason }) => [text(picture), text(reason)]);
  return ['## Files that were refused', table(['file', 'reason'], rows, false)];
}

/** The run record, line by line. */
export function provenance(run: RunRecord, timings?: Timings): string[] {
  const dirty = run.dirty === null ? '' : run.dirty ? ', with uncommitted changes' : ', clean';
  const rows: [string, string][] = [
    ['run', `${run.runId}, ${run.created}${run.resumed ? ', resumed' : ''}`],
    ['command', run.command],
    ['seed', `${run.seed} (${run.streams.join(', ')})`],
    ['dataset', `${run.dataset.name}, sha256 ${run.dataset.sha256}`],
    ...(run.list ? [['list', `${run.list.entries} entries, root ${run.list.root}`] as [string, string]] : []),
    ...run.models.map(({ name, sha256 }): [string, string] => ['model', `${name}, sha256 ${sha256}`]),
    [
      'commit',
      run.commit === null ? `not known: ${text(run.commitUnknown ?? 'outside a repository')}` : `${run.commit}${dirty}`,
    ],
    ['machine', `${run.platform}, Node ${run.node}, ${counted(run.threads, 'thread')}`],
    ['classifier backend', run.classifierBackend],
    ['packages', versions(run.packages)],
    ['decoders', versions(run.sharp)],
    ...Object.entries(timings?.phases ?? {}).map(([phase, spent]): [string, string] => [
      `time: ${phase}`,
      millis(spent),
    ]),
  ];
  return [
    '## Provenance',
    table(
      ['', ''],
      rows.map((row) => row.map(text)),
      false,
    ),
  ];
}

const versions = (record: Readonly<Record<string, string>>): string =>
  Object.entries(record)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
