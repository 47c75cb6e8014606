/** Of what inserted photographs flag, how much comes from the location: a positive predictive value at a stated prevalence. */
import type { ClusteredProportion } from '../../metric/bootstrap.ts';
import type { Interval } from '../../metric/interval.ts';

/** Share of somebody's pictures that are taken at the location. */
const shareThere = 0.01;

/** Null where nothing is flagged at all. */
export function shareFromLocation(hit: ClusteredProportion, others: ClusteredProportion): Interval | null {
  if (hit.estimate === null || others.estimate === null) return null;
  const of = (there: number, away: number): number | null => {
    const [flagged, all] = [shareThere * there, shareThere * there + (1 - shareThere) * away];
    return all > 0 ? flagged / all : null;
  };
  const estimate = of(hit.estimate, others.estimate);
  if (estimate === null) return null;
  const [there, away] = [hit, others].map((each) => ({
    low: Math.min(each.low, each.clusterLow),
    high: Math.max(each.high, each.clusterHigh),
  })) as [Ends, Ends];
  return {
    estimate,
    low: of(there.low, away.high) ?? 0,
    high: of(there.high, away.low) ?? 1,
    method: 'from the ends of both 95 % intervals',
  };
}

interface Ends {
  readonly low: number;
  readonly high: number;
}
