/** Distances of one hash: from the rows of a run to what is nearest to what, so that thresholds and shares are only compared with them. */
import { eachDistance, type GroupedHashes, groupedHashes } from '../../match/pair-distances.ts';
import { fromHex } from '../../util/hex.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import type { ScannedRow } from './rows.ts';
import { type HashFacts, insertedAt } from './score-facts.ts';

/** A picture under one hash; without one it matches nothing and cannot be listed. */
export interface Hashed {
  readonly picture: string;
  readonly group: string;
  readonly hash: Uint8Array | undefined;
}

/** A location under one hash. */
export interface HashedLocation {
  readonly name: string;
  readonly standpoints: number | undefined;
  readonly split: ScannedRow['split'];
  readonly heldOut: readonly Hashed[];
  /** In the order in which they are inserted, by each way of choosing; only those with a hash. */
  readonly orders: Readonly<Record<InsertChoice, readonly Hashed[]>>;
}

/** Everything under one hash. */
export interface HashWorld {
  readonly facts: HashFacts;
  readonly listed: readonly Hashed[];
  readonly edited: readonly { readonly edit: string; readonly copy: Hashed; readonly original: Hashed }[];
  readonly bystanders: Readonly<Record<ScannedRow['split'], readonly Hashed[]>>;
  readonly locations: readonly HashedLocation[];
  readonly belowQuality: number;
}

/** The rows under one hash. */
export function worldOf(rows: readonly ScannedRow[], facts: HashFacts, seed: number): HashWorld {
  let belowQuality = 0;
  const hashed = (row: ScannedRow): Hashed => {
    const { picture, group, outcome } = row;
    const found = outcome.state === 'hashed' ? outcome.hashes[facts.name] : undefined;
    // What a detector refused matches nothing.
    if (found === undefined || 'refused' in found) return { picture, group, hash: undefined };
    const usable = found.quality >= facts.minQuality;
    if (!usable) belowQuality++;
    return { picture, group, hash: usable ? fromHex(found.hex) : undefined };
  };
  const plain = rows.filter(({ edit }) => edit === 'none').map((row) => ({ row, found: hashed(row) }));
  const of = (use: ScannedRow['use'], more: (row: ScannedRow) => boolean = () => true): Hashed[] =>
    plain.flatMap(({ row, found }) => (row.use === use && more(row) ? [found] : []));
  const originals = new Map(plain.map(({ found }) => [found.picture, found]));
  const names = [...new Set(rows.flatMap(({ location }) => location ?? []))].sort();
  return {
    facts,
    listed: of('listed'),
    edited: rows.flatMap((row) => {
      const original = originals.get(row.picture);
      return row.edit === 'none' || !original?.hash ? [] : [{ edit: row.edit, copy: hashed(row), original }];
    }),
    bystanders: {
      calibration: of('bystander', ({ split }) => split === 'calibration'),
      evaluation: of('bystander', ({ split }) => split === 'evaluation'),
    },
    locations: names.map((name): HashedLocation => {
      const first = rows.find(({ location }) => location === name)!;
      const here = ({ location }: ScannedRow): boolean => location === name;
      const insertable = of('insertable', here).filter(({ hash }) => hash !== undefined);
      const rng = seededRng(seed, `insert/${name}`);
      return {
        name,
        standpoints: first.standpoints,
        split: first.split,
        heldOut: of('held-out', here),
        orders: {
          random: insertionOrder('random', insertable, facts.bits, rng),
          'k-medoids': insertionOrder('k-medoids', insertable, facts.bits, rng),
        },
      };
    }),
    belowQuality,
  };
}

/** Distance that no threshold reaches: the query, or the list, has no hash. */
export const never = 0xffff;

/** By query: the nearest of the first so many entries, for each of several numbers, ascending; flat, a row a query. */
export function nearestOfFirst(
  queries: readonly Hashed[],
  entries: readonly Hashed[],
  numbers: readonly number[],
  bits: number,
): Uint16Array {
  const out = new Uint16Array(queries.length * numbers.length).fill(never);
  const known = queries.flatMap(({ hash }, at) => (hash ? [{ at, hash }] : []));
  const list = entries.flatMap(({ hash }, at) => (hash ? [{ at, hash }] : []));
  const lay = (all: readonly { readonly hash: Uint8Array }[]): GroupedHashes =>
    groupedHashes(
      all.map(({ hash }) => hash),
      new Int32Array(all.length),
      bits,
    );
  // Column of the first number that takes an entry in.
  const columns = list.map(({ at }) => numbers.findIndex((number) => at < number));
  eachDistance(lay(known), lay(list), (query, entry, distance) => {
    const column = columns[entry]!;
    if (column < 0) return;
    const at = known[query]!.at * numbers.length + column;
    if (distance < out[at]!) out[at] = distance;
  });
  for (let row = 0; row < out.length; row += numbers.length)
    for (let column = 1; column < numbers.length; column++)
      out[row + column] = Math.min(out[row + column]!, out[row + column - 1]!);
  return out;
}

/** Entries inserted at each share, ascending, those that are the same once. */
export const insertedNumbers = (shares: readonly number[], entries: number): { share: number; inserted: number }[] =>
  [...shares]
    .sort((a, b) => a - b)
    .map((share) => ({ share, inserted: insertedAt(share, entries) }))
    .filter(({ inserted }, i, all) => all.findIndex((other) => other.inserted === inserted) === i);

// Which photographs of a location an insider puts on the list first: at random, or greedily as the first phase (BUILD) of k-medoids does,
// each next one lowering the sum of distances to the nearest inserted one most. Kaufman & Rousseeuw, "Finding Groups in Data" (1990), ch. 2.

/** A way of choosing. */
export type InsertChoice = 'random' | 'k-medoids';

/** Both ways, in the order of tables. */
export const choices: readonly InsertChoice[] = ['random', 'k-medoids'];

/** The photographs in the order in which they are inserted; all have a hash. The first so many are the choice of that size. */
export function insertionOrder<P extends { readonly hash: Uint8Array | undefined }>(
  choice: InsertChoice,
  photographs: readonly P[],
  bits: number,
  rng: Rng,
): P[] {
  const shuffled = rng.shuffle(photographs);
  if (choice === 'random') return shuffled;
  const n = shuffled.length;
  const laid = groupedHashes(
    shuffled.map(({ hash }) => hash!),
    new Int32Array(n),
    bits,
  );
  const distances = new Uint16Array(n * n);
  eachDistance(laid, laid, (i, j, distance) => {
    distances[i * n + j] = distance;
  });
  const nearest = new Float64Array(n).fill(bits);
  const left = new Set(shuffled.keys());
  const order: P[] = [];
  while (left.size > 0) {
    let [best, most] = [-1, -1];
    for (const candidate of left) {
      let gain = 0;
      for (let i = 0, at = candidate * n; i < n; i++, at++) gain += Math.max(0, nearest[i]! - distances[at]!);
      if (gain > most) [best, most] = [candidate, gain];
    }
    left.delete(best);
    order.push(shuffled[best]!);
    for (let i = 0, at = best * n; i < n; i++, at++) nearest[i] = Math.min(nearest[i]!, distances[at]!);
  }
  return order;
}
