/** Inversion: the transform against its definition, the sign quantiser's exact value through the whole decoder, and real hashes. */
import { describe, expect, test } from 'vitest';
import {
  fitDecoder,
  meanThumbnail,
  nearestPortrait,
  type Pair,
  type Portrait,
  reconstruct,
  signsOf,
} from '../../src/attack/inversion.ts';
import {
  frequencySide,
  fromFrequencies,
  thumbnailOf,
  thumbnailSide,
  toFrequencies,
  toGrey,
} from '../../src/attack/low-frequencies.ts';
import { miniature } from '../../src/dataset/generated/miniature.ts';
import { ahash } from '../../src/hash/ahash.ts';
import { meanSquaredError } from '../../src/metric/ssim.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';

const pixels = thumbnailSide ** 2;

describe('low frequencies', () => {
  test('of a flat picture: the constant alone, 32 times the grey level', () => {
    const [constant, ...others] = toFrequencies(new Uint8Array(pixels).fill(100));
    expect(constant).toBeCloseTo(3200, 8);
    for (const each of others) expect(each).toBeCloseTo(0, 8);
  });

  test('the transform is orthonormal: there and back, and energy stays', () => {
    const rng = seededRng(1, 'frequencies');
    const frequencies = Float64Array.from({ length: frequencySide ** 2 }, () => normalVariate(rng));
    const picture = fromFrequencies(frequencies);
    expect(picture).toHaveLength(pixels);
    toFrequencies(picture).forEach((each, i) => {
      expect(each).toBeCloseTo(frequencies[i]!, 10);
    });
    const energy = (of: Float64Array): number => of.reduce((sum, each) => sum + each * each, 0);
    expect(energy(picture)).toBeCloseTo(energy(frequencies), 8);
  });

  test('grey levels are rounded and clipped', () =>
    expect([...toGrey([-3, 0.4, 254.5, 300])]).toEqual([0, 0, 255, 255]));
});

test('signs of bits: the first bit first', () =>
  expect([...signsOf(Uint8Array.of(0b1010_0000, 0b0000_0001), 16)]).toEqual([
    ...[1, -1, 1, -1, -1, -1, -1, -1],
    ...[-1, -1, -1, -1, -1, -1, -1, 1],
  ]));

test('Gaussian coefficients under their signs: 2/π of the variance explained, 4.396 dB over the mean picture', () => {
  const rng = seededRng(2, 'oracle');
  const hashed = 64;
  const draw = (n: number): Pair[] =>
    Array.from({ length: n }, () => {
      // Grey 128, and coefficients small enough that nothing is clipped.
      const frequencies = new Float64Array(frequencySide ** 2);
      frequencies[0] = 32 * 128;
      for (let i = 1; i <= hashed; i++) frequencies[i] = 60 * normalVariate(rng);
      return {
        features: Int8Array.from({ length: hashed }, (_, i) => (frequencies[i + 1]! < 0 ? -1 : 1)),
        frequencies,
      };
    });
  const [training, validation, fresh] = [draw(4000), draw(300), draw(400)];
  const decoder = fitDecoder(training, validation);
  const mean = toGrey(fromFrequencies(training[0]!.frequencies.map((_, i) => (i === 0 ? 32 * 128 : 0))));
  let [left, all] = [0, 0];
  for (const { features, frequencies } of fresh) {
    const truth = fromFrequencies(frequencies);
    left += meanSquaredError(reconstruct(decoder, features), truth);
    all += meanSquaredError(mean, truth);
  }
  expect(Math.abs(1 - left / all - 2 / Math.PI)).toBeLessThan(0.012);
  expect(Math.abs(10 * Math.log10(all / left) - 4.396)).toBeLessThan(0.15);
});

describe('miniatures under aHash', () => {
  const portraits = Array.from({ length: 700 }, (_, i): Portrait => {
    const { raster } = miniature(5, i);
    return { hash: ahash.hash(raster).hash, thumbnail: thumbnailOf(raster) };
  });
  const [training, validation, test_] = [portraits.slice(0, 500), portraits.slice(500, 600), portraits.slice(600)];
  const pair = ({ hash, thumbnail }: Portrait): Pair => ({
    features: signsOf(hash, 64),
    frequencies: toFrequencies(thumbnail),
  });
  const mean = meanThumbnail(training);
  const explained = (guess: (each: Portrait) => Uint8Array): number => {
    const sum = (of: (each: Portrait) => Uint8Array): number =>
      test_.reduce((total, each) => total + meanSquaredError(of(each), each.thumbnail), 0);
    return 1 - sum(guess) / sum(() => mean);
  };

  test('the decoder explains a good part of what the mean picture leaves', () => {
    const decoder = fitDecoder(training.map(pair), validation.map(pair));
    expect(explained(({ hash }) => reconstruct(decoder, signsOf(hash, 64)))).toBeGreaterThan(0.2);
  });

  test('with shuffled hashes it explains nothing', () => {
    const dealt = seededRng(7, 'deal').shuffle([...training, ...validation]);
    const wrong = [...training, ...validation].map((each, i) => pair({ ...each, hash: dealt[i]!.hash }));
    const decoder = fitDecoder(wrong.slice(0, 500), wrong.slice(500));
    expect(explained(({ hash }) => reconstruct(decoder, signsOf(hash, 64)))).toBeLessThan(0.05);
  });

  test('in a gallery that holds the picture, the nearest hash is its own', () => {
    const distinct = [...new Map(test_.map((each) => [String(each.hash), each])).values()];
    for (const [i, { hash }] of distinct.entries()) expect(nearestPortrait(distinct, hash)).toBe(i);
  });
});
