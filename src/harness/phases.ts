/** How long each phase of a run took. */
import { wallClock } from '../util/clock.ts';

/** Times phases by name, in milliseconds; `phases` holds what was timed so far. */
export function phaseTimer() {
  const phases: Record<string, number> = {};
  const timed = async <R>(phase: string, work: () => Promise<R>): Promise<R> => {
    const start = wallClock();
    const result = await work();
    phases[phase] = wallClock() - start;
    return result;
  };
  return { phases, timed };
}
