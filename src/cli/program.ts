/** Runs commands: arguments in, exit code out. */
import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import { version } from '../disk/project.ts';
import { exitCodes, InterruptedError, isAbsent, MissingError, UserError } from '../util/errors.ts';
import { printable, printableLines } from '../util/printable.ts';
import { didYouMean } from '../util/registry.ts';
import { onceEach } from './arguments.ts';
import { commands } from './commands.ts';
import { systemSentence } from './system-error.ts';

/**
 * The program with the commands that the arguments name; of other commands it loads only name and summary. Without arguments it loads every
 * command. Where Commander would end the process, it throws.
 */
export async function program(args?: readonly string[]): Promise<Command> {
  const root = new Command('presend')
    .description('Measure what a scan of messages before encryption finds, misses and reveals.')
    .version(version)
    .showHelpAfterError('(add --help to see the options)')
    .addHelpText('after', '\nExamples:\n  presend run tradeoff\n  presend hash photo.jpg --json')
    .configureOutput({
      // Commander's messages can repeat an argument, which can contain any text.
      writeErr: (text) => process.stderr.write(printableLines(text)),
    })
    .exitOverride();
  root.configureOutput({ outputError: (text, write) => write(withName(text, root)) });
  const [asked] = (args ?? []).filter((word) => !word.startsWith('-') && word !== 'help');
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = args === undefined || name === asked ? await load() : new Command(name);
    root.addCommand(command.description(summary));
    inherit(command, root);
  }
  return root;
}

/** Passes a parent's settings to a command and its subcommands, and allows one value per option. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  command.configureOutput({ outputError: (text, write) => write(withName(text, command)) });
  onceEach(command);
  for (const each of command.commands) inherit(each, command);
}

/**
 * Commander's message about an unknown command, with the nearest name added: Commander itself does not suggest names that differ in more
 * than case.
 */
function withName(text: string, { commands: known }: Command): string {
  const unknown = /^error: unknown command '(.*)'\n/.exec(text)?.[1];
  const near =
    unknown === undefined
      ? ''
      : didYouMean(
          known.map((each) => each.name()),
          unknown,
        ).trim();
  return near === '' ? text : `error: unknown command '${unknown}'\n(${near})\n`;
}

/** Runs the program with its arguments; returns the exit code. */
export const presend = (args: readonly string[]): Promise<number> =>
  program(args)
    .then((root) => root.parseAsync(args, { from: 'user' }))
    .then(() => exitCodes.done, failed);

/** Prints an error, in one sentence unless it is a bug; returns the exit code. */
export function failed(error: unknown): number {
  // Commander has already printed it.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.input;
  if (error instanceof InterruptedError) {
    process.stderr.write(`${printable(error.message)}\n`);
    return exitCodes.interrupted;
  }
  if (error instanceof UserError) {
    process.stderr.write(`presend: ${printable(error.message)}\n`);
    return error instanceof MissingError ? exitCodes.missing : exitCodes.input;
  }
  const refused = systemSentence(error);
  // A command may have printed what to do next.
  const { hint } = error as { hint?: string };
  if (refused !== undefined) {
    process.stderr.write(`presend: ${printable(refused)}\n`);
    if (hint !== undefined) process.stderr.write(`${printable(hint)}\n`);
    return isAbsent(error) ? exitCodes.missing : exitCodes.input;
  }
  process.stderr.write(
    printableLines(
      `presend: this is a bug, please report it\n${error instanceof Error ? error.stack : inspect(error)}\n`,
    ),
  );
  return exitCodes.bug;
}
