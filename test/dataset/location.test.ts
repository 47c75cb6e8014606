/** Photographs of generated places: the same bytes twice, each place more like itself than like another. */
import { describe, expect, test } from 'vitest';
import { photographLocation } from '../../src/dataset/generated/location.ts';
import { hammingDistance } from '../../src/hash/hamming.ts';
import { hashByName } from '../../src/hash/index.ts';
import { sha256Hex } from '../../src/util/digest.ts';

const shots = (location: number, standpoints: number, count = 5) =>
  Array.from({ length: count }, (_, shot) => photographLocation({ seed: 2019, location, shot, standpoints }));
const hash = (image: ReturnType<typeof shots>[0]): Uint8Array => hashByName('dhash').hash(image).hash;
const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
const between = (a: readonly Uint8Array[], b: readonly Uint8Array[]): number =>
  mean(a.flatMap((x) => b.filter((y) => y !== x).map((y) => hammingDistance(x, y))));

describe.each([
  [0, 'a heap of things'],
  [1, 'a landscape'],
])('location %i, %s', (location) => {
  const near = shots(location, 1);

  test('has the same bytes when it is drawn again, and a seed of its own', () => {
    const again = photographLocation({ seed: 2019, location, shot: 3, standpoints: 1 });
    expect(sha256Hex(again.data)).toBe(sha256Hex(near[3]!.data));
    const other = photographLocation({ seed: 2020, location, shot: 3, standpoints: 1 });
    expect(sha256Hex(other.data)).not.toBe(sha256Hex(again.data));
  });

  test('is photographed differently each time', () =>
    expect(new Set(near.map(({ data }) => sha256Hex(data))).size).toBe(near.length));

  test('resembles itself more than another place, the more so from one standpoint', () => {
    const [one, ten, other] = [near, shots(location, 10), shots(location + 2, 1)].map((all) => all.map(hash)) as [
      Uint8Array[],
      Uint8Array[],
      Uint8Array[],
    ];
    expect(between(one, one)).toBeLessThan(between(one, other) * 0.75);
    expect(between(one, one)).toBeLessThan(between(ten, ten));
  });

  test('is a whole picture, one in some cut to a square', () => {
    for (const { width, height, data } of near) expect(data.length).toBe(width * height * 3);
    const widths = shots(location, 1, 12).map(({ width, height }) => width === height);
    expect(widths).toContain(true);
    expect(widths).toContain(false);
  });
});
