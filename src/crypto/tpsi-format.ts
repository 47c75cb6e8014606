/**
 * Common conventions of both sides of threshold private set intersection: byte layouts, labels and key derivations. The protocol is that of
 * Bhowmick, Boneh, Myers, Talwar & Tarbe, "The Apple PSI System" (2021), on ristretto255; its parts are tpsi-setup.ts (provider, once),
 * voucher.ts (client), voucher-opening.ts and detect.ts (provider).
 */
import { concatBytes, u32, utf8 } from '../util/bytes.ts';
import { leafHash, merkleTree } from '../util/merkle.ts';
import { sealedOverhead } from './committing-aead.ts';
import type { Scalar } from './group.ts';
import { elementBytes, type Point, pointOf } from './group.ts';
import { sodium } from './sodium.ts';

/** Parameters of a threshold protocol, known to all parties. */
export interface TpsiSettings {
  /** Degree t of the sharing polynomials: t matches reveal nothing about the payload key, t + 1 determine it. */
  readonly degree: number;
  /** Largest number of one account's synthetic vouchers that detection must tolerate; 0 if there are none. */
  readonly syntheticBudget: number;
  /** Bytes of a payload with its length field: 4 bytes more than the longest payload. All vouchers have the same length. */
  readonly payloadBytes: number;
  /** Two vouchers count as one match if they share this: the upload id, or the hash (so that a burst of copies counts once). */
  readonly countBy: 'upload' | 'hash';
}

/**
 * Settings under which detection succeeds from `threshold` matches on. Without synthetic vouchers, the degree is threshold − 1. With them,
 * detection needs one match more than the polynomials do, so the degree is threshold − 2: threshold − 1 matches already determine the key,
 * although this detection does not find it. Throws a RangeError if the threshold has no valid degree.
 */
export function tpsiSettings(options: {
  readonly threshold: number;
  readonly syntheticBudget?: number;
  readonly payloadBytes?: number;
  readonly countBy?: TpsiSettings['countBy'];
}): TpsiSettings {
  const { threshold, syntheticBudget = 0, payloadBytes = 64, countBy = 'upload' } = options;
  const degree = threshold - (syntheticBudget > 0 ? 2 : 1);
  if (!Number.isInteger(degree) || degree < 0)
    throw new RangeError(`Expected a threshold of at least ${threshold - degree} matches but received ${threshold}`);
  if (!Number.isInteger(syntheticBudget) || syntheticBudget < 0 || !Number.isInteger(payloadBytes) || payloadBytes < 4)
    throw new RangeError('Expected whole numbers for the synthetic budget and, from 4 on, for the payload bytes');
  return { degree, syntheticBudget, payloadBytes, countBy };
}

/** Number s of polynomials of the detectable hash function, in addition to a. They let detection tolerate s + 1 synthetic vouchers. */
export const extraElements = ({ syntheticBudget }: TpsiSettings): number => Math.max(0, syntheticBudget - 1);

/** First bytes of a table. */
export const tableMagic = utf8('PSTPSI1\n');

/** Bytes of a table before its slots of 32 bytes: magic, epoch, number of slots, cuckoo seed, the server's key L. */
export const tableHeaderBytes = tableMagic.length + 4 + 4 + 32 + elementBytes;

/** A table's header. */
export const tableHeader = (epoch: number, slots: number, seed: Uint8Array, key: Point): Uint8Array =>
  concatBytes(tableMagic, u32(epoch), u32(slots), seed, key);

/**
 * Merkle root that commits to a table; its leaves are the header and every slot. The table arrives in pieces of any length, for example
 * from a file.
 */
export function tableRoot(pieces: Iterable<Uint8Array>): Uint8Array {
  const tree = merkleTree();
  let rest = new Uint8Array(0);
  let leafBytes = tableHeaderBytes;
  for (const piece of pieces) {
    const bytes = rest.length > 0 ? concatBytes(rest, piece) : piece;
    let at = 0;
    for (; at + leafBytes <= bytes.length; leafBytes = elementBytes) {
      tree.add(leafHash(bytes.subarray(at, at + leafBytes)));
      at += leafBytes;
    }
    rest = bytes.slice(at);
  }
  if (rest.length > 0) tree.add(leafHash(rest));
  return tree.root();
}

/** The point of a list entry, or of the hash of a client's picture. */
export const tpsiPoint = (hash: Uint8Array): Point => pointOf('tpsi entry', hash);

const keyBytes = 32;

/** Bytes of the encrypted key of one pair. */
const sealedKeyBytes = keyBytes + sealedOverhead;

/** Bytes of a pair: its point Q and the encrypted key. */
export const pairBytes = elementBytes + sealedKeyBytes;

/** Bytes of the nonce and tag of an encrypted payload. */
export const payloadOverhead = 24 + 16;

/** Plaintext bytes of a voucher's sharing part: x, a(x), p_1(x) … p_s(x). */
export const shareBytes = (settings: TpsiSettings): number => (extraElements(settings) + 2) * elementBytes;

/** Bytes of every voucher: epoch, two pairs, then encrypted share and payload. */
export const voucherBytes = (settings: TpsiSettings): number =>
  4 + 2 * pairBytes + sealedOverhead + shareBytes(settings) + payloadOverhead + settings.payloadBytes;

/** Context that every ciphertext of a voucher is bound to: the table, the account and the upload id. */
export const voucherContext = (root: Uint8Array, account: string, id: string): Uint8Array =>
  concatBytes(utf8('presend voucher\n'), root, utf8(JSON.stringify([account, id])));

/** Key of a pair from its shared point S: H' of the protocol, bound to table and Q. */
export const pairKey = (root: Uint8Array, q: Uint8Array, s: Point): Uint8Array =>
  sodium.crypto_generichash(keyBytes, concatBytes(utf8('presend pair key\n'), root, q, s), null);

/** Key of an account's payloads from a(0). */
export const payloadKey = (root: Uint8Array, secret: Scalar): Uint8Array =>
  sodium.crypto_generichash(keyBytes, concatBytes(utf8('presend payload key\n'), root), secret);
