/** The WebAssembly scan and multi-index hashing against a brute-force oracle that shares no code with them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexScan } from '../../src/match/index-scan.ts';
import type { Found, IndexSearch } from '../../src/match/index-search.ts';
import { multiIndex } from '../../src/match/multi-index.ts';
import { scanModuleBytes } from '../../src/match/wasm/scan.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';
import { cases } from '../helpers/slow.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

describe('the module', () => {
  const folder = new URL('../../src/match/wasm/', import.meta.url);
  const header = readFileSync(new URL('scan-wasm.ts', folder), 'utf8');

  test('is the one its header names', () => {
    expect(header).toContain(`module sha256 ${sha256(scanModuleBytes())}`);
  });

  test('comes from scan.as as it stands', () => {
    expect(header).toContain(`source sha256 ${sha256(readFileSync(new URL('scan.as', folder)))}`);
  });

  test('is small enough to be compiled at once in a browser (4 KiB in Chromium)', () => {
    expect(scanModuleBytes().length).toBeLessThan(4096);
  });
});

const methods = {
  indexScan,
  multiIndex,
  'multiIndex with bytes beside numbers': (packed, bits) => multiIndex(packed, bits, { beside: true }),
  'multiIndex that never scans': (packed, bits) => multiIndex(packed, bits, { neverScan: true }),
  'multiIndex with bytes beside numbers that never scans': (packed, bits) =>
    multiIndex(packed, bits, { beside: true, neverScan: true }),
} satisfies Record<string, (packed: Uint8Array, bits: number) => IndexSearch>;

/** Bits set in each byte, counted one by one. */
const ones = Array.from({ length: 256 }, (_, byte) => [...byte.toString(2)].filter((digit) => digit === '1').length);

/** Every hash at a distance of at most the threshold, by comparing all of them byte by byte. */
function oracle(packed: Uint8Array, hash: Uint8Array, threshold: number): Found[] {
  const found: Found[] = [];
  for (let index = 0; index * hash.length < packed.length; index++) {
    let distanceBits = 0;
    for (let i = 0; i < hash.length; i++) distanceBits += ones[packed[index * hash.length + i]! ^ hash[i]!]!;
    if (distanceBits <= threshold) found.push({ index, distanceBits });
  }
  // A stable sort: ties stay in list order.
  return found.sort((a, b) => a.distanceBits - b.distanceBits);
}

/** Whether two lists of answers are equal; `toEqual` takes seconds for some of these. */
const same = (a: readonly Found[][], b: readonly Found[][]): boolean => JSON.stringify(a) === JSON.stringify(b);

function flipped(rng: Rng, hash: Uint8Array, count: number): Uint8Array {
  const out = hash.slice();
  const places = rng.shuffle(Array.from({ length: hash.length * 8 }, (_, i) => i)).slice(0, count);
  for (const bit of places) out[bit >> 3]! ^= 1 << (bit & 7);
  return out;
}

/** Hashes of each kind a list may be made of. */
const kinds: Record<string, (rng: Rng, bytes: number, count: number) => Uint8Array[]> = {
  random: (rng, bytes, count) => Array.from({ length: count }, () => rng.bytes(bytes)),
  'all equal': (rng, bytes, count) => new Array<Uint8Array>(count).fill(rng.bytes(bytes)),
  duplicated: (rng, bytes, count) => {
    const few = Array.from({ length: 9 }, () => rng.bytes(bytes));
    return Array.from({ length: count }, () => rng.pick(few));
  },
  clustered: (rng, bytes, count) => {
    const centres = Array.from({ length: 20 }, () => rng.bytes(bytes));
    return Array.from({ length: count }, () => flipped(rng, rng.pick(centres), rng.int(12)));
  },
  'some words equal': (rng, bytes, count) => {
    const same = rng.bytes(bytes);
    return Array.from({ length: count }, () => rng.bytes(bytes).map((byte, i) => (i % 8 < 3 ? same[i]! : byte)));
  },
  skewed: (rng, bytes, count) =>
    Array.from({ length: count }, () =>
      rng.bytes(bytes).map((byte, i) => (i % 3 ? byte & rng.int(256) & rng.int(256) : byte)),
    ),
};

