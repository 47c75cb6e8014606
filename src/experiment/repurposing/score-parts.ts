/**
 * Every location of the evaluation as the target in turn, on a list of its own: how near other photographs and ordinary pictures come to
 * what was inserted, for every number of inserted photographs at once.
 */
import { type ClusteredProportion, clusteredCounts } from '../../metric/bootstrap.ts';
import { crossedProportion } from '../../metric/crossed.ts';
import type { Interval } from '../../metric/interval.ts';
import { proportion } from '../../metric/proportion.ts';
import type { Rng } from '../../util/rng.ts';
import type { RepurposingExperiment } from './experiment.ts';
import type { PoisonedHash, ThresholdMetrics } from './metrics.ts';
import { insertedAt } from './score-facts.ts';
import {
  type Hashed,
  type HashedLocation,
  type HashWorld,
  type InsertChoice,
  nearestOfFirst,
} from './score-matching.ts';

/** Successes and trials. */
export type Counts = [k: number, n: number];

/** One location's list. Tables have a row a picture, and a column for each number of inserted photographs. */
export interface TargetList {
  readonly location: HashedLocation;
  /** Held-out photographs of all locations, in one order for all lists; those from `from` to before `to` are its own. */
  readonly photographs: Uint16Array;
  readonly from: number;
  readonly to: number;
  readonly bystanders: Uint16Array;
}

/** The lists of all scored locations, under one way of choosing. */
interface TargetLists {
  readonly lists: readonly TargetList[];
  readonly columns: number;
  /** Number of each evaluation bystander's group, from 0. */
  readonly groups: readonly number[];
}

/** Compares everything with everything that may be inserted. `inserted`: numbers of photographs, ascending. */
export function targetLists(
  { locations, bystanders, facts }: HashWorld,
  choice: InsertChoice,
  inserted: readonly number[],
): TargetLists {
  const scored = locations.filter(({ split }) => split === 'evaluation');
  const photographs = scored.flatMap(({ heldOut }) => heldOut);
  let from = 0;
  const lists = scored.map((location): TargetList => {
    const near = (queries: readonly Hashed[]): Uint16Array =>
      nearestOfFirst(queries, location.orders[choice], inserted, facts.bits);
    const own = { from, to: from + location.heldOut.length };
    from = own.to;
    return { location, photographs: near(photographs), ...own, bystanders: near(bystanders.evaluation) };
  });
  return { lists, columns: inserted.length, groups: groupNumbers(bystanders.evaluation) };
}

/** Number of each picture's group, from 0. */
function groupNumbers(pictures: readonly Hashed[]): number[] {
  const numbers = new Map<string, number>();
  return pictures.map(({ group }) => {
    if (!numbers.has(group)) numbers.set(group, numbers.size);
    return numbers.get(group)!;
  });
}

/** How many of the rows hold, and how many there are. */
export function countRows(rows: number, holds: (row: number) => boolean): Counts {
  let k = 0;
  for (let row = 0; row < rows; row++) if (holds(row)) k++;
  return [k, rows];
}

/** The rate of one success or failure a location's own photograph, by location. */
export const ownRate = (
  lists: readonly TargetList[],
  matches: (list: TargetList, row: number) => boolean,
  rng: Rng,
): ClusteredProportion =>
  clusteredCounts(
    lists.map((list) => countRows(list.to - list.from, (row) => matches(list, list.from + row))),
    rng,
  );

/** The rate among photographs of other locations, by list and by photograph. */
export const elsewhereRate = (
  lists: readonly TargetList[],
  photographs: number,
  matches: (list: TargetList, row: number) => boolean,
  rng: Rng,
): ClusteredProportion =>
  crossedRate(
    lists,
    Array.from({ length: photographs }, (_, row) => row),
    (list, row) => (row >= list.from && row < list.to ? undefined : matches(list, row)),
    rng,
  );

