/**
 * A table that holds what an authoriser chose, and nothing else. The authoriser (a curator's auditors, say) blinds its list as in
 * tpsi-setup.ts, under a key a of its own, and signs the table A. The provider multiplies A's key and every slot, each in its place, by one
 * secret α, and proves it: Chaum–Pedersen proofs of equal logarithms (dleq.ts) over all of them. Vouchers open under aα.
 *
 * Who holds what: the authoriser a and the key of its dummies; the provider a and α. So the authoriser cannot test vouchers, and the
 * provider cannot change the list. An entry y opens at slot w only where the slot holds aα times y's point, which by the proof is where A
 * holds a times y's point: what the provider adds by itself is nothing.
 *
 * Slots keep their places, which is why no proof of a shuffle is needed (Neff, CCS 2001, proves one). It reveals no more than a table of
 * the provider's own would: α is independent of the list, so that whoever has A can make table and proof by itself, with an α of its own
 * and the simulator of the proof; and A is a table as any other, whose entries and dummies nobody tells apart under DDH.
 *
 * Not proved: that the authoriser's list is a good one; that its dummies are dummies (they can be opened, see `takenSlots`);
 * that it signed one table only (compare roots, merkle-log.ts). Authoriser and provider together can put in anything.
 *
 * That a set be fixed before anything is matched is the idea of Bartusek, Garg, Jain & Policharla, "End-to-End Secure Messaging with
 * Traceability Only for Illegal Content" (EUROCRYPT 2023, ePrint 2022/1643); their group signatures and tracing are not built here.
 */
import { concatBytes, equalBytes, u32, utf8 } from '../util/bytes.ts';
import { type Claim, proofBytes, prove, verify } from './dleq.ts';
import {
  decodePoint,
  decodeScalar,
  elementBytes,
  multiply,
  multiplyBase,
  multiplyScalars,
  type Point,
  randomScalar,
  type Scalar,
} from './group.ts';
import { type RandomBytes, sodium } from './sodium.ts';
import { tableHeader, tableHeaderBytes, tableRoot } from './tpsi-format.ts';
import { blindTable, dummyPoint, planTable, type TableSecret } from './tpsi-setup.ts';
import { type BlindedTable, parseTable, slotPoint } from './tpsi-table.ts';

/** Points that one proof covers: the table's key, then its slots. */
export const certifiedBatch = 1024;

/** Bytes of the authoriser's Ed25519 signature. */
const signatureBytes = 64;

/** A table as its authoriser publishes it. The version of the list is the table's epoch. */
interface AuthorisedTable {
  readonly table: Uint8Array;
  /** Ed25519, over the table's root. */
  readonly signature: Uint8Array;
}

/** What the provider made of it. */
export interface CertifiedTable {
  /** The table that vouchers are made with. */
  readonly table: Uint8Array;
  /** The authorised table, its signature, αB and the proofs: what a device checks the table by. */
  readonly certificate: Uint8Array;
  /** aα, which tests vouchers. */
  readonly alpha: Scalar;
}

/** A certified table, or why what came from the authoriser gives none. */
type Certified =
  | { readonly ok: true; readonly certified: CertifiedTable }
  | { readonly ok: false; readonly reason: string };

/** Blinds and signs a list. `signingKey` is the secret half of an Ed25519 pair, 64 bytes (`logKeys`). */
export function authoriseTable(
  entries: readonly Uint8Array[],
  secret: TableSecret,
  version: number,
  signingKey: Uint8Array,
): AuthorisedTable {
  const table = blindTable(planTable(entries, secret, version), secret);
  return { table, signature: sodium.crypto_sign_detached(authorisation(tableRoot([table])), signingKey) };
}

const authorisation = (root: Uint8Array): Uint8Array => concatBytes(utf8('presend authorised table\n'), root);

/**
 * Multiplies an authorised table by a fresh α, and proves it. `key` is the authoriser's a, as it came; `publicKey` the authoriser's. Two
 * multiplications a slot: one for the point, one for the proof.
 */
export function certifyAuthorised(
  { table, signature }: AuthorisedTable,
  key: Uint8Array,
  publicKey: Uint8Array,
  random: RandomBytes,
): Certified {
  const authorised = parseAuthorised(table, signature, publicKey);
  if (!authorised.ok) return authorised;
  const a = decodeScalar(key);
  if (!a.ok || !equalBytes(multiplyBase(a.scalar), authorised.table.key))
    return { ok: false, reason: 'the key is not the one of the authorised table' };
  const from = authorised.table;
  const alpha = randomScalar(random);
  const header = tableHeader(from.epoch, from.slots, from.seed, multiply(alpha, from.key));
  const slots = Array.from({ length: from.slots }, (_, slot) => multiply(alpha, slotPoint(from, slot)));
  const bytes = concatBytes(header, ...slots);
  const parsed = parseTable(bytes);
  if (!parsed.ok) throw new Error(`A multiple of an authorised table cannot be read: ${parsed.reason}`);
  const multiplier = multiplyBase(alpha);
  const proofs = batches(from, parsed.table, multiplier).map(({ claim, context }) =>
    prove(alpha, claim, context, randomScalar(random)),
  );
  const certificate = concatBytes(table, signature, multiplier, ...proofs);
  return { ok: true, certified: { table: bytes, certificate, alpha: multiplyScalars(alpha, a.scalar) } };
}

