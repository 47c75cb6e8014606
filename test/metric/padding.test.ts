/** Padded lengths: the PURBs paper, by hand, and against the exact channel. Private-matching reference, section 2.8. */
import { describe, expect, test } from 'vitest';
import { exactLeakage, uniformChannel } from '../../src/metric/channel.ts';
import { lengthLeakage, type PaddingName, paddings } from '../../src/metric/padding.ts';
import { seededRng } from '../../src/util/rng.ts';

const padme = paddings.Padmé;

/** Bits of a binary number that are free: from the first 1 to the last 1. */
const freeBits = (length: number): number => length.toString(2).replace(/0+$/, '').length;

describe('Padmé', () => {
  test.each([
    [1, 1],
    [8, 8],
    [9, 10],
    [15, 16],
    [16, 16],
    [17, 18],
    [100, 104],
    [1_000, 1_024],
    [1_025, 1_088],
    [100_000, 100_352],
    [1_000_000, 1_015_808],
  ])('%d bytes become %d', (bytes, padded) => expect(padme(bytes)).toBe(padded));

  test('never shorter, never more than 12 % longer, idempotent, and in order, up to 2^17 and at random up to 2^50', () => {
    const rng = seededRng(1);
    const lengths = [
      ...Array.from({ length: 1 << 17 }, (_, i) => i + 1),
      ...Array.from({ length: 2000 }, () => Math.floor(2 ** (50 * rng.next()))),
    ];
    const wrong = lengths.filter((length) => {
      const padded = padme(length);
      return padded < length || padded / length - 1 > 0.12 || padme(padded) !== padded || padme(length + 1) < padded;
    });
    expect(wrong).toEqual([]);
    // The most is near the bound, so that it is one.
    expect(Math.max(...[9, 17, 33, 129, 257].map((length) => padme(length) / length - 1))).toBeGreaterThan(0.11);
  });

  test('O(log log M) bits: a length of E bits leaves the first few free', () => {
    for (let length = 2; length < 1 << 16; length++) {
      const exponent = Math.floor(Math.log2(length));
      expect(freeBits(padme(length))).toBeLessThanOrEqual(Math.floor(Math.log2(exponent)) + 2);
    }
  });
});

test.each<[PaddingName, [number, number][]]>([
  ['none', [[777, 777]]],
  [
    '1 KiB blocks',
    [
      [1, 1024],
      [1024, 1024],
      [1025, 2048],
    ],
  ],
  [
    'power of two',
    [
      [1, 1],
      [3, 4],
      [4, 4],
      [5, 8],
      [2 ** 40 + 1, 2 ** 41],
    ],
  ],
])('%s', (name, expected) => {
  for (const [bytes, padded] of expected) expect(paddings[name](bytes)).toBe(padded);
});

describe('leakage', () => {
  const rng = seededRng(2);
  // Photographs: log-normal around 80 kB, some of equal size.
  const sizes = Array.from({ length: 500 }, () => Math.round(Math.exp(11.3 + 1.5 * (rng.next() + rng.next() - 1))));

  test.each(Object.keys(paddings) as PaddingName[])('%s: as the exact channel of messages to lengths', (name) => {
    const found = lengthLeakage(sizes, paddings[name]);
    const lengths = sizes.map(paddings[name]);
    const views = [...new Set(lengths)];
    const exact = exactLeakage(uniformChannel(lengths.map((each) => views.map((view) => (view === each ? 1 : 0)))));
    expect(found.classes).toBe(views.length);
    expect(found.classes).toBeCloseTo(exact.multiplicative, 9);
    expect(found.posterior).toBeCloseTo(exact.posterior, 12);
    expect(found.shannonBits).toBeCloseTo(exact.shannonBits, 9);
    expect(found.unique).toBe(lengths.filter((each) => lengths.indexOf(each) === lengths.lastIndexOf(each)).length);
  });

  test('coarser padding tells less and costs more', () => {
    const [none, blocks, two, pad] = (['none', '1 KiB blocks', 'power of two', 'Padmé'] as const).map((name) =>
      lengthLeakage(sizes, paddings[name]),
    );
    expect(none!.shannonBits).toBeGreaterThan(blocks!.shannonBits);
    expect(blocks!.shannonBits).toBeGreaterThan(pad!.shannonBits);
    expect(pad!.shannonBits).toBeGreaterThan(two!.shannonBits);
    expect(none!.overhead).toBe(0);
    expect(pad!.mostOverhead).toBeLessThanOrEqual(0.12);
    expect(two!.overhead).toBeGreaterThan(pad!.overhead);
    expect(two!.mostOverhead).toBeLessThan(1);
  });

  test('one sentence for bad sizes', () => {
    expect(() => lengthLeakage([], paddings.none)).toThrow('Expected sizes in whole bytes from 1 but received none.');
    expect(() => lengthLeakage([1.5], paddings.none)).toThrow(RangeError);
  });
});
