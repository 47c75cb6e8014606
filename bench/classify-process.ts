/** A process that classifies: a line with a number of classifications in, a line with their number out. */
import { createInterface } from 'node:readline';
import { classifySome } from './classify-work.ts';

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${await classifySome(Number(line))}\n`);
