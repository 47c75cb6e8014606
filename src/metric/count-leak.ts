/**
 * What synthetic vouchers hide. Below the threshold a provider sees how many vouchers of an account open: the k that match and, of the
 * other m − k pictures, each with probability p, a synthetic one: Z = k + Bin(m − k, p). Its advantage in telling an account with k
 * matches from one with none is the total variation distance between the two distributions of Z, exactly. Vouchers and synthetic
 * matches: Bhowmick, Boneh, Myers, Talwar & Tarbe, "The Apple PSI System" (2021).
 */

/** A distribution over counts: probabilities of `from`, `from + 1`, …; what lies beyond weighs less than rounding. */
export interface CountDistribution {
  readonly from: number;
  readonly weights: readonly number[];
}

/** Terms smaller than this share of the largest are omitted: together they are below 1e-15. */
const negligible = 1e-19;

/** Binomial(n, p), by the ratio of neighbours outwards from the mode, which loses no digits at large n. */
export function binomial(n: number, p: number): CountDistribution {
  if (p <= 0 || n === 0) return { from: 0, weights: [1] };
  if (p >= 1) return { from: n, weights: [1] };
  const odds = p / (1 - p);
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const below = outwards(mode, (i) => (mode - i) / ((n - mode + i + 1) * odds));
  const above = outwards(n - mode, (i) => ((n - mode - i) * odds) / (mode + i + 1));
  const terms = [...below.reverse(), 1, ...above];
  const sum = terms.reduce((total, term) => total + term, 0);
  return { from: mode - below.length, weights: terms.map((term) => term / sum) };
}

/** Up to `most` terms, each the one before times its ratio, beginning next to 1, until they are negligible. */
function outwards(most: number, ratio: (index: number) => number): number[] {
  const terms: number[] = [];
  for (let i = 0, term = 1; i < most && term > negligible; i++) {
    term *= ratio(i);
    terms.push(term);
  }
  return terms;
}

const at = ({ from, weights }: CountDistribution, k: number): number => weights[k - from] ?? 0;

/** How many vouchers of an account open, of m pictures with k matches, at a share p of synthetic ones. */
export const openedVouchers = (m: number, k: number, p: number): CountDistribution => {
  const { from, weights } = binomial(m - k, p);
  return { from: from + k, weights };
};

/** Total variation distance: the best advantage, true-positive rate less false-positive rate, in telling the two apart from one draw. */
export function totalVariation(a: CountDistribution, b: CountDistribution): number {
  const from = Math.min(a.from, b.from);
  const end = Math.max(a.from + a.weights.length, b.from + b.weights.length);
  let sum = 0;
  for (let k = from; k < end; k++) sum += Math.abs(at(a, k) - at(b, k));
  return sum / 2;
}

/** Advantage in telling an account of m pictures with k matches from one with none; 1 where nothing synthetic is sent. */
export const countAdvantage = (m: number, k: number, p: number): number =>
  k === 0 ? 0 : totalVariation(openedVouchers(m, k, p), openedVouchers(m, 0, p));

/** Probability that an account of m pictures sends more synthetic vouchers than detection tolerates. */
export const overBudget = (m: number, p: number, budget: number): number => {
  const { from, weights } = binomial(m, p);
  return weights.reduce((sum, weight, i) => (from + i > budget ? sum + weight : sum), 0);
};

/** The most pictures of an account for which the budget is exceeded with at most that probability; Infinity where nothing is synthetic. */
export function picturesWithin(budget: number, p: number, risk: number): number {
  if (p <= 0) return Infinity;
  let [low, high] = [budget, Math.ceil((2 * budget + 50) / p)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (overBudget(middle, p, budget) <= risk) low = middle;
    else high = middle;
  }
  return low;
}
