/** The command line: one file per command. Data on stdout, everything else on stderr. */
import { Command, CommanderError } from 'commander';
import { exitCodes, InterruptedError, MissingError, UserError } from '../util/errors.ts';
import { runCommand } from './run.ts';

const program = new Command('presend')
  .description('Measure what scanning a message before it is encrypted finds, misses and reveals.')
  .version('0.1.0')
  .showHelpAfterError('(add --help for what is possible)')
  .exitOverride();

for (const command of [runCommand]) program.addCommand(command().exitOverride().copyInheritedSettings(program));

process.exitCode = await program.parseAsync().then(() => exitCodes.done, failed);

/** Says what went wrong, in one sentence unless it is our bug, and gives the exit code for it. */
function failed(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.input;
  if (error instanceof InterruptedError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.interrupted;
  }
  if (error instanceof UserError) {
    process.stderr.write(`presend: ${error.message}\n`);
    return error instanceof MissingError ? exitCodes.missing : exitCodes.input;
  }
  process.stderr.write(
    `presend: this is a bug, please report it\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return exitCodes.bug;
}
