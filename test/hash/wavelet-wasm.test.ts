/** The wavelet hash's WebAssembly module against the JavaScript that it follows, bit by bit of every float. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wasmApproximation, waveletModuleBytes } from '../../src/hash/wasm/wavelet.ts';
import type { WaveletName } from '../../src/hash/wavelet.ts';
import { plainApproximation } from '../../src/hash/whash.ts';
import { seededRng } from '../../src/util/rng.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

describe('the module', () => {
  const folder = new URL('../../src/hash/wasm/', import.meta.url);
  const header = readFileSync(new URL('wavelet-wasm.ts', folder), 'utf8');

  test('is the one its header names', () => {
    expect(header).toContain(`module sha256 ${sha256(waveletModuleBytes())}`);
  });

  test('comes from wavelet.as as it stands', () => {
    expect(header).toContain(`source sha256 ${sha256(readFileSync(new URL('wavelet.as', folder)))}`);
  });

  test('is small enough to be compiled at once in a browser (4 KiB in Chromium)', () => {
    expect(waveletModuleBytes().length).toBeLessThan(4096);
  });
});

const pictures: Record<string, (seed: number) => (x: number, y: number) => number> = {
  noise: (seed) => {
    const rng = seededRng(seed, 'noise');
    return () => rng.int(256);
  },
  // Approximations that are equal but for rounding: bits that only the order of a sum decides.
  flat: (seed) => () => seed & 255,
  squares: (seed) => (x, y) => (((x >> 3) ^ (y >> (seed % 5))) & 1 ? 255 : 17),
};

function draw(kind: string, seed: number, side: number): Uint8Array {
  const value = pictures[kind]!(seed);
  return Uint8Array.from({ length: side * side }, (_, at) => value(at % side, Math.floor(at / side)));
}

describe.each<WaveletName>(['haar', 'db4'])('%s equals the JavaScript', (wavelet) => {
  // From large to small and back: what a larger picture leaves in the memory must not show.
  test.each([512, 16, 1024, 32, 64, 128, 256])('%i pixels a side', (side) => {
    for (const kind of Object.keys(pictures))
      for (const seed of [side, 77]) {
        const grey = draw(kind, seed, side);
        for (const levels of new Set([1, Math.log2(side / 8)])) {
          const ours = wasmApproximation(grey, side, wavelet, levels)!;
          const plain = plainApproximation(grey, side, wavelet, levels);
          expect(ours.side).toBe(plain.side);
          // By value: a zero may have another sign, which no comparison sees.
          expect(ours.data.every((value, at) => value === plain.data[at])).toBe(true);
        }
      }
  });

  test('other pictures are left to the JavaScript', () => {
    expect(wasmApproximation(draw('noise', 1, 8), 8, wavelet, 0)).toBeUndefined();
  });
});
