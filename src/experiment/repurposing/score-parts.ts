/**
 * Every location of the evaluation as the target in turn, on a list of its own: how near other photographs and ordinary pictures come to
 * what was inserted, for every number of inserted photographs at once.
 */
import { type ClusteredProportion, clusteredCounts } from '../../metric/bootstrap.ts';
import { crossedProportion } from '../../metric/crossed.ts';
import type { Rng } from '../../util/rng.ts';
import type { Choice } from '../repurposing/insert.ts';
import { type Hashed, type HashedLocation, type HashWorld, nearestOfFirst } from '../repurposing/matching.ts';

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
export interface TargetLists {
  readonly lists: readonly TargetList[];
  readonly columns: number;
  /** Number of each evaluation bystander's group, from 0. */
  readonly groups: readonly number[];
}

/** Compares everything with everything that may be inserted. `inserted`: numbers of photographs, ascending. */
export function targetLists(
  { locations, bystanders, facts }: HashWorld,
  choice: Choice,
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
export function groupNumbers(pictures: readonly Hashed[]): number[] {
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
