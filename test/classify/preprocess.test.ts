import { describe, expect, test } from 'vitest';
import { plainInput, toInput } from '../../src/classify/preprocess.ts';
import { waves } from './picture.ts';

const at = (input: Float32Array, side: number, x: number, y: number): number[] =>
  Array.from(input.subarray((y * side + x) * 3, (y * side + x) * 3 + 3));

describe('preprocessing', () => {
  test('a picture of the target size is only divided by 255', () => {
    const image = waves(224, 224, 1);
    expect(toInput(image, 224)).toEqual(Float32Array.from(image.data, (byte) => byte / 255));
  });

  test('shrinking by a whole factor is the mean of each block', () => {
    const image = waves(12, 9, 2);
    const input = toInput(image, 3);
    for (let y = 0; y < 3; y++)
      for (let x = 0; x < 3; x++)
        for (let c = 0; c < 3; c++) {
          let sum = 0;
          for (let j = 0; j < 3; j++)
            for (let i = 0; i < 4; i++) sum += image.data[((3 * y + j) * 12 + 4 * x + i) * 3 + c]!;
          expect(at(input, 3, x, y)[c]).toBeCloseTo(sum / 12 / 255, 5);
        }
  });

  test('shrinking by a fraction splits the pixels on the border', () => {
    const input = toInput({ width: 3, height: 1, channels: 1, data: Uint8Array.of(0, 255, 0) }, 2);
    // Each half covers 1.5 pixels: one of 0 and half of 255.
    expect(at(input, 2, 0, 0)[0]).toBeCloseTo(1 / 3, 6);
    expect(at(input, 2, 1, 1)[2]).toBeCloseTo(1 / 3, 6);
  });

  test('enlarging is bilinear between pixel centres, and holds the edge', () => {
    const input = toInput({ width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) }, 4);
    expect([0, 1, 2, 3].map((x) => at(input, 4, x, 0)[1])).toEqual([0, 0.25, 0.75, 1]);
  });

  test.each([
    [1, 1],
    [1, 500],
    [223, 225],
    [449, 301],
    [1000, 7],
  ])('an even %i × %i picture stays even', (width, height) => {
    const data = new Uint8Array(width * height).fill(200);
    const input = toInput({ width, height, channels: 1, data }, 224);
    expect(input).toHaveLength(224 * 224 * 3);
    for (const value of input) if (Math.abs(value - 200 / 255) > 1e-5) expect(value).toBeCloseTo(200 / 255, 5);
  });

  test('a grey picture is its RGB twin', () => {
    const grey = waves(300, 200, 3, 1);
    const data = Uint8Array.from({ length: 300 * 200 * 3 }, (_, i) => grey.data[Math.floor(i / 3)]!);
    expect(toInput(grey, 224)).toEqual(toInput({ ...grey, channels: 3, data }, 224));
  });

  test.each([1, 3] as const)('WebAssembly and JavaScript give the same bits, with %i channels', (channels) => {
    for (const [width, height] of [
      [1, 1],
      [7, 500],
      [37, 41],
      [223, 225],
      [224, 224],
      [448, 448],
      [449, 301],
      [640, 480],
      [801, 599],
      [2100, 30],
    ] as const)
      for (const side of [1, 3, 224]) {
        const image = waves(width, height, width, channels);
        const [fast, plain] = [toInput(image, side), plainInput(image, side)];
        expect(
          fast.findIndex((value, i) => value !== plain[i]),
          `${width} × ${height} to ${side}`,
        ).toBe(-1);
      }
  });

  test('a picture that is too large to be copied has the same bits', () => {
    const image = waves(2300, 1900, 5, 3);
    expect(image.data.length).toBeGreaterThan(12 * 2 ** 20);
    expect(toInput(image, 8)).toEqual(plainInput(image, 8));
  });
});
