/** Successes and trials by cluster in two bytes a cluster, so that rates of millions of clusters have intervals by cluster. */
import type { Renumbering } from '../util/numbered.ts';
import { Tally } from '../util/tally.ts';
import type { ClusterClass, SumClass } from './bootstrap.ts';
import type { PairedTable } from './paired-difference.ts';

/** Counts of trials by the number of their cluster. */
export class ClusterCounts {
  readonly #trials = new Tally();
  readonly #successes = new Tally();
  #n = 0;
  #k = 0;

  /** Successes of all clusters. */
  get k(): number {
    return this.#k;
  }

  /** Trials of all clusters. */
  get n(): number {
    return this.#n;
  }

  add(cluster: number, success: boolean): void {
    this.#trials.add(cluster);
    this.#n++;
    if (!success) return;
    this.#successes.add(cluster);
    this.#k++;
  }

  /** Adds other trials; `numbers`: the number here of each cluster there, by default the same. */
  merge(other: ClusterCounts, numbers?: Renumbering): void {
    const here = (cluster: number): number => numbers?.[cluster] ?? cluster;
    for (const [cluster, n] of other.#trials.entries()) {
      this.#trials.add(here(cluster), n);
      this.#successes.add(here(cluster), other.#successes.of(cluster));
    }
    this.#n += other.#n;
    this.#k += other.#k;
  }

  /** Clusters with trials, counted by their successes and trials, in ascending order of both. */
  classes(): ClusterClass[] {
    const found = new Map<number, { clusters: number; readonly k: number; readonly n: number }>();
    for (const [cluster, n] of this.#trials.entries()) {
      const k = this.#successes.of(cluster);
      const key = k * 2 ** 26 + n;
      const known = found.get(key);
      if (known) known.clusters++;
      else found.set(key, { clusters: 1, k, n });
    }
    return [...found.values()].sort((a, b) => a.k - b.k || a.n - b.n);
  }
}

/** The counts of both together. */
export function sumOfCounts(parts: Iterable<ClusterCounts>): ClusterCounts {
  const sum = new ClusterCounts();
  for (const part of parts) sum.merge(part);
  return sum;
}

/** Trials under two detectors by the number of their cluster: what a paired difference is computed from. */
export class PairedCounts {
  readonly #trials = new Tally();
  readonly #onlyFirst = new Tally();
  readonly #onlySecond = new Tally();
  readonly #table = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };

  add(cluster: number, first: boolean, second: boolean): void {
    this.#trials.add(cluster);
    if (first && !second) this.#onlyFirst.add(cluster);
    if (second && !first) this.#onlySecond.add(cluster);
    this.#table[first ? (second ? 'both' : 'onlyFirst') : second ? 'onlySecond' : 'neither']++;
  }

  /** The outcomes of all trials. */
  get table(): PairedTable {
    return this.#table;
  }

  /** One class a cluster. */
  classes(): SumClass[] {
    return [...this.#trials.entries()].map(([cluster, n]) => ({
      clusters: 1,
      sum: this.#onlyFirst.of(cluster) - this.#onlySecond.of(cluster),
      n,
    }));
  }
}
