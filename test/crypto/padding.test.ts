/** Padding: lengths tell the number of blocks and nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pad, unpad } from '../../src/crypto/padding.ts';
import { concatBytes, equalBytes, u32, utf8 } from '../../src/util/bytes.ts';

test('round trip, and the length is the next multiple of the block that holds plaintext and length', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 128 }), (plaintext, block) => {
      const padded = pad(plaintext, block);
      expect(unpad(padded)).toEqual({ ok: true, plaintext });
      expect(padded.length % block).toBe(0);
      expect(padded.length).toBeGreaterThanOrEqual(plaintext.length + 4);
      expect(padded.length - block).toBeLessThan(plaintext.length + 4);
      expect(padded.subarray(4 + plaintext.length).every((byte) => byte === 0)).toBe(true);
    }),
    { seed: 1, numRuns: 300 },
  ));

test.each([
  [0, 0, 4],
  [10, 0, 14],
  [0, 16, 16],
  [12, 16, 16],
  [13, 16, 32],
  [131_068, 131_072, 131_072],
  [131_069, 131_072, 262_144],
])('%d bytes under block %d become %d', (length, block, expected) => {
  const padded = pad(new Uint8Array(length).fill(1), block);
  expect(padded).toHaveLength(expected);
  const out = unpad(padded);
  expect(out.ok && equalBytes(out.plaintext, new Uint8Array(length).fill(1))).toBe(true);
});

test('all plaintexts up to a block look alike', () => {
  expect(new Set([0, 1, 100, 251, 252].map((length) => pad(new Uint8Array(length), 256).length)).size).toBe(1);
});

describe('hostile', () => {
  test.each([0, 1, 2, 3])('%d bytes have no length field', (length) => {
    expect(unpad(new Uint8Array(length))).toEqual({
      ok: false,
      reason: 'padded plaintext is shorter than its length field',
    });
  });

  test.each([1, 5, 2 ** 31, 2 ** 32 - 1])('a length of %d with fewer bytes behind it is refused', (length) => {
    expect(unpad(concatBytes(u32(length), utf8('x').subarray(length === 1 ? 1 : 0)))).toEqual({
      ok: false,
      reason: 'padded plaintext is shorter than it says',
    });
  });

  test('any bytes: a plaintext from inside them, or a reason', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.uint8Array().map((tail) => concatBytes(u32(tail.length >> 1), tail)),
        ),
        (bytes) => {
          const out = unpad(bytes);
          if (out.ok) expect(out.plaintext.length).toBeLessThanOrEqual(bytes.length - 4);
          else expect(out.reason).toMatch(/^padded plaintext/);
        },
      ),
      { seed: 1, numRuns: 500 },
    ));
});
