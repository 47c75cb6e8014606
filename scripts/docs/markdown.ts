/** Parts of generated Markdown. */

/** Text in a code span; a bar would end a cell of a table. */
export const code = (text: string): string =>
  text === '' ? '' : `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``;

const cell = (text: string): string => text.replace(/\s+/g, ' ').replace(/(?<!\\)\|/g, '\\|');

/** A table; cells are Markdown. */
export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
