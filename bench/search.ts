/** The nearest entry of a hash list by linear scan, beside the plain loop over Hamming distances. */
import { hammingDistance } from '../src/hash/hamming.ts';
import { hashList } from '../src/match/hash-list.ts';
import { searcher } from '../src/match/search.ts';
import { seededRng } from '../src/util/rng.ts';
import type { Group } from './measure.ts';

/** One group a list length, of random 256-bit hashes: speed does not depend on what they are, only on how many. */
export async function search(): Promise<Group[]> {
  const rng = seededRng(1, 'bench search');
  return [1_000, 100_000].map((length) => {
    const entries = Array.from({ length }, (_, i) => ({ id: `${i}`, hash: rng.bytes(32) }));
    const prepared = searcher(hashList({ name: 'bench', algorithm: 'pdq', bits: 256 }, entries));
    const query = rng.bytes(32);
    return {
      title: `search, ${length} hashes of 256 bits`,
      baseline: 'nearest',
      tasks: [
        { name: 'nearest', items: length, run: () => prepared.nearest(query) },
        { name: 'within 31 bits', items: length, run: () => prepared.within(query, 31) },
        {
          name: 'plain loop, byte by byte',
          items: length,
          run: () => {
            let best = Number.POSITIVE_INFINITY;
            for (const entry of entries) best = Math.min(best, hammingDistance(query, entry.hash));
            return best;
          },
        },
      ],
    };
  });
}
