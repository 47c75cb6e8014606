/** What detector files say of distances: what follows from it, and one sentence for what contradicts itself. */
import { describe, expect, test } from 'vitest';
import { comparisonOf } from '../../src/classify/comparison.ts';
import { seededHyperplanes, sidesOf } from '../../src/classify/hyperplanes.ts';
import { hammingDistance } from '../../src/hash/hamming.ts';

const of = (stated: object) =>
  comparisonOf({ bits: 256, threshold: 0.25, dimensions: 512, ...stated } as never, 'Detector file x.yaml');

describe('a comparison', () => {
  test('in bits, which is the default', () => {
    expect(of({ threshold: 31 })).toEqual({ threshold: 31, vector: undefined });
    expect(of({ threshold: 31, distance: 'hamming' })).toEqual({ threshold: 31, vector: undefined });
  });

  test('by cosine: the threshold in bits is that of the same angle', () => {
    expect(of({ distance: 'cosine' })).toEqual({
      // 256 bits times the arc cosine of 0.75, in half turns: 58.8.
      threshold: 58,
      vector: { distance: 'cosine', threshold: 0.25, step: 0.001, dimensions: 512 },
    });
    expect(of({ distance: 'cosine', threshold: 1 }).threshold).toBe(128);
    expect(of({ distance: 'cosine', thresholdBits: 40 }).threshold).toBe(40);
    expect(of({ distance: 'cosine', threshold: 0.0003, step: 0.0001 }).vector!.step).toBe(0.0001);
  });

  test('the bits of an angle are what random hyperplanes give on average', () => {
    const [a, b] = [new Float32Array(16), new Float32Array(16)];
    a[0] = 1;
    b[0] = 0.75;
    b[1] = Math.sqrt(1 - 0.75 ** 2);
    const planes = seededHyperplanes(4096, 16, 1);
    const found = hammingDistance(sidesOf(planes, a), sidesOf(planes, b));
    const { threshold } = of({ bits: 4096, dimensions: 16, distance: 'cosine' });
    // Binomial: the standard deviation is 27 bits.
    expect(Math.abs(found - threshold)).toBeLessThan(81);
  });

  test('by Euclidean distance, with a threshold in bits beside it', () => {
    expect(of({ distance: 'l2', threshold: 0.9, thresholdBits: 60 })).toEqual({
      threshold: 60,
      vector: { distance: 'l2', threshold: 0.9, step: 0.001, dimensions: 512 },
    });
  });
});

test.each([
  [{ threshold: 256 }, 'at /threshold: 256 of 256 bits would match every picture'],
  [
    { threshold: 0.25 },
    'at /threshold: expected a whole number of bits but received 0.25; exact distances have distance: cosine or l2',
  ],
  [{ threshold: 31, step: 0.1 }, 'at /step: only for the distances cosine and l2; remove it'],
  [{ threshold: 31, thresholdBits: 3 }, 'at /thresholdBits: only for the distances cosine and l2; remove it'],
  [
    { distance: 'cosine', threshold: 31 },
    'at /threshold: cosine distances are from 0 to 2, so 31 would match every picture; a threshold in bits has distance: hamming',
  ],
  [
    { distance: 'cosine', threshold: 0.2512 },
    'at /threshold: expected a multiple of the step 0.001 but received 0.2512; choose another /step',
  ],
  [
    { distance: 'l2', threshold: 900, thresholdBits: 60 },
    'at /threshold: 900 is more than 10000 steps of 0.001; choose another /step',
  ],
  [
    { distance: 'l2', threshold: 0.9 },
    ': the distance l2 needs /thresholdBits, the threshold where bits are compared, because bits estimate angles only',
  ],
  [
    { distance: 'l2', threshold: 0.9, thresholdBits: 256 },
    'at /thresholdBits: 256 of 256 bits would match every picture',
  ],
  [
    { distance: 'cosine', dimensions: undefined },
    ': the distance cosine needs /dimensions, the number of floats in a vector',
  ],
])('%j is one sentence', (stated, sentence) => {
  expect(() => of(stated)).toThrow(`Detector file x.yaml${sentence.startsWith(':') ? '' : ' '}${sentence}`);
});
