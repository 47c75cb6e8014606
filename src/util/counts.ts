/** Counting what occurs how often. */

/** How often each item occurs. */
export function countsOf(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of items) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}

/** The commonest item; of several, the first in the alphabet. Undefined when there are none. */
export const mostCommon = (items: readonly string[]): string | undefined =>
  [...countsOf(items)].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];
