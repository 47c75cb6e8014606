/** Exact linear scan in WebAssembly, 16 hashes at a time. Several queries share one pass over the hashes. */
import { byDistance, type Found, type IndexSearch, wholeLimit } from './index-search.ts';
import { instance, type Reserve } from './wasm/scan.ts';

/** Number of hashes that stay in the first-level cache while all queries of a batch pass over them: 24 KiB of first 12 bytes. */
const tile = 2048;
/** Number of queries laid out together. */
const batch = 64;

/** Addresses in a memory with hashes for the scan. */
interface ScanPlaces {
  readonly rows: number;
  readonly head: number;
  readonly mid: number;
  readonly tail: number;
  readonly query: number;
  readonly spread: number;
  readonly scratch: number;
  readonly out: number;
}

/** Bytes per hash in the memory: 8 or 32. */
export const widthOf = (bits: number): 8 | 32 => (bits <= 64 ? 8 : 32);

/** Number of hits that `out` can hold. */
export const room = (count: number): number => Math.max(tile, 16 * Math.ceil(count / 128));

/** Reserves the scan's memory. */
export function reserveScan(reserve: Reserve, count: number, width: number): ScanPlaces {
  const blocks = Math.ceil(count / 16);
  return {
    rows: reserve(count * width),
    head: reserve(width === 32 ? 192 * blocks : 0),
    mid: reserve(width === 32 ? 192 * blocks : 0),
    tail: reserve(128 * blocks),
    query: reserve(width),
    spread: reserve(batch * 16 * width),
    scratch: reserve(32),
    out: reserve(8 * room(count)),
  };
}

/** Copies packed hashes to rows of `width` bytes, padded with zeros, which add no distance. */
export function fillRows(
  memory: WebAssembly.Memory,
  rows: number,
  packed: Uint8Array,
  bytes: number,
  width: number,
): void {
  const to = new Uint8Array(memory.buffer);
  if (bytes === width) to.set(packed, rows);
  else
    for (let from = 0, at = rows; from < packed.length; from += bytes, at += width)
      for (let i = 0; i < bytes; i++) to[at + i] = packed[from + i]!;
}

/** The scan over an already prepared memory. */
export function scanOver(
  { call, memory, at }: { call: ReturnType<typeof instance>['call']; memory: WebAssembly.Memory; at: ScanPlaces },
  count: number,
  bits: number,
): IndexSearch {
  const width = widthOf(bits);
  const bytes = new Uint8Array(memory.buffer);
  const out = new Uint32Array(memory.buffer, at.out, 2 * room(count));
  const lay = (hash: Uint8Array, slot: number): number => {
    bytes.set(hash, at.query);
    const to = at.spread + slot * 16 * width;
    call.spread(at.query, width, to);
    return to;
  };
  const scan = (from: number, end: number, query: number, limit: number, nearest: 0 | 1): number =>
    call.scan(width, at.head, at.mid, at.tail, from, end, query, limit, nearest, at.scratch, at.out);
  const read = (hits: number, into: Found[]): void => {
    for (let i = 0; i < hits; i++) into.push({ index: out[2 * i]!, distanceBits: out[2 * i + 1]! });
  };
  return {
    nearest(hash) {
      if (count === 0) return undefined;
      scan(0, count, lay(hash, 0), bits, 1);
      return { index: out[0]!, distanceBits: out[1]! };
    },
    within(hash, thresholdBits) {
      const limit = wholeLimit(thresholdBits, bits);
      const found: Found[] = [];
      if (limit < 0) return found;
      const query = lay(hash, 0);
      // No more hashes per step than hits fit.
      const step = room(count);
      for (let from = 0; from < count; from += step)
        read(scan(from, Math.min(count, from + step), query, limit, 0), found);
      return found.sort(byDistance);
    },
    withinEach(hashes, thresholdBits) {
      const limit = wholeLimit(thresholdBits, bits);
      const found = hashes.map((): Found[] => []);
      if (limit < 0) return found;
      for (let first = 0; first < hashes.length; first += batch) {
        const queries = hashes.slice(first, first + batch).map((hash, slot) => lay(hash, slot));
        for (let from = 0; from < count; from += tile)
          for (let k = 0; k < queries.length; k++)
            read(scan(from, Math.min(count, from + tile), queries[k]!, limit, 0), found[first + k]!);
      }
      for (const each of found) each.sort(byDistance);
      return found;
    },
  };
}

/** Prepares packed hashes of at most 256 bits for the scan; see `canScan` for whether it runs here. */
export function indexScan(packed: Uint8Array, bits: number): IndexSearch {
  const [bytes, width] = [bits / 8, widthOf(bits)];
  const count = packed.length / bytes;
  const made = instance((reserve) => reserveScan(reserve, count, width));
  const { call, memory, at } = made;
  fillRows(memory, at.rows, packed, bytes, width);
  call.turn(at.rows, count, width, at.head, at.mid, at.tail);
  return scanOver(made, count, bits);
}
