// presend's own PDQ as a program: a detector in Node, and the proof that the program way changes nothing.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pdq, toHex } from 'presend/hash';
import { decode } from 'presend/image';

for await (const line of createInterface({ input: process.stdin })) {
  const { id, path } = JSON.parse(line);
  const { hash, quality } = pdq.hash(await decode(await readFile(path)));
  process.stdout.write(`${JSON.stringify({ id, hash: toHex(hash), quality })}\n`);
}
