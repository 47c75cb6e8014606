/** A process that hashes files one after the other: reads a line of JSON with the tasks, and answers with their number. */
import { createInterface } from 'node:readline';
import { type HashFileTask, hashBatch } from '../src/harness/hash-file.ts';

for await (const line of createInterface({ input: process.stdin })) {
  const tasks = JSON.parse(line) as HashFileTask[];
  process.stdout.write(`${(await hashBatch(tasks)).length}\n`);
}
