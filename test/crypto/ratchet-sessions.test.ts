/** Sessions of devices: the first message, answers, crossing first messages, and what is refused. */
import { describe, expect, test } from 'vitest';
import { mostSessions, RatchetSessions, type SealedInSession } from '../../src/crypto/ratchet-sessions.ts';
import { deviceKeys, InvalidKeyError } from '../../src/crypto/session.ts';
import type { Opened } from '../../src/crypto/sodium.ts';
import { decodeBundle, encodeBundle, type Identity, identityOf, mostOnce } from '../../src/crypto/x3dh.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { randomOf } from './seeded.ts';

class Phone {
  readonly identity: Identity;
  readonly sessions: RatchetSessions;
  readonly name: string;
  constructor(name: string) {
    this.name = name;
    const random = randomOf(`phone ${name}`);
    this.identity = identityOf(deviceKeys(random), random);
    this.sessions = new RatchetSessions(this.identity, random);
  }
  send(to: Phone, text: string): SealedInSession {
    return this.sessions.seal(to.name, () => to.sessions.bundle(), utf8(text), dataOf(this, to));
  }
  receive(from: Phone, sealed: SealedInSession, header = sealed.header): Opened {
    const data = { ...dataOf(from, this), ratchet: header };
    return this.sessions.open(from.name, from.identity.keys.publicKey, sealed, data);
  }
}
const dataOf = (from: Phone, to: Phone) => ({
  ...{ strategy: 'e2ee', message: 'm', sender: from.name, recipient: to.name, sequence: 0, sentAt: 0 },
});
const said = (text: string) => ({ ok: true, plaintext: utf8(text) });
const phones = (): [Phone, Phone] => [new Phone('a'), new Phone('b')];

test('a conversation, in both directions', () => {
  const [a, b] = phones();
  for (let i = 0; i < 4; i++) {
    expect(b.receive(a, a.send(b, `a ${i}`))).toEqual(said(`a ${i}`));
    expect(a.receive(b, b.send(a, `b ${i}`))).toEqual(said(`b ${i}`));
  }
});

test('two that write to each other at the same time keep both sessions', () => {
  const [a, b] = phones();
  const [fromA, fromB] = [a.send(b, 'crossing'), b.send(a, 'crossing too')];
  expect(b.receive(a, fromA)).toEqual(said('crossing'));
  expect(a.receive(b, fromB)).toEqual(said('crossing too'));
  for (let i = 0; i < 3; i++) {
    expect(b.receive(a, a.send(b, `a ${i}`))).toEqual(said(`a ${i}`));
    expect(a.receive(b, b.send(a, `b ${i}`))).toEqual(said(`b ${i}`));
  }
});

describe('refused', () => {
  test('every changed byte of a header, and a header of another length; the message itself still opens', () => {
    const [a, b] = phones();
    b.receive(a, a.send(b, 'first'));
    const sealed = a.send(b, 'second');
    for (let i = 0; i < sealed.header.length; i++) {
      const header = sealed.header.with(i, sealed.header[i]! ^ 1);
      expect(b.receive(a, sealed, header).ok, `byte ${i}`).toBe(false);
    }
    expect(b.receive(a, sealed, sealed.header.slice(1)).ok).toBe(false);
    expect(b.receive(a, sealed)).toEqual(said('second'));
  });

  test('a replay, of a first message too', () => {
    const [a, b] = phones();
    const [first, second] = [a.send(b, 'first'), a.send(b, 'second')];
    for (const sealed of [first, second]) expect(b.receive(a, sealed).ok).toBe(true);
    for (const sealed of [first, second]) expect(b.receive(a, sealed).ok).toBe(false);
    const other = new Phone('b');
    // The same prekeys again, but the one-time key was never made: another device of that name.
    expect(other.receive(a, first)).toMatchObject({ ok: false });
  });

  test('a message that another device claims', () => {
    const [a, b] = phones();
    const sealed = a.send(b, 'mine');
    expect(b.receive(new Phone('c'), sealed).ok).toBe(false);
    expect(b.receive(a, sealed).ok).toBe(true);
  });

  test('a bundle whose prekey or signature was exchanged, or with a key of small order', () => {
    const [a, b] = phones();
    const bundle = b.sessions.bundle();
    const seal = (changed: object) => a.sessions.seal('b', () => ({ ...bundle, ...changed }), utf8('x'), dataOf(a, b));
    expect(() => seal({ prekey: new Phone('c').sessions.bundle().prekey })).toThrow(InvalidKeyError);
    expect(() => seal({ signature: bundle.signature.with(0, bundle.signature[0]! ^ 1) })).toThrow(InvalidKeyError);
    expect(() => seal({ signature: new Uint8Array(3) })).toThrow(InvalidKeyError);
    expect(() => seal({ once: new Uint8Array(32) })).toThrow(InvalidKeyError);
    expect(() => seal({ identity: { ...bundle.identity, key: new Uint8Array(32) } })).toThrow(InvalidKeyError);
    expect(() => seal({})).not.toThrow();
  });
});

test('bundles are encoded and decoded; of one-time keys that wait, the oldest are dropped', () => {
  const [a, b] = phones();
  const bundle = b.sessions.bundle();
  expect(decodeBundle(encodeBundle(bundle))).toEqual(bundle);
  expect(decodeBundle(encodeBundle(bundle).slice(1))).toBeUndefined();
  for (let i = 0; i < mostOnce; i++) b.sessions.bundle();
  expect(b.sessions.secrets.prekeys.once.size).toBe(mostOnce);
  const late = a.sessions.seal('b', () => bundle, utf8('late'), dataOf(a, b));
  expect(b.receive(a, late)).toEqual({
    ok: false,
    reason: 'its session is unknown, and its prekeys are not waiting',
  });
});

test('sessions with one device are bounded', () => {
  const [a, b] = phones();
  const started = Array.from({ length: mostSessions + 1 }, (_, number) => {
    const again = new RatchetSessions(a.identity, randomOf(`again ${number}`));
    return again.seal('b', () => b.sessions.bundle(), utf8('again'), dataOf(a, b));
  });
  for (const sealed of started) b.receive(a, sealed);
  expect(b.sessions.secrets.sessions.get('a')!.size).toBeLessThanOrEqual(mostSessions);
});
