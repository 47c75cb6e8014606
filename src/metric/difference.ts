/** The difference of two independent rates: Newcombe, "Interval estimation for the difference between independent proportions" (1998), method 10. */
import type { Interval, Proportion } from './interval.ts';
import { wilson } from './proportion.ts';

/** First rate less second, with its 95 % interval from both Wilson intervals. Both need a trial. */
export function rateDifference(first: Pick<Proportion, 'k' | 'n'>, second: Pick<Proportion, 'k' | 'n'>): Interval {
  const [a, b] = [wilson(first.k, first.n), wilson(second.k, second.n)];
  const [p, q] = [first.k / first.n, second.k / second.n];
  const difference = p - q;
  return {
    estimate: difference,
    low: difference - Math.hypot(p - a.low, b.high - q),
    high: difference + Math.hypot(a.high - p, q - b.low),
    method: 'Newcombe 95 %',
  };
}

/**
 * First estimate less second, independent of each other, from their 95 % intervals alone: each side of the difference is the square root of
 * the summed squares (MOVER; Zou & Donner, "Construction of confidence limits about effect measures", 2008).
 */
export function intervalDifference(first: Bounded, second: Bounded): Interval {
  const difference = first.estimate - second.estimate;
  return {
    estimate: difference,
    low: difference - Math.hypot(first.estimate - first.low, second.high - second.estimate),
    high: difference + Math.hypot(first.high - first.estimate, second.estimate - second.low),
    method: 'MOVER 95 %',
  };
}

type Bounded = Pick<Interval, 'estimate' | 'low' | 'high'>;
