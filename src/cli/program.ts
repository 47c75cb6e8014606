/** Every command, and what becomes of it: arguments in, exit code out. */
import { Command, CommanderError } from 'commander';
import { exitCodes, InterruptedError, isMachineTrouble, MissingError, UserError } from '../util/errors.ts';
import { datasetCommand } from './dataset.ts';
import { hashCommand } from './hash.ts';
import { listCommand } from './list.ts';
import { lsCommand } from './ls.ts';
import { matchCommand } from './match.ts';
import { printable } from './output.ts';
import { reportCommand } from './report.ts';
import { reproduceCommand } from './reproduce.ts';
import { runCommand } from './run.ts';
import { schemaCommand } from './schema.ts';
import { serveCommand } from './serve.ts';
import { tradeoffCommand } from './tradeoff.ts';
import { trainCommand } from './train.ts';
import { validateCommand } from './validate.ts';

/** Every command, in the order in which the help lists them. */
const commands = [
  runCommand,
  reportCommand,
  tradeoffCommand,
  reproduceCommand,
  validateCommand,
  hashCommand,
  matchCommand,
  listCommand,
  datasetCommand,
  trainCommand,
  lsCommand,
  schemaCommand,
  serveCommand,
];

/** The whole program; commander throws where it would end the process. */
export function program(): Command {
  const root = new Command('presend')
    .description('Measure what scanning a message before it is encrypted finds, misses and reveals.')
    .version('0.1.0')
    .showHelpAfterError('(add --help for what is possible)')
    .addHelpText('after', '\nExamples:\n  presend run tradeoff\n  presend hash photo.jpg --json')
    .exitOverride();
  for (const command of commands) {
    const made = command();
    root.addCommand(made);
    inherit(made, root);
  }
  return root;
}

/** Gives a command, and the commands under it, the settings of the one above. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const each of command.commands) inherit(each, command);
}

/** Runs the program on its arguments and returns the exit code. */
export const presend = (args: readonly string[]): Promise<number> =>
  program()
    .parseAsync(args, { from: 'user' })
    .then(() => exitCodes.done, failed);

/** Says what went wrong, in one sentence unless it is our bug, and gives the exit code for it. */
export function failed(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.input;
  if (error instanceof InterruptedError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.interrupted;
  }
  if (error instanceof UserError) {
    process.stderr.write(`presend: ${printable(error.message)}\n`);
    return error instanceof MissingError ? exitCodes.missing : exitCodes.input;
  }
  if (isMachineTrouble(error)) {
    process.stderr.write(`presend: ${printable((error as Error).message)}\n`);
    return exitCodes.input;
  }
  process.stderr.write(
    `presend: this is a bug, please report it\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return exitCodes.bug;
}
