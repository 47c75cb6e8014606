/**
 * The share of pictures that match some other picture of the same set. Matches are mutual: a pair of look-alikes makes two of them, a burst of
 * ten makes ten. So pictures that matches connect count as one cluster, and the interval is Clopper–Pearson on the effective number of
 * pictures (Korn & Graubard, "Confidence intervals for proportions with small expected number of positive counts", Survey Methodology 1998).
 */
import { clopperPearsonHigh, clopperPearsonLow } from './proportion.ts';

/** Such a share; `low` and `high` are its 95 % interval. */
interface MutualMatches {
  /** Pictures that match another one. */
  readonly k: number;
  readonly n: number;
  readonly estimate: number | null;
  readonly low: number;
  readonly high: number;
  readonly method: string;
  /** Clusters of two or more pictures: connected components of the graph of matches. */
  readonly components: number;
  /** Pictures of the largest of them; 0 where nothing matches. */
  readonly largest: number;
  /** By how much the variance exceeds that of independent pictures. */
  readonly designEffect: number;
}

/** Share of the pictures beyond which a component is a chain through everything, and says nothing about what comes together. */
const chained = 0.1;

/**
 * The share among `n` pictures, from the pairs (numbers from 0, each pair once) that match. Where components are small, the design effect is
 * the mean size of the component of a matched picture, as of clusters that come at random; without a match it is 2, since a match would have
 * made two. Where one component holds more than a tenth of all pictures, it is the jackknife's: by how much the count falls without each
 * picture, which is conservative for independent pictures (Efron & Stein, "The jackknife estimate of variance", 1981).
 */
export function mutualMatches(pairs: readonly (readonly [i: number, j: number])[], n: number): MutualMatches {
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  const degree = new Int32Array(n);
  const only = new Int32Array(n);
  for (const [i, j] of pairs) {
    parent[root(i)] = root(j);
    degree[i]!++;
    degree[j]!++;
    only[i] = j;
    only[j] = i;
  }
  const sizes = new Int32Array(n);
  let k = 0;
  for (let i = 0; i < n; i++) {
    if (degree[i] === 0) continue;
    k++;
    sizes[root(i)]!++;
  }
  let [components, largest, squares] = [0, 0, 0];
  for (const size of sizes) {
    if (size === 0) continue;
    components++;
    largest = Math.max(largest, size);
    squares += size * size;
  }
  const isChained = largest > chained * n;
  const designEffect = Math.max(1, k === 0 ? 2 : isChained ? jackknife(degree, only, k) : squares / k);
  const [hits, trials] = [k / designEffect, n / designEffect];
  return {
    k,
    n,
    estimate: n === 0 ? null : k / n,
    low: n === 0 ? 0 : clopperPearsonLow(hits, trials, 0.025),
    high: n === 0 ? 1 : clopperPearsonHigh(hits, trials, 0.025),
    method: `Clopper-Pearson 95 % on the effective number of pictures, ${isChained ? 'jackknife by picture' : 'by connected component'}`,
    components,
    largest,
    designEffect,
  };
}

/** Variance of the count by the jackknife, over that of independent pictures; 1 where every picture matches. */
function jackknife(degree: Int32Array, only: Int32Array, k: number): number {
  const n = degree.length;
  if (k === n) return 1;
  // Without a picture the count falls by itself, if it matched, and by those that matched nothing else.
  const lost = Float64Array.from(degree, (each) => (each > 0 ? 1 : 0));
  for (let i = 0; i < n; i++) if (degree[i] === 1) lost[only[i]!]!++;
  const mean = lost.reduce((sum, each) => sum + each, 0) / n;
  const squares = lost.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return squares / ((k * (n - k)) / n);
}
