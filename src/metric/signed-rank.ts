/**
 * Whether paired differences lie to one side of 0: the sign test, and the signed-rank test of Wilcoxon, "Individual comparisons by ranking
 * methods" (1945). Under no difference each sign is the toss of a coin, whatever the distribution of the sizes. Differences of 0 are left
 * out, as he did; equal sizes share their ranks.
 */
import { mcnemarExact } from './paired-difference.ts';
import { normalCdf } from './special.ts';

/** Exact two-sided p-value of the sign test: that so many coins fall so unevenly. */
export const signTest = (positive: number, negative: number): number => mcnemarExact(positive, negative);

/** With up to so many differences all falls of the coins are counted; beyond, the rank sum is taken as normal. */
const mostExact = 50;

/** Two-sided p-value of the signed-rank test; 1 where all differences are 0. */
export function signedRankTest(differences: ArrayLike<number>): number {
  const sizes = Float64Array.from(differences)
    .filter((each) => each !== 0)
    .sort((a, b) => Math.abs(a) - Math.abs(b));
  const n = sizes.length;
  if (n === 0) return 1;
  const ranks = doubledRanks(sizes);
  let positive = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    if (sizes[i]! > 0) positive += ranks[i]!;
    squares += ranks[i]! ** 2;
  }
  const all = ranks.reduce((sum, each) => sum + each, 0);
  const less = Math.min(positive, all - positive);
  if (n > mostExact) {
    // The steps of the doubled sum are 2 wide: half a step of continuity.
    const z = Math.max(0, all / 2 - less - 1) / (Math.sqrt(squares) / 2);
    return Math.min(1, 2 * normalCdf(-z));
  }
  // ways[s]: in how many of the 2^n falls the positive ranks sum to s.
  const ways = new Float64Array(all + 1);
  ways[0] = 1;
  for (const rank of ranks) for (let sum = all; sum >= rank; sum--) ways[sum]! += ways[sum - rank]!;
  const tail = ways.subarray(0, less + 1).reduce((sum, each) => sum + each, 0);
  return Math.min(1, (2 * tail) / 2 ** n);
}

/** Twice the rank of each size, which is whole even where some share it; sizes ascend. */
function doubledRanks(sizes: Float64Array): Uint32Array {
  const ranks = new Uint32Array(sizes.length);
  for (let from = 0; from < sizes.length; ) {
    let to = from;
    while (to < sizes.length && Math.abs(sizes[to]!) === Math.abs(sizes[from]!)) to++;
    ranks.fill(from + 1 + to, from, to);
    from = to;
  }
  return ranks;
}
