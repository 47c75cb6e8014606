/** What commands share in reading their arguments and explaining them. */
import { unexpected } from '../util/errors.ts';

/** A parser for whole numbers of at least `least`; a UserError names the option. */
export const wholeNumber =
  (option: string, least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
      throw unexpected(option, `a whole number of at least ${least}`, text);
    return value;
  };

/** The end of every help: examples that can be pasted. */
export const examples = (first: string, second: string): string =>
  `\nExamples:\n  presend ${first}\n  presend ${second}`;

/** `value` if it is at most `most`, else a UserError that names the option. */
export function atMost(option: string, value: number, most: number): number {
  if (value > most) throw unexpected(option, `a whole number of at most ${most}`, value);
  return value;
}
