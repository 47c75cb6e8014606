/** A process that classifies: reads a line with a number of classifications, and answers with their number. */
import { createInterface } from 'node:readline';
import { classifySome } from './classify-work.ts';

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${await classifySome(Number(line))}\n`);
