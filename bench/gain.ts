/** Compares the gain of a second worker with the gain of a second process on the same machine, because two virtual cores can be one. */
import { median } from '../src/metric/quantile.ts';
import { wallClock } from '../src/util/clock.ts';
import type { Group, Task } from './measure.ts';

/** Target: the share of two processes' gain that two workers should reach. */
const target = 0.9;

/** The same work by one or two workers, and by one or two processes, in equal parts. */
export interface Shared {
  readonly title: string;
  /** Items processed per call. */
  readonly items: number;
  workers(count: 1 | 2): Promise<unknown>;
  processes(count: 1 | 2): Promise<unknown>;
}

/** The group that compares them. */
export function gainGroup({ title, items, workers, processes }: Shared): Group {
  const times = new Map<string, number[]>();
  const timed = (name: string, run: () => Promise<unknown>): Task => {
    const millis: number[] = [];
    times.set(name, millis);
    return {
      name,
      items,
      async run() {
        const start = wallClock();
        await run();
        millis.push(wallClock() - start);
      },
    };
  };
  const gain = (one: string, two: string): number => {
    // The first call of each is a warm-up; calls of one round have the same index.
    const [alone, together] = [times.get(one)!.slice(1), times.get(two)!.slice(1)];
    return median(alone.map((each, i) => each / together[i]!));
  };
  return {
    title,
    baseline: 'one worker',
    tasks: [
      timed('one worker', () => workers(1)),
      timed('two workers', () => workers(2)),
      timed('one process', () => processes(1)),
      timed('two processes', () => processes(2)),
    ],
    notes: () => {
      const [threads, apart] = [gain('one worker', 'two workers'), gain('one process', 'two processes')];
      return [
        `a second worker gains ${threads.toFixed(2)}×, a second process ${apart.toFixed(2)}×; ` +
          `ratio ${(threads / apart).toFixed(2)} (target ${target})`,
      ];
    },
  };
}
