/**
 * Room in a blinded table. A hidden target opens only where one of its two slots holds it, so at most one fits into every slot; which ones
 * fit into free slots without moving the list depends on where they fall.
 */
import { NoPlacementError, placeEntries, slotsOf } from '../../crypto/cuckoo-table.ts';
import { elementBytes, multiply, type Scalar } from '../../crypto/group.ts';
import type { RandomBytes } from '../../crypto/sodium.ts';
import { tableHeader, tableHeaderBytes, tpsiPoint, tpsiSettings } from '../../crypto/tpsi-format.ts';
import { type BlindedTable, parseTable, slotPoint } from '../../crypto/tpsi-table.ts';
import { makeVoucher, voucherAccount } from '../../crypto/voucher.ts';
import { testVoucher } from '../../crypto/voucher-opening.ts';
import { equalBytes } from '../../util/bytes.ts';
import type { Found } from './room.ts';

/** Seeds that an insider tries to place a fixed row of targets. */
const seeds = 100;

/** Further targets that are tried when every slot is taken. */
const furtherTargets = 50;

/** Fills every free slot with a target that falls there, and makes and tests a voucher for each entry and each target. */
export function fillTable(
  table: BlindedTable,
  alpha: Scalar,
  entries: readonly Uint8Array[],
  random: RandomBytes,
): Found {
  const bytes = table.points.length + tableHeaderBytes;
  const width = entries[0]?.length ?? 16;
  const targets = new Map<number, Uint8Array>();
  const free = new Set(freeSlots(table, alpha, entries));
  const room = free.size;
  while (free.size > 0) {
    const target = random(width);
    const slot = slotsOf(table.seed, table.slots, target).find((each) => free.has(each));
    if (slot === undefined) continue;
    free.delete(slot);
    targets.set(slot, target);
  }
  const full = changed(table, alpha, targets);
  const opens = opener(full, alpha, random);
  const inserted = [...targets.values()].filter(opens).length;
  const kept = entries.filter(opens).length;
  const strangers = Array.from({ length: furtherTargets }, () => random(width)).filter(opens).length;
  // One more takes a slot away from somebody.
  const [more] = [random(width)];
  const [slot] = slotsOf(table.seed, table.slots, more!);
  const still = opener(changed(full, alpha, new Map([[slot, more!]])), alpha, random);
  const before = [...entries, ...targets.values()];
  const lost = before.filter(opens).length - before.filter(still).length;
  if (full.points.length + tableHeaderBytes !== bytes || inserted > room) throw new Error('The table grew');
  return {
    inserted,
    given: givenTargets(entries, table, random),
    kept,
    next: strangers === 0 && lost > 0 ? 'impossible' : 'fits',
    how: 'one target in each free slot, picked so as to fall there; a voucher made and tested for each',
  };
}

/** The table with one target in a free slot where it falls: its bytes. */
export function withTarget(
  table: BlindedTable,
  alpha: Scalar,
  entries: readonly Uint8Array[],
  random: RandomBytes,
): Uint8Array {
  const free = new Set(freeSlots(table, alpha, entries));
  for (;;) {
    const target = random(entries[0]?.length ?? 16);
    const slot = slotsOf(table.seed, table.slots, target).find((each) => free.has(each));
    if (slot !== undefined) return bytesOf(table, alpha, new Map([[slot, target]]));
  }
}

/** Slots that hold no entry of the list. */
function freeSlots(table: BlindedTable, alpha: Scalar, entries: readonly Uint8Array[]): number[] {
  const taken = new Set<number>();
  for (const entry of entries) {
    const point = multiply(alpha, tpsiPoint(entry));
    for (const slot of slotsOf(table.seed, table.slots, entry))
      if (equalBytes(slotPoint(table, slot), point)) taken.add(slot);
  }
  return Array.from({ length: table.slots }, (_, slot) => slot).filter((slot) => !taken.has(slot));
}

function bytesOf(table: BlindedTable, alpha: Scalar, targets: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const bytes = new Uint8Array(tableHeaderBytes + table.points.length);
  bytes.set(tableHeader(table.epoch, table.slots, table.seed, table.key));
  bytes.set(table.points, tableHeaderBytes);
  for (const [slot, target] of targets)
    bytes.set(multiply(alpha, tpsiPoint(target)), tableHeaderBytes + slot * elementBytes);
  return bytes;
}

/** The table with targets in slots, as a device reads it. */
function changed(table: BlindedTable, alpha: Scalar, targets: ReadonlyMap<number, Uint8Array>): BlindedTable {
  const parsed = parseTable(bytesOf(table, alpha, targets));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.table;
}

/** Whether the voucher of a hash opens: made by a device with that table, tested by its provider. */
function opener(table: BlindedTable, alpha: Scalar, random: RandomBytes): (hash: Uint8Array) => boolean {
  const settings = tpsiSettings({ threshold: 2 });
  const account = voucherAccount('room', table, settings, random);
  const { root, epoch } = table;
  return (hash) => {
    const made = makeVoucher(account, { id: 'room', hash, payload: new Uint8Array(32) }, random);
    return made.ok && testVoucher({ alpha, root, epoch, settings }, 'room', 'room', made.voucher).state === 'opened';
  };
}

/** How many of a fixed row of targets find a place beside the list in as many slots, under a seed of the insider's choice. */
function givenTargets(entries: readonly Uint8Array[], { slots, seed }: BlindedTable, random: RandomBytes): number {
  const row: Uint8Array[] = [];
  for (;;) {
    row.push(random(entries[0]?.length ?? 16));
    try {
      placeEntries([...entries, ...row], seed, { slots, limit: seeds });
    } catch (error) {
      if (!(error instanceof NoPlacementError)) throw error;
      return row.length - 1;
    }
  }
}
