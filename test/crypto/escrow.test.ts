/** Key escrow: the very format of crypto_box_seal, with randomness passed in. */
import { describe, expect, test } from 'vitest';
import { escrowKeys, openEscrow, sealToEscrow } from '../../src/crypto/escrow.ts';
import { sodium } from '../../src/crypto/sodium.ts';
import { seededRng } from '../../src/util/rng.ts';

const randomOf = (stream: string) => {
  const rng = seededRng(1, stream);
  return (length: number): Uint8Array => rng.bytes(length);
};
const agent = escrowKeys(randomOf('agent'));
const other = escrowKeys(randomOf('other'));
const key = randomOf('key')(32);
const sealed = sealToEscrow(key, agent.publicKey, randomOf('ephemeral'));
const refused = { ok: false, reason: 'not sealed to this escrow key' };

test('what is sealed here opens with crypto_box_seal_open', () => {
  expect(sodium.crypto_box_seal_open(sealed, agent.publicKey, agent.secretKey)).toEqual(key);
});

test('what crypto_box_seal sealed opens here, and is as long', () => {
  const theirs = sodium.crypto_box_seal(key, agent.publicKey);
  expect(openEscrow(theirs, agent)).toEqual({ ok: true, plaintext: key });
  expect(sealed).toHaveLength(theirs.length);
  expect(sealed).toHaveLength(32 + 48);
});

test('the same randomness gives the same bytes, other randomness other bytes throughout', () => {
  expect(sealToEscrow(key, agent.publicKey, randomOf('ephemeral'))).toEqual(sealed);
  const again = sealToEscrow(key, agent.publicKey, randomOf('again'));
  const equal = again.filter((byte, i) => byte === sealed[i]).length;
  expect(equal).toBeLessThan(8);
});

test('only the holder of the secret key opens it', () => {
  expect(openEscrow(sealed, agent)).toEqual({ ok: true, plaintext: key });
  expect(openEscrow(sealed, other)).toEqual(refused);
  expect(openEscrow(sealed, { ...agent, publicKey: other.publicKey })).toEqual(refused);
});

describe('hostile', () => {
  test('every single flipped bit is refused, but for the one that X25519 ignores: there the nonce refuses', () => {
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = sealed.with(bit >> 3, sealed[bit >> 3]! ^ (1 << (bit & 7)));
      expect(openEscrow(flipped, agent), `bit ${bit}`).toEqual(refused);
    }
  });

  test('any length gives a reason, never a throw', () => {
    for (const length of [0, 1, 31, 32, 47, 48, 49, 79, 81, 500])
      expect(openEscrow(new Uint8Array(length), agent), `${length} bytes`).toEqual(refused);
    expect(openEscrow(sealed.subarray(0, -1), agent)).toEqual(refused);
  });

  test('what is sealed need not be a key: its opener must look at the length', () => {
    for (const length of [0, 5, 100]) {
      const odd = sealToEscrow(new Uint8Array(length), agent.publicKey, randomOf('odd'));
      expect(openEscrow(odd, agent)).toEqual({ ok: true, plaintext: new Uint8Array(length) });
    }
  });
});
