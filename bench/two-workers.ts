/** What a second worker gains, beside what a second process gains on the same machine: two virtual cores may be one. */
import { batchSize, hashModule } from '../src/harness/hash-files.ts';
import { startPool } from '../src/harness/pool.ts';
import { median } from '../src/metric/quantile.ts';
import { wallClock } from '../src/util/clock.ts';
import { lineProcess } from './line-process.ts';
import type { Group, Task } from './measure.ts';

/** The share of the gain of two processes that two workers should keep. */
const target = 0.9;

const task = (file: string) => ({ file, algorithm: 'pdq', dihedral: true, fast: false });

/** The group; `done` ends its workers. The files are hashed by one and by two of each kind, each its share. */
export function twoWorkers(files: readonly string[]): { group: Group; done(): Promise<void> } {
  const pools = [startPool(1, hashModule), startPool(2, hashModule)];
  const processes = [0, 1].map(() =>
    lineProcess(process.execPath, ['--import', 'tsx', new URL('./hash-process.ts', import.meta.url).pathname]),
  );
  const batches = Array.from({ length: Math.ceil(files.length / batchSize) }, (_, i) =>
    files.slice(i * batchSize, (i + 1) * batchSize).map(task),
  );
  const times = new Map<string, number[]>();
  const timed = (name: string, run: () => Promise<unknown>): Task => {
    const millis: number[] = [];
    times.set(name, millis);
    return {
      name,
      items: files.length,
      async run() {
        const start = wallClock();
        await run();
        millis.push(wallClock() - start);
      },
    };
  };
  const workers = (count: 1 | 2) => () =>
    Promise.all(batches.map((batch) => pools[count - 1]!.run('hashBatch', batch)));
  const separate = (count: 1 | 2) => () =>
    Promise.all(
      processes
        .slice(0, count)
        .map((ask, part) => ask(JSON.stringify(files.filter((_, i) => i % count === part).map(task)))),
    );
  const gain = (one: string, two: string): number => {
    // The first call of each is a warm-up; calls of one round stand at the same place.
    const [alone, together] = [times.get(one)!.slice(1), times.get(two)!.slice(1)];
    return median(alone.map((each, i) => each / together[i]!));
  };
  const group: Group = {
    title: `two workers, ${files.length} files`,
    baseline: 'one worker',
    tasks: [
      timed('one worker', workers(1)),
      timed('two workers', workers(2)),
      timed('one process', separate(1)),
      timed('two processes', separate(2)),
    ],
    notes: () => {
      const [threads, apart] = [gain('one worker', 'two workers'), gain('one process', 'two processes')];
      return [
        `a second worker gains ${threads.toFixed(2)}×, a second process ${apart.toFixed(2)}×; ` +
          `ratio ${(threads / apart).toFixed(2)} (target ${target})`,
      ];
    },
  };
  return { group, done: async () => void (await Promise.all(pools.map((pool) => pool.close()))) };
}
