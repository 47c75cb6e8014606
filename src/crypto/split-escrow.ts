/**
 * Key escrow with the key in pieces: ElGamal key encapsulation in ristretto255, whose secret key is shared with Shamir's scheme. A quorum
 * of holders decrypts together, and nobody ever has the whole key. Each holder proves that its part is correct. Desmedt & Frankel,
 * "Threshold Cryptosystems" (CRYPTO 1989), with the proof of Chaum & Pedersen (CRYPTO 1992).
 */
import { concatBytes, equalBytes, utf8 } from '../util/bytes.ts';
import { openBytes, sealBytes } from './committing-aead.ts';
import { proofBytes, prove, verify } from './dleq.ts';
import {
  add,
  decodePoint,
  elementBytes,
  identity,
  isIdentity,
  multiply,
  multiplyBase,
  type Point,
  randomScalar,
  type Scalar,
} from './group.ts';
import { lagrangeWeight, type Share, splitSecret } from './shamir.ts';
import { type Opened, type RandomBytes, sodium } from './sodium.ts';

/** One holder's share of the key, and the public value that verifies its work. */
export interface Holder {
  readonly share: Share;
  /** The share times the generator. */
  readonly publicShare: Point;
}

/** A split key: the public key for devices, and the holders. */
export interface SplitEscrow {
  readonly publicKey: Point;
  readonly quorum: number;
  readonly holders: readonly Holder[];
}

/** A holder's part of one decryption, with its proof of 64 bytes. */
export interface Part {
  /** Place of the holder's share. */
  readonly x: Scalar;
  readonly point: Uint8Array;
  readonly proof: Uint8Array;
}

const context = utf8('presend split escrow');

/** Draws a key and splits it. The dealer briefly knows the key; with a distributed generation nobody would (Pedersen, 1991). */
export function splitEscrow(quorum: number, holders: number, random: RandomBytes): SplitEscrow {
  const secret = randomScalar(random);
  return {
    publicKey: multiplyBase(secret),
    quorum,
    holders: splitSecret(secret, quorum, holders, random).map((share) => ({
      share,
      publicShare: multiplyBase(share.y),
    })),
  };
}

/** Encrypts a message key to the split key: an encapsulated point of 32 bytes, then the key, 48 bytes longer than before. */
export function sealToSplitEscrow(key: Uint8Array, publicKey: Point, random: RandomBytes): Uint8Array {
  const ephemeral = randomScalar(random);
  const point = multiplyBase(ephemeral);
  return concatBytes(point, sealBytes(wrapKey(point, multiply(ephemeral, publicKey)), key, point));
}

/** The point that holders work on, from a device's ciphertext; or why it is invalid. */
export const encapsulated = (sealed: Uint8Array) => decodePoint(sealed.subarray(0, elementBytes));

/** A holder's part of a decryption, with the proof that it used its own share. */
export function partOf({ share, publicShare }: Holder, point: Point, random: RandomBytes): Part {
  const part = multiply(share.y, point);
  const claim = { publicKey: publicShare, inputs: [point], outputs: [part] };
  return { x: share.x, point: part, proof: prove(share.y, claim, context, randomScalar(random)) };
}

/** Decrypts the message key with the parts of a quorum. Omits parts whose proof is invalid, and second parts of one holder. */
export function openSplitEscrow(sealed: Uint8Array, parts: readonly Part[], escrow: SplitEscrow): Opened {
  const decoded = encapsulated(sealed);
  if (!decoded.ok) return { ok: false, reason: 'not sealed to this escrow key' };
  const good = escrow.holders.flatMap((holder) => {
    const part = parts.find((each) => partHolds(each, holder, decoded.point));
    return part ? [part] : [];
  });
  if (good.length < escrow.quorum)
    return { ok: false, reason: `${good.length} of the ${escrow.quorum} parts that open are right` };
  const used = good.slice(0, escrow.quorum);
  const xs = used.map(({ x }) => x);
  const shared = used.reduce(
    (sum, part, i) => add(sum, multiply(lagrangeWeight(xs, i), part.point as Point)),
    identity,
  );
  const opened = openBytes(wrapKey(decoded.point, shared), sealed.subarray(elementBytes), decoded.point);
  return opened.ok ? opened : { ok: false, reason: 'not sealed to this escrow key' };
}

/** Whether a part's proof shows that this holder computed it from an encapsulated point. */
export function partHolds(part: Part, { share, publicShare }: Holder, point: Point): boolean {
  const decoded = decodePoint(part.point);
  if (!equalBytes(part.x, share.x) || !decoded.ok || isIdentity(publicShare) || part.proof.length !== proofBytes)
    return false;
  return verify({ publicKey: publicShare, inputs: [point], outputs: [decoded.point] }, part.proof, context);
}

const wrapKey = (point: Point, shared: Point): Uint8Array =>
  sodium.crypto_generichash(32, concatBytes(utf8('presend split escrow key\n'), point, shared), null);
