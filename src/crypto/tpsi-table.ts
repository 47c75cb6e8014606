/**
 * A blinded table as a client receives it. The client checks the whole table before it makes a voucher. Otherwise only clients whose
 * picture falls into an invalid slot would refuse the table, and that refusal would reveal the picture to the provider.
 */
import { equalBytes, readU32 } from '../util/bytes.ts';
import { decodePoint, elementBytes, type Point, type PointFault } from './group.ts';
import { tableHeaderBytes, tableMagic, tableRoot } from './tpsi-format.ts';
import { decoded, type Table, tableOf } from './wasm/ristretto.ts';

/** A validated table. */
export interface BlindedTable {
  readonly epoch: number;
  /** Key of the cuckoo hash. */
  readonly seed: Uint8Array;
  readonly slots: number;
  /** The server's key L = αB. */
  readonly key: Point;
  /** Multiples of the key, from which vouchers are made. */
  readonly keyMultiples: Table;
  /** slots × 32 bytes. */
  readonly points: Uint8Array;
  /** The root that was compared, 32 bytes. */
  readonly root: Uint8Array;
}

/** A table, or its first fault. */
export type ParsedTable =
  | { readonly ok: true; readonly table: BlindedTable }
  | { readonly ok: false; readonly reason: string };

/**
 * Parses a table. `expectedRoot` is the published root from the log of lists: a table for one user only has another. If the key or a slot
 * were the identity, the server could open every voucher; it is refused like any malformed point.
 */
export function parseTable(bytes: Uint8Array, expectedRoot?: Uint8Array): ParsedTable {
  if (bytes.length < tableHeaderBytes || tableMagic.some((byte, i) => bytes[i] !== byte))
    return { ok: false, reason: 'the bytes do not begin as a table does' };
  const at = tableMagic.length;
  const slots = readU32(bytes, at + 4);
  if (slots < 1 || bytes.length !== tableHeaderBytes + slots * elementBytes)
    return { ok: false, reason: `${bytes.length} bytes are no table of ${slots} slots` };
  const root = tableRoot([bytes]);
  if (expectedRoot && !equalBytes(root, expectedRoot))
    return { ok: false, reason: 'this table is not the one in the log' };
  const key = decodePoint(bytes.subarray(at + 40, tableHeaderBytes));
  if (!key.ok) return { ok: false, reason: `the table's key is no point: ${key.reason}` };
  const points = bytes.subarray(tableHeaderBytes);
  const bad = firstBadSlot(points, slots);
  if (bad) return { ok: false, reason: `slot ${bad.slot} of the table ${bad.what}` };
  return {
    ok: true,
    table: {
      epoch: readU32(bytes, at),
      seed: bytes.slice(at + 8, at + 40),
      slots,
      key: key.point,
      keyMultiples: tableOf(decoded(key.point)),
      points,
      root,
    },
  };
}

/** The first slot that is not a point, or that repeats an earlier point. Honest tables have neither. */
function firstBadSlot(points: Uint8Array, slots: number): { slot: number; what: string } | undefined {
  // Open addressing: a Set of millions of strings would not fit on a phone.
  const size = 2 ** Math.ceil(Math.log2(2 * slots));
  const seen = new Int32Array(size).fill(-1);
  for (let slot = 0; slot < slots; slot++) {
    const point = slotBytes(points, slot);
    const decoded = decodePoint(point);
    if (!decoded.ok) return { slot, what: faults[decoded.reason] };
    let place = readU32(point, 4) % size;
    for (; seen[place]! >= 0; place = (place + 1) % size)
      if (equalBytes(slotBytes(points, seen[place]!), point)) return { slot, what: `repeats slot ${seen[place]}` };
    seen[place] = slot;
  }
  return undefined;
}

const faults: Record<PointFault, string> = {
  length: 'is cut short',
  identity: 'is the identity',
  invalid: 'is no point',
};

const slotBytes = (points: Uint8Array, slot: number): Uint8Array =>
  points.subarray(slot * elementBytes, (slot + 1) * elementBytes);

/** The point in a slot of a validated table. */
export const slotPoint = ({ points }: BlindedTable, slot: number): Point => slotBytes(points, slot) as Point;
