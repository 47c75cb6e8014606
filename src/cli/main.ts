#!/usr/bin/env node
/** The command line: one file per command. Data on stdout, everything else on stderr. */
import { leaveQuietlyWhenClosed } from './output.ts';
import { presend } from './program.ts';

leaveQuietlyWhenClosed();
process.exitCode = await presend(process.argv.slice(2));
