#!/usr/bin/env node
/** The command line: one file per command. Data on stdout, everything else on stderr. */
import { leaveWhenClosed } from './output.ts';
import { failed, presend } from './program.ts';

leaveWhenClosed(failed);
process.exitCode = await presend(process.argv.slice(2));
