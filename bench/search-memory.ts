/** Measures the memory of a multi-index's tables in bytes, in a separate process so that nothing else counts. Prints one line of JSON. */
import { multiIndex } from '../src/match/multi-index.ts';
import { bits, random } from './search-hashes.ts';

const rss = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().rss;
};
const before = rss();
let input: Uint8Array | undefined = random(Number(process.argv[2])).packed;
const withInput = rss();
const start = performance.now();
const search = multiIndex(input, bits);
const buildMillis = performance.now() - start;
input = undefined;
const after = rss();
process.stdout.write(
  `${JSON.stringify({
    inputBytes: withInput - before,
    tableBytes: search.packed!.buffer.byteLength,
    rssBytes: after - before,
    peakBytes: process.resourceUsage().maxRSS * 1024 - before,
    buildMillis,
  })}\n`,
);
