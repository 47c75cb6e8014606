/** The two sides of a run at a queue: the coordinator, which deals out steps and keeps their results, and a worker, which does them. */
import { setTimeout as pause } from 'node:timers/promises';
import { wallClock } from '../../util/clock.ts';
import { InterruptedError, reasonOf } from '../../util/errors.ts';
import type { Job, Queue, StepFrame, TakenJob } from './queue.ts';

/** Milliseconds between two looks at the queue. */
const interval = 250;
/** Milliseconds without any worker after which people are told. */
const absence = 5000;
/** Looks between two searches for dead workers. */
const looksPerSearch = 8;

/** Steps of a phase that are to be done. */
interface Asked {
  /** Place of the phase in the plan. */
  readonly phase: number;
  /** Places in the phase of the steps that are not kept yet, ascending. */
  left(): readonly number[];
  /** Most steps of a job. */
  readonly perJob: number;
}

/** What happens to results, and to the people who wait. */
interface Taking {
  /** Keeps the results of steps; when it returns, they are safe. A result may come twice, also one of an earlier phase. */
  take(frames: readonly StepFrame[]): Promise<void>;
  /** Receives a sentence about the workers when their number changes. */
  say(sentence: string): void;
  readonly signal: AbortSignal;
}

/** A coordinator at the queue. */
export interface Coordinator {
  /** Lets workers join. */
  begin(runId: string): Promise<void>;
  /** Deals out steps, and returns when all results are kept. */
  does(asked: Asked, taking: Taking): Promise<void>;
  /** The run is finished: workers leave. */
  end(): Promise<void>;
}

/** The coordinator of one run; `folder` is its name in the folder of runs that is shared. */
export function coordinator(queue: Queue, folder: string): Coordinator {
  let run = '';
  let workers = -1;
  let seen = wallClock();
  return {
    async begin(runId) {
      run = runId;
      await queue.offer({ runId, folder });
      // Jobs that an earlier coordinator left are dealt out anew; their results count.
      await queue.clear(run);
    },
    async does({ phase, left, perJob }, { take, say, signal }) {
      await takeAll(run, take);
      await queue.clear(run);
      if (left().length > 0) await queue.add(run, jobsOf(phase, left(), perJob));
      for (let look = 0; left().length > 0; look++) {
        if (signal.aborted) throw new InterruptedError('interrupted');
        const state = await queue.state(run);
        if (state.failed !== undefined)
          throw new Error(`Workers failed too often with a step of the run: ${state.failed}`);
        // Between two jobs a worker has no claim: only a longer absence, or one more, is worth a sentence.
        if (state.workers > 0) seen = wallClock();
        if (state.workers > workers) {
          workers = state.workers;
          say(`${workers} ${workers === 1 ? 'worker is' : 'workers are'} at work`);
        } else if (workers !== 0 && wallClock() - seen > absence) {
          workers = 0;
          say(
            'No worker is at work; start one with: presend worker --queue <url> --runs <folder of this run’s folder>',
          );
        }
        if (look % looksPerSearch === 0) await queue.reclaim(run);
        if ((await takeAll(run, take)) === 0) await pause(interval);
      }
    },
    async end() {
      await queue.withdraw(run);
    },
  };

  async function takeAll(runId: string, take: Taking['take']): Promise<number> {
    let count = 0;
    for (;;) {
      const frames = await queue.results(runId);
      if (frames.length === 0) return count;
      await take(frames);
      await queue.forget(
        runId,
        frames.map(({ step }) => step),
      );
      count += frames.length;
    }
  }
}

/** Jobs of neighbouring steps. */
export function jobsOf(phase: number, left: readonly number[], perJob: number): Job[] {
  const jobs: { phase: number; from: number; to: number }[] = [];
  for (const place of left) {
    const last = jobs.at(-1);
    if (last && last.to === place && last.to - last.from < perJob) last.to++;
    else jobs.push({ phase, from: place, to: place + 1 });
  }
  return jobs;
}

/** Milliseconds without a job of a run after which a worker turns to another run that waits: the coordinator of its own may be dead. */
const patience = 30_000;

/** A worker at the queue, on one run. */
export interface Worker {
  /**
   * Does jobs, several at once, until the run is finished or interrupted, or has had no job for long while another run waits. `work` does
   * one job.
   */
  serve(
    atOnce: number,
    work: (job: Job) => Promise<readonly StepFrame[]>,
    signal: AbortSignal,
  ): Promise<{ readonly jobs: number }>;
}

/** The worker of one run. `leaves`: milliseconds without a job after which it turns to another run, if there is one. */
export const worker = (
  queue: Pick<Queue, 'runs' | 'take' | 'complete' | 'fail'>,
  runId: string,
  leaves = patience,
): Worker => ({
  async serve(atOnce, work, signal) {
    let jobs = 0;
    const stop = new AbortController();
    const stopped = AbortSignal.any([signal, stop.signal]);
    const loop = async (): Promise<void> => {
      while (!stopped.aborted) {
        const job = await nextJob(queue, runId, { signal: stopped, leaves });
        if (!job) return;
        let frames: readonly StepFrame[];
        try {
          frames = await work(job);
        } catch (error) {
          // Another worker may be luckier; this one ends with the error.
          stop.abort();
          await queue.fail(runId, job, reasonOf(error));
          throw error;
        }
        if (await queue.complete(runId, job, frames)) jobs++;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, loop));
    return { jobs };
  },
});

/** Waits for a job; undefined if the run is finished, or another one has waited for long. */
async function nextJob(
  queue: Pick<Queue, 'runs' | 'take'>,
  runId: string,
  { signal, leaves }: { readonly signal: AbortSignal; readonly leaves: number },
): Promise<TakenJob | undefined> {
  const since = wallClock();
  while (!signal.aborted) {
    const runs = await queue.runs();
    if (!runs.some((run) => run.runId === runId)) return undefined;
    const job = await queue.take(runId);
    if (job) return job;
    if (runs.length > 1 && wallClock() - since >= leaves) return undefined;
    await pause(interval);
  }
  return undefined;
}
