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
