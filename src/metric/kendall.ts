/** Kendall's rank correlation of few items: an exact test of how many pairs agree. Kendall, "A new measure of rank correlation", Biometrika 1938. */

/** Permutations of so many items with 0, 1, … inversions (Mahonian numbers). */
function inversions(items: number): number[] {
  let counts = [1];
  for (let size = 2; size <= items; size++) {
    const next = new Array<number>(counts.length + size - 1).fill(0);
    for (const [at, count] of counts.entries()) for (let more = 0; more < size; more++) next[at + more]! += count;
    counts = next;
  }
  return counts;
}

/**
 * P(so many pairs or more agree) where the two rankings of the items have nothing to do with each other. `items` from 2 to 100; of tied pairs
 * say that they disagree, which makes the probability larger.
 */
export function concordanceTail(items: number, concordant: number): number {
  const counts = inversions(items);
  const total = counts.reduce((sum, each) => sum + each, 0);
  const most = (items * (items - 1)) / 2 - concordant;
  return counts.slice(0, Math.max(0, most + 1)).reduce((sum, each) => sum + each, 0) / total;
}
