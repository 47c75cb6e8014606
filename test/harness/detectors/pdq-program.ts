/** presend's PDQ as the program of a detector, as in examples/detectors/pdq.mjs. With `flaky` it dies at one picture in 16, or in the number given. */
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
  process.stdout.write(`${JSON.stringify({ id, hash: toHex(hash), quality })}\n`);
}
