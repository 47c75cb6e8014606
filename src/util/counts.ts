/** Counts occurrences of items. */

/** Number of occurrences of each item. */
export function countsOf(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of items) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}

/** Adds counts to others. */
export function addCounts(to: Map<string, number>, more: Iterable<readonly [string, number]>): void {
  for (const [item, count] of more) to.set(item, (to.get(item) ?? 0) + count);
}

/** The item with the largest count, the alphabetically first in case of a tie. Undefined if there are none. */
export const commonest = (counts: ReadonlyMap<string, number>): string | undefined =>
  [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];

/** The commonest item, the alphabetically first in case of a tie. Undefined if there are none. */
export const mostCommon = (items: readonly string[]): string | undefined => commonest(countsOf(items));
