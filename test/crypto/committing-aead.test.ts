/** Pitfall 11: the encryption commits to its key. Its behaviour inside a session is held by session.test.ts, salamander included. */
import { describe, expect, test } from 'vitest';
import {
  openBytes,
  openCommitting,
  sealBytes,
  sealCommitting,
  sealedOverhead,
} from '../../src/crypto/committing-aead.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { randomOf } from './seeded.ts';

const random = randomOf('committing');
const [key, other] = [random(32), random(32)];
const [plaintext, associated] = [utf8('a share'), utf8('message 1')];
const sealed = sealBytes(key, plaintext, associated);

test('one byte string: commitment, then ciphertext, 48 bytes longer than the plaintext', () => {
  const parts = sealCommitting(key, plaintext, associated);
  expect(sealed).toHaveLength(plaintext.length + sealedOverhead);
  expect(sealedOverhead).toBe(48);
  expect(sealed.subarray(0, 32)).toEqual(parts.commitment);
  expect(sealed.subarray(32)).toEqual(parts.ciphertext);
  expect(openBytes(key, sealed, associated)).toEqual({ ok: true, plaintext });
  expect(openCommitting(key, parts, associated)).toEqual({ ok: true, plaintext });
});

describe('refused with a reason', () => {
  test('another key, before the ciphertext is looked at', () =>
    expect(openBytes(other, sealed, associated)).toEqual({ ok: false, reason: 'key commitment does not fit the key' }));

  test('other associated data', () =>
    expect(openBytes(key, sealed, utf8('message 2'))).toEqual({
      ok: false,
      reason: 'ciphertext or its associated data was changed',
    }));

  test('every flipped bit', () => {
    for (let bit = 0; bit < sealed.length * 8; bit++)
      expect(openBytes(key, sealed.with(bit >> 3, sealed[bit >> 3]! ^ (1 << (bit & 7))), associated).ok).toBe(false);
  });

  test('every shorter and some longer strings', () => {
    for (let length = 0; length < sealed.length; length++)
      expect(openBytes(key, sealed.subarray(0, length), associated).ok).toBe(false);
    for (const more of [1, 16, 48])
      expect(openBytes(key, new Uint8Array([...sealed, ...new Uint8Array(more)]), associated).ok).toBe(false);
  });
});

test('pitfall 11: random keys never open what is not theirs', () => {
  for (let i = 0; i < 2000; i++) expect(openBytes(random(32), sealed, associated).ok).toBe(false);
});
