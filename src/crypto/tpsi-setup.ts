/**
 * Set-up of threshold private set intersection: a cuckoo table of the list's blinded points, with dummies in the empty slots. Every slot is
 * a pure function of secret and plan, so that a large table can be computed in any order, on any number of cores, and resumed.
 */
import { concatBytes, u32, utf8 } from '../util/bytes.ts';
import { type CuckooTable, placeEntries } from './cuckoo-table.ts';
import { elementBytes, hashToGroup, multiply, multiplyBase, type Point, randomScalar, type Scalar } from './group.ts';
import { type RandomBytes, sodium } from './sodium.ts';
import { tableHeader, tableHeaderBytes, tpsiPoint } from './tpsi-format.ts';

/** The provider's secrets for one table. Never reuse them: a new list is a new epoch with new secrets. */
export interface TableSecret {
  /** Its holder can open matches with the table, and nothing about other pictures. */
  readonly alpha: Scalar;
  /** Derives seed and dummies; 32 bytes. If disclosed to an auditor, it proves which slots are dummies. */
  readonly dummyKey: Uint8Array;
}

/** Assignment of entries to slots. */
export interface TablePlan {
  readonly header: Uint8Array;
  readonly epoch: number;
  readonly entries: readonly Uint8Array[];
  readonly placed: CuckooTable;
}

/** Fresh secrets for one table. */
export const tableSecret = (random: RandomBytes): TableSecret => ({
  alpha: randomScalar(random),
  dummyKey: random(32),
});

/** Seed with which the search for a placement starts. */
export const firstSeed = (dummyKey: Uint8Array): Uint8Array =>
  sodium.crypto_generichash(32, utf8('presend table seed'), dummyKey);

/** Places entries (hashes of any one length; equal ones count once). The same arguments give the same plan. */
export function planTable(
  entries: readonly Uint8Array[],
  { alpha, dummyKey }: TableSecret,
  epoch: number,
  load?: number,
): TablePlan {
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > 0xffff_ffff)
    throw new RangeError(`Expected an epoch from 0 to 2^32 - 1 but received ${epoch}`);
  const placed = placeEntries(entries, firstSeed(dummyKey), load === undefined ? {} : { load });
  return { header: tableHeader(epoch, placed.slots, placed.seed, multiplyBase(alpha)), epoch, entries, placed };
}

/** The point that fills an empty slot. It is uniform without the key, and nobody knows its logarithm. */
export const dummyPoint = (dummyKey: Uint8Array, slot: number): Point =>
  hashToGroup(sodium.crypto_generichash(64, concatBytes(utf8('presend dummy'), u32(slot)), dummyKey));

/** Contents of the slots `from` (inclusive) to `to` (exclusive): an entry, or undefined for an empty slot. */
export const slotEntries = ({ placed, entries }: TablePlan, from: number, to: number): (Uint8Array | undefined)[] =>
  Array.from(placed.entryAt.subarray(from, to), (entry) => entries[entry]);

/** Blinded points of these entries, for the slots starting at `from`, 32 bytes each. */
export function blindEntries(
  entries: readonly (Uint8Array | undefined)[],
  { alpha, dummyKey }: TableSecret,
  from: number,
): Uint8Array {
  const out = new Uint8Array(entries.length * elementBytes);
  for (const [i, entry] of entries.entries())
    out.set(entry ? multiply(alpha, tpsiPoint(entry)) : dummyPoint(dummyKey, from + i), i * elementBytes);
  return out;
}

/** The slots `from` (inclusive) to `to` (exclusive), 32 bytes each. */
export const blindSlots = (plan: TablePlan, secret: TableSecret, from: number, to: number): Uint8Array =>
  blindEntries(slotEntries(plan, from, to), secret, from);

/** Bytes of the whole table. */
export const tableBytes = ({ placed }: TablePlan): number => tableHeaderBytes + placed.slots * elementBytes;

/** Number of bytes to keep of an interrupted table: whole slots after a whole header. */
export const resumeAt = (written: number): number =>
  written < tableHeaderBytes ? 0 : written - ((written - tableHeaderBytes) % elementBytes);

/** The table's bytes in order, in pieces of `chunk` slots, starting at a position from `resumeAt`. Throws a RangeError on another position. */
export function* streamTable(
  plan: TablePlan,
  secret: TableSecret,
  { from = 0, chunk = 4096 }: { from?: number; chunk?: number } = {},
): Generator<Uint8Array> {
  if (resumeAt(from) !== from) throw new RangeError(`Expected a place between two slots but received ${from}`);
  if (from === 0) yield plan.header;
  const { slots } = plan.placed;
  for (let slot = Math.max(0, (from - tableHeaderBytes) / elementBytes); slot < slots; slot += chunk)
    yield blindSlots(plan, secret, slot, Math.min(slot + chunk, slots));
}

/** The table in one piece. */
export const blindTable = (plan: TablePlan, secret: TableSecret): Uint8Array => {
  const out = new Uint8Array(tableBytes(plan));
  let at = 0;
  for (const piece of streamTable(plan, secret)) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
};
