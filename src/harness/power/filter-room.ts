/**
 * Room in a binary fuse filter. An entry is in it if three fingerprints XOR to its own, a linear equation over GF(2): whoever makes the
 * filter can have as many entries as there are independent equations (`filterCapacity`), more than the usual construction, by peeling, can fill.
 */
import { type FuseFilter, filterEquation, filterHas, parseFilter, serializeFilter } from '../../crypto/fuse-filter.ts';
import type { RandomBytes } from '../../crypto/sodium.ts';
import type { Found } from './room.ts';

/** Targets in a row that may depend on those before, until the filter counts as full. */
const patience = 2000;

/** Fills the filter of a set-up up with targets. `lookedUp` is what a device makes of a hash before it looks. */
export function fillFilter(
  bytes: Uint8Array,
  key: Uint8Array,
  entries: readonly Uint8Array[],
  lookedUp: (hash: Uint8Array) => Uint8Array,
  random: RandomBytes,
): Found {
  const parsed = parseFilter(bytes, key);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { filter } = parsed;
  const width = entries[0]?.length ?? 16;
  const listed = entries.map(lookedUp);
  const system = new Equations(filter);
  for (const entry of listed) system.add(entry);

  // Of a fixed row of targets each must fit as it comes.
  const row = new Equations(filter);
  for (const entry of listed) row.add(entry);
  let given = 0;
  while (row.add(lookedUp(random(width))) !== 'contradicts') given++;

  const targets: Uint8Array[] = [];
  for (let inVain = 0; inVain < patience; ) {
    // What a device looks up is as good as random, and so is this: an OPRF output for each would only take longer.
    const target = random(32);
    if (system.add(target) === 'added') {
      targets.push(target);
      inVain = 0;
    } else inVain++;
  }
  const full = parseFilter(serializeFilter({ ...filter, fingerprints: system.solve() }), key);
  if (!full.ok) throw new Error(full.reason);
  const has = (entry: Uint8Array): boolean => filterHas(full.filter, entry);
  const strangers = Array.from({ length: patience }, () => random(32)).filter(has).length;
  return {
    inserted: targets.filter(has).length,
    given,
    kept: listed.filter(has).length,
    next: strangers <= expectedStrangers(filter) ? 'impossible' : 'fits',
    how: 'the filter’s linear equations solved for as many targets as are independent; the device reads it and finds all',
  };
}

/** False positives among the strangers that are no surprise: three standard deviations above their mean. */
const expectedStrangers = ({ bits }: FuseFilter): number => {
  const mean = patience * 2 ** -bits;
  return mean + 3 * Math.sqrt(mean);
};

/** Linear equations over GF(2) between the fingerprints of a filter, kept in echelon form. */
class Equations {
  readonly #filter: FuseFilter;
  /** By pivot: the slots of the equation in ascending order, and its right side. */
  readonly #rows = new Map<number, { readonly slots: ReadonlySet<number>; readonly value: number }>();

  constructor(filter: FuseFilter) {
    this.#filter = filter;
  }

  /** Adds the equation of an entry; 'fits' where it follows from those before, 'contradicts' where it cannot be had beside them. */
  add(entry: Uint8Array): 'added' | 'fits' | 'contradicts' {
    const equation = filterEquation(this.#filter, entry);
    const mask = this.#filter.bits === 32 ? -1 : 2 ** this.#filter.bits - 1;
    const slots = new Set<number>(equation.slots);
    let value = equation.fingerprint & mask;
    for (;;) {
      if (slots.size === 0) return value === 0 ? 'fits' : 'contradicts';
      const pivot = Math.min(...slots);
      const row = this.#rows.get(pivot);
      if (!row) {
        this.#rows.set(pivot, { slots, value });
        return 'added';
      }
      for (const slot of row.slots) if (!slots.delete(slot)) slots.add(slot);
      value ^= row.value;
    }
  }

  /** Fingerprints under which every equation holds; those that none asks for are 0. */
  solve(): FuseFilter['fingerprints'] {
    const out = this.#filter.fingerprints.slice().fill(0);
    for (const pivot of [...this.#rows.keys()].sort((a, b) => b - a)) {
      const { slots, value } = this.#rows.get(pivot)!;
      let sum = value;
      for (const slot of slots) if (slot !== pivot) sum ^= out[slot]!;
      out[pivot] = sum;
    }
    return out;
  }
}
