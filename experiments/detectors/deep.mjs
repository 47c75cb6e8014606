// A bundled deep hash as a program, so that every kind of experiment can take it: `node deep.mjs mobilenet-lsh`. It needs a built presend.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { toHex } from 'presend/hash';
import { decode } from 'presend/image';
import { loadDeepHash } from '../../dist/src/classify/deep-hashes.js';

const hash = await loadDeepHash(process.argv[2]);
for await (const line of createInterface({ input: process.stdin })) {
  const { id, path } = JSON.parse(line);
  const found = await hash.hash(await decode(await readFile(path)));
  process.stdout.write(`${JSON.stringify({ id, hash: toHex(found.hash), quality: found.quality })}\n`);
}
