/** Lists of vectors: their file keeps them and what made them, and the search finds what comparing one by one finds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepScale } from '../../src/match/distance-scale.ts';
import { binary } from '../../src/match/format/binary.ts';
import type { ListFormat } from '../../src/match/format/format.ts';
import { hashJson } from '../../src/match/format/hash-json.ts';
import { listFormats } from '../../src/match/format/index.ts';
import { type HashList, hashList } from '../../src/match/hash-list.ts';
import { searcher } from '../../src/match/search.ts';
import { cosineDistance, euclideanDistance } from '../../src/match/vector-distances.ts';
import { vectorSearcher } from '../../src/match/vector-search.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { float32Bytes, float32sIn } from '../../src/util/float32.ts';

const sha256 = 'ab'.repeat(32);
const listOf = (vectors: readonly (readonly number[])[], dimensions = vectors[0]!.length): HashList =>
  hashList(
    { name: 'mine', algorithm: 'tiny', bits: 32 * dimensions, detector: { sha256, dimensions } },
    vectors.map((vector, i) => ({ id: `picture ${i}`, hash: float32Bytes(vector) })),
  );
const number = fc.double({ min: -8, max: 8, noNaN: true });
const some = fc.integer({ min: 1, max: 9 }).chain((dimensions) => {
  const vector = fc.array(number, { minLength: dimensions, maxLength: dimensions });
  return fc.record({ query: vector, list: fc.array(vector, { minLength: 1, maxLength: 80 }) });
});

describe.each([
  ['cosine', cosineDistance, 2],
  ['l2', euclideanDistance, 100],
] as const)('%s', (unit, distanceOf, largest) => {
  test('every entry within the threshold, nearest first, ties in list order', () =>
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 1500 }), ({ query, list }, steps) => {
        const threshold = steps / 1000;
        const [needle] = [Float32Array.from(query)];
        const expected = list
          .map((vector, index) => ({ index, distance: distanceOf(needle, Float32Array.from(vector)) }))
          .filter(({ distance }) => distance <= threshold + 1e-9)
          .sort((a, b) => a.distance - b.distance || a.index - b.index);
        const found = vectorSearcher(listOf(list), stepScale(unit, 0.001, largest)).within(needle, threshold);
        expect(found.map(({ index, distance }) => ({ index, distance }))).toEqual(expected);
        expect(found.every(({ index, entry }) => entry.id === `picture ${index}`)).toBe(true);
      }),
      { seed: 1, numRuns: 60 },
    ));
});

test('a list of bits, a query of another length and a number that is not finite are one sentence each', () => {
  const scale = stepScale('l2', 0.001, 10);
  const bits = hashList({ name: 'bits', algorithm: 'pdq', bits: 64 }, []);
  expect(() => vectorSearcher(bits, scale)).toThrow("Expected a list of vectors but 'bits' has hashes of 64 bits");
  expect(() => searcher(listOf([[1, 2]]))).toThrow("Expected a list of hashes but 'mine' has vectors");
  expect(() => vectorSearcher(listOf([[1, 2]]), scale).within(new Float32Array(3), 1)).toThrow(
    "Expected a vector of 2 numbers for a search of 'mine' but received 3",
  );
  expect(() =>
    vectorSearcher(
      listOf([
        [1, 2],
        [1, Number.NaN],
      ]),
      scale,
    ),
  ).toThrow("Entry 'picture 1' of 'mine' has a number that is not finite");
});

describe('files', () => {
  const list = listOf([
    [0.5, -1.25, 3e-20],
    [7, 0, 1],
  ]);

  test.each([binary, hashJson])('$name keeps every bit of a vector, and what made it', (format) => {
    const bytes = format.write(list);
    // The beginning of records says what the reader needs; the other file says it in its header.
    const facts = { name: 'mine', algorithm: 'tiny', bits: 96, ...format.hashOf?.(bytes) };
    expect(facts).toMatchObject(format === hashJson ? { detector: list.detector, algorithm: 'tiny' } : {});
    const { list: read, bad, left } = format.read(bytes, facts);
    expect([bad.length, left.length]).toEqual([0, 0]);
    expect(read.detector).toEqual(list.detector);
    expect(read.entries.map(({ id, hash }) => [id, ...float32sIn(hash)])).toEqual(
      list.entries.map(({ id, hash }) => [id, ...float32sIn(hash)]),
    );
    expect(read.root).toBe(list.root);
  });

  test('every other format refuses them before the first piece', () => {
    for (const format of Object.values<ListFormat>(listFormats))
      if (!format.holdsDetectors) {
        const sentence = `${format.name} holds hashes of bits, and 'mine' has vectors of 3 numbers`;
        expect(() => format.pieces(list)).toThrow(sentence);
        expect(() => format.write(list)).toThrow(sentence);
      }
  });

  test('the root commits to the detector, and a header that contradicts itself is refused', () => {
    const other = { name: 'mine', algorithm: 'tiny', bits: 96, detector: { sha256: 'cd'.repeat(32), dimensions: 3 } };
    expect(hashList(other, list.entries).root).not.toBe(list.root);
    const text = new TextDecoder('latin1').decode(binary.write(list));
    for (const [from, to] of [
      ['"dimensions":3', '"dimensions":2'],
      [sha256, 'AB'.repeat(32)],
      [sha256, 'cd'.repeat(32)],
    ] as const) {
      const spoilt = Uint8Array.from(text.replace(from, to), (character) => character.charCodeAt(0));
      expect(() => binary.read(spoilt, { name: '', algorithm: '', bits: 0 })).toThrow(
        /^Expected a presend list file but its (header cannot be read|hashes do not give the root)/,
      );
    }
  });

  test.each([
    ['no vector', {}],
    ['its vector is not valid base64', { vector: '***' }],
    ['a vector of 2 numbers where 3 are declared', { vector: Buffer.alloc(8).toString('base64') }],
    ['a vector with a number that is not finite', { vector: Buffer.alloc(12, 0xff).toString('base64') }],
  ])('a record with %s is bad', (reason, member) => {
    const record = { file: 'a.png', algorithm: 'tiny', sha256, dimensions: 3, error: undefined, hash: '00', ...member };
    const { bad, list: read } = hashJson.read(utf8(JSON.stringify(record)), {
      ...{ name: '', algorithm: 'tiny', bits: 96 },
      detector: { sha256, dimensions: 3 },
    });
    expect([bad.at(0)?.reason, read.entries.length]).toEqual([reason, 0]);
  });
});
