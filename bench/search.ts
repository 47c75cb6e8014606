/**
 * Exact search of a hash list by every method, compared with other libraries: random hashes, correlated ones and real ones. The clusters
 * and biased bits of real hashes fill some buckets of the tables much more than others.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { indexScan } from '../src/match/index-scan.ts';
import type { IndexSearch } from '../src/match/index-search.ts';
import { multiIndex } from '../src/match/multi-index.ts';
import { plainScan } from '../src/match/search.ts';
import { bkTree } from './bk-tree.ts';
import { type Faiss, faiss } from './faiss.ts';
import type { Group, Task } from './measure.ts';
import { batch, bits, bytes, correlated, random, real, type Searched } from './search-hashes.ts';

/** PDQ's threshold. */
const threshold = 31;

/** Maximum number of hashes per method: with more, one call takes a second or more, or its tree does not fit. */
const most = { plain: 1_000_000, 'faiss multi-hash': 1_000_000, bkTree: 10_000 };
const largest = 10_000_000;

interface Peers {
  readonly faiss: Faiss | undefined;
  readonly bkTree: Awaited<ReturnType<typeof bkTree>>;
}

/**
 * One after the other, so that no two need memory simultaneously: one group per kind and length, rates in queries per second; with `large`,
 * also ten million random hashes.
 */
export async function* search({ large }: { readonly large: boolean }): AsyncGenerator<Group> {
  const peers = { faiss: await faiss(), bkTree: await bkTree() };
  if (!peers.faiss) say('faiss is not compared with: no python3 here imports it (Debian: python3-faiss).');
  if (!peers.bkTree) say('mnemonist is not compared with: it is not installed.');
  for (const length of [10_000, 100_000, 1_000_000])
    for (const make of [random, correlated, real]) yield groupOf(await make(length), peers);
  if (large) yield groupOf(random(largest), peers);
}

const say = (line: string): void => void process.stdout.write(`${line}\n\n`);

function groupOf(searched: Searched, peers: Peers): Group {
  const { packed, asked, kind } = searched;
  const length = packed.length / bytes;
  const queries = Array.from({ length: batch }, (_, i) => asked.subarray(i * bytes, (i + 1) * bytes));
  // Made on first use, so that a reader who stops early does not wait for all.
  const made = new Map<unknown, unknown>();
  const ready = <T>(makes: (packed: Uint8Array, bits: number) => T): T => {
    if (!made.has(makes)) made.set(makes, makes(packed, bits));
    return made.get(makes) as T;
  };
  const task = (name: string, run: () => unknown): Task => ({ name, items: batch, run });
  const one = (name: string, makes: (packed: Uint8Array, bits: number) => IndexSearch): Task =>
    task(name, () => queries.map((query) => ready(makes).within(query, threshold)));
  const tree = length <= most.bkTree ? peers.bkTree : undefined;
  const indexes = length <= most['faiss multi-hash'] ? (['flat', 'multi-hash'] as const) : (['flat'] as const);
  return {
    title: `search, ${length} ${kind} hashes of ${bits} bits, all within ${threshold}`,
    baseline: 'scan',
    tasks: [
      ...(length <= most.plain ? [one('plain', plainScan)] : []),
      one('scan', indexScan),
      task('scan, queries together', () => ready(indexScan).withinEach(queries, threshold)),
      one('multi-index', multiIndex),
      ...(tree ? [task('mnemonist BKTree', () => queries.map((query) => ready(tree).search(threshold, query)))] : []),
      ...(peers.faiss
        ? indexes.map((name) => task(`faiss ${name}, queries together`, () => peers.faiss!(name, searched, threshold)))
        : []),
    ],
    notes: () => [
      buildNote(packed),
      `${ready(multiIndex).withinEach(queries, threshold).flat().length} hashes found by ${batch} queries`,
      ...(length === largest ? [memoryNote()] : []),
    ],
  };
}

/** The median of three builds. */
function buildNote(packed: Uint8Array): string {
  const millis = Array.from({ length: 3 }, () => {
    globalThis.gc?.();
    const start = performance.now();
    multiIndex(packed, bits);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return `multi-index built in ${(millis[1]! / 1000).toFixed(2)} s, the median of three`;
}

function memoryNote(): string {
  const script = fileURLToPath(new URL('search-memory.ts', import.meta.url));
  const out = execFileSync(process.execPath, ['--expose-gc', '--import', 'tsx', script, `${largest}`]);
  const facts = JSON.parse(out.toString()) as Record<string, number>;
  const gigabytes = (name: string): string => `${(facts[name]! / 1e9).toFixed(2)} GB`;
  return (
    `a process of its own: tables ${gigabytes('tableBytes')}, the hashes among them; resident memory ${gigabytes('rssBytes')} ` +
    `more than before, once the input of ${gigabytes('inputBytes')} is let go; at most ${gigabytes('peakBytes')} more while building`
  );
}
