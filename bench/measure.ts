/**
 * Times several tasks in interleaved rounds with rotated order, so that drift of the machine (heat, other processes) affects all of them
 * equally. Reports medians and quartiles, and ratios within a round. Kalibera & Jones, "Rigorous benchmarking in reasonable time" (2013),
 * argue for repetition at the level where the noise is.
 */
import { median, quantile } from '../src/metric/quantile.ts';
import type { Clock } from '../src/util/clock.ts';

/** One task to time. */
export interface Task {
  readonly name: string;
  /** The timed function; called many times. */
  run(): unknown;
  /** Bytes per call, for a rate in MiB/s. */
  readonly bytes?: number;
  /** Items per call (such as list entries), for a rate in items per second. */
  readonly items?: number;
}

/** Tasks to compare with each other. */
export interface Group {
  readonly title: string;
  /** The task that ratios refer to. */
  readonly baseline: string;
  readonly tasks: readonly Task[];
  /** Additional notes, computed after the timing. */
  readonly notes?: () => readonly string[];
}

/** One task's times over all rounds. */
export interface Row {
  readonly name: string;
  /** Milliseconds per call: median and quartiles over the rounds. */
  readonly millis: { readonly median: number; readonly low: number; readonly high: number };
  /** Multiple of the baseline's time: median over the rounds, each divided by the baseline of the same round. */
  readonly ratio: number;
  /** Calls timed together in a round. */
  readonly calls: number;
  readonly rounds: number;
  readonly rate: { readonly value: number; readonly unit: 'MiB/s' | 'items/s' | 'calls/s' };
}

/** A measured group. */
export interface Result {
  readonly title: string;
  readonly baseline: string;
  readonly rows: readonly Row[];
  readonly notes?: readonly string[];
}

/** Number of rounds, the shortest trustworthy reading of the clock, and the clock itself. */
export interface MeasureOptions {
  readonly rounds: number;
  readonly minMillis: number;
  readonly clock: Clock;
}

/** Times a group's tasks. */
export async function measure(group: Group, { rounds, minMillis, clock }: MeasureOptions): Promise<Result> {
  const time = async (task: Task, calls: number): Promise<number> => {
    const start = clock();
    for (let i = 0; i < calls; i++) {
      const pending = task.run();
      // Only promises are awaited: a needless await would count in the time.
      if (pending instanceof Promise) await pending;
    }
    return (clock() - start) / calls;
  };

  const calls: number[] = [];
  for (const task of group.tasks) {
    // Warm up until one batch is long enough for the clock; by then the code is compiled too.
    let count = 1;
    for (;;) {
      const each = await time(task, count);
      if (each * count >= minMillis) break;
      count = Math.max(count * 2, Math.ceil(minMillis / Math.max(each, 1e-6)));
    }
    calls.push(count);
  }

  const samples = group.tasks.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    // Between rounds, so that one task's garbage does not pause another task.
    globalThis.gc?.();
    for (let k = 0; k < group.tasks.length; k++) {
      const i = (k + round) % group.tasks.length;
      samples[i]!.push(await time(group.tasks[i]!, calls[i]!));
    }
  }

  const base = samples[group.tasks.findIndex((task) => task.name === group.baseline)]!;
  const rows = group.tasks.map((task, i): Row => {
    const millis = samples[i]!;
    const middle = median(millis);
    return {
      name: task.name,
      millis: { median: middle, low: quantile(millis, 0.25), high: quantile(millis, 0.75) },
      ratio: median(millis.map((each, round) => each / base[round]!)),
      calls: calls[i]!,
      rounds,
      rate: rateOf(task, middle),
    };
  });
  const notes = group.notes?.();
  return { title: group.title, baseline: group.baseline, rows, ...(notes ? { notes } : {}) };
}

function rateOf({ bytes, items }: Task, millis: number): Row['rate'] {
  if (bytes !== undefined) return { value: bytes / 1048.576 / millis, unit: 'MiB/s' };
  if (items !== undefined) return { value: (items * 1000) / millis, unit: 'items/s' };
  return { value: 1000 / millis, unit: 'calls/s' };
}
