/** Message franking: an honest report verifies, and no part of it can be exchanged. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FrankingContext, frank, stamp, verifyFranking } from '../../src/crypto/franking.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { seededRng } from '../../src/util/rng.ts';

const rng = seededRng(1, 'franking');
const [frankingKey, providerKey, otherKey] = [rng.bytes(32), rng.bytes(32), rng.bytes(32)];
const plaintext = utf8('what was sent');
const context: FrankingContext = {
  message: 'm1',
  sender: 'alice',
  recipient: 'bob',
  sequence: 4,
  sentAt: 9,
};
const tag = frank(plaintext, frankingKey);
const honest = { plaintext, frankingKey, tag, stamp: stamp(tag, context, providerKey) };
type Report = typeof honest;

test('Grubbs, Lu & Ristenpart 2017: an honest report verifies', () => {
  expect(verifyFranking(honest, context, providerKey)).toBe(true);
});

test('the stamp is HMAC-SHA-256 of tag and context, by OpenSSL', () => {
  const expected = createHmac('sha256', providerKey).update(tag).update('["m1","alice","bob",4,9]').digest();
  expect(Buffer.from(honest.stamp).equals(expected)).toBe(true);
});

describe('a forged report is refused', () => {
  const parts = ['plaintext', 'frankingKey', 'tag', 'stamp'] as const;

  test.each(parts)('each single flipped bit of the %s', (part) => {
    const bytes = honest[part];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)));
      expect(verifyFranking({ ...honest, [part]: flipped }, context, providerKey), `bit ${bit}`).toBe(false);
    }
  });

  test.each(parts)('a %s of another length', (part) => {
    for (const length of [0, 1, 31, 33, 64, 500])
      expect(verifyFranking({ ...honest, [part]: new Uint8Array(length) }, context, providerKey)).toBe(false);
    expect(verifyFranking({ ...honest, [part]: honest[part].subarray(1) }, context, providerKey)).toBe(false);
  });

  test.each<Partial<FrankingContext>>([
    { sender: 'carol' },
    { recipient: 'carol' },
    { sequence: 5 },
    { message: 'm2' },
    { sentAt: 10 },
    { sender: 'bob', recipient: 'alice' },
    { sender: 'alice","bob', recipient: '' },
  ])('another context: %j', (change) => {
    expect(verifyFranking(honest, { ...context, ...change }, providerKey)).toBe(false);
  });

  test('a recipient who invents a plaintext, with key and tag that fit it, lacks the stamp', () => {
    const invented = { plaintext: utf8('never sent'), frankingKey: otherKey };
    const report: Report = { ...honest, ...invented, tag: frank(invented.plaintext, otherKey) };
    expect(verifyFranking(report, context, providerKey)).toBe(false);
    expect(verifyFranking({ ...report, stamp: stamp(report.tag, context, otherKey) }, context, providerKey)).toBe(
      false,
    );
  });

  test('a stamp from another message of the same sender does not fit', () => {
    const second = frank(utf8('another'), otherKey);
    const report = { ...honest, stamp: stamp(second, context, providerKey) };
    expect(verifyFranking(report, context, providerKey)).toBe(false);
  });

  test('the provider’s key is needed to verify as to stamp', () => {
    expect(verifyFranking(honest, context, otherKey)).toBe(false);
  });

  test('no two contexts are stamped alike', () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
        if (a === c && b === d) return;
        const of = (sender: string, recipient: string): Uint8Array =>
          stamp(tag, { message: 'm1', sender, recipient, sequence: 0, sentAt: 0 }, providerKey);
        expect(of(a, b)).not.toEqual(of(c, d));
      }),
      { seed: 1, numRuns: 200 },
    ));
});
