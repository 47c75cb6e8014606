/** Search of a hash list, by every method, against a brute-force oracle that counts bits one by one. */
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type HashList, hashList } from '../../src/match/hash-list.ts';
import { methodFor, type SearchMethod, searcher } from '../../src/match/search.ts';
import { UserError } from '../../src/util/errors.ts';
import { fromHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';

const listOf = (hashes: readonly Uint8Array[], bits: number): HashList =>
  hashList(
    { name: 'test', algorithm: 'pdq', bits },
    hashes.map((hash, i) => ({ id: `e${i}`, hash })),
  );

/** Hamming distance, from binary text. */
const oracle = (a: Uint8Array, b: Uint8Array): number => {
  const text = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const [left, right] = [text(a), text(b)];
  return [...left].filter((digit, i) => digit !== right[i]).length;
};

/** A list of hashes of 1 to 40 bytes, few of them different so that ties are common, and a query. */
const world = fc.integer({ min: 1, max: 40 }).chain((bytes) => {
  const hash = fc.uint8Array({ minLength: bytes, maxLength: bytes, max: 255 });
  const near = fc.constantFrom(0, 1, 3, 255).map((fill) => new Uint8Array(bytes).fill(fill));
  return fc.record({
    bits: fc.constant(bytes * 8),
    hashes: fc.array(fc.oneof(hash, near), { maxLength: 12 }),
    query: fc.oneof(hash, near),
    threshold: fc.nat(bytes * 8),
  });
});
const runs = { seed: 1, numRuns: 500 };

test('within() is every entry up to the threshold, nearest first, ties in list order', () =>
  fc.assert(
    fc.property(world, ({ bits, hashes, query, threshold }) => {
      const expected = hashes
        .map((hash, i) => ({ id: `e${i}`, distanceBits: oracle(hash, query) }))
        .filter(({ distanceBits }) => distanceBits <= threshold)
        .sort((a, b) => a.distanceBits - b.distanceBits || Number(a.id.slice(1)) - Number(b.id.slice(1)));
      const hits = searcher(listOf(hashes, bits)).within(query, threshold);
      expect(hits.map(({ entry, distanceBits }) => ({ id: entry.id, distanceBits }))).toEqual(expected);
    }),
    runs,
  ));

test('nearest() is the first of within()', () =>
  fc.assert(
    fc.property(world, ({ bits, hashes, query }) => {
      const search = searcher(listOf(hashes, bits));
      expect(search.nearest(query)).toEqual(search.within(query, bits)[0]);
    }),
    runs,
  ));

describe('edges', () => {
  test('an empty list matches nothing', () => {
    const search = searcher(listOf([], 64));
    expect(search.nearest(new Uint8Array(8))).toBeUndefined();
    expect(search.within(new Uint8Array(8), 64)).toEqual([]);
  });

  test('the threshold is inclusive: PDQ’s 31 of 256 matches, 32 does not', () => {
    const flipped = (count: number): Uint8Array => {
      const hash = new Uint8Array(32);
      for (let bit = 0; bit < count; bit++) hash[bit >> 3]! |= 1 << (bit & 7);
      return hash;
    };
    const search = searcher(listOf([new Uint8Array(32)], 256));
    expect(search.within(flipped(31), 31)).toHaveLength(1);
    expect(search.within(flipped(32), 31)).toHaveLength(0);
    expect(search.nearest(flipped(32))?.distanceBits).toBe(32);
    expect(search.within(flipped(0), -1)).toHaveLength(0);
  });

  test.each([8, 24, 40, 56, 72, 144, 256])('%d bits: a complement is as far as there are bits', (bits) => {
    const hash = seededRng(bits, 'hash').bytes(bits / 8);
    const hit = searcher(listOf([hash], bits)).nearest(hash.map((byte) => byte ^ 0xff));
    expect(hit?.distanceBits).toBe(bits);
  });

  test('a hash that is a view into other bytes is read at its place', () => {
    const whole = fromHex('ffff0102030405060708ffff');
    const search = searcher(listOf([fromHex('0102030405060708')], 64));
    expect(search.nearest(whole.subarray(2, 10))?.distanceBits).toBe(0);
  });

  test.each([0, 31, 33])('a query of %d bytes is refused with both lengths', (length) => {
    const search = searcher(listOf([new Uint8Array(32)], 256));
    const message = `Expected a pdq hash of 256 bits for a search of 'test' but received ${length * 8} bits`;
    expect(() => search.nearest(new Uint8Array(length))).toThrow(new UserError(message));
    expect(() => search.within(new Uint8Array(length), 31)).toThrow(new UserError(message));
  });
});

describe('the method', () => {
  const methods: SearchMethod[] = ['plain', 'scan', 'multi-index'];
  /** Random hashes, every tenth a near copy of the one before. */
  const mixed = (count: number, bits: number): HashList => {
    const rng = seededRng(count, `mixed ${bits}`);
    const hashes: Uint8Array[] = [];
    for (let i = 0; i < count; i++) {
      const hash = i % 10 ? rng.bytes(bits / 8) : (hashes[i - 1]?.slice() ?? rng.bytes(bits / 8));
      if (i % 10 === 0) hash[rng.int(hash.length)]! ^= rng.int(256);
      hashes.push(hash);
    }
    return listOf(hashes, bits);
  };

  test('is chosen by length and width', () => {
    expect(methodFor(mixed(511, 64))).toBe('plain');
    expect(methodFor(mixed(512, 64))).toBe('scan');
    expect(methodFor(mixed(2_000, 264))).toBe('plain');
    expect(methodFor(mixed(50_000, 16))).toBe('multi-index');
  });

  test.each([64, 256])('makes no difference to what is found: %d bits', (bits) => {
    const list = mixed(3_000, bits);
    const queries = [0, 9, 10, 1_500, 2_999].map((i) => list.entries.at(i)!.hash);
    const answers = methods.map((method) => {
      const search = searcher(list, method);
      return [0, 5, 31, bits / 2].map((threshold) => [
        queries.map((query) => search.nearest(query)),
        queries.map((query) => search.within(query, threshold)),
        search.withinEach(queries, threshold),
      ]);
    });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]![2]![1]!.flat().length).toBeGreaterThan(queries.length);
  });

  describe('where WebAssembly cannot be compiled', () => {
    afterEach(() => void vi.unstubAllGlobals());
    test('is the plain scan', async () => {
      vi.resetModules();
      vi.stubGlobal('WebAssembly', undefined);
      const fresh = await import('../../src/match/search.ts');
      const list = mixed(3_000, 64);
      expect(fresh.methodFor(list)).toBe('plain');
      expect(fresh.searcher(list).nearest(list.entries.at(4)!.hash)?.distanceBits).toBe(0);
    });
  });
});
