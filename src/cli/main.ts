#!/usr/bin/env node
/** The command line: one file per command. Data go to stdout, everything else to stderr. */
import { leaveWhenClosed } from './output.ts';
import { failed, presend } from './program.ts';

leaveWhenClosed(failed);
process.exitCode = await presend(process.argv.slice(2));
