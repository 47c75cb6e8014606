/** Bytes put one after the other, against concatenation. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingBytes } from '../../src/util/growing-bytes.ts';

test('holds what was put, through every growth and cut', () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 700 }), fc.boolean())), (parts) => {
      const grown = new GrowingBytes();
      let expected = Buffer.alloc(0);
      for (const [part, cut] of parts) {
        const before = expected.length;
        grown.push(part);
        if (cut) grown.cut(before);
        else expected = Buffer.concat([expected, part]);
        expect(grown.length).toBe(expected.length);
      }
      expect(Buffer.from(grown.view()).equals(expected)).toBe(true);
    }),
    { seed: 1, numRuns: 300 },
  ));

test('extend gives the buffer to write into, from where the end was', () => {
  const grown = new GrowingBytes();
  grown.push(Uint8Array.of(1, 2));
  const at = grown.length;
  grown.extend(5000)[at + 4999] = 9;
  expect(grown.length).toBe(5002);
  expect([...grown.view().subarray(0, 3), grown.view()[5001]]).toEqual([1, 2, 0, 9]);
});