/**
 * On the device: why a table does not hold what the authoriser of that public key signed; undefined when it does. Takes the bytes of the
 * certificate as they came and never throws on them. Two multiplications a slot.
 */
export function checkCertificate(
  table: BlindedTable,
  certificate: Uint8Array,
  publicKey: Uint8Array,
): string | undefined {
  const authorisedBytes = tableHeaderBytes + table.slots * elementBytes;
  const proofsAt = authorisedBytes + signatureBytes + elementBytes;
  const proofs = Math.ceil((1 + table.slots) / certifiedBatch);
  if (certificate.length === 0) return 'the table comes without a certificate';
  if (certificate.length !== proofsAt + proofs * proofBytes)
    return `a certificate of ${certificate.length} bytes does not fit a table of ${table.slots} slots`;
  const signature = certificate.subarray(authorisedBytes, authorisedBytes + signatureBytes);
  const authorised = parseAuthorised(certificate.subarray(0, authorisedBytes), signature, publicKey);
  if (!authorised.ok) return authorised.reason;
  const from = authorised.table;
  if (from.epoch !== table.epoch || !equalBytes(from.seed, table.seed))
    return 'the table has another epoch or seed than the authorised one';
  const multiplier = decodePoint(certificate.subarray(proofsAt - elementBytes, proofsAt));
  if (!multiplier.ok) return `the multiplier in the certificate is no point: ${multiplier.reason}`;
  for (const [i, { claim, context, first, last }] of batches(from, table, multiplier.point).entries()) {
    const at = proofsAt + i * proofBytes;
    if (!verify(claim, certificate.subarray(at, at + proofBytes), context))
      return `key or slots ${first} to ${last} of the table are not proved to be the authorised ones`;
  }
  return undefined;
}

/** An authorised table, if its signature holds. */
function parseAuthorised(
  bytes: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): ReturnType<typeof parseTable> {
  const parsed = parseTable(bytes);
  if (!parsed.ok) return { ok: false, reason: `the authorised table: ${parsed.reason}` };
  const signed =
    signature.length === signatureBytes &&
    publicKey.length === elementBytes &&
    sodium.crypto_sign_verify_detached(signature, authorisation(parsed.table.root), publicKey);
  return signed ? parsed : { ok: false, reason: 'the authorised table is not signed by the authoriser' };
}

/**
 * What is proved: α times every point of the authorised table is the table's. Every context names both roots, and with it every weight of
 * the batch depends on every point: weights that depended on their own pair alone, as those of RFC 9497 do, would let a provider search for
 * wrong points whose errors cancel (Wagner's generalised birthday problem, CRYPTO 2002, is easy over a thousand points).
 */
function batches(from: BlindedTable, to: BlindedTable, multiplier: Point) {
  const points = (table: BlindedTable, start: number, end: number): Point[] =>
    Array.from({ length: end - start }, (_, i) => (start + i === 0 ? table.key : slotPoint(table, start + i - 1)));
  return Array.from({ length: Math.ceil((1 + to.slots) / certifiedBatch) }, (_, i) => {
    const [start, end] = [i * certifiedBatch, Math.min((i + 1) * certifiedBatch, 1 + to.slots)];
    return {
      claim: {
        publicKey: multiplier,
        inputs: points(from, start, end),
        outputs: points(to, start, end),
      } satisfies Claim,
      context: concatBytes(utf8('presend certified table\n'), from.root, to.root, u32(i)),
      first: Math.max(0, start - 1),
      last: end - 2,
    };
  });
}

/**
 * For auditors to whom the authoriser opens the key of its dummies: how many slots are none, each room for one entry. More of them than
 * the list is said to have are hidden targets. Auditors learn which slots are taken, and so of some pictures that they are not listed.
 */
export function takenSlots(authorised: BlindedTable, dummyKey: Uint8Array): number {
  if (dummyKey.length !== 32) return authorised.slots;
  let taken = 0;
  for (let slot = 0; slot < authorised.slots; slot++)
    if (!equalBytes(slotPoint(authorised, slot), dummyPoint(dummyKey, slot))) taken++;
  return taken;
}
