/** How long each phase of a run took. */
import { wallClock } from '../util/clock.ts';

/** Does some work, and adds its time to that of a phase. */
export type Timed = <R>(phase: string, work: () => Promise<R>) => Promise<R>;

/**
 * Times phases by name, in milliseconds; `phases` holds what was timed so far, in the order in which phases began. The time of a phase inside
 * another counts for the inner one only.
 */
export function phaseTimer(): { readonly phases: Readonly<Record<string, number>>; readonly timed: Timed } {
  const phases: Record<string, number> = {};
  /** Time of the phases inside the current one. */
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