const pack = (hashes: readonly Uint8Array[], bytes: number): Uint8Array => {
  const out = new Uint8Array(hashes.length * bytes);
  hashes.forEach((hash, i) => {
    out.set(hash, i * bytes);
  });
  return out;
};

describe.each(Object.entries(kinds))('%s hashes', (kind, list) => {
  // The longest so that tables are used though scans are allowed; numbers that leave a block of 16 unfinished.
  describe.each([
    [256, 12_011],
    [64, 12_011],
    [256, 2003],
    [64, 2003],
    [144, 523],
    [256, 33],
  ])('of %d bits, %d of them', (bits, count) => {
    const rng = seededRng(bits + count, kind);
    const bytes = bits / 8;
    const hashes = list(rng, bytes, count);
    const query = rng.pick(hashes);
    for (let distance = 0; distance <= 40; distance++)
      hashes[rng.int(count)] = flipped(rng, query, Math.min(distance, bits));
    const packed = pack(hashes, bytes);
    const queries = [query, flipped(rng, query, 17), rng.bytes(bytes), rng.pick(hashes), new Uint8Array(bytes)];
    const answers = queries.map((each) => oracle(packed, each, bits));
    // Of many hashes many are found each time: fewer thresholds, of which some are searched in tables and some by a scan.
    const thresholds = count > 10_000 ? [0, 8, 16, 31, 48, 255] : [0, 3, 8, 11, 15, 16, 24, 31, 32, 40, 47, 48, 255];

    test.each(Object.entries(methods))(
      '%s: neighbours at every distance, thresholds around every radius',
      (_, make) => {
        const search = make(packed, bits);
        for (const threshold of thresholds) {
          const expected = answers.map((all) => all.filter(({ distanceBits }) => distanceBits <= threshold));
          expect(
            same(
              queries.map((each) => search.within(each, threshold)),
              expected,
            ),
            `${threshold}`,
          ).toBe(true);
          expect(same(search.withinEach(queries, threshold), expected), `each, ${threshold}`).toBe(true);
        }
        expect(queries.map((each) => search.nearest(each))).toEqual(answers.map(([first]) => first));
      },
    );
  });
});

describe.each(Object.entries(methods))('%s', (name, make) => {
  test('any width up to 256 bits, few hashes, any threshold', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 32 }).chain((bytes) => {
          const hash = fc.oneof(
            fc.uint8Array({ minLength: bytes, maxLength: bytes }),
            fc.constantFrom(0, 1, 255).map((fill) => new Uint8Array(bytes).fill(fill)),
          );
          return fc.record({
            bytes: fc.constant(bytes),
            hashes: fc.array(hash, { maxLength: 40 }),
            query: hash,
            threshold: fc.nat(bytes * 8),
          });
        }),
        ({ bytes, hashes, query, threshold }) => {
          const packed = pack(hashes, bytes);
          const search = make(packed, bytes * 8);
          expect(search.within(query, threshold)).toEqual(oracle(packed, query, threshold));
          expect(search.nearest(query)).toEqual(oracle(packed, query, 256)[0]);
        },
      ),
      { seed: 1, numRuns: cases(200) },
    ));

  test('a threshold that is negative, between numbers, infinite or none', () => {
    const rng = seededRng(3, name);
    const hashes = Array.from({ length: 100 }, () => rng.bytes(32));
    const [packed, query] = [pack(hashes, 32), flipped(rng, hashes[7]!, 20)];
    const search = make(packed, 256);
    for (const threshold of [-1, -0.5, Number.NaN, 19.9, 20.9, Number.POSITIVE_INFINITY]) {
      expect(search.within(query, threshold)).toEqual(oracle(packed, query, threshold));
      expect(search.withinEach([query], threshold)).toEqual([oracle(packed, query, threshold)]);
    }
  });

  test('more queries than are laid out at once', () => {
    const rng = seededRng(4, name);
    const hashes = Array.from({ length: 5000 }, () => rng.bytes(32));
    const [packed, queries] = [pack(hashes, 32), hashes.slice(0, 150).map((hash) => flipped(rng, hash, 9))];
    expect(make(packed, 256).withinEach(queries, 31)).toEqual(queries.map((query) => oracle(packed, query, 31)));
  });
});
