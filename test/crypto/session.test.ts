/** The sealed channel: what opens, and everything that must not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Associated,
  deviceKeys,
  lastSequence,
  messageKey,
  open,
  type Sealed,
  seal,
  session,
} from '../../src/crypto/session.ts';
import { systemRandom } from '../../src/crypto/sodium.ts';
import { equalBytes, utf8 } from '../../src/util/bytes.ts';
import { toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';
import { salamander } from './salamander.ts';

const randomOf = (stream: string) => {
  const rng = seededRng(1, stream);
  return (length: number): Uint8Array => rng.bytes(length);
};
const [alice, bob, mallory] = ['alice', 'bob', 'mallory'].map((name) => deviceKeys(randomOf(name)));
const about: Associated = {
  strategy: 'e2ee',
  message: 'm1',
  sentAt: 5,
  sender: 'alice',
  recipient: 'bob',
  sequence: 5,
};
const plaintext = utf8('a picture, as far as this test goes');
const key = messageKey(session(alice!, bob!.publicKey).sending, 5);
const sealed = seal(key, plaintext, about);
const flip = (bytes: Uint8Array, bit: number): Uint8Array => bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)));

const changed = { ok: false, reason: 'ciphertext or its associated data was changed' };
const uncommitted = { ok: false, reason: 'key commitment does not fit the key' };

describe('session', () => {
  test('both ends derive the same two keys, exchanged, whichever key sorts first', () => {
    for (let i = 0; i < 20; i++) {
      const [a, b] = [deviceKeys(randomOf(`a${i}`)), deviceKeys(randomOf(`b${i}`))];
      const [here, there] = [session(a, b.publicKey), session(b, a.publicKey)];
      expect(here.sending).toEqual(there.receiving);
      expect(here.receiving).toEqual(there.sending);
      expect(here.sending).not.toEqual(here.receiving);
    }
  });

  test('is another with every other peer', () => {
    const keys = [
      session(alice!, bob!.publicKey),
      session(alice!, mallory!.publicKey),
      session(bob!, mallory!.publicKey),
    ];
    expect(new Set(keys.flatMap(({ sending, receiving }) => [toHex(sending), toHex(receiving)])).size).toBe(6);
  });

  test('a public key that gives away the secret (all zeros, a point of low order) or of another length throws', () => {
    for (const bad of [new Uint8Array(32), new Uint8Array(32).with(0, 1), new Uint8Array(31), new Uint8Array(33)])
      expect(() => session(alice!, bad)).toThrow();
  });

  test('device keys repeat under seeded randomness, and do not under the system’s', () => {
    expect(deviceKeys(randomOf('x'))).toEqual(deviceKeys(randomOf('x')));
    expect(deviceKeys(systemRandom).publicKey).not.toEqual(deviceKeys(systemRandom).publicKey);
    expect(systemRandom(7)).toHaveLength(7);
    // Web Crypto fills 65,536 bytes at once: beyond them nothing may stay as it was.
    const long = systemRandom(70_000);
    expect([long.length, long.subarray(69_900).every((byte) => byte === 0)]).toEqual([70_000, false]);
  });
});

describe('message keys', () => {
  test('one for each direction and number, none beyond the last', () => {
    const { sending, receiving } = session(alice!, bob!.publicKey);
    const numbers = [0, 1, 2, 255, 256, 65536, lastSequence];
    const all = numbers.flatMap((n) => [messageKey(sending, n), messageKey(receiving, n)]).map(toHex);
    expect(new Set(all).size).toBe(all.length);
    for (const beyond of [lastSequence + 1, 2 ** 53, 1e300, -1, 0.5])
      expect(() => messageKey(sending, beyond)).toThrow();
  });
});

describe('open', () => {
  test('gives back what was sealed, at both ends of any message', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(lastSequence), fc.string(), (data, sequence, name) => {
        const data2 = { ...about, sender: name, sequence };
        const there = messageKey(session(bob!, alice!.publicKey).receiving, sequence);
        const box = seal(messageKey(session(alice!, bob!.publicKey).sending, sequence), data, data2);
        expect(open(there, box, data2)).toEqual({ ok: true, plaintext: data });
        expect(box.ciphertext).toHaveLength(data.length + 16);
      }),
      { seed: 1, numRuns: 50 },
    ));

  test('sealing is deterministic, and the ciphertext does not hold the plaintext or the key', () => {
    expect(seal(key, plaintext, about)).toEqual(sealed);
    expect(Buffer.from(sealed.ciphertext).includes(Buffer.from(plaintext.subarray(0, 8)))).toBe(false);
    expect(equalBytes(sealed.commitment, key)).toBe(false);
  });

  test('every single flipped bit of the ciphertext and its tag is refused', () => {
    for (let bit = 0; bit < sealed.ciphertext.length * 8; bit++)
      expect(open(key, { ...sealed, ciphertext: flip(sealed.ciphertext, bit) }, about), `bit ${bit}`).toEqual(changed);
  });

  test('every single flipped bit of the commitment is refused', () => {
    for (let bit = 0; bit < 256; bit++)
      expect(open(key, { ...sealed, commitment: flip(sealed.commitment, bit) }, about), `bit ${bit}`).toEqual(
        uncommitted,
      );
  });

  test('every single flipped bit of the key is refused', () => {
    for (let bit = 0; bit < 256; bit++) expect(open(flip(key, bit), sealed, about), `bit ${bit}`).toEqual(uncommitted);
  });

  test.each<[string, Partial<Associated>]>([
    ['strategy', { strategy: 'escrow' }],
    ['sender', { sender: 'mallory' }],
    ['recipient', { recipient: 'mallory' }],
    ['sequence', { sequence: 6 }],
    ['sender and recipient exchanged', { sender: 'bob', recipient: 'alice' }],
    ['a border moved', { sender: 'alice"', recipient: 'bo' }],
    ['a border moved by quotes', { strategy: 'e2ee","alice', message: 'm1', sentAt: 5, sender: 'bob' }],
    ['another normal form', { sender: 'alice\u0301' }],
  ])('changed %s is refused', (_, change) => {
    expect(open(key, sealed, { ...about, ...change })).toEqual(changed);
  });

  test('a reflected message is refused: what Alice sealed does not open as one that Bob sealed', () => {
    const reflected = messageKey(session(alice!, bob!.publicKey).receiving, 5);
    expect(open(reflected, sealed, about)).toEqual(uncommitted);
  });

  test('another number, or another device, is refused', () => {
    expect(open(messageKey(session(bob!, alice!.publicKey).receiving, 6), sealed, about)).toEqual(uncommitted);
    expect(open(messageKey(session(mallory!, alice!.publicKey).receiving, 5), sealed, about)).toEqual(uncommitted);
  });

  test('hostile lengths of key, ciphertext and commitment give a reason, never a throw', () => {
    for (const length of [0, 1, 15, 16, 31, 32, 33, 64, 65, 200]) {
      const bytes = new Uint8Array(length);
      expect(open(bytes, sealed, about).ok, `key of ${length}`).toBe(false);
      expect(open(key, { ...sealed, ciphertext: bytes }, about), `ciphertext of ${length}`).toEqual(changed);
      expect(open(key, { ...sealed, commitment: bytes }, about), `commitment of ${length}`).toEqual(uncommitted);
    }
    expect(open(new Uint8Array(65), sealed, about)).toEqual({
      ok: false,
      reason: 'a message key has 32 bytes, not 65',
    });
  });
});

describe('key commitment', () => {
  const other = messageKey(session(alice!, bob!.publicKey).sending, 6);

  test('exchanged commitments of two messages are refused under either key', () => {
    const swapped: Sealed = { ...sealed, commitment: seal(other, plaintext, about).commitment };
    expect(open(key, swapped, about)).toEqual(uncommitted);
    expect(open(other, swapped, about)).toEqual(changed);
  });

  test('Dodis et al. 2018: a ciphertext that the AEAD opens under two keys opens under at most one here', () => {
    const { ciphertext, opensAlone } = salamander(key, other, about);
    // The AEAD itself is fooled: that is why the commitment is there.
    expect(opensAlone(key)).toBe(true);
    expect(opensAlone(other)).toBe(true);
    const [mine, others] = [sealed.commitment, seal(other, plaintext, about).commitment];
    expect(open(key, { ciphertext, commitment: mine }, about).ok).toBe(true);
    expect(open(other, { ciphertext, commitment: mine }, about)).toEqual(uncommitted);
    expect(open(other, { ciphertext, commitment: others }, about).ok).toBe(true);
    expect(open(key, { ciphertext, commitment: others }, about)).toEqual(uncommitted);
  });
});
