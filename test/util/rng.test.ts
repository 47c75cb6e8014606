/** The seeded streams: their values must never move, and their choices must be uniform. */
import { describe, expect, test } from 'vitest';
import { seededRng } from '../../src/util/rng.ts';
import { xoshiro128 } from '../../src/util/xoshiro.ts';

const draws = (seed: number, stream: string, count: number): number[] => {
  const rng = seededRng(seed, stream);
  return Array.from({ length: count }, () => rng.uint32());
};

/** Pearson's statistic of counts that should all be the same. */
const chiSquare = (counts: readonly number[]): number => {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
};

test('xoshiro128**: the first words from state 1, 2, 3, 4, from a transcription in Python', () => {
  const next = xoshiro128(1, 2, 3, 4);
  expect(Array.from({ length: 10 }, next)).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ]);
});

describe('golden values, from a transcription in Python', () => {
  test.each([
    [7, '', [712970575, 2385848555, 4011732800, 515221146]],
    [7, 'messages', [579328745, 3355566803, 1308124460, 1172321413]],
    [2 ** 40 + 7, 'messages', [3131962319, 1363668840]],
  ] as const)('seed %d, stream "%s"', (seed, stream, expected) => {
    expect(draws(seed, stream, expected.length)).toEqual(expected);
  });

  test('next() and bytes() are made of the same words', () => {
    const words = draws(7, 'messages', 2);
    expect(seededRng(7, 'messages').next()).toBe(((words[0]! >>> 5) * 2 ** 26 + (words[1]! >>> 6)) / 2 ** 53);
    const bytes = seededRng(7, 'messages').bytes(7);
    const view = new DataView(new ArrayBuffer(8));
    words.forEach((word, i) => {
      view.setUint32(4 * i, word, true);
    });
    expect(bytes).toEqual(new Uint8Array(view.buffer).slice(0, 7));
  });
});

describe('streams', () => {
  test('drawing from one never shifts another', () => {
    const alone = draws(3, 'a', 50);
    const [a, b] = [seededRng(3, 'a'), seededRng(3, 'b')];
    const between = Array.from({ length: 50 }, () => {
      b.bytes(13);
      return a.uint32();
    });
    expect(between).toEqual(alone);
  });

  test('names and seeds that are near begin differently', () => {
    const names = ['', 'a', 'b', 'aa', 'ab', 'ba', 'a/b', 'a/c', 'é'];
    const first = names.flatMap((name) => [0, 1, 2, 255, 256].map((seed) => draws(seed, name, 1)[0]));
    expect(new Set(first).size).toBe(first.length);
  });

  test('both halves of a large seed count, and do not cancel', () => {
    const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1, 5, 5 * 2 ** 32, 5 + 5 * 2 ** 32, Number.MAX_SAFE_INTEGER];
    expect(new Set(seeds.map((seed) => draws(seed, 'x', 1)[0])).size).toBe(seeds.length);
  });
});

describe('uniformity, at the 99.9 % point of chi-square', () => {
  const critical = { 9: 27.88, 255: 330.52, 5: 20.52, 23: 49.73 } as const;

  test('int(10): 9 degrees of freedom', () => {
    const rng = seededRng(1, 'int');
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[rng.int(10)]!++;
    expect(chiSquare(counts)).toBeLessThan(critical[9]);
  });

  test('int(3 · 2^30) does not prefer its lower third, as a plain remainder would', () => {
    const rng = seededRng(1, 'bias');
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 60_000; i++) counts[Math.floor(rng.int(3 * 2 ** 30) / 2 ** 29)]!++;
    expect(chiSquare(counts)).toBeLessThan(critical[5]);
  });

  test('bytes(): 255 degrees of freedom, and each bit set half of the time', () => {
    const bytes = seededRng(1, 'bytes').bytes(200_000);
    const counts = new Array<number>(256).fill(0);
    for (const byte of bytes) counts[byte]!++;
    expect(chiSquare(counts)).toBeLessThan(critical[255]);
    for (let bit = 0; bit < 8; bit++) {
      const share = bytes.reduce((sum, byte) => sum + ((byte >> bit) & 1), 0) / bytes.length;
      // 3.3 standard deviations of a fair coin.
      expect(Math.abs(share - 0.5)).toBeLessThan((3.3 * 0.5) / Math.sqrt(bytes.length));
    }
  });

  test('next() lies in [0, 1) with mean 1/2 and variance 1/12', () => {
    const rng = seededRng(1, 'next');
    const values = Array.from({ length: 100_000 }, () => rng.next());
    expect(Math.min(...values.slice(0, 50_000), ...values.slice(50_000))).toBeGreaterThanOrEqual(0);
    expect(values.every((value) => value < 1)).toBe(true);
    const mean = values.reduce((a, b) => a + b) / values.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length).toBeCloseTo(1 / 12, 2);
  });

  test('shuffle(): all 24 orders of four things, 23 degrees of freedom', () => {
    const rng = seededRng(1, 'shuffle');
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = rng.shuffle(['a', 'b', 'c', 'd']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()])).toBeLessThan(critical[23]);
  });
});

describe('edges', () => {
  test('shuffle() leaves its argument alone', () => {
    const items = Object.freeze([1, 2, 3, 4, 5]);
    expect([...seededRng(2).shuffle(items)].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(items).toEqual([1, 2, 3, 4, 5]);
  });

  test('int(1) is 0, int(2^32) is a word', () => {
    expect(seededRng(2).int(1)).toBe(0);
    expect(seededRng(2, 'w').int(2 ** 32)).toBe(draws(2, 'w', 1)[0]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32 + 1])(
    'int(%d) is refused instead of drawing for ever',
    (below) => {
      expect(() => seededRng(2).int(below)).toThrow(RangeError);
    },
  );

  test('nothing can be picked of nothing', () => {
    expect(() => seededRng(2).pick([])).toThrow(RangeError);
  });
});
