/** Hashing with two workers, compared with two processes. */
import { batchSize, hashModule } from '../src/harness/hash-files.ts';
import { startPool } from '../src/harness/pool.ts';
import { gainGroup } from './gain.ts';
import { lineProcess } from './line-process.ts';
import type { Group } from './measure.ts';

const task = (file: string) => ({ file, algorithm: 'pdq', dihedral: true, fast: false });

/** The group; `done` ends its workers. One and two of each kind hash the files, in equal parts. */
export function twoWorkers(files: readonly string[]): { group: Group; done(): Promise<void> } {
  const pools = [startPool(1, hashModule), startPool(2, hashModule)];
  const processes = [0, 1].map(() =>
    lineProcess(process.execPath, ['--import', 'tsx', new URL('./hash-process.ts', import.meta.url).pathname]),
  );
  const batches = Array.from({ length: Math.ceil(files.length / batchSize) }, (_, i) =>
    files.slice(i * batchSize, (i + 1) * batchSize).map(task),
  );
  const group = gainGroup({
    title: `two workers, ${files.length} files`,
    items: files.length,
    workers: (count) => Promise.all(batches.map((batch) => pools[count - 1]!.run('hashBatch', batch))),
    processes: (count) =>
      Promise.all(
        processes
          .slice(0, count)
          .map((ask, part) => ask(JSON.stringify(files.filter((_, i) => i % count === part).map(task)))),
      ),
  });
  return { group, done: async () => void (await Promise.all(pools.map((pool) => pool.close()))) };
}
