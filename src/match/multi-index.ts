/**
 * Multi-index hashing: exact search by Hamming distance that examines only a few hashes. A hash is cut into words of 16 bits. Each word has
 * a table from its value to the hashes with that value, and a query looks up every value near its own words. Norouzi, Punjani and Fleet,
 * "Fast exact search in Hamming space with multi-index hashing" (2014), https://arxiv.org/abs/1307.2982.
 *
 * Words can have different radii: if distance <= t and the sum of r[w] + 1 is t + 1, some word w is within its radius r[w]; otherwise the
 * words' distances would add up to more than t. Radii are larger where the query's buckets are small, which keeps skewed bits cheap (Qin et
 * al., "GPH: similarity search in Hamming space", 2018). If a scan is still cheaper, it is used.
 */
import { fillRows, reserveScan, room, scanOver, widthOf } from './index-scan.ts';
import { byDistance, type Found, type IndexSearch, wholeLimit } from './index-search.ts';
import { instance } from './wasm/scan.ts';

/** Maximum number of flipped bits per word: 0, 1 or 2, of which there are 1, 16 and 120. */
const maxFlips = 2;
const flipsAt = [1, 16, 120] as const;
/** Size of a table of starts: one per value, and the end. */
const starts = 65537;
/** How many hashes the scan passes in the time of one candidate or bucket of the tables (measured; affects only speed). */
const scannedPerCandidate = 20;

/**
 * Number of hashes from which, and up to which, 12 of their other bytes are stored next to every number in the tables. Fewer fit the
 * caches; more would take over half a gigabyte.
 */
const besideFrom = 500_000;
const besideUpTo = 2_000_000;

/** Overrides of choices by the number of hashes; they affect only speed and memory. */
interface MultiIndexOptions {
  /** Stores a candidate's other bytes in the tables: three times the memory, and few cache misses. For more than 64 bits. */
  readonly beside?: boolean;
  /** Looks up at most 2,048 hashes in the tables at any number of candidates, up to the largest radius. */
  readonly neverScan?: boolean;
}

/** Prepares packed hashes of at most 256 bits for the tables; see `canScan` for whether it runs here. */
export function multiIndex(packed: Uint8Array, bits: number, options: MultiIndexOptions = {}): IndexSearch {
  const [bytes, width] = [bits / 8, widthOf(bits)];
  const count = packed.length / bytes;
  const beside = width === 32 && (options.beside ?? (count >= besideFrom && count <= besideUpTo));
  // An incomplete last word is padded with zeros in hashes and queries.
  const words = Math.ceil(bits / 16);
  const made = instance((reserve) => ({
    ...reserveScan(reserve, count, width),
    starts: reserve(words * starts * 4),
    // With bytes next to them, the plain numbers of one table at a time are needed to build it.
    ids: reserve((beside ? 1 : words) * count * 4),
    entries: reserve(beside ? words * count * 16 : 0),
    key: reserve(16),
    rings: reserve(words * 8),
    radii: reserve(words),
  }));
  const { call, memory, at } = made;
  fillRows(memory, at.rows, packed, bytes, width);
  call.turn(at.rows, count, width, at.head, at.mid, at.tail);
  for (let w = 0; w < words; w++) {
    const ids = at.ids + (beside ? 0 : w * count * 4);
    call.sortByWord(at.rows, count, width, 2 * w, at.starts + w * starts * 4, ids);
    if (beside) call.putBeside(at.rows, count, w, ids, at.entries + w * count * 16);
  }

  const scan = scanOver(made, count, bits);
  const queryBytes = new Uint8Array(memory.buffer, at.query, width);
  const queryWords = new Uint16Array(memory.buffer, at.query, width / 2);
  const rings = new Uint32Array(memory.buffer, at.rings, 2 * words);
  const radii = new Int8Array(memory.buffer, at.radii, words);
  const out = new Uint32Array(memory.buffer, at.out, 2 * room(count));
  /** Maximum total cost of candidates and buckets before the scan is cheaper; that many hits also fit `out`. */
  const budget =
    options.neverScan && count <= room(count) ? Number.POSITIVE_INFINITY : Math.floor(count / scannedPerCandidate);

  /** Sets the radii for a limit: distributes limit + 1 radius steps to the cheapest words. Returns false if a scan is cheaper. */
  const plan = (limit: number): boolean => {
    if (limit >= words * (maxFlips + 1)) return false;
    call.rings(at.starts, at.query, words, at.rings);
    radii.fill(-1);
    // The cost of each word's next step. The cost of a step to two flips is estimated until it is the cheapest, because an exact cost takes
    // 120 look-ups.
    const next = Array.from({ length: words }, (_, w) => flipsAt[0] + rings[2 * w]!);
    const known = new Array<boolean>(words).fill(true);
    let cost = 0;
    for (let steps = 0; steps <= limit; ) {
      let best = 0;
      for (let w = 1; w < words; w++) if (next[w]! < next[best]!) best = w;
      if (!known[best]) {
        next[best] = flipsAt[2] + call.ring(at.starts + best * starts * 4, queryWords[best]!, 2);
        known[best] = true;
        continue;
      }
      cost += next[best]!;
      if (cost > budget) return false;
      steps++;
      radii[best]!++;
      if (radii[best] === 0) next[best] = flipsAt[1] + rings[2 * best + 1]!;
      else if (radii[best] === 1) {
        next[best] = (flipsAt[2] / flipsAt[1]) * next[best]!;
        known[best] = false;
      } else next[best] = Number.POSITIVE_INFINITY;
    }
    return true;
  };

  const within = (hash: Uint8Array, limit: number): Found[] | undefined => {
    queryBytes.set(hash);
    if (!plan(limit)) return undefined;
    const hits = beside
      ? call.probeBeside(at.rows, count, at.query, words, at.starts, at.entries, at.radii, limit, at.key, at.out)
      : call.probe(at.rows, count, width, at.query, words, at.starts, at.ids, at.radii, limit, at.out);
    const found: Found[] = [];
    for (let i = 0; i < hits; i++) found.push({ index: out[2 * i]!, distanceBits: out[2 * i + 1]! });
    return found.sort(byDistance);
  };

  return {
    ...(bytes === width ? { packed: new Uint8Array(memory.buffer, at.rows, packed.length) } : {}),
    nearest(hash) {
      // Near hashes are found in the tables; if there are none, the scan must examine all.
      for (const limit of [words - 1, 2 * words - 1]) {
        const found = within(hash, Math.min(limit, bits));
        if (!found) break;
        if (found.length > 0) return found[0];
      }
      return scan.nearest(hash);
    },
    within(hash, thresholdBits) {
      const limit = wholeLimit(thresholdBits, bits);
      if (limit < 0) return [];
      return within(hash, limit) ?? scan.within(hash, limit);
    },
    withinEach(hashes, thresholdBits) {
      const limit = wholeLimit(thresholdBits, bits);
      if (limit < 0) return hashes.map(() => []);
      const found = hashes.map((hash) => within(hash, limit));
      const left = hashes.filter((_, i) => !found[i]);
      const scanned = scan.withinEach(left, limit)[Symbol.iterator]();
      return found.map((each) => each ?? (scanned.next().value as Found[]));
    },
  };
}
