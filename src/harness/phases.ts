/** Measures the time of each phase of a run. */
import { wallClock } from '../util/clock.ts';

/** Does some work, and adds its time to that of a phase. */
export type Timed = <R>(phase: string, work: () => Promise<R>) => Promise<R>;

/**
 * Times phases by name, in milliseconds. `phases` contains the times so far, in the order in which phases started. The time of a nested
 * phase only counts for the inner one.
 */
export function phaseTimer(): { readonly phases: Readonly<Record<string, number>>; readonly timed: Timed } {
  const phases: Record<string, number> = {};
  /** Time of the nested phases of the current one. */
  let inner = 0;
  const timed: Timed = async (phase, work) => {
    phases[phase] ??= 0;
    const [start, before] = [wallClock(), inner];
    inner = 0;
    const result = await work();
    const spent = wallClock() - start;
    phases[phase] += spent - inner;
    inner = before + spent;
    return result;
  };
  return { phases, timed };
}
