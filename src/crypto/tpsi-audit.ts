/**
 * A proof that a blinded table holds a given list and nothing else, for an auditor who may see the list: every dummy is a hash of its place,
 * so nobody knows an entry behind it, and every other slot is the key's multiple of its entry (batched proofs of equal discrete logarithms).
 * The auditor signs the root that clients compare; they need not see the list. It does not say that the list is a good one.
 */
import { concatBytes, equalBytes, utf8 } from '../util/bytes.ts';
import { type CuckooTable, NoPlacementError, placeEntries } from './cuckoo-table.ts';
import { type Claim, prove, verify } from './dleq.ts';
import { type Point, randomScalar } from './group.ts';
import type { RandomBytes } from './sodium.ts';
import { tpsiPoint } from './tpsi-format.ts';
import { dummyPoint, firstSeed, type TablePlan, type TableSecret } from './tpsi-setup.ts';
import { type BlindedTable, parseTable, slotPoint } from './tpsi-table.ts';

/** What the provider hands to an auditor beside table and list. It does not help to open vouchers. */
export interface TableCertificate {
  readonly dummyKey: Uint8Array;
  /** One for every `certificateBatch` occupied slots, in the order of the slots. */
  readonly proofs: readonly Uint8Array[];
}

/** An audit's outcome: the root to sign, or the first thing wrong. */
export type TableAudit =
  | { readonly ok: true; readonly root: Uint8Array; readonly entries: number }
  | { readonly ok: false; readonly reason: string };

/** Occupied slots that one proof covers. */
export const certificateBatch = 1024;

/**
 * Proofs are bound to the whole table: the weights of dleq.ts depend on their own pair only, and over a thousand pairs a forger could search
 * for errors that cancel (Wagner, CRYPTO 2002) if changing one did not change all.
 */
const contextOf = ({ root }: BlindedTable): Uint8Array => concatBytes(utf8('presend table certificate\n'), root);

/** The certificate of a table that was made by that plan: two multiplications for every entry. Throws when it was not. */
export function certifyTable(
  plan: TablePlan,
  secret: TableSecret,
  bytes: Uint8Array,
  random: RandomBytes,
): TableCertificate {
  const parsed = parseTable(bytes);
  if (!parsed.ok) throw new Error(parsed.reason);
  const context = contextOf(parsed.table);
  const proofs = claimsOf(parsed.table, plan.placed.entryAt, plan.entries).map(({ claim }) =>
    prove(secret.alpha, claim, context, randomScalar(random)),
  );
  return { dummyKey: secret.dummyKey, proofs };
}

/** Checks a table against the list that it should hold, in the list's order. Never throws on what the provider sent. */
export function auditTable(
  bytes: Uint8Array,
  entries: readonly Uint8Array[],
  { dummyKey, proofs }: TableCertificate,
): TableAudit {
  const parsed = parseTable(bytes);
  if (!parsed.ok) return parsed;
  const { table } = parsed;
  if (dummyKey.length !== 32) return { ok: false, reason: 'the certificate is malformed' };
  const placed = placementOf(entries, dummyKey, table);
  if (!placed) return { ok: false, reason: 'the table was not made for this list' };
  for (const [slot, entry] of placed.entryAt.entries())
    if (entry < 0 && !equalBytes(slotPoint(table, slot), dummyPoint(dummyKey, slot)))
      return { ok: false, reason: `slot ${slot} of the table should be a dummy and is not` };
  const claims = claimsOf(table, placed.entryAt, entries);
  const context = contextOf(table);
  if (proofs.length !== claims.length) return { ok: false, reason: 'the certificate is malformed' };
  for (const [i, { claim, first, last }] of claims.entries())
    if (!verify(claim, proofs[i]!, context))
      return { ok: false, reason: `a slot from ${first} to ${last} of the table does not hold its entry` };
  return { ok: true, root: table.root, entries: entries.length - placed.duplicates };
}

/** The placement that an honest provider arrives at, if the table shows it. */
function placementOf(
  entries: readonly Uint8Array[],
  dummyKey: Uint8Array,
  { slots, seed }: BlindedTable,
): CuckooTable | undefined {
  try {
    const placed = placeEntries(entries, firstSeed(dummyKey), { slots, limit: 100 });
    return equalBytes(placed.seed, seed) ? placed : undefined;
  } catch (error) {
    if (error instanceof NoPlacementError) return undefined;
    throw error;
  }
}

/** Batches of occupied slots, with what each is claimed to hold. */
function claimsOf(table: BlindedTable, entryAt: Int32Array, entries: readonly Uint8Array[]) {
  const occupied = [...entryAt.keys()].filter((slot) => entryAt[slot]! >= 0);
  const out: { claim: Claim; first: number; last: number }[] = [];
  for (let at = 0; at < occupied.length; at += certificateBatch) {
    const slots = occupied.slice(at, at + certificateBatch);
    const inputs: Point[] = slots.map((slot) => tpsiPoint(entries[entryAt[slot]!]!));
    const outputs = slots.map((slot) => slotPoint(table, slot));
    out.push({ claim: { publicKey: table.key, inputs, outputs }, first: slots[0]!, last: slots.at(-1)! });
  }
  return out;
}
