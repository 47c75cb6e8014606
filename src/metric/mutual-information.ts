/**
 * Mutual information of a secret and a view from samples, where the channel is not known: the plug-in estimate, which is biased upwards
 * by about (I − 1)(J − 1) / (2 n ln 2) bits, and Miller's correction, "Note on the bias of information estimates" (1955). Whether it is
 * above 0 is tested by shuffling the secrets, and by the likelihood-ratio test, whose statistic is the estimate itself (Wilks 1938):
 * asymptotic. Samples must be independent: one for each source picture, not one for each of its copies.
 */
import type { Rng } from '../util/rng.ts';
import { chiSquareQuantile, chiSquareTail } from './chi-square.ts';

/** Counts of samples: counts[x][y] were of secret x and gave view y. */
export type CountTable = readonly (readonly number[])[];

/** One sample: a secret and the view it gave, as names. */
export interface Sample {
  readonly secret: string;
  readonly view: string;
}

/** Beyond that many cells, or with fewer samples for each, the estimate is bias rather than information. */
const most = { cells: 4096, samplesPerCell: 20 } as const;

/** Whether the estimates may be quoted: |X| |Y| up to 4 096, and n from 20 |X| |Y|. Sizes are those of the alphabets, seen or not. */
export const plugInApplies = (n: number, secrets: number, views: number): boolean =>
  secrets * views <= most.cells && n >= most.samplesPerCell * secrets * views;

/** How many views there may be for that many independent samples of that many secrets. */
export const bucketsFor = (n: number, secrets: number): number =>
  Math.floor(Math.min(most.cells, n / most.samplesPerCell) / secrets);

/** The table of the samples; secrets and views in the order of their names. */
export function countTable(samples: readonly Sample[]): CountTable {
  const secrets = indexOf(samples.map(({ secret }) => secret));
  const views = indexOf(samples.map(({ view }) => view));
  const counts = Array.from(secrets, () => Array<number>(views.size).fill(0));
  for (const { secret, view } of samples) counts[secrets.get(secret)!]![views.get(view)!]!++;
  return counts;
}

/** Estimates of the mutual information of a table, in bits, and tests of the hypothesis that it is 0. */
export interface InformationEstimate {
  readonly n: number;
  readonly plugInBits: number;
  /** Corrected for bias by the cells that occur; can be below 0. */
  readonly millerMadowBits: number;
  /** False: too few samples for the table, and the estimates are not to be quoted. */
  readonly applies: boolean;
  /** p-value of the permutation test: never 0, and valid at any n. */
  readonly permutation: number;
  /** p-value of the likelihood-ratio test; asymptotic. */
  readonly chiSquare: number;
  /** Plug-in estimate that 5 % of independent samples exceed, asymptotically. */
  readonly zeroLeakBits: number;
  readonly method: string;
}

/** The estimates and tests of a table of counts. RangeError where a count is not a whole number, rows differ or there is no sample. */
export function mutualInformation(counts: CountTable, rng: Rng, shuffles = 999): InformationEstimate {
  const margins = marginsOf(counts);
  const { n } = margins;
  const plugInBits = plugIn(counts, margins);
  const rows = occupied(margins.secrets);
  const columns = occupied(margins.views);
  const cells = counts.reduce((sum, row) => sum + occupied(row), 0);
  const degrees = (rows - 1) * (columns - 1);
  const bitsPerStatistic = 1 / (2 * n * Math.LN2);
  return {
    n,
    plugInBits,
    millerMadowBits: plugInBits - (cells - rows - columns + 1) * bitsPerStatistic,
    applies: plugInApplies(n, counts.length, counts[0]!.length),
    permutation: permutationTest(counts, margins, rng, shuffles),
    chiSquare: chiSquareTail(plugInBits / bitsPerStatistic, degrees),
    zeroLeakBits: chiSquareQuantile(0.05, degrees) * bitsPerStatistic,
    method: `plug-in and Miller-Madow on ${counts.length} x ${counts[0]!.length}, n = ${n}; ${shuffles} shuffles`,
  };
}

/** Sums of a table: by secret, by view, and of all. */
interface Margins {
  readonly secrets: readonly number[];
  readonly views: readonly number[];
  readonly n: number;
}

function marginsOf(counts: CountTable): Margins {
  const width = counts[0]?.length ?? 0;
  counts.forEach((row, x) => {
    if (row.length !== width)
      throw new RangeError(`Expected ${width} counts in row ${x}, as in row 0, but received ${row.length}.`);
    const wrong = row.find((each) => !Number.isInteger(each) || each < 0);
    if (wrong !== undefined) throw new RangeError(`Expected whole counts from 0 in row ${x} but received ${wrong}.`);
  });
  const secrets = counts.map(total);
  const views = Array.from({ length: width }, (_, y) => total(counts.map((row) => row[y]!)));
  const n = total(secrets);
  if (n === 0) throw new RangeError('Expected at least one sample in the table of counts but received none.');
  return { secrets, views, n };
}

/** Σ p(x, y) log2 p(x, y) / (p(x) p(y)) over the cells that occur; a sum that rounds below 0 is 0. */
function plugIn(counts: CountTable, { secrets, views, n }: Margins): number {
  let sum = 0;
  counts.forEach((row, x) => {
    row.forEach((each, y) => {
      if (each > 0) sum += each * Math.log2((each * n) / (secrets[x]! * views[y]!));
    });
  });
  return Math.max(0, sum / n);
}

/** Share of tables with shuffled secrets, and this one, that have at least its information. */
function permutationTest(counts: CountTable, margins: Margins, rng: Rng, shuffles: number): number {
  const { secrets, views, n } = margins;
  const width = views.length;
  // Shuffling keeps the margins, so the information differs only by Σ c log c over the cells.
  const weight = Float64Array.from({ length: n + 1 }, (_, c) => (c > 0 ? c * Math.log2(c) : 0));
  const viewOf = Uint32Array.from(views.flatMap((each, y) => Array<number>(each).fill(y)));
  const rowOf = Uint32Array.from(secrets.flatMap((each, x) => Array<number>(each).fill(x * width)));
  const observed = counts.flat().reduce((sum, each) => sum + weight[each]!, 0);
  const shuffled = new Uint32Array(counts.length * width);
  let asMuch = 1;
  for (let round = 0; round < shuffles; round++) {
    shuffled.fill(0);
    for (let i = n - 1; i >= 0; i--) {
      const j = rng.int(i + 1);
      const row = rowOf[j]!;
      rowOf[j] = rowOf[i]!;
      rowOf[i] = row;
      shuffled[row + viewOf[i]!]!++;
    }
    const found = shuffled.reduce((sum, each) => sum + weight[each]!, 0);
    // Equal tables, summed in another order, must count as equal.
    if (found >= observed - 1e-9 * n) asMuch++;
  }
  return asMuch / (shuffles + 1);
}

const total = (counts: readonly number[]): number => counts.reduce((sum, each) => sum + each, 0);
const occupied = (counts: readonly number[]): number => counts.filter((each) => each > 0).length;
const indexOf = (names: readonly string[]): Map<string, number> =>
  new Map([...new Set(names)].sort().map((name, i) => [name, i]));
