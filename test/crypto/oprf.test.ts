/** RFC 9497: the published vectors, a second implementation on random inputs, and hostile clients and servers. */
import { readFileSync } from 'node:fs';
import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js';
import { ristretto255_oprf as noble } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import { expandMessage } from '../../src/crypto/expand-message.ts';
import {
  add,
  basePoint,
  decodeScalar,
  identity,
  multiplyBase,
  randomPoint,
  type Scalar,
} from '../../src/crypto/group.ts';
import {
  blind,
  blindEvaluate,
  blindEvaluateVerifiably,
  decodePoints,
  deriveKeys,
  evaluate,
  finalize,
  finalizeVerifiably,
  inputLimit,
  type OprfMode,
} from '../../src/crypto/oprf.ts';
import type { RandomBytes } from '../../src/crypto/sodium.ts';
import { fromHex, toHex } from '../../src/util/hex.ts';
import { randomOf } from './seeded.ts';

interface Vector {
  input: string[];
  blind: string[];
  blinded: string[];
  evaluated: string[];
  output: string[];
  proofScalar: string;
  proof: string;
}
const vectors: {
  seed: string;
  keyInfo: string;
  oprf: { secretKey: string; tests: Vector[] };
  voprf: { secretKey: string; publicKey: string; tests: Vector[] };
} = JSON.parse(readFileSync(new URL('../vectors/rfc9497.json', import.meta.url), 'utf8'));

/** Randomness that reduces to that scalar. */
const randomIs = (hex: string): RandomBytes => {
  const wide = new Uint8Array(64);
  wide.set(fromHex(hex));
  return () => wide;
};

describe('RFC 9497, appendix A.1.1: ristretto255-SHA512, OPRF mode', () => {
  const keys = deriveKeys('oprf', fromHex(vectors.seed), fromHex(vectors.keyInfo));

  test('DeriveKeyPair', () => expect(toHex(keys.secretKey)).toBe(vectors.oprf.secretKey));

  test.each(vectors.oprf.tests)('input $input', (vector) => {
    const input = fromHex(vector.input[0]!);
    const sent = blind('oprf', input, randomIs(vector.blind[0]!));
    expect(toHex(sent.blinded)).toBe(vector.blinded[0]);
    const evaluated = blindEvaluate(keys.secretKey, sent.blinded);
    expect(toHex(evaluated)).toBe(vector.evaluated[0]);
    expect(toHex(finalize(input, sent.blind, evaluated))).toBe(vector.output[0]);
    expect(toHex(evaluate('oprf', keys.secretKey, input))).toBe(vector.output[0]);
  });
});

describe('RFC 9497, appendix A.1.2: ristretto255-SHA512, VOPRF mode', () => {
  const keys = deriveKeys('voprf', fromHex(vectors.seed), fromHex(vectors.keyInfo));

  test('DeriveKeyPair', () => {
    expect(toHex(keys.secretKey)).toBe(vectors.voprf.secretKey);
    expect(toHex(keys.publicKey)).toBe(vectors.voprf.publicKey);
  });

  test.each(vectors.voprf.tests)('inputs $input', (vector) => {
    const inputs = vector.input.map((hex) => fromHex(hex));
    const sent = inputs.map((input, i) => blind('voprf', input, randomIs(vector.blind[i]!)));
    expect(sent.map((each) => toHex(each.blinded))).toEqual(vector.blinded);
    const blinded = sent.map((each) => each.blinded);
    const answer = blindEvaluateVerifiably(keys, blinded, randomIs(vector.proofScalar));
    expect(answer.evaluated.map(toHex)).toEqual(vector.evaluated);
    expect(toHex(answer.proof)).toBe(vector.proof);
    const out = finalizeVerifiably(inputs, sent, answer, keys.publicKey);
    expect(out.ok && out.outputs.map(toHex)).toEqual(vector.output);
  });
});

describe('T8: equal to @noble/curves on random inputs', () => {
  const random = randomOf('oprf');
  const lengths = [0, 1, 31, 32, 33, 200, 1000];

  test('expand_message_xmd', () => {
    const tag = new TextEncoder().encode('presend test');
    for (const length of lengths)
      for (const size of [1, 63, 64, 65, 255, 16_320]) {
        const message = random(length);
        expect(expandMessage(message, tag, size)).toEqual(expand_message_xmd(message, tag, size, sha512));
      }
    expect(() => expandMessage(tag, tag, 16_321)).toThrow(RangeError);
    expect(() => expandMessage(tag, new Uint8Array(256), 64)).toThrow(RangeError);
  });

  test.each<OprfMode>(['oprf', 'voprf'])('keys of %s', (mode) => {
    for (const length of lengths) {
      const [seed, info] = [random(32), random(length)];
      expect(deriveKeys(mode, seed, info)).toEqual(noble[mode].deriveKeyPair(seed, info));
    }
    expect(() => deriveKeys(mode, random(31), random(1))).toThrow(RangeError);
  });

  test('oprf', () => {
    const { secretKey } = deriveKeys('oprf', random(32), random(4));
    for (const length of lengths) {
      const input = random(length);
      const sent = blind('oprf', input, random);
      const evaluated = noble.oprf.blindEvaluate(secretKey, sent.blinded);
      expect(blindEvaluate(secretKey, sent.blinded)).toEqual(evaluated);
      const output = noble.oprf.finalize(input, sent.blind, evaluated);
      expect(finalize(input, sent.blind, blindEvaluate(secretKey, sent.blinded))).toEqual(output);
      expect(evaluate('oprf', secretKey, input)).toEqual(output);
    }
  });

  test('voprf: each accepts the proof of the other, in batches of 1 to 5', () => {
    const keys = deriveKeys('voprf', random(32), random(4));
    for (let size = 1; size <= 5; size++) {
      const inputs = Array.from({ length: size }, () => random(20));
      const sent = inputs.map((input) => blind('voprf', input, random));
      const blinded = sent.map((each) => each.blinded);
      const ours = blindEvaluateVerifiably(keys, blinded, random);
      const theirs = noble.voprf.blindEvaluateBatch(keys.secretKey, keys.publicKey, blinded);
      const items = inputs.map((input, i) => ({ input, ...sent[i]!, evaluated: ours.evaluated[i]! }));
      const outputs = noble.voprf.finalizeBatch(items, keys.publicKey, ours.proof);
      expect(finalizeVerifiably(inputs, sent, theirs, keys.publicKey)).toEqual({ ok: true, outputs });
    }
  });
});

