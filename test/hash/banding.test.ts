/** Banding: what is sampled, what is found, and the model that it is held against. */
import { describe, expect, test } from 'vitest';
import { bandIndex, bandKeys, drawBanding, modelCandidates } from '../../src/hash/banding.ts';
import { UserError } from '../../src/util/errors.ts';
import { seededRng } from '../../src/util/rng.ts';

const flipped = (hash: Uint8Array, bits: readonly number[]): Uint8Array => {
  const out = hash.slice();
  for (const bit of bits) out[bit >> 3]! ^= 0x80 >> (bit & 7);
  return out;
};

describe('the independent-bit model', () => {
  // P(candidate) at 31 of 256 bits, and for unrelated hashes, to the digits that are known.
  test.each([
    [16, 32, 0.987, 4.9e-4],
    [24, 64, 0.948, 3.8e-6],
    [32, 64, 0.646, 1.5e-8],
    [32, 128, 0.874, 3.0e-8],
  ])('k = %i, L = %i: recall at 31 bits %f, candidates per entry %f', (sampledBits, tables, recall, rate) => {
    expect(Number(modelCandidates({ sampledBits, tables }, 31 / 256).toFixed(3))).toBe(recall);
    expect(Number(modelCandidates({ sampledBits, tables }, 1 / 2).toPrecision(2))).toBe(rate);
  });

  test('all equal is always found, all different never', () => {
    expect(modelCandidates({ sampledBits: 16, tables: 4 }, 0)).toBe(1);
    expect(modelCandidates({ sampledBits: 16, tables: 4 }, 1)).toBe(0);
  });
});

describe('tables', () => {
  test('hold as many different bits as asked for, and come again from the same stream', () => {
    const draw = (name: string) => drawBanding(256, { sampledBits: 24, tables: 8 }, seededRng(1, name));
    const banding = draw('bands');
    expect(banding.positions).toHaveLength(8);
    for (const bits of banding.positions) {
      expect(new Set(bits).size).toBe(24);
      expect(Math.max(...bits)).toBeLessThan(256);
    }
    expect(draw('bands')).toEqual(banding);
    expect(draw('others')).not.toEqual(banding);
  });

  test('a key is the number of its table and the sampled bits, the first one highest', () => {
    const banding = {
      hashBits: 16,
      sampledBits: 3,
      tables: 2,
      positions: [
        [0, 15, 8],
        [1, 2, 3],
      ].map(toPositions),
    };
    expect(bandKeys(banding, Uint8Array.of(0b1010_0000, 0b1000_0000))).toEqual([
      Uint8Array.of(0, 0, 0b1010_0000),
      Uint8Array.of(1, 0, 0b0100_0000),
    ]);
  });

  test('candidates agree on a whole table; the same bits in different tables do not count', () => {
    const banding = {
      hashBits: 16,
      sampledBits: 8,
      tables: 2,
      positions: [range(0, 8), range(8, 16)].map(toPositions),
    };
    const list = [Uint8Array.of(1, 2), Uint8Array.of(3, 4), Uint8Array.of(1, 4), Uint8Array.of(2, 1)];
    const candidates = bandIndex(banding, list);
    expect(candidates(Uint8Array.of(1, 4))).toEqual([0, 1, 2]);
    expect(candidates(Uint8Array.of(4, 2))).toEqual([0]);
    expect(candidates(Uint8Array.of(9, 9))).toEqual([]);
  });

  test('bad sizes and hashes of another length are refused', () => {
    const rng = seededRng(1);
    expect(() => drawBanding(64, { sampledBits: 65, tables: 1 }, rng)).toThrow(UserError);
    expect(() => drawBanding(64, { sampledBits: 0, tables: 1 }, rng)).toThrow(/from 1 to the 64 bits/);
    expect(() => drawBanding(64, { sampledBits: 8, tables: 0 }, rng)).toThrow(/for tables/);
    expect(() => bandKeys(drawBanding(64, { sampledBits: 8, tables: 1 }, rng), new Uint8Array(9))).toThrow(/64 bits/);
  });
});

describe('random hashes', () => {
  const rng = seededRng(7, 'hashes');
  const size = { sampledBits: 16, tables: 8 };
  const banding = drawBanding(256, size, rng);

  test.each([0, 8, 31, 60])(
    'at distance %i are found as often as the model says, but for bits drawn only once',
    (d) => {
      const trials = 4000;
      let found = 0;
      for (let i = 0; i < trials; i++) {
        const hash = rng.bytes(32);
        const other = flipped(hash, rng.shuffle(range(0, 256)).slice(0, d));
        if (bandIndex(banding, [hash])(other).length > 0) found++;
      }
      // A table draws without replacement: 225/256 × 224/255 × …, a little under (225/256)^16.
      const agree = range(0, 16).reduce((product, i) => (product * (256 - d - i)) / (256 - i), 1);
      const expected = 1 - (1 - agree) ** size.tables;
      expect(expected).toBeLessThanOrEqual(modelCandidates(size, d / 256));
      expect(Math.abs(modelCandidates(size, d / 256) - expected)).toBeLessThan(0.03);
      // Tables share bits, so the spread is a little wider than a binomial's: five standard errors.
      expect(Math.abs(found / trials - expected)).toBeLessThan(
        5 * Math.sqrt((expected * (1 - expected)) / trials) + 1e-9,
      );
    },
  );

  test('that are unrelated are candidates at about L / 2^k', () => {
    const list = Array.from({ length: 4000 }, () => rng.bytes(32));
    const candidates = bandIndex(banding, list);
    const queries = 1000;
    let count = 0;
    for (let i = 0; i < queries; i++) count += candidates(rng.bytes(32)).length;
    const expected = queries * list.length * modelCandidates(size, 1 / 2);
    expect(expected).toBeGreaterThan(400);
    expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function toPositions(bits: number[]): Uint16Array {
  return Uint16Array.from(bits);
}
