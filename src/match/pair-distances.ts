/** Hamming distances between two sets of hashes: histograms over all pairs, pairs within a threshold, and the nearest hash of another group. */

/** Hashes of one length, laid out for comparison. */
export interface GroupedHashes {
  /** Length of each hash, in bits. */
  readonly bits: number;
  readonly count: number;
  /** 32-bit words per hash; the last is padded with zeros, which add no distance. */
  readonly stride: number;
  readonly words: Int32Array;
  /** Number of each hash's group; hashes within a group are never compared. */
  readonly groups: Int32Array;
}

/** Lays out hashes of bits / 8 bytes each. */
export function groupedHashes(hashes: readonly Uint8Array[], groups: Iterable<number>, bits: number): GroupedHashes {
  const stride = Math.ceil(bits / 32);
  const words = new Int32Array(stride * hashes.length);
  hashes.forEach((hash, i) => {
    for (let j = 0; j < hash.length; j++) words[i * stride + (j >>> 2)]! |= hash[j]! << (8 * (j & 3));
  });
  return { bits, count: hashes.length, stride, words, groups: Int32Array.from(groups) };
}

/** Distance of hash i of one set and hash j of another; returns early with a value above `limit` if the distance exceeds it. */
function distance(a: GroupedHashes, i: number, b: GroupedHashes, j: number, limit: number): number {
  const { stride } = a;
  let sum = 0;
  for (let k = 0, p = i * stride, q = j * stride; k < stride && sum <= limit; k++, p++, q++) {
    let word = a.words[p]! ^ b.words[q]!;
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    sum += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return sum;
}

/** Number of occurrences of each distance, 0 to bits, among the pairs of different groups. */
export function pairHistogram(hashes: GroupedHashes): number[] {
  const counts = new Float64Array(hashes.bits + 1);
  for (let i = 0; i < hashes.count; i++)
    for (let j = i + 1; j < hashes.count; j++)
      if (hashes.groups[i] !== hashes.groups[j]) counts[distance(hashes, i, hashes, j, hashes.bits)]!++;
  return [...counts];
}

/** Calls `visit` for every query and listed hash, with their indices and their distance in bits. */
export function eachDistance(
  queries: GroupedHashes,
  list: GroupedHashes,
  visit: (query: number, listed: number, distanceBits: number) => void,
): void {
  for (let i = 0; i < queries.count; i++)
    for (let j = 0; j < list.count; j++) visit(i, j, distance(queries, i, list, j, queries.bits));
}

/** The pairs (i < j) of different groups at a distance of at most `threshold` bits. */
export function pairsWithin(hashes: GroupedHashes, threshold: number): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < hashes.count; i++)
    for (let j = i + 1; j < hashes.count; j++)
      if (hashes.groups[i] !== hashes.groups[j] && distance(hashes, i, hashes, j, threshold) <= threshold)
        found.push([i, j]);
  return found;
}

/** For each query the distance to the nearest listed hash of another group; bits + 1 if there is none. */
export function nearestOthers(queries: GroupedHashes, list: GroupedHashes): Int32Array {
  const nearest = new Int32Array(queries.count);
  for (let i = 0; i < queries.count; i++) {
    let best = queries.bits + 1;
    const own = queries.groups[i];
    for (let j = 0; j < list.count; j++)
      if (list.groups[j] !== own) best = Math.min(best, distance(queries, i, list, j, best));
    nearest[i] = best;
  }
  return nearest;
}
