/** Controls of a poisoned list: what was inserted must match itself, and another place's photographs no more than any other's. */
import { clusteredCounts } from '../../metric/bootstrap.ts';
import type { PoisonedHash } from '../../schema/repurposing-metrics.ts';
import type { Rng } from '../../util/rng.ts';
import { type Hashed, type HashedLocation, nearestOfFirst } from '../repurposing/matching.ts';
import { type Counts, countRows, elsewhereRate, type TargetLists } from './repurposing-lists.ts';

/** At which threshold, and with how many inserted photographs. */
export interface ControlPoint {
  readonly threshold: number;
  readonly reason: 'operator' | 'insider';
  readonly inserted: number;
  /** Its column in the tables of the lists. */
  readonly column: number;
  /** Length of the hash. */
  readonly bits: number;
}

/** Both controls at one threshold. */
export function controlAt(
  { lists, columns }: TargetLists,
  { threshold, reason, inserted, column, bits }: ControlPoint,
  rng: Rng,
): PoisonedHash['controls'][number] {
  const able = lists.filter(({ location }) => location.orders.random.length >= inserted);
  const matched = (queries: readonly Hashed[], { orders }: HashedLocation): Counts => {
    const near = nearestOfFirst(queries, orders.random, [inserted], bits);
    return countRows(queries.length, (row) => near[row]! <= threshold);
  };
  const own = clusteredCounts(
    able.map(({ location }) => matched(location.orders.random.slice(0, inserted), location)),
    rng,
  );
  const shuffled = clusteredCounts(
    able.map(({ location }, i) => matched(able[(i + 1) % able.length]!.location.heldOut, location)),
    rng,
  );
  const photographs = lists.at(-1)?.to ?? 0;
  const chance = elsewhereRate(
    able,
    photographs,
    (list, row) => list.photographs[row * columns + column]! <= threshold,
    rng,
  );
  return {
    threshold,
    reason,
    inserted: own,
    shuffled,
    chance,
    holds:
      own.n > 0 &&
      own.k === own.n &&
      Math.min(shuffled.low, shuffled.clusterLow) <= Math.max(chance.high, chance.clusterHigh),
  };
}
