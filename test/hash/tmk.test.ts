/** TMK+PDQF: its parameters, its scores, and its files. */
import { expect, test } from 'vitest';
import { type TmkHash, tmkCoefficients, tmkHasher, tmkLevel1, tmkLevel2 } from '../../src/hash/tmk.ts';
import { readTmk, tmkFileBytes, writeTmk } from '../../src/hash/tmk-file.ts';
import { movingPicture } from '../video/clips.ts';

const hashOf = (first: number, count: number): TmkHash => {
  const hasher = tmkHasher();
  for (let i = first; i < first + count; i++) hasher.add(movingPicture(i, 64, 64));
  return hasher.finish();
};

test('the Fourier coefficients are those of the reference', () => {
  // The first and the last of the reference's table (tmkfv.cpp).
  expect(tmkCoefficients[0]).toBeCloseTo(0.0708041893112, 8);
  expect(tmkCoefficients[1]).toBeCloseTo(0.13937789309, 8);
  expect(tmkCoefficients[31]! / 9.19087006565e-8).toBeCloseTo(1, 6);
});

test('a clip scores 1 with itself at both levels, and level 2 finds a shift in time', () => {
  const clip = hashOf(0, 30);
  expect(tmkLevel1(clip, clip)).toBeCloseTo(1, 9);
  expect(tmkLevel2(clip, clip)).toBeCloseTo(1, 5);
  const later = hashOf(5, 30);
  expect(tmkLevel2(clip, later)).toBeLessThan(tmkLevel2(clip, clip));
});

test('a flat clip has a zero mean, and scores 0', () => {
  const hasher = tmkHasher();
  hasher.add({ width: 64, height: 64, channels: 1, data: new Uint8Array(4096).fill(9) });
  const flat = hasher.finish();
  expect(Math.max(...flat.average.map(Math.abs))).toBeLessThan(1e-3);
  expect(tmkLevel1({ ...flat, average: new Float32Array(256) }, hashOf(0, 3))).toBe(0);
});

test('files are read as they were written, and others are refused in a sentence', () => {
  const clip = hashOf(0, 4);
  const bytes = writeTmk(clip);
  expect(bytes).toHaveLength(tmkFileBytes);
  expect(readTmk(bytes)).toEqual(clip);
  expect(() => readTmk(bytes.slice(0, -4))).toThrow(`a .tmk file of ${tmkFileBytes} bytes but received one of`);
  expect(() => readTmk(new Uint8Array(40))).toThrow('which begins with TMK1');
  const changed = (at: number, value: number): Uint8Array => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setInt32(at, value, true);
    return copy;
  };
  expect(() => readTmk(changed(12, 30))).toThrow('but received one of 30, 4, 32, 256');
  expect(() => readTmk(changed(32, 1))).toThrow('it has others');
  expect(() => readTmk(changed(bytes.length - 4, 0x7fc00000))).toThrow('finite numbers');
});
