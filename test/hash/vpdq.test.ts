/** vPDQ's rule for two clips, and PDQ of frames above 512 × 512 pixels. */
import { expect, test } from 'vitest';
import { pdq, pdqOfFrame } from '../../src/hash/pdq.ts';
import { wholePdq } from '../../src/hash/pdq-plain.ts';
import { compareVpdq, countedFrames, type VpdqFrame, vpdqRule } from '../../src/hash/vpdq.ts';
import { pattern } from '../image/picture.ts';

/** A frame whose hash has the first `ones` bits set. */
const frame = (ones: number, quality = 100): VpdqFrame => ({
  timeSeconds: 0,
  quality,
  hash: Uint8Array.from({ length: 32 }, (_, i) => (0xff00 >> Math.max(0, Math.min(8, ones - 8 * i))) & 255),
});

test('the defaults are those of ThreatExchange', () => {
  expect(vpdqRule).toEqual({ distanceBits: 31, minQuality: 50, queryShare: 0.8, targetShare: 0 });
});

test('frames match up to 31 bits, the limit included', () => {
  const at = (bits: number) => compareVpdq([frame(0)], [frame(bits)]);
  expect(at(31)).toEqual({ query: { matched: 1, of: 1 }, target: { matched: 1, of: 1 }, match: true });
  expect(at(32)).toEqual({ query: { matched: 0, of: 1 }, target: { matched: 0, of: 1 }, match: false });
});

test('a match needs 80 % of the query’s frames, and any of the target’s', () => {
  const listed = [frame(0), frame(200), frame(256)];
  const query = (others: number) => [...[0, 5, 10, 15].map((ones) => frame(ones)), ...Array(others).fill(frame(100))];
  expect(compareVpdq(query(1), listed)).toEqual({
    query: { matched: 4, of: 5 },
    target: { matched: 1, of: 3 },
    match: true,
  });
  expect(compareVpdq([frame(0), frame(5), frame(10), frame(100)], listed).match).toBe(false);
  expect(compareVpdq(query(1), listed, { ...vpdqRule, targetShare: 0.34 }).match).toBe(false);
});

test('equal frames count once, flat ones not at all, and clips without a frame that counts never match', () => {
  expect(countedFrames([frame(0), frame(0), frame(9, 49), frame(9, 50)], vpdqRule)).toHaveLength(2);
  expect(compareVpdq([frame(0, 49)], [frame(0)]).match).toBe(false);
  expect(compareVpdq([frame(0)], []).match).toBe(false);
});

test('up to 512 × 512 a frame has the hash of a picture; above, all pixels count', () => {
  for (const [width, height] of [
    [512, 512],
    [64, 64],
    [97, 33],
    [4, 9],
  ] as const) {
    expect(pdqOfFrame(pattern(width, height, 3))).toEqual(pdq.hash(pattern(width, height, 3)));
    expect(wholePdq(pattern(width, height, 3))).toEqual(pdq.hash(pattern(width, height, 3)));
  }
  // Wider than the filter's last step, and long: the scratch space has to grow in both ways.
  for (const [width, height] of [
    [700, 520],
    [10, 30_000],
    [30_000, 10],
  ] as const)
    expect(pdqOfFrame(pattern(width, height, 1)).hash).not.toEqual(pdq.hash(pattern(width, height, 1)).hash);
});
