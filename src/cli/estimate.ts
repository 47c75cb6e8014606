/** Estimates the remaining time of work in phases from its speed so far. */
import type { Clock } from '../util/clock.ts';

/** Remaining time in milliseconds; undefined while too little is known. */
interface Left {
  readonly phase: number | undefined;
  /** Of all phases; undefined if nobody knows how long they usually take. */
  readonly all: number | undefined;
}

/** Milliseconds before which nothing is estimated. */
const earliest = { phase: 1000, all: 5000 };
/** Share of the whole below which nothing is estimated of it. */
const leastShare = 0.02;

export class Estimate {
  readonly #clock: Clock;
  readonly #shares: ReadonlyMap<string, number>;
  #phase: string | undefined;
  #done = 0;
  #total = 0;
  /** When the phase began, and how much was already done then. */
  #since = { millis: 0, done: 0 };
  /** When the first phase with a share began, and the share of the whole that was done then. */
  #start: { readonly millis: number; readonly share: number } | undefined;

  /** `shares`: the usual share of each phase in the time, by its name, in their order. The clock gives milliseconds. */
  constructor(clock: Clock, shares: Readonly<Record<string, number>> = {}) {
    this.#clock = clock;
    this.#shares = new Map(Object.entries(shares));
  }

  /** Notes that this much of a phase is done. */
  update(phase: string, done: number, total: number): void {
    const millis = this.#clock();
    if (phase !== this.#phase) this.#since = { millis, done };
    [this.#phase, this.#done, this.#total] = [phase, done, total];
    const share = this.#share();
    if (share !== undefined) this.#start ??= { millis, share };
  }

  /** The remaining time now. */
  left(): Left {
    const now = this.#clock();
    const [spent, done, left] = [now - this.#since.millis, this.#done - this.#since.done, this.#total - this.#done];
    const phase = done > 0 && left > 0 && spent >= earliest.phase ? (spent / done) * left : undefined;
    const share = this.#share();
    if (share === undefined || !this.#start) return { phase, all: undefined };
    const [passed, gained] = [now - this.#start.millis, share - this.#start.share];
    const all = passed >= earliest.all && gained >= leastShare ? (passed / gained) * (1 - share) : undefined;
    return { phase, all };
  }

  /** Share of the whole that is done; undefined in a phase without a share. */
  #share(): number | undefined {
    const own = this.#phase === undefined ? undefined : this.#shares.get(this.#phase);
    if (own === undefined) return undefined;
    let [before, sum] = [0, 0];
    let passed = false;
    for (const [name, each] of this.#shares) {
      passed ||= name === this.#phase;
      if (!passed) before += each;
      sum += each;
    }
    return (before + own * (this.#total === 0 ? 1 : this.#done / this.#total)) / sum;
  }
}
