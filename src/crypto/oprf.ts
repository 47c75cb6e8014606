/**
 * Oblivious pseudorandom function, basic and verifiable: OPRF and VOPRF of RFC 9497 with the suite ristretto255-SHA512. The client learns
 * PRF(key, input), the server learns neither input nor output; in verifiable mode a proof ties the answer to a public key.
 */
import { concatBytes, u16, utf8 } from '../util/bytes.ts';
import { type Claim, hashToScalar, proofBytes, prove, verify } from './dleq.ts';
import { expandMessage } from './expand-message.ts';
import {
  decodePoint,
  elementBytes,
  hashToGroup,
  invert,
  isIdentity,
  multiply,
  multiplyBase,
  type Point,
  randomScalar,
  type Scalar,
} from './group.ts';
import { type RandomBytes, sodium } from './sodium.ts';

/** oprf: the client trusts the server to use one key. voprf: the server proves it. */
export type OprfMode = 'oprf' | 'voprf';

/** The server's keys. */
export interface OprfKeys {
  readonly secretKey: Scalar;
  readonly publicKey: Point;
}

/** What a client stores (`blind`) and sends (`blinded`). */
export interface Blinded {
  readonly blind: Scalar;
  readonly blinded: Point;
}

/** The server's answer to a batch in verifiable mode: points in the order of the request, and one proof of 64 bytes for all. */
export interface Evaluation {
  readonly evaluated: readonly Point[];
  readonly proof: Uint8Array;
}

/** A decoded batch, or which element is invalid and why. */
export type DecodedPoints =
  | { readonly ok: true; readonly points: readonly Point[] }
  | { readonly ok: false; readonly reason: string };

/** Outputs of 64 bytes each, or why there are none. */
export type Finalized =
  | { readonly ok: true; readonly outputs: readonly Uint8Array[] }
  | { readonly ok: false; readonly reason: string };

const contexts = { oprf: contextOf(0), voprf: contextOf(1) } as const;

function contextOf(mode: number): Uint8Array {
  return concatBytes(utf8('OPRFV1-'), Uint8Array.of(mode), utf8('-ristretto255-SHA512'));
}

/** Longest input, and largest batch, that the RFC's two-byte lengths allow. */
export const inputLimit = 0xffff;

/** The point of an input: HashToGroup of section 4.1. Throws a RangeError on an input longer than `inputLimit` bytes. */
export function inputPoint(mode: OprfMode, input: Uint8Array): Point {
  if (input.length > inputLimit)
    throw new RangeError(`Expected an OPRF input of at most ${inputLimit} bytes but received ${input.length}`);
  return hashToGroup(expandMessage(input, concatBytes(utf8('HashToGroup-'), contexts[mode]), 64));
}

/** Keys from a 32-byte seed and public information: DeriveKeyPair of section 3.2.1. Throws a RangeError on another seed length. */
export function deriveKeys(mode: OprfMode, seed: Uint8Array, info: Uint8Array): OprfKeys {
  if (seed.length !== 32) throw new RangeError(`Expected an OPRF seed of 32 bytes but received ${seed.length}`);
  const tag = concatBytes(utf8('DeriveKeyPair'), contexts[mode]);
  const input = concatBytes(seed, u16(info.length), info);
  for (let counter = 0; counter < 256; counter++) {
    const secretKey = hashToScalar(concatBytes(input, Uint8Array.of(counter)), tag);
    if (secretKey.some((byte) => byte !== 0)) return { secretKey, publicKey: multiplyBase(secretKey) };
  }
  throw new RangeError('Expected an OPRF seed that gives a key');
}

/** Blinds an input; `mode` must be the server's. */
export function blind(mode: OprfMode, input: Uint8Array, random: RandomBytes): Blinded {
  const factor = randomScalar(random);
  return { blind: factor, blinded: multiply(factor, inputPoint(mode, input)) };
}

/** Decodes the points of a received batch. Rejects the whole batch if a point is malformed, or if there are none or too many. */
export function decodePoints(batch: readonly Uint8Array[]): DecodedPoints {
  if (batch.length === 0 || batch.length > inputLimit)
    return { ok: false, reason: `a batch has 1 to ${inputLimit} elements, not ${batch.length}` };
  const points: Point[] = [];
  for (const [i, bytes] of batch.entries()) {
    const decoded = decodePoint(bytes);
    if (!decoded.ok) return { ok: false, reason: `element ${i} is no point: ${decoded.reason}` };
    points.push(decoded.point);
  }
  return { ok: true, points };
}

/** The server's answer to one blinded element. */
export const blindEvaluate = (secretKey: Scalar, blinded: Point): Point => multiply(secretKey, blinded);

/** The server's answer to a batch, with a proof that it used the secret behind its public key for all of it. */
export function blindEvaluateVerifiably(
  { secretKey, publicKey }: OprfKeys,
  blinded: readonly Point[],
  random: RandomBytes,
): Evaluation {
  const evaluated = blinded.map((point) => multiply(secretKey, point));
  const claim: Claim = { publicKey, inputs: blinded, outputs: evaluated };
  return { evaluated, proof: prove(secretKey, claim, contexts.voprf, randomScalar(random)) };
}

/** The output for one input, 64 bytes, from the server's answer. */
export const finalize = (input: Uint8Array, factor: Scalar, evaluated: Point): Uint8Array =>
  outputOf(input, multiply(invert(factor), evaluated));

/** The outputs for a batch, if the answer decodes and its proof is valid under the server's public key. */
export function finalizeVerifiably(
  inputs: readonly Uint8Array[],
  blinded: readonly Blinded[],
  answer: { readonly evaluated: readonly Uint8Array[]; readonly proof: Uint8Array },
  publicKey: Point,
): Finalized {
  const decoded = decodePoints(answer.evaluated);
  if (!decoded.ok) return decoded;
  if (decoded.points.length !== inputs.length || blinded.length !== inputs.length)
    return { ok: false, reason: `${inputs.length} elements were asked for, ${decoded.points.length} came` };
  if (answer.proof.length !== proofBytes) return { ok: false, reason: `a proof has ${proofBytes} bytes` };
  const claim: Claim = { publicKey, inputs: blinded.map((each) => each.blinded), outputs: decoded.points };
  if (isIdentity(publicKey) || !verify(claim, answer.proof, contexts.voprf))
    return { ok: false, reason: 'the proof does not hold under this public key' };
  return { ok: true, outputs: inputs.map((input, i) => finalize(input, blinded[i]!.blind, decoded.points[i]!)) };
}

/** The output for an input, computed by the key holder alone. */
export const evaluate = (mode: OprfMode, secretKey: Scalar, input: Uint8Array): Uint8Array =>
  outputOf(input, multiply(secretKey, inputPoint(mode, input)));

const outputOf = (input: Uint8Array, unblinded: Point): Uint8Array =>
  sodium.crypto_hash_sha512(concatBytes(u16(input.length), input, u16(elementBytes), unblinded, utf8('Finalize')));