describe('hostile', () => {
  const random = randomOf('oprf hostile');
  const keys = deriveKeys('voprf', random(32), random(1));
  const inputs = [random(32), random(32), random(32)];
  const sent = inputs.map((input) => blind('voprf', input, random));
  const blinded = sent.map((each) => each.blinded);
  const answer = blindEvaluateVerifiably(keys, blinded, random);
  const unproved = { ok: false, reason: 'the proof does not hold under this public key' };

  test('an honest answer holds', () => expect(finalizeVerifiably(inputs, sent, answer, keys.publicKey).ok).toBe(true));

  test('every flipped bit of the proof is refused', () => {
    for (let bit = 0; bit < 512; bit += 5) {
      const proof = answer.proof.with(bit >> 3, answer.proof[bit >> 3]! ^ (1 << (bit & 7)));
      expect(finalizeVerifiably(inputs, sent, { ...answer, proof }, keys.publicKey), `bit ${bit}`).toEqual(unproved);
    }
  });

  test('a server that uses another key for one element, or for all, is caught', () => {
    const other = deriveKeys('voprf', random(32), random(1));
    const tagged = answer.evaluated.with(1, blindEvaluate(other.secretKey, blinded[1]!));
    expect(finalizeVerifiably(inputs, sent, { ...answer, evaluated: tagged }, keys.publicKey)).toEqual(unproved);
    const all = blindEvaluateVerifiably(other, blinded, random);
    expect(finalizeVerifiably(inputs, sent, all, keys.publicKey)).toEqual(unproved);
    const exchanged = [answer.evaluated[1]!, answer.evaluated[0]!, answer.evaluated[2]!];
    expect(finalizeVerifiably(inputs, sent, { ...answer, evaluated: exchanged }, keys.publicKey)).toEqual(unproved);
  });

  test('errors that cancel in a plain sum do not cancel under the weights', () => {
    const [a, b, c] = answer.evaluated as [(typeof blinded)[0], (typeof blinded)[0], (typeof blinded)[0]];
    const shift = multiplyBase(decodeScalarOf(5));
    const evaluated = [add(a, shift), add(b, multiplyBase(decodeScalarOf(-5))), c];
    expect(finalizeVerifiably(inputs, sent, { ...answer, evaluated }, keys.publicKey)).toEqual(unproved);
  });

  test('identity, invalid and short elements give a reason, never a throw', () => {
    for (const [bad, word] of [
      [identity, 'identity'],
      [new Uint8Array(32).fill(255), 'invalid'],
      [new Uint8Array(31), 'length'],
    ] as const) {
      const reason = `element 1 is no point: ${word}`;
      expect(decodePoints([basePoint, bad])).toEqual({ ok: false, reason });
      const evaluated = [answer.evaluated[0]!, bad, answer.evaluated[2]!];
      expect(finalizeVerifiably(inputs, sent, { ...answer, evaluated }, keys.publicKey)).toEqual({ ok: false, reason });
    }
  });

  test('another number of elements, an empty batch, a proof of another length', () => {
    expect(finalizeVerifiably(inputs, sent, { ...answer, evaluated: [basePoint] }, keys.publicKey)).toEqual({
      ok: false,
      reason: '3 elements were asked for, 1 came',
    });
    expect(decodePoints([])).toEqual({ ok: false, reason: 'a batch has 1 to 65535 elements, not 0' });
    for (const length of [0, 32, 63, 65])
      expect(finalizeVerifiably(inputs, sent, { ...answer, proof: new Uint8Array(length) }, keys.publicKey)).toEqual({
        ok: false,
        reason: 'a proof has 64 bytes',
      });
  });

  test('a public key that is the identity is refused: every proof with a zero key would hold', () => {
    const none = { secretKey: new Uint8Array(32) as Scalar, publicKey: identity };
    const forged = { evaluated: blinded.map(() => randomPoint(random)), proof: new Uint8Array(64) };
    expect(finalizeVerifiably(inputs, sent, forged, none.publicKey)).toEqual(unproved);
  });

  test('an input longer than the RFC allows', () => {
    expect(() => blind('oprf', new Uint8Array(inputLimit + 1), random)).toThrow(RangeError);
    expect(() => blind('oprf', new Uint8Array(inputLimit), random)).not.toThrow();
  });

  test('what is sent does not repeat: two blindings of one input are two points', () => {
    expect(blind('oprf', inputs[0]!, random).blinded).not.toEqual(blind('oprf', inputs[0]!, random).blinded);
  });
});

function decodeScalarOf(value: number): Scalar {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  let rest = value < 0 ? order + BigInt(value) : BigInt(value);
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 255n);
  const decoded = decodeScalar(bytes);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.scalar;
}
