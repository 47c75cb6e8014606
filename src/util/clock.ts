/** The one place where wall time enters: everything else takes a Clock. */

/** What time it is; the unit is with each clock. */
export type Clock = () => number;

/** Milliseconds since some fixed moment, with fractions; for durations. */
export const wallClock: Clock = () => performance.now();

/** Whole seconds since 1970, for what two machines must agree on. */
export const unixSeconds: Clock = () => Math.floor(Date.now() / 1000);
