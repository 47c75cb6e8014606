/**
 * Exact search of a hash list by every method, beside faiss: random hashes, and correlated ones, whose clusters and biased bits fill
 * some buckets of the tables far more than others.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { indexScan } from '../src/match/index-scan.ts';
import type { IndexSearch } from '../src/match/index-search.ts';
import { multiIndex } from '../src/match/multi-index.ts';
import { plainScan } from '../src/match/search.ts';
import { type Rng, seededRng } from '../src/util/rng.ts';
import type { Group, Task } from './measure.ts';

const bits = 256;
const bytes = bits / 8;
/** PDQ's threshold. */
const threshold = 31;
/** Queries a call. */
const batch = 32;

const flip = (rng: Rng, packed: Uint8Array, index: number, flips: number): void => {
  for (; flips > 0; flips--) packed[index * bytes + rng.int(bytes)]! ^= 1 << rng.int(8);
};

/** Packed hashes of each kind. */
const kinds: Record<string, (rng: Rng, count: number) => Uint8Array> = {
  random: (rng, count) => rng.bytes(count * bytes),
  /** A quarter of the bits are set one time in eight; clusters of a hundred, each hash up to 40 flips from the centre. */
  correlated: (rng, count) => {
    const centres = Array.from({ length: Math.ceil(count / 100) }, () =>
      rng.bytes(bytes).map((byte, i) => (i % 4 === 0 ? byte & rng.int(256) & rng.int(256) : byte)),
    );
    const out = new Uint8Array(count * bytes);
    for (let i = 0; i < count; i++) {
      out.set(rng.pick(centres), i * bytes);
      flip(rng, out, i, rng.int(41));
    }
    return out;
  },
};

/** A group a kind and length, rates in queries a second: half of the queries are 20 flips from an entry, half are new ones of the kind. */
export async function search(): Promise<Group[]> {
  const peer = await faiss();
  if (!peer)
    process.stdout.write('faiss is not compared with: no python3 here imports it (Debian: python3-faiss).\n\n');
  return [10_000, 100_000, 1_000_000].flatMap((length) =>
    Object.entries(kinds).map(([kind, make]): Group => {
      const rng = seededRng(length, `bench search ${kind}`);
      const packed = make(rng, length);
      const asked = make(rng, batch);
      for (let i = 0; i < batch; i += 2) {
        const at = rng.int(length) * bytes;
        asked.set(packed.subarray(at, at + bytes), i * bytes);
        flip(rng, asked, i, 20);
      }
      const queries = Array.from({ length: batch }, (_, i) => asked.subarray(i * bytes, (i + 1) * bytes));
      const task = (name: string, run: () => unknown): Task => ({ name, items: batch, run });
      // Made when first timed, so that a reader who stops early does not wait for all.
      const methods = new Map<string, IndexSearch>();
      const ready = (name: string, makes: (packed: Uint8Array, bits: number) => IndexSearch): IndexSearch => {
        const made = methods.get(name) ?? makes(packed, bits);
        methods.set(name, made);
        return made;
      };
      const one = (name: string, makes: typeof indexScan): Task =>
        task(name, () => queries.map((query) => ready(name, makes).within(query, threshold)));
      const peers = peer ? ['flat', 'multi-hash'] : [];
      return {
        title: `search, ${length} ${kind} hashes of ${bits} bits, all within ${threshold}`,
        baseline: 'plain',
        tasks: [
          one('plain', plainScan),
          one('scan', indexScan),
          task('scan, queries together', () => ready('scan', indexScan).withinEach(queries, threshold)),
          one('multi-index', multiIndex),
          ...peers.map((name) => task(`faiss ${name}, queries together`, () => peer!(name, packed, asked))),
        ],
      };
    }),
  );
}

/** One thread, to compare like with like; a range search of faiss is exclusive of its radius. */
const faissProgram = `
import sys
import numpy, faiss
faiss.omp_set_num_threads(1)
made = {}
print('ready', flush=True)
for line in sys.stdin:
    name, radius, folder = line.rstrip('\\n').split(' ', 2)
    if folder not in made:
        hashes, queries = (numpy.fromfile(folder + '/' + part, 'uint8').reshape(-1, ${bytes}) for part in ('hashes', 'queries'))
        flat, multi = faiss.IndexBinaryFlat(${bits}), faiss.IndexBinaryMultiHash(${bits}, 16, 16)
        multi.nflip = 1
        flat.add(hashes)
        multi.add(hashes)
        made.clear()
        made[folder] = {'flat': flat, 'multi-hash': multi}, queries
    indexes, queries = made[folder]
    print(indexes[name].range_search(queries, int(radius) + 1)[0][-1], flush=True)
`;

/** A call of faiss in a process that stays, so that it can take its turn among the other tasks; undefined where it is not installed. */
async function faiss(): Promise<
  ((name: string, packed: Uint8Array, queries: Uint8Array) => Promise<string>) | undefined
> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const child = spawn(python, ['-c', faissProgram], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.on('error', () => {});
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    if ((await lines.next()).value !== 'ready') continue;
    // The process ends with its input, and neither it nor its pipes keep this one alive.
    child.unref();
    for (const pipe of [child.stdin, child.stdout]) (pipe as unknown as { unref(): void }).unref();
    const folders = new Map<Uint8Array, string>();
    process.on('exit', () => {
      for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
    });
    return async (name, packed, queries) => {
      let folder = folders.get(packed);
      if (!folder) {
        folder = mkdtempSync(join(tmpdir(), 'presend-bench-'));
        folders.set(packed, folder);
        writeFileSync(join(folder, 'hashes'), packed);
        writeFileSync(join(folder, 'queries'), queries);
      }
      child.stdin.write(`${name} ${threshold} ${folder}\n`);
      // Alive while an answer is due.
      (child.stdout as unknown as { ref(): void }).ref();
      const answer = await lines.next();
      (child.stdout as unknown as { unref(): void }).unref();
      if (answer.done) throw new Error('faiss ended');
      return answer.value;
    };
  }
  return undefined;
}
