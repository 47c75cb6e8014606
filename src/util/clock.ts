/** The only source of wall time: everything else takes a Clock as an argument. */

/** The current time; each clock states its unit. */
export type Clock = () => number;

/** Milliseconds since some fixed time, with fractions; for durations. */
export const wallClock: Clock = () => performance.now();

/** Whole seconds since 1970, for times that two machines compare. */
export const unixSeconds: Clock = () => Math.floor(Date.now() / 1000);
