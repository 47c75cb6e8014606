/**
 * A proof that one secret scalar, the one behind a public key, multiplied one or more points. Chaum & Pedersen's proof of equal discrete
 * logarithms (CRYPTO 1992), non-interactive and batched as in RFC 9497, section 2.2.
 */
import { concatBytes, equalBytes, u16, utf8 } from '../util/bytes.ts';
import { expandMessage } from './expand-message.ts';
import {
  add,
  decodeScalar,
  elementBytes,
  identity,
  multiply,
  multiplyBase,
  multiplyScalars,
  type Point,
  reduceScalar,
  type Scalar,
  subtractScalars,
} from './group.ts';
import { sodium } from './sodium.ts';

/** Bytes of a proof: challenge and response. */
export const proofBytes = 2 * elementBytes;

/** Input points, and the outputs that are claimed to be their multiples. */
export interface Claim {
  /** The secret times the generator. */
  readonly publicKey: Point;
  readonly inputs: readonly Point[];
  /** The secret times each of the inputs. */
  readonly outputs: readonly Point[];
}

/** HashToScalar of RFC 9497, section 4.1, under a domain separation tag. */
export const hashToScalar = (message: Uint8Array, tag: Uint8Array): Scalar =>
  reduceScalar(expandMessage(message, tag, 64));

/** Proves a claim, which needs at least one input. `nonce` is a fresh uniform scalar other than 0. */
export function prove(secret: Scalar, claim: Claim, context: Uint8Array, nonce: Scalar): Uint8Array {
  const weights = weightsOf(claim, context);
  const input = combine(weights, claim.inputs);
  // The secret is known, so one multiplication replaces the combination of all outputs.
  const output = multiply(secret, input);
  const challenge = challengeOf(claim, context, [input, output, multiplyBase(nonce), multiply(nonce, input)]);
  return concatBytes(challenge, subtractScalars(nonce, multiplyScalars(challenge, secret)));
}

/** Whether a proof is valid; malformed bytes are not. */
export function verify(claim: Claim, proof: Uint8Array, context: Uint8Array): boolean {
  if (claim.inputs.length === 0 || claim.inputs.length !== claim.outputs.length) return false;
  if (claim.inputs.length > 0xffff || proof.length !== proofBytes) return false;
  const challenge = decodeScalar(proof.subarray(0, elementBytes));
  const response = decodeScalar(proof.subarray(elementBytes));
  if (!challenge.ok || !response.ok) return false;
  const weights = weightsOf(claim, context);
  const input = combine(weights, claim.inputs);
  const output = combine(weights, claim.outputs);
  const expected = challengeOf(claim, context, [
    input,
    output,
    add(multiplyBase(response.scalar), multiply(challenge.scalar, claim.publicKey)),
    add(multiply(response.scalar, input), multiply(challenge.scalar, output)),
  ]);
  return equalBytes(expected, challenge.scalar);
}

/** Weights of the random linear combination that checks a batch: ComputeComposites of section 2.2.1. */
function weightsOf({ publicKey, inputs, outputs }: Claim, context: Uint8Array): Scalar[] {
  const tag = concatBytes(utf8('Seed-'), context);
  const seed = sodium.crypto_hash_sha512(concatBytes(framed(publicKey), framed(tag)));
  return inputs.map((input, i) =>
    hashToScalar(
      concatBytes(framed(seed), u16(i), framed(input), framed(outputs[i]!), utf8('Composite')),
      scalarTag(context),
    ),
  );
}

const combine = (weights: readonly Scalar[], points: readonly Point[]): Point =>
  points.reduce((sum, point, i) => add(sum, multiply(weights[i]!, point)), identity);

const challengeOf = ({ publicKey }: Claim, context: Uint8Array, points: readonly Point[]): Scalar =>
  hashToScalar(concatBytes(...[publicKey, ...points].map(framed), utf8('Challenge')), scalarTag(context));

const scalarTag = (context: Uint8Array): Uint8Array => concatBytes(utf8('HashToScalar-'), context);
const framed = (bytes: Uint8Array): Uint8Array => concatBytes(u16(bytes.length), bytes);
