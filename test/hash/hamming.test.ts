import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distanceBits, hammingDistance } from '../../src/hash/hamming.ts';
import { UserError } from '../../src/util/errors.ts';
import { fromHex } from '../../src/util/hex.ts';

test('counts the bits that differ', () => {
  expect(hammingDistance(fromHex('00ff01'), fromHex('00ff01'))).toBe(0);
  expect(hammingDistance(fromHex('00ff01'), fromHex('ff0081'))).toBe(17);
  expect(distanceBits(fromHex(''), fromHex(''))).toBe(0);
});

test('agrees with counting the ones of the binary text; is symmetric', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const ones = [...a]
        .map((byte, i) => (byte ^ b[i]!).toString(2))
        .join('')
        .replaceAll('0', '').length;
      expect(hammingDistance(a, b)).toBe(ones);
      expect(hammingDistance(b, a)).toBe(ones);
    }),
    { seed: 1 },
  );
});

test('hashes of two lengths are not compared', () => {
  const compare = () => distanceBits(new Uint8Array(8), new Uint8Array(32));
  expect(compare).toThrow(UserError);
  expect(compare).toThrow('Cannot compare a hash of 64 bits with one of 256 bits');
});
