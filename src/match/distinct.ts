/** How many different hashes a list has, at four to eight bytes each: a Set of ten million keys would take more than a gigabyte. */
import type { Entries } from './entries.ts';

/** FNV-1a, 32 bits, with a last mixing of its high bits into the low ones that choose the place. */
function placeOf(bytes: Uint8Array, from: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Counts different hashes in a table with linear probing, where a place holds an entry's number and one, or 0. */
export function distinctHashes({ packed, width, length }: Entries): number {
  let size = 16;
  while (size < 1.5 * length) size *= 2;
  const table = new Uint32Array(size);
  const equal = (a: number, b: number): boolean => {
    for (let i = 0; i < width; i++) if (packed[a * width + i] !== packed[b * width + i]) return false;
    return true;
  };
  let count = 0;
  for (let entry = 0; entry < length; entry++) {
    let place = placeOf(packed, entry * width, (entry + 1) * width) & (size - 1);
    while (table[place] !== 0 && !equal(table[place]! - 1, entry)) place = (place + 1) & (size - 1);
    if (table[place] !== 0) continue;
    table[place] = entry + 1;
    count++;
  }
  return count;
}
