/** List membership: scores by hand, and slots that tell something only where something was planted. */
import { describe, expect, test } from 'vitest';
import { bucketScore, nearestEntryScore, slotScore } from '../../src/attack/list-membership.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { auc } from '../../src/metric/roc.ts';
import { concatBytes } from '../../src/util/bytes.ts';
import { seededRng } from '../../src/util/rng.ts';

const entries = [Uint8Array.of(0, 0), Uint8Array.of(255, 255)];

test('a readable list: minus the distance to the nearest entry', () => {
  const score = nearestEntryScore(
    hashList(
      { name: 'l', algorithm: 'x', bits: 16 },
      entries.map((hash, i) => ({ id: `${i}`, hash })),
    ),
  );
  expect(score(Uint8Array.of(0, 0))).toBeCloseTo(0);
  expect(score(Uint8Array.of(0, 7))).toBe(-3);
  expect(score(Uint8Array.of(255, 127))).toBe(-1);
});

test('entries handed out: the same among them, beyond all bits where there are none', () => {
  expect(bucketScore(concatBytes(...entries), Uint8Array.of(0, 1))).toBe(-1);
  expect(bucketScore(new Uint8Array(0), Uint8Array.of(0, 1))).toBe(-17);
  expect(
    bucketScore(Uint8Array.of(0, 1, 9), Uint8Array.of(0, 1)),
    'half an entry at the end is passed over',
  ).toBeCloseTo(0);
});

describe('slots of a table', () => {
  const rng = seededRng(4, 'slots');
  const draw = (n: number, planted: boolean) =>
    Array.from({ length: n }, () => {
      const listed = rng.int(2) === 1;
      const [a, b] = [rng.bytes(8), rng.bytes(8)];
      // One bit that is right nine times in ten.
      if (planted && rng.next() < 0.9) a[0] = listed ? a[0]! | 128 : a[0]! & 127;
      return { slots: { bytes: [a, b] as const, rivals: 0 }, listed };
    });
  const areaOf = (planted: boolean) => {
    const score = slotScore(draw(800, planted));
    const fresh = draw(600, planted);
    const of = (wanted: boolean): number[] =>
      fresh.filter(({ listed }) => listed === wanted).map(({ slots }) => score(slots));
    return auc(of(true), of(false))!;
  };
  test('a planted bit is found', () => expect(areaOf(true).estimate).toBeGreaterThan(0.85));
  // Half, with a standard deviation of 0.024.
  test('random bytes tell nothing', () => expect(Math.abs(areaOf(false).estimate - 0.5)).toBeLessThan(0.08));
});
