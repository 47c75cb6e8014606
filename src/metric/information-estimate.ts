/**
 * Mutual information from samples that come in groups, ready to be quoted: copies of one picture are not independent, so bias, interval and
 * tests go by source picture. Bias: Miller & Madow's term where each picture gave one sample; else the jackknife over pictures of Busing,
 * Meijer & Van der Leeden, "Delete-m jackknife for unequal m" (Statistics and Computing 1999), since Miller's term counts samples. Interval:
 * whole pictures are drawn with replacement. The plug-in estimate of a resample is biased once more, by about as much again, so of the
 * resamples only the spread about their own mean is used, around the corrected estimate; its percentiles are expanded as in bootstrap.ts.
 * Where views are too many for the samples they are dealt into buckets by a hash that knows nothing of the secrets: what is left is a
 * function of the view, so a lower bound on its information (data processing).
 */
import type { Rng } from '../util/rng.ts';
import { expandedTail } from './bootstrap.ts';
import { byGroup } from './examples.ts';
import type { Interval } from './interval.ts';
import { bucketsFor, countTable, mutualInformation, type Sample } from './mutual-information.ts';
import { quantileOfSorted } from './quantile.ts';

/** A sample, and the source picture that it came from. */
export interface GroupedSample extends Sample {
  readonly group: string;
}

/** Bits of information, with what they rest on. */
interface InformationFigure extends Interval {
  readonly n: number;
  readonly groups: number;
  /** What the estimate is corrected from. */
  readonly plugInBits: number;
  readonly correction: 'Miller-Madow' | 'cluster jackknife';
  /** Values of the view, or buckets that they were dealt into; null where they were not. */
  readonly views: number;
  readonly buckets: number | null;
  /** asymptotic: an estimate of the information itself; lower bound: one of a part of it. */
  readonly standing: 'asymptotic' | 'lower bound';
  /** p-values of there being no information, on one sample of each group: by shuffling, which is exact, and by likelihood ratio. */
  readonly permutation: number;
  readonly chiSquare: number;
}

/** Numbers of resamples and of shuffles. */
interface InformationOptions {
  readonly resamples?: number;
  readonly shuffles?: number;
}

/** The estimate; null where there are too few groups even for two buckets. The order of the samples does not matter, but in a group. */
export function estimateInformation(
  samples: readonly GroupedSample[],
  rng: Rng,
  { resamples = 2000, shuffles = 999 }: InformationOptions = {},
): InformationFigure | null {
  const groups = [...byGroup(samples)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => members);
  const secrets = new Set(samples.map(({ secret }) => secret)).size;
  const views = new Set(samples.map(({ view }) => view)).size;
  const room = bucketsFor(groups.length, secrets);
  if (!(room >= 2)) return null;
  const buckets = views > room ? room : null;
  const salt = rng.uint32();
  const seen = ({ secret, view }: Sample): Sample => ({
    secret,
    view: buckets === null ? view : String(bucketOf(view, salt, buckets)),
  });
  const table = cellsOf(groups.map((members) => members.map(seen)));
  const one = mutualInformation(countTable(groups.map((members) => seen(rng.pick(members)))), rng, shuffles);
  const plugInBits = plugInOf(table, table.counts, table.n);
  const alone = table.n === groups.length;
  const estimate = alone ? plugInBits - millerMadowBias(table) : jackknifed(table, plugInBits);
  const { low, high } = spread(table, rng, resamples);
  return {
    n: table.n,
    groups: groups.length,
    plugInBits,
    correction: alone ? 'Miller-Madow' : 'cluster jackknife',
    views: table.columns,
    buckets,
    standing: buckets === null ? 'asymptotic' : 'lower bound',
    permutation: one.permutation,
    chiSquare: one.chiSquare,
    estimate: Math.max(0, estimate),
    low: Math.max(0, estimate + low),
    high: Math.max(0, estimate + high),
    method: `centred cluster bootstrap 95 %, expanded percentiles, ${resamples} resamples of ${groups.length} groups`,
  };
}

/** A table of counts in one array, and the cells that each group's samples fall in. */
interface Cells {
  readonly n: number;
  readonly rows: number;
  readonly columns: number;
  readonly counts: Float64Array;
  readonly groups: readonly Uint32Array[];
}

