/** Command lines as text: words that can be pasted into a shell, and read back. */
import { inCheckout } from './project.ts';

/** The words as a shell reads them again: a word with anything but plain characters is quoted. */
export const quoted = (words: readonly string[]): string =>
  words.map((each) => (/^[\w./:=@%+,-]+$/.test(each) ? each : `'${each.replaceAll("'", `'\\''`)}'`)).join(' ');

/** The words of a text that `quoted` made. */
export function wordsOf(text: string): string[] {
  const found = text.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g);
  return [...found].map(([word]) => word.replace(/'([^']*)'|\\(.)/g, (_, inside, escaped) => inside ?? escaped));
}

/** How a command of presend is typed: in a checkout through npm, elsewhere by the installed package. */
export const typed = (words: readonly string[]): string =>
  `${inCheckout ? 'npm run -s presend --' : 'npx presend'} ${quoted(words)}`;

/** The command that continues with a run: the same words, with its folder and --resume. */
export function resumeCommand(words: readonly string[], folder: string): string {
  const kept = words.filter((each, i) => each !== '--resume' && !/^--out(=|$)/.test(each) && words[i - 1] !== '--out');
  return typed([...kept, '--out', folder, '--resume']);
}
