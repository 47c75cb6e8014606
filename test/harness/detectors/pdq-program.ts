/**
 * presend's PDQ as the program of a detector, as in examples/detectors/pdq.mjs.
 * With `flaky` it dies at one picture in 16, or in the number given; with
 * `signs` it gives a vector of 1 and -1 for each bit. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pdq, toHex } from '../../../src/api/hash.ts';
import { decode } from '../../../src/api/image.ts';

for await (const line of createInterface({ input: process.stdin })) {
  const { id, path } = JSON.parse(line) as { id: string; path: string };
  const { hash, quality } = pdq.hash(await decode(await readFile(path)));
  if (process.argv[2] === 'flaky' && hash[0]! % Number(process.argv[3] ?? 16) === 3) {
    process.stderr.write(`bad luck with ${path}\n`);
    process.exit(9);
  }
  const signs = Array.from({ length: 256 }, (_, i) => ((hash[i >> 3]! >> (7 - (i & 7))) & 1 ? 1 : -1));
  const answer = process.argv[2] === 'signs' ? { vector: signs } : { hash: toHex(hash) };
  process.stdout.write(`${JSON.stringify({ id, ...answer, quality })}\n`);
}