/** The rate over all lists and all rows that the question arises for, by list and by cluster of the row. */
export function crossedRate(
  lists: readonly TargetList[],
  clusters: readonly number[],
  matches: (list: TargetList, row: number) => boolean | undefined,
  rng: Rng,
): ClusteredProportion {
  const columns = new Map<number, Counts>();
  const rows = lists.map((list): Counts => {
    const counts: Counts = [0, 0];
    clusters.forEach((cluster, row) => {
      const match = matches(list, row);
      if (match === undefined) return;
      const column = columns.get(cluster) ?? [0, 0];
      columns.set(cluster, column);
      for (const each of [counts, column]) {
        each[0] += Number(match);
        each[1]++;
      }
    });
    return counts;
  });
  return crossedProportion({ rows, columns: [...columns.values()] }, rng, 500);
}

// Thresholds of a poisoned list: its authors', those that the experiment names, and those that somebody would choose on calibration.

/** A threshold, why it is looked at, and what it does on calibration. */
type ChosenThreshold = Pick<ThresholdMetrics, 'bits' | 'reasons' | 'calibration'>;

/** The thresholds of one hash, ascending. */
export function chosenThresholds(
  { facts, listed, bystanders, locations }: HashWorld,
  { list, thresholds, operatorFpr }: RepurposingExperiment,
): ChosenThreshold[] {
  const number = insertedAt(list.reference, list.entries);
  const honest = nearestOfFirst(bystanders.calibration, listed, [list.entries - number, list.entries], facts.bits);
  const whole = Array.from({ length: honest.length / 2 }, (_, row) => honest[2 * row + 1]!);
  const shortened = Array.from({ length: honest.length / 2 }, (_, row) => honest[2 * row]!);
  const targets = locations
    .filter(({ split, orders }) => split === 'calibration' && orders.random.length >= number)
    .map(({ heldOut, orders }) => ({
      heldOut: [...nearestOfFirst(heldOut, orders.random, [number], facts.bits)],
      bystanders: nearestOfFirst(bystanders.calibration, orders.random, [number], facts.bits),
    }));
  const photographs = targets.flatMap(({ heldOut }) => heldOut);
  const flagged = targets.flatMap((target) => shortened.map((each, row) => Math.min(each, target.bystanders[row]!)));
  const all = Array.from({ length: facts.bits + 1 }, (_, bits) => bits);
  // The loosest at which the honest list flags few enough; if none does, an exact match; without calibration pictures nobody can choose.
  const operator =
    whole.length === 0 ? [] : [all.findLast((bits) => within(whole, bits) <= operatorFpr * whole.length) ?? 0];
  const gain = (bits: number): number => share(photographs, bits) - share(flagged, bits);
  const insider =
    photographs.length === 0 ? [] : [all.reduce((best, bits) => (gain(bits) > gain(best) ? bits : best), 0)];
  const reasons = new Map<number, ChosenThreshold['reasons']>();
  const add = (bits: number, reason: ChosenThreshold['reasons'][number]): void => {
    reasons.set(bits, [...(reasons.get(bits) ?? []), reason]);
  };
  add(facts.threshold, 'authors');
  for (const bits of thresholds[facts.name] ?? []) add(bits, 'named');
  for (const bits of operator) add(bits, 'operator');
  for (const bits of insider) add(bits, 'insider');
  return [...reasons]
    .sort(([a], [b]) => a - b)
    .map(([bits, why]) => ({
      bits,
      reasons: why,
      calibration: {
        flagged: proportion(within(whole, bits), whole.length),
        hit: proportion(within(photographs, bits), photographs.length),
      },
    }));
}

const within = (distances: readonly number[], bits: number): number => distances.filter((each) => each <= bits).length;
const share = (distances: readonly number[], bits: number): number =>
  within(distances, bits) / Math.max(1, distances.length);

// Controls of a poisoned list: what was inserted must match itself, and another place's photographs no more than any other's.

/** At which threshold, and with how many inserted photographs. */
interface ControlPoint {
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

// Of what inserted photographs flag, how much comes from the location: a positive predictive value at a stated prevalence.

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
