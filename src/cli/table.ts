/** Aligned tables for a terminal. */
import { printable } from '../util/printable.ts';
import { columnsOf } from './terminal.ts';

/** Minimum width of the last column, in characters; below it, the terminal breaks lines. */
const leastRoom = 30;

/** A table with a header. On a terminal, the last column wraps between words; elsewhere it stays on one line. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  columns = process.stdout.isTTY ? columnsOf() : undefined,
): string {
  const lines = [head, ...rows].map((row) => row.map((cell) => printable(String(cell))));
  const widths = head.slice(0, -1).map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const indent = widths.reduce((sum, width) => sum + width + 2, 0);
  const room = columns === undefined || columns - indent < leastRoom ? Number.POSITIVE_INFINITY : columns - indent;
  return lines
    .map((line) => {
      const first = widths.map((width, i) => `${line[i]!.padEnd(width)}  `).join('');
      const last = broken(line.at(-1)!, room);
      return last.map((part, i) => `${i === 0 ? first : ' '.repeat(indent)}${part}`.trimEnd()).join('\n');
    })
    .join('\n');
}

function broken(text: string, room: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
