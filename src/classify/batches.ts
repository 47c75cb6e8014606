/** Pictures in batches: one pass through a network for several of them. */

/**
 * Pictures in a batch. On WebAssembly one picture in a pass takes as long as one of eight (68 to 79 ms of a core, without order), for it is
 * all arithmetic; a backend that has to be reached first gains. Few, because memory grows with the batch. `npm run bench -- classify`.
 */
const batchSize = 4;

/** Works on `size` items at a time, one batch after the other; the results are in the order of the items. */
export async function inBatches<T, R>(
  items: readonly T[],
  work: (batch: readonly T[]) => Promise<readonly R[]>,
  size = batchSize,
): Promise<R[]> {
  const out: R[] = [];
  for (let at = 0; at < items.length; at += size) out.push(...(await work(items.slice(at, at + size))));
  return out;
}
