/** What commands share in reading their arguments and explaining them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { backendVariable, defaultBackend, offered } from '../classify/backend.ts';
import { UserError, unexpected } from '../util/errors.ts';
import { lookUp } from '../util/registry.ts';

/** A parser for whole numbers of at least `least`; a UserError names the option. */
export const wholeNumber =
  (option: string, least: number) =>
  (text: string): number => {
    const value = Number(text);
    // A larger number would be rounded, and so differ from the input.
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

/** The folder of a run: a path, or a name under runs/. */
export function runNamed(run: string): string {
  const named = join('runs', run);
  return !existsSync(run) && existsSync(named) ? named : run;
}

/** The end of every help: examples that can be pasted. */
export const examples = (first: string, second: string): string =>
  `\nExamples:\n  presend ${first}\n  presend ${second}`;

/** Returns `value` if it is at most `most`; otherwise throws a UserError that names the option. */
export function atMost(option: string, value: number, most: number): number {
  if (value > most) throw unexpected(option, `a whole number of at most ${most}`, value);
  return value;
}

/** Names separated by commas, each once and each known; `what` is what they name. */
export const namesOf =
  <T extends string>(option: string, what: string, known: readonly T[]) =>
  (text: string): T[] =>
    commaSeparated(option, text).map((name) =>
      lookUp(Object.fromEntries(known.map((each) => [each, each])), what, name),
    );

/** Words separated by commas; a UserError names the option where one is empty or stands twice. */
export function commaSeparated(option: string, text: string): string[] {
  const names = text.split(',').map((each) => each.trim());
  if (names.includes('')) throw unexpected(option, 'names separated by commas', text);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new UserError(`${option} names '${twice}' twice; name it once`);
  return names;
}

/** Parser of an option that can be repeated. Every other option with a value can occur only once. */
export const repeatable = (text: string, before: readonly string[] | undefined): string[] => [...(before ?? []), text];

/** Rejects a repeated single-value option, in any spelling: only the last would apply, and the others would be lost. */
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

/** An option as it is typed. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Options without some of them. */
export const omit = <O extends object>(options: O, keys: readonly (keyof O)[]): O =>
  Object.fromEntries(Object.entries(options).filter(([key]) => !keys.some((each) => each === key))) as O;
