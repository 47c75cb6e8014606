/**
 * A table that holds exactly the entries that an authoriser chose. The authoriser (for example a curator's auditors) blinds its list as in
 * tpsi-setup.ts, under its own key a, and signs the table A. The provider multiplies A's key and every slot, in place, by one secret α. It
 * proves this with Chaum–Pedersen proofs of equal logarithms (dleq.ts) over all of them. Vouchers open under aα.
 *
 * The authoriser holds a and the key of its dummies; the provider holds a and α. So the authoriser cannot test vouchers, and the provider
 * cannot change the list. An entry y opens at slot w only if the slot holds aα times y's point. By the proof, A then holds a times y's
 * point in that slot, so the provider cannot add entries.
 *
 * Slots keep their places, so no proof of a shuffle is needed (Neff, CCS 2001, proves one). The table reveals no more than one that the
 * provider made alone. α is independent of the list: anybody who has A can simulate table and proof with another α. And A is an ordinary
 * blinded table, whose entries and dummies are indistinguishable under DDH.
 *
 * Not proved: that the authoriser's list is correct; that its dummies are dummies (they can be opened, see `takenSlots`); that it signed
 * one table only (compare roots, merkle-log.ts). Authoriser and provider together can insert anything.
 *
 * The idea of fixing the set before matching is from Bartusek, Garg, Jain & Policharla, "End-to-End Secure Messaging with Traceability Only
 * for Illegal Content" (EUROCRYPT 2023, ePrint 2022/1643); their group signatures and tracing are not built here.
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

const signatureBytes = 64;

/** A table as its authoriser publishes it. Its epoch is the version of the list. */
interface AuthorisedTable {
  readonly table: Uint8Array;
  /** Ed25519, over the table's root. */
  readonly signature: Uint8Array;
}

/** The provider's certified version of it. */
export interface CertifiedTable {
  /** The table that vouchers are made with. */
  readonly table: Uint8Array;
  /** Device's evidence for the table: the authorised table, its signature, αB and the proofs. */
  readonly certificate: Uint8Array;
  /** aα, which tests vouchers. */
  readonly alpha: Scalar;
}

/** A certified table, or why the authoriser's data gives none. */
type Certified =
  | { readonly ok: true; readonly certified: CertifiedTable }
  | { readonly ok: false; readonly reason: string };

/** Blinds and signs a list. `signingKey` is the Ed25519 secret key, 64 bytes (`logKeys`). */
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
 * Multiplies an authorised table by a fresh α, and proves it. `key` is the authoriser's a, as received; `publicKey` is the authoriser's.
 * Costs two multiplications per slot: one for the point, one for the proof.
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
 * On the device: why a table differs from the one that the authoriser of that public key signed; undefined if they agree. Never throws on
 * malformed certificates. Costs two multiplications per slot.
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

/** Parses an authorised table and checks its signature. */
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
 * Statement to prove: α times every point of the authorised table is the table's point. Every context includes both roots, so every weight
 * of the batch depends on every point. If weights depended on their own pair alone, as in RFC 9497, a provider could search for wrong
 * points whose errors cancel (Wagner's generalised birthday problem, CRYPTO 2002, is easy over a thousand points).
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
 * For auditors who receive the key of the authoriser's dummies: counts the slots that are not dummies; each can hold one entry. If there
 * are more than the published number of entries, the list hides targets. Auditors learn which slots hold entries, and so that some pictures
 * are not listed.
 */
export function takenSlots(authorised: BlindedTable, dummyKey: Uint8Array): number {
  if (dummyKey.length !== 32) return authorised.slots;
  let taken = 0;
  for (let slot = 0; slot < authorised.slots; slot++)
    if (!equalBytes(slotPoint(authorised, slot), dummyPoint(dummyKey, slot))) taken++;
  return taken;
}
