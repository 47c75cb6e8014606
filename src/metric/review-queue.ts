/**
 * A queue of reviews for a million pictures sent, with reviewers who err and have so many hours. Rates are drawn from Jeffreys' posterior,
 * Beta(k + ½, n − k + ½); what the pictures are and what the reviewers do are expected values, so that intervals show what is not known.
 */
import type { Rng } from '../util/rng.ts';
import type { Counts, Interval } from './interval.ts';
import { quantile } from './quantile.ts';
import { betaVariate } from './random.ts';

/** Pictures that one calculation is about. */
const pictures = 1e6;

/** What is known of a queue. */
export interface Queue {
  /** Share of the pictures that are target content, and of those the share that is listed. */
  readonly prevalence: number;
  readonly listedShare: number;
  readonly secondsPerReview: number;
  readonly hoursPerMillion: number;
  /** Drawn evenly from these ranges. */
  readonly sensitivity: readonly [low: number, high: number];
  readonly specificity: readonly [low: number, high: number];
  readonly draws: number;
}

/** How many messages of each content were flagged, of how many. */
export interface Flagged {
  readonly listed: Counts;
  readonly fresh: Counts;
  readonly innocent: Counts;
  /** Whether a reviewer can look at what is flagged; otherwise all of it is reported. */
  readonly reviewed: boolean;
}

const names = ['flagged', 'hours', 'waiting', 'reported', 'wronglyConfirmed', 'wronglyDropped'] as const;
type Outcome = Readonly<Record<(typeof names)[number], number>>;

/** Medians and 95 % intervals, for a million pictures. */
export function reviewQueue(flagged: Flagged, queue: Queue, rng: Rng): Record<(typeof names)[number], Interval> {
  const drawn = Array.from({ length: queue.draws }, () => outcomeOf(flagged, queue, rng));
  const of = (name: (typeof names)[number]): Interval => {
    const values = drawn.map((each) => each[name]);
    const [estimate, low, high] = [0.5, 0.025, 0.975].map((p) => quantile(values, p)) as [number, number, number];
    return { estimate, low, high, method: `median and central 95 % of ${queue.draws} draws, Jeffreys' posterior` };
  };
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<(typeof names)[number], Interval>;
}

function outcomeOf({ listed, fresh, innocent, reviewed }: Flagged, queue: Queue, rng: Rng): Outcome {
  const rate = ({ k, n }: Counts): number => betaVariate(k + 0.5, n - k + 0.5, rng);
  const within = ([low, high]: readonly [number, number]): number => low + rng.next() * (high - low);
  const targets = pictures * queue.prevalence;
  const found = targets * (queue.listedShare * rate(listed) + (1 - queue.listedShare) * rate(fresh));
  const wrong = (pictures - targets) * rate(innocent);
  const [sensitivity, specificity] = [within(queue.sensitivity), within(queue.specificity)];
  const total = found + wrong;
  if (!reviewed)
    return { flagged: total, hours: 0, waiting: 0, reported: total, wronglyConfirmed: wrong, wronglyDropped: 0 };
  const hours = (total * queue.secondsPerReview) / 3600;
  // Reviewers take what comes first, whatever it is.
  const share = hours > queue.hoursPerMillion ? queue.hoursPerMillion / hours : 1;
  const confirmed = { found: share * found * sensitivity, wrong: share * wrong * (1 - specificity) };
  return {
    flagged: total,
    hours,
    waiting: total * (1 - share),
    reported: confirmed.found + confirmed.wrong,
    wronglyConfirmed: confirmed.wrong,
    wronglyDropped: share * found * (1 - sensitivity),
  };
}
