/** What commands share in reading their arguments and explaining them. */
import { type Command, Option } from 'commander';
import { backendVariable, defaultBackend, offered } from '../classify/backend.ts';
import { UserError, unexpected } from '../util/errors.ts';

/** A parser for whole numbers of at least `least`; a UserError names the option. */
export const wholeNumber =
  (option: string, least: number) =>
  (text: string): number => {
    const value = Number(text);
    // It would be rounded, and another number would be used than was given.
    if (/^\d+$/.test(text) && !Number.isSafeInteger(value))
      throw unexpected(option, `a whole number of at most ${Number.MAX_SAFE_INTEGER}`, text);
    if (!/^\d+$/.test(text) || value < least) throw unexpected(option, `a whole number of at least ${least}`, text);
    return value;
  };

/** The option of commands that use networks. */
export const backendOption = (): Option =>
  new Option(
    '--backend <name>',
    `where networks are computed (default: ${defaultBackend}, or what ${backendVariable} names)`,
  ).choices([...offered]);

/** The end of every help: examples that can be pasted. */
export const examples = (first: string, second: string): string =>
  `\nExamples:\n  presend ${first}\n  presend ${second}`;

/** `value` if it is at most `most`, else a UserError that names the option. */
export function atMost(option: string, value: number, most: number): number {
  if (value > most) throw unexpected(option, `a whole number of at most ${most}`, value);
  return value;
}

/** The parser of an option that may be given several times; every other option that takes a value may be given once. */
export const repeatable = (text: string, before: readonly string[] | undefined): string[] => [...(before ?? []), text];

/** Refuses an option of a command that takes one value and is given twice, in any spelling: the last would hold, and the others be lost. */
export function onceEach(command: Command): void {
  for (const option of command.options) {
    if (option.isBoolean() || option.variadic || option.parseArg === repeatable) continue;
    const parse = option.parseArg;
    option.argParser((text: string, before: unknown) => {
      if (command.getOptionValueSource(option.attributeName()) === 'cli')
        throw new UserError(`${option.long ?? option.short} was given twice but takes one value; give it once`);
      return parse ? parse(text, before as never) : text;
    });
  }
}
