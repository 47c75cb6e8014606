/** Command lines as text: words that can be pasted into a shell, and parsed again. */
import { inCheckout } from './project.ts';

/** Quotes words for a shell: any word with special characters is quoted. */
export const quoted = (words: readonly string[]): string =>
  words.map((each) => (/^[\w./:=@%+,-]+$/.test(each) ? each : `'${each.replaceAll("'", `'\\''`)}'`)).join(' ');

/** Splits a text from `quoted` into words. */
export function wordsOf(text: string): string[] {
  const found = text.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g);
  return [...found].map(([word]) => word.replace(/'([^']*)'|\\(.)/g, (_, inside, escaped) => inside ?? escaped));
}

/** A presend command as typed: through npm in a checkout, otherwise by the installed package. */
export const typed = (words: readonly string[]): string =>
  `${inCheckout ? 'npm run -s presend --' : 'npx presend'} ${quoted(words)}`;

/** The command that resumes a run: the same words, with its folder and --resume. */
export function resumeCommand(words: readonly string[], folder: string): string {
  const kept = words.filter((each, i) => each !== '--resume' && !/^--out(=|$)/.test(each) && words[i - 1] !== '--out');
  return typed([...kept, '--out', folder, '--resume']);
}
