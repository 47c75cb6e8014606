/** The headline as text: one row per strategy, as many stacked tables as the width asks for. */

/** How wide the terminal is, and whether it shows colour. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly color?: boolean;
}

/** Text in lines of at most so many characters, broken between words. */
export function wrap(text: string, columns: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
