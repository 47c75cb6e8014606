/** The log of list versions: signed heads, proofs, and what comparing heads finds. The trees themselves: test/util/merkle.test.ts. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import {
  compareHeads,
  entryHash,
  type LoggedList,
  logKeys,
  merkleLog,
  verifyHead,
  verifyLogged,
} from '../../src/crypto/merkle-log.ts';
import { concatBytes, u32, utf8 } from '../../src/util/bytes.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { UserError } from '../../src/util/errors.ts';
import { randomOf } from './seeded.ts';

const keys = logKeys(randomOf('log'));
const listOf = (version: number, name = 'targets'): LoggedList => ({ name, version, root: sha256Hex(`${version}`) });
const logOf = (versions: number, name?: string) => {
  const log = merkleLog(keys);
  for (let version = 1; version <= versions; version++) log.append(listOf(version, name));
  return log;
};

test('a head is an Ed25519 signature of size and root, by @noble/curves', () => {
  const head = logOf(3).head();
  const signed = concatBytes(utf8('presend log head\n'), u32(3), head.root);
  expect(ed25519.verify(head.signature, signed, keys.publicKey)).toBe(true);
  expect(head.signature).toEqual(ed25519.sign(signed, keys.secretKey.subarray(0, 32)));
});

test('every version of every log up to 64 is proved to be in it, and no other is', () => {
  for (const size of [1, 2, 3, 7, 8, 33, 64]) {
    const log = logOf(size);
    const head = log.head();
    for (let i = 0; i < size; i++) {
      const proof = log.inclusion(i);
      expect(verifyLogged(listOf(i + 1), i, proof, head, keys.publicKey)).toBe(true);
      expect(verifyLogged(listOf(i + 2), i, proof, head, keys.publicKey)).toBe(false);
      expect(verifyLogged(listOf(i + 1, 'other'), i, proof, head, keys.publicKey)).toBe(false);
    }
  }
});

test('an old head stays provable as the log grows', () => {
  const log = merkleLog(keys);
  const heads = Array.from({ length: 20 }, (_, i) => {
    log.append(listOf(i + 1));
    return log.head();
  });
  for (const [i, old] of heads.entries())
    for (const later of heads.slice(i)) {
      const proof = log.consistency(old.size, later.size);
      expect(compareHeads(old, later, keys.publicKey, proof)).toBe('consistent');
      expect(compareHeads(later, old, keys.publicKey, proof)).toBe('consistent');
      expect(verifyLogged(listOf(i + 1), i, log.inclusion(i, later.size), later, keys.publicKey)).toBe(true);
    }
});

describe('split view', () => {
  const shown = logOf(5);
  // The same history, but one user's last list is another.
  const tagged = logOf(4);
  tagged.append({ ...listOf(5), root: sha256Hex('a list for one user') });

  test('two heads of one size and two roots are evidence', () => {
    expect(compareHeads(shown.head(), tagged.head(), keys.publicKey)).toBe('split');
    expect(compareHeads(shown.head(), logOf(5).head(), keys.publicKey)).toBe('consistent');
  });

  test('of two sizes: no proof of either log joins them', () => {
    shown.append(listOf(6));
    for (const proof of [shown.consistency(5), tagged.consistency(4), [], shown.inclusion(0)])
      expect(compareHeads(tagged.head(), shown.head(), keys.publicKey, proof)).toBe('unproven');
  });

  test('a list taken back is a smaller log or an unproven one', () => {
    const without = merkleLog(keys);
    for (const version of [1, 2, 4, 5, 6, 7, 8]) without.append(listOf(version));
    expect(compareHeads(shown.head(), without.head(), keys.publicKey, without.consistency(6))).toBe('unproven');
  });

  test('a head that the log did not sign is evidence of nothing', () => {
    const stranger = merkleLog(logKeys(randomOf('stranger')));
    for (let version = 1; version <= 6; version++) stranger.append(listOf(version));
    expect(compareHeads(shown.head(), stranger.head(), keys.publicKey)).toBe('unsigned');
    expect(compareHeads({ ...shown.head(), size: 7 }, shown.head(), keys.publicKey)).toBe('unsigned');
  });

  test('the empty log is consistent with every log', () =>
    expect(compareHeads(logOf(0).head(), shown.head(), keys.publicKey)).toBe('consistent'));
});

describe('hostile', () => {
  test('heads of odd lengths and sizes are not signed, without a throw', () => {
    const head = logOf(2).head();
    for (const bad of [
      { ...head, signature: head.signature.subarray(1) },
      { ...head, root: head.root.subarray(1) },
      { ...head, size: -1 },
      { ...head, size: 2 ** 40 },
      { ...head, size: Number.NaN },
      { ...head, root: head.root.with(0, head.root[0]! ^ 1) },
    ])
      expect(verifyHead(bad, keys.publicKey)).toBe(false);
    expect(verifyHead(head, keys.publicKey.subarray(1))).toBe(false);
  });

  test('proofs outside the log are a mistake of the caller', () => {
    const log = logOf(3);
    for (const ask of [
      () => log.inclusion(3),
      () => log.inclusion(0, 4),
      () => log.consistency(0),
      () => log.consistency(4),
    ])
      expect(ask).toThrow(RangeError);
  });

  test('no two entries are spelt alike', () => {
    const root = sha256Hex('x');
    const all = [
      { name: 'a', version: 1, root },
      { name: 'a', version: 256, root },
      { name: `${root[0]}a`, version: 1, root },
      { name: '', version: 1, root },
    ];
    expect(new Set(all.map((list) => entryHash(list).join())).size).toBe(all.length);
    for (const bad of ['', 'ab', root.slice(2), `${root}00`, 'z'.repeat(64)])
      expect(() => entryHash({ name: 'a', version: 1, root: bad })).toThrow(UserError);
  });
});
