/** Counts a list's different hashes, and checks whether names are unique, with little additional memory. */
import type { Entries } from './entries.ts';
import type { Names } from './names.ts';
import { hashBytes, PlaceTable } from './place-table.ts';

/** Counts different hashes. */
export function distinctHashes({ packed, width, length }: Entries): number {
  const table = new PlaceTable(length);
  let count = 0;
  for (let entry = 0; entry < length; entry++) {
    const equal = (other: number): boolean => {
      for (let i = 0; i < width; i++) if (packed[other * width + i] !== packed[entry * width + i]) return false;
      return true;
    };
    if (table.findOrPut(hashBytes(packed, entry * width, (entry + 1) * width), entry, equal) < 0) count++;
  }
  return count;
}

/** Whether all entries have different names. */
export function namesDiffer(names: Names): boolean {
  const table = new PlaceTable(names.length);
  for (let i = 0; i < names.length; i++) {
    const [from, end] = nameSpan(names, i);
    if (table.findOrPut(hashBytes(names.text, from, end), i, (other) => sameName(names, i, names, other)) >= 0)
      return false;
  }
  return true;
}

/** Position of a name's bytes. */
export const nameSpan = ({ ends }: Names, index: number): [from: number, end: number] => [
  index === 0 ? 0 : ends[index - 1]!,
  ends[index]!,
];

/** Whether two names, of one list or two, have the same bytes. */
export function sameName(a: Names, i: number, b: Names, j: number): boolean {
  const [from, end] = nameSpan(a, i);
  const [start, stop] = nameSpan(b, j);
  if (end - from !== stop - start) return false;
  for (let at = from; at < end; at++) if (a.text[at] !== b.text[start + at - from]) return false;
  return true;
}
