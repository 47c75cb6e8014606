/** Counts occurrences of items. */

/** Number of occurrences of each item. */
export function countsOf(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of items) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}

/** The commonest item, the alphabetically first in case of a tie. Undefined if there are none. */
export const mostCommon = (items: readonly string[]): string | undefined =>
  [...countsOf(items)].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];
