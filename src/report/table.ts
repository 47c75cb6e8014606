/** A table for every report format: the page, Markdown and the terminal. */

import { printable } from '../util/printable.ts';
import type { Cell } from './format.ts';
import { table as markdownTable, text as safe } from './markdown.ts';
import { cellHtml, scroll } from './page/blocks.ts';
import { Html, html } from './page/html.ts';
import { heatFill, heatInk } from './page/style.ts';

/** One line of a table. */
export interface Line {
  readonly name: string;
  readonly cells: readonly (Cell & { /** Colour of the cell: a share in [0, 1]. */ readonly heat?: number })[];
}

/** A line whose columns do not apply, with words in their place. */
export interface Foot {
  readonly name: string;
  readonly text: string;
}

/** A titled table; the first column has the names of its lines. */
export interface ReportTable {
  readonly title: string;
  /** How to read it, in one or two sentences. */
  readonly explains: string;
  readonly head: readonly string[];
  readonly lines: readonly Line[];
  /** The last line; left out where there is none. */
  readonly foot?: Foot | undefined;
}

/** A cell of plain text. */
export const plain = (value: string, hover = value): Cell => ({ main: value, small: [], plain: value, hover });

/** The table on a page, with its title and explanation above. */
export const tableHtml = (table: ReportTable): Html => html`<h3>${table.title}</h3>${untitledHtml(table)}`;

/** A name such as `brightness(factor=1.3)`, which a narrow page may break where its parts begin. */
const breakable = (name: string): Html[] =>
  name.split(/(?<=\S[(/:])/).map((part, i) => (i === 0 ? html`${part}` : html`<wbr>${part}`));

/** The table in a section that already has its title. */
export function untitledHtml({ title, explains, head, lines, foot }: ReportTable): Html {
  const words = head.slice(1).map((_, i) => lines.some(({ cells }) => cells[i] !== undefined && isText(cells[i])));
  const heading = (each: string, i: number): Html =>
    i === 0 ? html`<td>${each}</td>` : html`<th scope="col"${words[i - 1] && html` class="words"`}>${each}</th>`;
  return html`<p class="note">${explains}</p>${scroll(
    title,
    html`<table class="main"><thead><tr>${head.map(heading)}</tr></thead><tbody>${lines.map(
      ({ name, cells }) =>
        html`<tr><th scope="row">${breakable(name)}</th>${cells.map((cell, i) => (cell.heat === undefined ? cellHtml(cell, words[i] ? 'words' : '') : heated(cell, cell.heat)))}</tr>`,
    )}</tbody>${footHtml(foot, head.length - 1)}</table>`,
  )}`;
}

/** The last line of a table on a page: a name, and words across so many columns. */
export const footHtml = (foot: Foot | undefined, columns: number): Html | false =>
  foot !== undefined &&
  html`<tfoot><tr><th scope="row">${foot.name}</th><td class="words" colspan="${columns}">${foot.text}</td></tr></tfoot>`;

/** Number of letters from which a cell counts as text, whose column wraps; numbers must not wrap. */
const textLength = 18;
const isText = ({ main, small }: Cell): boolean => small.length === 0 && main.length >= textLength;

const heated = (cell: Cell, share: number): Html =>
  new Html(
    cellHtml(cell, 'heat').text.replace('<td', `<td style="background:${heatFill(share)};color:${heatInk(share)}"`),
  );

/** The table in Markdown, with its explanation below. */
export const tableMarkdown = ({ title, explains, head, lines, foot }: ReportTable): string[] => [
  `### ${safe(title)}`,
  markdownTable(head.map(safe), [
    ...lines.map(({ name, cells }) => [safe(name), ...cells.map((cell) => safe(cell.plain))]),
    ...footMarkdown(foot, head.length - 1),
  ]),
  safe(explains),
];

/** The last line of a table in Markdown: words in the first of so many columns. */
export const footMarkdown = (foot: Foot | undefined, columns: number): string[][] =>
  foot === undefined ? [] : [[safe(foot.name), safe(foot.text), ...Array<string>(columns - 1).fill('')]];

const gap = '  ';

/** The table for a terminal, in as many stacked parts as the width requires. A text that is wider than the terminal wraps in its cell. */
export function tableTerminal({ title, explains, head, lines, foot }: ReportTable, columns: number): string {
  const names = lines.map(({ name }) => printable(name));
  const needed = head
    .slice(1)
    .map((each, i) => Math.max(each.length, ...lines.map(({ cells }) => cells[i]!.plain.length)));
  const widest = Math.max(head[0]!.length, ...names.map((name) => name.length));
  const fits = widest + gap.length + Math.max(0, ...needed) <= columns;
  const first = fits ? widest : Math.min(widest, Math.floor(columns / 2) - gap.length);
  const room = columns - first - gap.length;
  const widths = needed.map((width) => Math.min(width, room));
  const parts: number[][] = [];
  let left = 0;
  widths.forEach((width, i) => {
    if (parts.length === 0 || width + gap.length > left) {
      parts.push([]);
      left = columns - first;
    }
    parts.at(-1)!.push(i);
    left -= width + gap.length;
  });
  const row = (name: string, of: readonly string[], part: readonly number[]): string => {
    const cells = [name, ...part.map((i) => of[i]!)].map((text, at) =>
      wrap(text, at === 0 ? first : widths[part[at - 1]!]!).split('\n'),
    );
    return Array.from({ length: Math.max(...cells.map(({ length }) => length)) }, (_, line) =>
      cells
        .map((cell, at) => {
          const text = cell[line] ?? '';
          if (at === 0) return text.padEnd(first);
          const i = part[at - 1]!;
          // Numbers end below each other; words that wrap begin there.
          return needed[i]! > room ? text.padEnd(widths[i]!) : text.padStart(widths[i]!);
        })
        .join(gap)
        .trimEnd(),
    ).join('\n');
  };
  const tables = parts.map((part) =>
    [
      row(head[0]!, head.slice(1), part),
      ...lines.map(({ cells }, i) =>
        row(
          names[i]!,
          cells.map((cell) => cell.plain),
          part,
        ),
      ),
    ].join('\n'),
  );
  return [
    wrap(title, columns),
    ...tables,
    ...(foot ? [wrap(printable(`${foot.name}: ${foot.text}`), columns)] : []),
    wrap(explains, columns),
  ].join('\n\n');
}

/** Breaks text into lines of at most `columns` characters, between words. */
export function wrap(text: string, columns: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
