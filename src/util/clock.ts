/** The one place where wall time enters: everything else takes a Clock. */

/** A number that grows with time, in the unit that who takes it names. */
export type Clock = () => number;

/** Wall clock, for durations: milliseconds since some fixed moment, with fractions. */
export const wallClock: Clock = () => performance.now();

/** Seconds since 1970, whole: for signatures and records of the services. */
export const unixSeconds: Clock = () => Math.floor(Date.now() / 1000);
