/** The clips of a run: what every strategy finds, wrongly flags and costs where a message is a clip. */
import { type Field, numberColumns, rateFields, valueFields } from '../../report/csv.ts';
import { absent, bytes, bytesRange, counted, rateCell } from '../../report/format.ts';
import { plain, type ReportTable, tableTerminal } from '../../report/table.ts';
import type { Metrics } from './metrics.ts';

/** The table; none where no message was a clip. */
export function clipTables({ clips, strategies }: Metrics): ReportTable[] {
  if (!clips) return [];
  const scans = new Map(strategies.map(({ name, proactive }) => [name, proactive]));
  const edited = clips.sameFile.filter(({ edit }) => edit !== 'none');
  const none = plain('');
  return [
    {
      title: 'Clips',
      explains: `Messages that are clips: ${clips.dataset.clips.listed} listed, ${clips.dataset.clips.new} new and ${clips.dataset.clips.innocent} innocent, about ${clips.dataset.seconds.toFixed(1)} s each, ${counted(clips.looked, 'frame')} of a clip scanned, against a list of ${counted(clips.list.near, 'frame')} of ${counted(clips.list.clips, 'clip')}. A clip matches if any of its frames does. Flagged: false matches by clip, with the exact 95 % interval. Bytes: medians of a clip, for the scan alone, beside ${bytesRange(clips.strategies.map(({ clipBytes }) => clipBytes))} for the clip itself, by how a strategy encrypts and pads it. After edits of an equal file: ${edited.map(({ edit, recall }) => `${edit} ${recall.k}/${recall.n}`).join(', ')}.`,
      head: [
        'strategy',
        'found as sent',
        'found after edits',
        'new content found',
        'innocent flagged',
        'reports a clip found',
        'scan sends',
        'scan receives',
      ],
      lines: [
        {
          name: 'equal file (MD5, SHA-256)',
          cells: [
            ...clips.sameFile.filter(({ edit }) => edit === 'none').map(({ recall }) => rateCell(recall, true)),
            plain(
              `${edited.reduce((k, { recall }) => k + recall.k, 0)}/${edited.reduce((n, { recall }) => n + recall.n, 0)}`,
            ),
            none,
            rateCell(clips.sameFileInnocent, true),
            ...[none, none, none],
          ],
        },
        ...clips.strategies.map((each) => ({
          name: each.strategy,
          cells: scans.get(each.strategy)
            ? [
                ...[each.asSent, each.edited, each.newContent, each.innocent].map((rate) => rateCell(rate, true)),
                each.reportsPerFound === null ? absent('no clip was found') : plain(each.reportsPerFound.toFixed(1)),
                plain(bytes(each.sentBytes)),
                plain(bytes(each.receivedBytes)),
              ]
            : Array.from({ length: 7 }, () => absent('nobody scans')),
        })),
      ],
    },
  ];
}

/** The same for a terminal. */
export const clipText = (metrics: Metrics, columns: number): string[] =>
  clipTables(metrics).map((table) => tableTerminal(table, columns));

/** Columns and lines of clips.csv. */
export const clipColumns = ['strategy', 'looked', 'measure', 'edit', ...numberColumns] as const;
export function clipFields({ clips }: Metrics): Field[][] {
  if (!clips) return [];
  const { looked } = clips;
  return [
    ...clips.sameFile.map(({ edit, recall }): Field[] => ['equal file', null, 'recall', edit, ...rateFields(recall)]),
    ['equal file', null, 'false positive', 'none', ...rateFields(clips.sameFileInnocent)],
    ...clips.strategies.flatMap((each): Field[][] => [
      [each.strategy, looked, 'recall', 'none', ...rateFields(each.asSent)],
      [each.strategy, looked, 'recall', 'all edits', ...rateFields(each.edited)],
      [each.strategy, looked, 'new content', 'none', ...rateFields(each.newContent)],
      [each.strategy, looked, 'false positive', 'none', ...rateFields(each.innocent)],
      [each.strategy, looked, 'scan sends', 'none', ...valueFields(each.sentBytes, 'median, bytes')],
      [each.strategy, looked, 'scan receives', 'none', ...valueFields(each.receivedBytes, 'median, bytes')],
    ]),
  ];
}
