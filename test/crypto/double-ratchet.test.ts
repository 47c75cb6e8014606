/** The double ratchet against vectors of a second implementation, its properties under loss, reordering and theft, and mutants that must be caught. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import { headerBytes, mostKept, mostSkipped, parseHeader, Ratchet } from '../../src/crypto/double-ratchet.ts';
import { deviceKeys } from '../../src/crypto/session.ts';
import type { Opened, RandomBytes } from '../../src/crypto/sodium.ts';
import { encodeBundle, identityOf, initiate, Prekeys } from '../../src/crypto/x3dh.ts';
import { concatBytes, equalBytes, u32 } from '../../src/util/bytes.ts';
import { fromHex, toHex } from '../../src/util/hex.ts';
import { faultsOf, mutants } from './ratchet-properties.ts';
import { randomOf } from './seeded.ts';

interface Vectors {
  readonly seeds: Readonly<Record<string, string>> & {
    readonly aliceRatchet: readonly string[];
    readonly bobRatchet: readonly string[];
  };
  readonly bundle: string;
  readonly ephemeral: string;
  readonly secret: string;
  readonly script: readonly ('sA' | 'sB' | number)[];
  readonly sent: readonly { readonly from: 'A' | 'B'; readonly header: string; readonly key: string }[];
}
const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../vectors/double-ratchet.json'), 'utf8'),
) as Vectors;

/** Gives these draws, and no more. */
const drawing = (...seeds: readonly string[]): RandomBytes => {
  const rest = seeds.map((seed) => fromHex(seed));
  return (length) => {
    const next = rest.shift();
    if (next?.length !== length) throw new Error('Another draw than the vectors have');
    return next;
  };
};
const accepts =
  (expected: Uint8Array) =>
  (key: Uint8Array): Opened =>
    equalBytes(key, expected) ? { ok: true, plaintext: new Uint8Array(0) } : { ok: false, reason: 'another key' };
const all = (key: Uint8Array): Opened => ({ ok: true, plaintext: key.slice() });

