/** faiss, the comparable Python library, in a persistent process that alternates with the other tasks. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bits, bytes, type Searched } from './search-hashes.ts';

/** The indexes to compare with. */
export type FaissIndex = 'flat' | 'multi-hash';

/** A range search of all queries with an index that is built on first use. */
export type Faiss = (index: FaissIndex, searched: Searched, threshold: number) => Promise<string>;

/** One thread, for a fair comparison; faiss's range search excludes its radius. */
const program = `
import sys
import numpy, faiss
faiss.omp_set_num_threads(1)
made = {}
print('ready', flush=True)
for line in sys.stdin:
    name, radius, folder = line.rstrip('\\n').split(' ', 2)
    if made.get('folder') != folder:
        hashes, queries = (numpy.fromfile(folder + '/' + part, 'uint8').reshape(-1, ${bytes}) for part in ('hashes', 'queries'))
        made = {'folder': folder}
    if name not in made:
        index = faiss.IndexBinaryFlat(${bits}) if name == 'flat' else faiss.IndexBinaryMultiHash(${bits}, 16, 16)
        if name != 'flat':
            index.nflip = 1
        index.add(hashes)
        made[name] = index
    print(made[name].range_search(queries, int(radius) + 1)[0][-1], flush=True)
`;

/** Starts it; undefined if no python3 can import it. */
export async function faiss(): Promise<Faiss | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const child = spawn(python, ['-c', program], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.on('error', () => {});
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    if ((await lines.next()).value !== 'ready') continue;
    // The process ends when its input ends; neither it nor its pipes keep this process alive.
    child.unref();
    for (const pipe of [child.stdin, child.stdout]) (pipe as unknown as { unref(): void }).unref();
    const folders = new Map<Searched, string>();
    process.on('exit', () => {
      for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
    });
    return async (name, searched, threshold) => {
      let folder = folders.get(searched);
      if (!folder) {
        folder = mkdtempSync(join(tmpdir(), 'presend-bench-'));
        folders.set(searched, folder);
        writeFileSync(join(folder, 'hashes'), searched.packed);
        writeFileSync(join(folder, 'queries'), searched.asked);
      }
      child.stdin.write(`${name} ${threshold} ${folder}\n`);
      // Stays alive while an answer is pending.
      (child.stdout as unknown as { ref(): void }).ref();
      const answer = await lines.next();
      (child.stdout as unknown as { unref(): void }).unref();
      if (answer.done) throw new Error('faiss ended');
      return answer.value;
    };
  }
  return undefined;
}
