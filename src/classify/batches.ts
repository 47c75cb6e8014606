/** Runs pictures through a network in batches. */

/**
 * Pictures per batch. On WebAssembly, the time per picture does not depend on the batch size (68 to 79 ms of a core, without a trend),
 * because all of it is arithmetic; a backend with call overhead benefits. Small, because memory grows with the batch. `npm run bench --
 * classify`.
 */
const batchSize = 4;

/** Processes items in batches of `size`, one after the other; returns the results in the order of the items. */
export async function inBatches<T, R>(
  items: readonly T[],
  work: (batch: readonly T[]) => Promise<readonly R[]>,
  size = batchSize,
): Promise<R[]> {
  const out: R[] = [];
  for (let at = 0; at < items.length; at += size) out.push(...(await work(items.slice(at, at + size))));
  return out;
}
