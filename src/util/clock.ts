/** The one place where wall time enters: everything else takes a Clock. */

/** Milliseconds since some fixed moment, with fractions. */
export type Clock = () => number;

/** Wall clock, for durations. */
export const wallClock: Clock = () => performance.now();