test('RFC 5869, A.1 and A.3: HKDF-SHA-256 as it is used here', () => {
  const ikm = new Uint8Array(22).fill(0x0b);
  // HMAC fills a short key with zeros, so the salt of 13 bytes is this one of 32, and no salt is 32 zeros.
  const salt = concatBytes(fromHex('000102030405060708090a0b0c'), new Uint8Array(19));
  expect(toHex(hkdf(sha256, ikm, salt, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  );
  expect(toHex(hkdf(sha256, ikm, new Uint8Array(32), new Uint8Array(0), 42))).toBe(
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  );
});

describe('vectors of a second implementation', () => {
  const { seeds } = vectors;
  const prekey = deviceKeys(drawing(seeds.bobPrekey!));

  test('X3DH: bundle, ephemeral key and secret of both ends', () => {
    const alice = identityOf(deviceKeys(drawing(seeds.aliceIdentity!)), drawing('00'.repeat(32)));
    const bob = identityOf(deviceKeys(drawing(seeds.bobIdentity!)), drawing(seeds.bobSigning!));
    const prekeys = new Prekeys(bob, drawing(seeds.bobPrekey!, seeds.bobOnce!));
    const bundle = prekeys.bundle();
    expect(toHex(encodeBundle(bundle))).toBe(vectors.bundle);
    const initiated = initiate(alice, bundle, drawing(seeds.aliceEphemeral!));
    expect([toHex(initiated.ephemeral), toHex(initiated.secret)]).toEqual([vectors.ephemeral, vectors.secret]);
    const accepted = prekeys.accept(initiated.number, alice.keys.publicKey, initiated.ephemeral)!;
    expect(toHex(accepted.secret)).toBe(vectors.secret);
    accepted.used();
    expect(prekeys.accept(initiated.number, alice.keys.publicKey, initiated.ephemeral)).toBeUndefined();
  });

  test('double ratchet: every header and key, with late, overtaking and lost messages', () => {
    const secret = fromHex(vectors.secret);
    const ends = {
      A: Ratchet.initiator(secret, prekey.publicKey, drawing(...seeds.aliceRatchet)),
      B: Ratchet.responder(secret, prekey, drawing(...seeds.bobRatchet)),
    };
    let count = 0;
    for (const step of vectors.script) {
      if (typeof step === 'string') {
        const { header, key } = ends[step[1] as 'A' | 'B'].send();
        const expected = vectors.sent[count++]!;
        expect([toHex(header), toHex(key)]).toEqual([expected.header, expected.key]);
      } else {
        const { from, header, key } = vectors.sent[step]!;
        expect(ends[from === 'A' ? 'B' : 'A'].receive(fromHex(header), accepts(fromHex(key))).ok).toBe(true);
      }
    }
    expect(count).toBe(vectors.sent.length);
  });
});

describe('properties', () => {
  test('no message is lost, no key used twice, no replay opened; a thief opens nothing of before, and nothing after a fresh key', () => {
    expect([...faultsOf((ratchet) => ratchet)]).toEqual([]);
  });

  test.each([
    ['skipped step', ['future']],
    ['reused key', ['lost', 'past', 'reused']],
    ['replay', ['past', 'replayed']],
    ['key not deleted', ['past']],
  ] as const)('the mutant %s is caught', (mutant, faults) => {
    expect([...faultsOf(mutants[mutant])].sort()).toEqual(faults);
  });
});

describe('bounds', () => {
  const pair = () => {
    const prekey = deviceKeys(randomOf('prekey'));
    const secret = randomOf('secret')(32);
    const a = Ratchet.initiator(secret, prekey.publicKey, randomOf('a'));
    return { a, b: Ratchet.responder(secret, prekey, randomOf('b')) };
  };

  test('a message may skip as many others as are allowed, and no more; a refusal changes nothing', () => {
    const { a, b } = pair();
    const sent = Array.from({ length: mostSkipped + 2 }, () => a.send());
    expect(b.receive(sent[mostSkipped + 1]!.header, all)).toEqual({
      ok: false,
      reason: '1001 messages of the chain are missing before this one, and at most 1000 may be',
    });
    expect(b.state.skipped.size).toBe(0);
    expect(b.receive(sent[mostSkipped]!.header, accepts(sent[mostSkipped]!.key)).ok).toBe(true);
    expect(b.state.skipped.size).toBe(mostSkipped);
    expect(b.receive(sent[5]!.header, accepts(sent[5]!.key)).ok).toBe(true);
    expect(b.receive(sent[5]!.header, all)).toMatchObject({ ok: false });
  });

  test('of the keys that are kept, the oldest are deleted', () => {
    const { a, b } = pair();
    const sent = Array.from({ length: 3 * mostSkipped }, () => a.send());
    for (const i of [mostSkipped, 2 * mostSkipped, 3 * mostSkipped - 1])
      expect(b.receive(sent[i]!.header, accepts(sent[i]!.key)).ok).toBe(true);
    expect(b.state.skipped.size).toBe(mostKept);
    expect(b.receive(sent[0]!.header, all)).toEqual({
      ok: false,
      reason: 'message 0 of this chain was opened before, or its key was deleted',
    });
    expect(b.receive(sent[mostSkipped + 1]!.header, accepts(sent[mostSkipped + 1]!.key)).ok).toBe(true);
  });

  test('headers of other lengths, and keys of small order, are refused', () => {
    const { a, b } = pair();
    const { header, key } = a.send();
    expect(b.receive(header.slice(1), all)).toEqual({
      ok: false,
      reason: `a ratchet header has ${headerBytes} bytes, not ${headerBytes - 1}`,
    });
    expect(parseHeader(header.slice(1))).toBeUndefined();
    expect(b.receive(concatBytes(new Uint8Array(32), u32(0), u32(0)), all)).toEqual({
      ok: false,
      reason: 'the ratchet key of the message is invalid',
    });
    expect(b.receive(header, accepts(key)).ok).toBe(true);
  });

  test('a responder that has received nothing cannot send; wiped secrets are zeros', () => {
    const { a, b } = pair();
    expect(() => b.send()).toThrow('sends only after it has received');
    const { header, key } = a.send();
    b.receive(header, accepts(key));
    b.wipe();
    const { root, own, sending, receiving } = b.state;
    for (const secret of [root, own.secretKey, sending!.key, receiving!.key])
      expect(equalBytes(secret, new Uint8Array(32))).toBe(true);
  });
});
