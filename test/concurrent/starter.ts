/** The command line as a process that is loaded first and starts when it is told to, so that many start at one moment. */
import { presend } from '../../src/cli/program.ts';

process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
process.stdin.destroy();
process.exitCode = await presend(process.argv.slice(2));
