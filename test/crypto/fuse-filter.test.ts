/** Graf & Lemire 2022: no false negatives, false positives at 2^-bits, about 1.13 fingerprints an entry; and a parser that trusts nobody. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildFilter,
  type FingerprintBits,
  filterEquation,
  filterHas,
  parseFilter,
  serializeFilter,
} from '../../src/crypto/fuse-filter.ts';
import { proportion } from '../../src/metric/proportion.ts';
import { seededRng } from '../../src/util/rng.ts';

const rng = seededRng(1, 'fuse');
const key = rng.bytes(32);
const entriesOf = (count: number): Uint8Array[] => Array.from({ length: count }, () => rng.bytes(12));
const widths: FingerprintBits[] = [8, 16, 32];

describe.each(widths)('%d bits', (bits) => {
  test('no false negative, at any size', () => {
    for (const size of [0, 1, 2, 3, 4, 5, 10, 33, 100, 1000, 5000]) {
      const entries = entriesOf(size);
      const filter = buildFilter(entries, bits, key);
      expect(
        entries.every((entry) => filterHas(filter, entry)),
        `${size} entries`,
      ).toBe(true);
    }
  });

  test('the equation of an entry holds, and its slots lie in three segments in a row', () => {
    const entries = entriesOf(300);
    const filter = buildFilter(entries, bits, key);
    for (const entry of entries) {
      const { slots, fingerprint } = filterEquation(filter, entry);
      const sum = slots.reduce((xor, slot) => xor ^ filter.fingerprints[slot]!, 0);
      expect(((sum ^ fingerprint) & (bits === 32 ? -1 : 2 ** bits - 1)) === 0).toBe(true);
      const [first, second, third] = slots.map((slot) => Math.floor(slot / filter.segmentLength));
      expect([second, third]).toEqual([first! + 1, first! + 2]);
    }
  });

  test('bytes and back, answering alike', () => {
    const entries = entriesOf(500);
    const filter = buildFilter(entries, bits, key);
    const bytes = serializeFilter(filter);
    expect(bytes).toHaveLength(24 + (filter.fingerprints.length * bits) / 8);
    expect(parseFilter(bytes, key)).toEqual({ ok: true, filter });
  });

  test('false positives at 2^-bits, inside the interval', () => {
    const filter = buildFilter(entriesOf(3000), bits, key);
    const asked = 60_000;
    let hits = 0;
    for (let i = 0; i < asked; i++) if (filterHas(filter, rng.bytes(13))) hits++;
    const rate = proportion(hits, asked);
    expect(rate.low).toBeLessThanOrEqual(2 ** -bits);
    expect(rate.high).toBeGreaterThanOrEqual(2 ** -bits);
    if (bits === 8) expect(hits).toBeGreaterThan(150);
  });
});

test('bits an entry: 1.13 to 1.25 fingerprints at ten thousand and more, as the paper’s table says', () => {
  const perEntry = [10_000, 40_000].map((size) => buildFilter(entriesOf(size), 8, key).fingerprints.length / size);
  expect(perEntry[0]).toBeLessThan(1.29);
  expect(perEntry[1]).toBeLessThan(1.24);
  expect(Math.min(...perEntry)).toBeGreaterThan(1.12);
});

test('equal entries count once, whatever their number', () => {
  const entries = entriesOf(50);
  const filter = buildFilter(entries, 16, key);
  expect(buildFilter([...entries, ...entries, entries[0]!], 16, key)).toEqual(filter);
});

test('deterministic under its key; another key gives another table and finds nothing', () => {
  const entries = entriesOf(1000);
  const filter = buildFilter(entries, 32, key);
  expect(buildFilter(entries, 32, key)).toEqual(filter);
  const other = rng.bytes(32);
  expect(buildFilter(entries, 32, other).fingerprints).not.toEqual(filter.fingerprints);
  expect(entries.some((entry) => filterHas({ ...filter, key: other }, entry))).toBe(false);
});

test('slots of no entry do not stand out: as many zeros as in a random table', () => {
  const filter = buildFilter(entriesOf(300), 8, key);
  const zeros = Array.from(filter.fingerprints).filter((value) => value === 0).length;
  // 2 expected of about 500; a table that is not filled has some 200.
  expect(filter.fingerprints.length).toBeGreaterThan(400);
  expect(zeros).toBeLessThan(15);
});

test('another hash function is tried when one does not do, and then answers rightly', () => {
  // Small filters fail now and then.
  const attempts = Array.from({ length: 400 }, () => {
    const entries = entriesOf(12);
    const filter = buildFilter(entries, 16, rng.bytes(32));
    expect(entries.every((entry) => filterHas(filter, entry))).toBe(true);
    return filter.attempt;
  });
  expect(Math.max(...attempts)).toBeGreaterThan(0);
});

describe('parsing refuses, and never throws', () => {
  const bytes = serializeFilter(buildFilter(entriesOf(100), 16, key));
  const put = (at: number, value: number): Uint8Array => {
    const out = bytes.slice();
    new DataView(out.buffer).setUint32(at, value);
    return out;
  };

  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /do not begin as a filter/],
    ['another magic', bytes.with(0, 0), /do not begin as a filter/],
    ['a width of 9', put(8, 9), /8, 16 or 32 bits, not 9/],
    ['a width of 32 for 16', put(8, 32), /no filter of/],
    ['a segment of 3', put(12, 3), /power of two/],
    ['a segment of 2^31', put(12, 2 ** 31), /power of two/],
    ['a segment of 48', put(12, 48), /power of two/],
    ['no segments', put(16, 0), /out of range/],
    ['too many segments', put(16, 2 ** 32 - 1), /no filter of/],
    ['attempt 100', put(20, 100), /out of range/],
    ['a byte short', bytes.subarray(0, -1), /no filter of/],
    ['a byte long', new Uint8Array([...bytes, 0]), /no filter of/],
  ])('%s', (_, bad, reason) => {
    const parsed = parseFilter(bad, key);
    expect(parsed).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  });

  test('a key of another length', () => {
    expect(parseFilter(bytes, key.subarray(1))).toEqual({ ok: false, reason: 'a filter key has 32 bytes, not 31' });
    expect(() => buildFilter([], 8, key.subarray(1))).toThrow(RangeError);
  });

  test('T9: changed bytes give a filter that answers, or a reason', () =>
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(40), (at, value, cut) => {
        const parsed = parseFilter(bytes.with(at, value).subarray(0, bytes.length - (cut > 30 ? cut : 0)), key);
        if (parsed.ok) expect(typeof filterHas(parsed.filter, rng.bytes(12))).toBe('boolean');
      }),
      { seed: 1, numRuns: 2000 },
    ));
});