function cellsOf(groups: readonly (readonly Sample[])[]): Cells {
  const numbered = (names: readonly string[]): Map<string, number> =>
    new Map([...new Set(names)].sort().map((name, i) => [name, i]));
  const all = groups.flat();
  const secrets = numbered(all.map(({ secret }) => secret));
  const views = numbered(all.map(({ view }) => view));
  const counts = new Float64Array(secrets.size * views.size);
  const cells = groups.map((members) =>
    Uint32Array.from(members, ({ secret, view }) => secrets.get(secret)! * views.size + views.get(view)!),
  );
  for (const group of cells) for (const cell of group) counts[cell]!++;
  return { n: all.length, rows: secrets.size, columns: views.size, counts, groups: cells };
}

/** c log2 c. */
const weight = (count: number): number => (count > 0 ? count * Math.log2(count) : 0);

/** The plug-in estimate of counts in the shape of the table. */
function plugInOf({ rows, columns }: Cells, counts: Float64Array, n: number, weigh = weight): number {
  const byColumn = new Float64Array(columns);
  let total = weigh(n);
  for (let x = 0, at = 0; x < rows; x++) {
    let row = 0;
    for (let y = 0; y < columns; y++, at++) {
      const count = counts[at]!;
      row += count;
      byColumn[y]! += count;
      total += weigh(count);
    }
    total -= weigh(row);
  }
  for (let y = 0; y < columns; y++) total -= weigh(byColumn[y]!);
  return Math.max(0, total / n);
}

/** (cells − rows − columns + 1) / (2 n ln 2), of those that occur; every row and column of this table does. */
const millerMadowBias = ({ n, rows, columns, counts }: Cells): number =>
  (counts.reduce((occupied, each) => occupied + (each > 0 ? 1 : 0), 0) - rows - columns + 1) / (2 * n * Math.LN2);

/** Leaves out each group once. */
function jackknifed(table: Cells, plugInBits: number): number {
  const { n, columns, counts, groups } = table;
  const byRow = new Float64Array(table.rows);
  const byColumn = new Float64Array(columns);
  counts.forEach((count, cell) => {
    byRow[Math.floor(cell / columns)]! += count;
    byColumn[cell % columns]! += count;
  });
  // A group changes few sums: those are taken out one by one, and put back.
  let total = counts.reduce((sum, each) => sum + weight(each), 0);
  for (const sums of [byRow, byColumn]) total = sums.reduce((sum, each) => sum - weight(each), total);
  const less = (sums: Float64Array, at: number, sign: number): void => {
    total -= sign * (weight(sums[at]!) - weight(sums[at]! - 1));
    sums[at]!--;
  };
  let left = 0;
  for (const group of groups) {
    const before = total;
    for (const cell of group) {
      less(counts, cell, 1);
      less(byRow, Math.floor(cell / columns), -1);
      less(byColumn, cell % columns, -1);
    }
    const rest = n - group.length;
    left += (rest / n) * Math.log2(rest) + total / n;
    for (const cell of group) {
      counts[cell]!++;
      byRow[Math.floor(cell / columns)]!++;
      byColumn[cell % columns]!++;
    }
    total = before;
  }
  return groups.length * plugInBits - left;
}

/** How far 2.5 % of the resamples fall below their mean, and above it. */
function spread(table: Cells, rng: Rng, resamples: number): { low: number; high: number } {
  const { n, counts, groups } = table;
  const found = new Float64Array(resamples);
  const drawn = new Float64Array(counts.length);
  // Sums of a resample are whole and seldom far above n.
  const known = Float64Array.from({ length: 2 * n }, (_, count) => weight(count));
  const weigh = (count: number): number => known[count] ?? weight(count);
  for (let i = 0; i < resamples; i++) {
    drawn.fill(0);
    let size = 0;
    for (let j = 0; j < groups.length; j++) {
      const group = groups[rng.int(groups.length)]!;
      for (let at = 0; at < group.length; at++) drawn[group[at]!]!++;
      size += group.length;
    }
    found[i] = plugInOf(table, drawn, size, weigh);
  }
  const mean = found.reduce((sum, each) => sum + each, 0) / resamples;
  found.sort();
  const tail = expandedTail(groups.length);
  return { low: quantileOfSorted(found, tail) - mean, high: quantileOfSorted(found, 1 - tail) - mean };
}

/** FNV-1a over UTF-16 units, salted, with the finish of MurmurHash3, so that names that differ in one digit part. */
function bucketOf(name: string, salt: number, buckets: number): number {
  let hash = salt ^ 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % buckets;
}
