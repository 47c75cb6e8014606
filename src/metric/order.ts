/** Whether measured values come in a claimed order: judged on their intervals, since estimates that overlap are in no order. */

/** A value with its 95 % interval, where it was sampled. */
interface Ranked {
  readonly name: string;
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** What the values say of the order. */
interface Ordering {
  /** holds: no two neighbours overlap · contradicted: two are the other way round, and do not overlap · open: neither. */
  readonly is: 'holds' | 'contradicted' | 'open';
  /** The pairs that decide it: contradicted ones, or those that overlap; the claimed larger one first. */
  readonly pairs: readonly (readonly [larger: string, smaller: string])[];
}

/** The values in the claimed order, the largest first. A value without an interval counts as exact. */
export function orderOf(claimed: readonly Ranked[]): Ordering {
  const low = ({ value, low: bound = value }: Ranked): number => bound;
  const high = ({ value, high: bound = value }: Ranked): number => bound;
  const pairs = claimed.flatMap((larger, i) => claimed.slice(i + 1).map((smaller) => ({ larger, smaller })));
  const names = (of: typeof pairs) => of.map(({ larger, smaller }) => [larger.name, smaller.name] as const);
  const reversed = pairs.filter(({ larger, smaller }) => high(larger) < low(smaller));
  if (reversed.length > 0) return { is: 'contradicted', pairs: names(reversed) };
  const overlapping = pairs.filter(({ larger, smaller }) => low(larger) <= high(smaller));
  return overlapping.length > 0 ? { is: 'open', pairs: names(overlapping) } : { is: 'holds', pairs: [] };
}
