/** Reading numbers from the command line. */
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
