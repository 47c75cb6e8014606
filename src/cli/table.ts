/** Aligned tables for a terminal. */
import { wrap } from '../report/table.ts';
import { printable } from '../util/printable.ts';
import { columnsOf } from './terminal.ts';

/** Minimum width of the last column, in characters; where less is left, it stands below its row. */
const leastRoom = 30;
/** Indent of what stands below its row, in characters. */
const below = 4;

/** Line width of a terminal; undefined elsewhere, where every row is one line. */
export const terminalColumns = (): number | undefined => (process.stdout.isTTY ? columnsOf() : undefined);

/**
 * A table with a header. On a terminal no line is wider than it: the last column wraps between words; on a narrow one it stands below its row;
 * where the other columns are too wide as well, each row is a list of its cells by title. Elsewhere each row is one line.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  columns = terminalColumns(),
): string {
  const lines = [head, ...rows].map((row) => row.map((cell) => printable(String(cell))));
  const widths = head.slice(0, -1).map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const indent = widths.reduce((sum, width) => sum + width + 2, 0);
  const longest = Math.max(...lines.map((line) => line.at(-1)!.length));
  const start = (line: readonly string[]): string => widths.map((width, i) => `${line[i]!.padEnd(width)}  `).join('');
  if (columns === undefined || indent + longest <= columns || columns - indent >= leastRoom) {
    const room = columns === undefined ? Number.POSITIVE_INFINITY : columns - indent;
    return lines.map((line) => hanging(start(line), line.at(-1)!, room, indent)).join('\n');
  }
  const within = (text: string): string => hanging(' '.repeat(below), text, columns - below, below);
  if (indent - 2 <= columns) return lines.map((line) => `${start(line).trimEnd()}\n${within(line.at(-1)!)}`).join('\n');
  const title = Math.max(...head.slice(1).map((each) => each.length));
  return lines
    .slice(1)
    .map(([name, ...cells]) =>
      [
        name!,
        ...cells.map((cell, i) => {
          const at = `${' '.repeat(below)}${printable(head[i + 1]!).padEnd(title)}  `;
          return hanging(at, cell, columns - at.length, at.length);
        }),
      ].join('\n'),
    )
    .join('\n');
}

/** Text after `start`, in lines of at most `room` characters, the later ones indented. */
export const hanging = (start: string, text: string, room: number, indent: number): string =>
  wrap(text, room)
    .split('\n')
    .map((part, i) => `${i === 0 ? start : ' '.repeat(indent)}${part}`.trimEnd())
    .join('\n');
