/**
 * Which photographs of a location an insider puts on the list first: at random, or greedily as the first phase (BUILD) of k-medoids does,
 * each next one lowering the sum of distances to the nearest inserted one most. Kaufman & Rousseeuw, "Finding Groups in Data" (1990), ch. 2.
 */
import { eachDistance, groupedHashes } from '../../match/pair-distances.ts';
import type { Rng } from '../../util/rng.ts';

/** A way of choosing. */
export type Choice = 'random' | 'k-medoids';

/** Both ways, in the order of tables. */
export const choices: readonly Choice[] = ['random', 'k-medoids'];

/** The photographs in the order in which they are inserted; all have a hash. The first so many are the choice of that size. */
export function insertionOrder<P extends { readonly hash: Uint8Array | undefined }>(
  choice: Choice,
  photographs: readonly P[],
  bits: number,
  rng: Rng,
): P[] {
  const shuffled = rng.shuffle(photographs);
  if (choice === 'random') return shuffled;
  const n = shuffled.length;
  const laid = groupedHashes(
    shuffled.map(({ hash }) => hash!),
    new Int32Array(n),
    bits,
  );
  const distances = new Uint16Array(n * n);
  eachDistance(laid, laid, (i, j, distance) => {
    distances[i * n + j] = distance;
  });
  const nearest = new Float64Array(n).fill(bits);
  const left = new Set(shuffled.keys());
  const order: P[] = [];
  while (left.size > 0) {
    let [best, most] = [-1, -1];
    for (const candidate of left) {
      let gain = 0;
      for (let i = 0, at = candidate * n; i < n; i++, at++) gain += Math.max(0, nearest[i]! - distances[at]!);
      if (gain > most) [best, most] = [candidate, gain];
    }
    left.delete(best);
    order.push(shuffled[best]!);
    for (let i = 0, at = best * n; i < n; i++, at++) nearest[i] = Math.min(nearest[i]!, distances[at]!);
  }
  return order;
}
