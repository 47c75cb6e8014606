/** Diffie–Hellman private set intersection: what the client learns, what the server sees, and what is refused. */
import { ristretto255 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import {
  psiAnswer,
  psiAsk,
  psiBatchLimit,
  psiFind,
  psiKey,
  psiPoint,
  psiServerFilter,
  psiServerSet,
  psiUnblind,
} from '../../src/crypto/dh-psi.ts';
import { parseFilter, serializeFilter } from '../../src/crypto/fuse-filter.ts';
import { identity, type Point } from '../../src/crypto/group.ts';
import { byteKey } from '../../src/util/bytes.ts';
import { randomOf } from './seeded.ts';

const random = randomOf('psi');
const key = psiKey(random);
const listed = Array.from({ length: 200 }, () => random(32));
const strangers = Array.from({ length: 40 }, () => random(32));
const asked = [...strangers.slice(0, 20), ...listed.slice(50, 70), ...strangers.slice(20), listed[50]!];
const expected = asked.map((entry) => listed.includes(entry));
const answerTo = (points: readonly Uint8Array[]): readonly Point[] => {
  const answer = psiAnswer(key, points);
  if (!answer.ok) throw new Error(answer.reason);
  return answer.points;
};
const set = psiServerSet(key, listed);
const query = psiAsk(asked, random);
const answer = answerTo(query.points);

describe('the client learns the intersection', () => {
  test('against the server’s set', () => expect(psiFind(query, answer, set)).toEqual({ ok: true, found: expected }));

  test.each([16, 32] as const)('against its filter of %d bits, also after sending', (bits) => {
    const filterKey = random(32);
    const filter = psiServerFilter(key, listed, bits, filterKey);
    expect(psiFind(query, answer, filter)).toEqual({ ok: true, found: expected });
    const sent = parseFilter(serializeFilter(filter), filterKey);
    expect(sent.ok && psiFind(query, answer, sent.filter)).toEqual({ ok: true, found: expected });
    expect(serializeFilter(filter).length).toBeLessThan(set.length * (bits / 256) * 1.9);
  });

  test('an empty batch, an empty set', () => {
    const none = psiAsk([], random);
    expect(psiFind(none, answerTo([]), set)).toEqual({ ok: true, found: [] });
    expect(psiFind(query, answer, psiServerSet(key, []))).toEqual({ ok: true, found: asked.map(() => false) });
  });

  test('unblinded, a point is the entry’s under the server’s key, by @noble/curves', () => {
    const { Point: Noble } = ristretto255;
    const unblinded = psiUnblind(query, answer);
    for (const [i, entry] of asked.slice(0, 8).entries()) {
      const point = Noble.fromBytes(psiPoint(entry)).multiply(Noble.Fn.fromBytes(key)).toBytes();
      expect(unblinded.ok && unblinded.points[i]).toEqual(point);
    }
  });
});

describe('what the server sees', () => {
  test('two questions about one entry are two points, within a batch and between batches', () => {
    const twice = psiAsk([listed[0]!, listed[0]!], random);
    const again = psiAsk([listed[0]!], random);
    expect(new Set([...twice.points, ...again.points].map(byteKey)).size).toBe(3);
  });
});

describe('what the client sees of the list', () => {
  test('a sorted set: the same whatever the order of the list, equal entries once', () => {
    expect(psiServerSet(key, [...listed.toReversed(), listed[3]!])).toEqual(set);
    expect(set).toHaveLength(32 * listed.length);
    const elements = listed.map((_, i) => byteKey(set.subarray(32 * i, 32 * i + 32)));
    expect(elements.toSorted()).toEqual(elements);
  });

  test('nothing it can test entries against without the server', () => {
    const members = new Set(listed.map((_, i) => byteKey(set.subarray(32 * i, 32 * i + 32))));
    expect(listed.some((entry) => members.has(byteKey(psiPoint(entry))))).toBe(false);
  });
});

describe('hostile: refused with a reason, never a throw', () => {
  const bads: [string, Uint8Array][] = [
    ['identity', identity],
    ['invalid', new Uint8Array(32).fill(255)],
    ['length', new Uint8Array(31)],
    ['length', new Uint8Array(0)],
  ];

  test.each(bads)('a client’s element: %s', (word, bad) =>
    expect(psiAnswer(key, [query.points[0]!, bad])).toEqual({ ok: false, reason: `element 1 is no point: ${word}` }),
  );

  test.each(bads)('a server’s element: %s', (word, bad) =>
    expect(psiFind(query, answer.with(4, bad as Point), set)).toEqual({
      ok: false,
      reason: `element 4 is no point: ${word}`,
    }),
  );

  test('an answer of another length', () =>
    expect(psiFind(query, answer.slice(1), set)).toEqual({ ok: false, reason: '61 elements were asked for, 60 came' }));

  test('a batch beyond the limit', () =>
    expect(
      psiAnswer(
        key,
        Array.from({ length: psiBatchLimit + 1 }, () => query.points[0]!),
      ),
    ).toEqual({
      ok: false,
      reason: 'a batch has at most 1024 elements, not 1025',
    }));

  test('a set that is cut', () =>
    expect(psiFind(query, answer, set.subarray(1))).toEqual({
      ok: false,
      reason: 'a set has 32 bytes an element, not 6399 in all',
    }));

  test('an answer under another key, or in another order, finds nothing that is not there', () => {
    const other = psiAnswer(psiKey(random), query.points);
    expect(other.ok && psiFind(query, other.points, set)).toEqual({ ok: true, found: asked.map(() => false) });
    const turned = psiFind(query, [...answer.slice(1), answer[0]!], set);
    expect(turned.ok && turned.found.some(Boolean)).toBe(false);
  });
});
