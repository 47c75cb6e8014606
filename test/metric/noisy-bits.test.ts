/** Noisy bits: the closed form, the dense channel written out, and what classes add. */
import { describe, expect, test } from 'vitest';
import { exactLeakage, uniformChannel } from '../../src/metric/channel.ts';
import { noisyBitsCapacity, noisyBitsLeakage } from '../../src/metric/noisy-bits.ts';
import { seededRng } from '../../src/util/rng.ts';

/** The channel in full: a view is a class and the bits. */
function dense(classes: readonly (readonly number[])[], bits: number, gamma: number): number[][] {
  const ones = (word: number): number => [...word.toString(2)].filter((digit) => digit === '1').length;
  return classes.flatMap((words, at) =>
    words.map((word) =>
      classes.flatMap((_, other) =>
        Array.from({ length: 2 ** bits }, (__, y) => {
          const flips = ones(word ^ y);
          return other === at ? gamma ** flips * (1 - gamma) ** (bits - flips) : 0;
        }),
      ),
    ),
  );
}

describe('noisy bits', () => {
  test('private-matching reference, 2.9: d = 9 and 16 at γ = 0.05', () => {
    expect(noisyBitsCapacity(9, 0.05)).toBeCloseTo(322.7, 1);
    expect(Math.log2(noisyBitsCapacity(9, 0.05))).toBeCloseTo(8.33, 2);
    expect(Math.log2(noisyBitsCapacity(16, 0.05))).toBeCloseTo(14.8, 1);
    const all = Array.from({ length: 2 ** 9 }, (_, word) => word);
    expect(noisyBitsLeakage([all], 9, 0.05).capacity).toBeCloseTo(noisyBitsCapacity(9, 0.05), 9);
  });

  test.each([
    [3, 0.05],
    [5, 0.2],
    [6, 0],
    [4, 0.5],
  ])('%d bits at γ = %d: as the channel written out', (bits, gamma) => {
    const rng = seededRng(4, `noisy ${bits}`);
    const classes = [7, 1, 4, 0].map((n) => Array.from({ length: n }, () => rng.int(2 ** bits)));
    const exact = exactLeakage(uniformChannel(dense(classes, bits, gamma)));
    const found = noisyBitsLeakage(classes, bits, gamma);
    expect(found.capacity).toBeCloseTo(exact.capacity, 10);
    expect(found.posterior).toBeCloseTo(exact.posterior, 10);
    expect(found.shannonBits).toBeCloseTo(exact.shannonBits, 10);
  });

  test('what is out of range is refused', () => {
    expect(() => noisyBitsLeakage([[1]], 0, 0.1)).toThrow(RangeError);
    expect(() => noisyBitsLeakage([[1]], 21, 0.1)).toThrow('from 1 to 20');
    expect(() => noisyBitsLeakage([[1]], 4, 0.6)).toThrow('noise from 0 to 0.5');
    expect(() => noisyBitsLeakage([[], []], 4, 0.1)).toThrow('at least one secret');
  });
});
