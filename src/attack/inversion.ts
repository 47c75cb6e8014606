/**
 * Inversion: a picture from its hash. Two decoders, neither of which needs a graphics card: a ridge regression from the bits to the
 * lowest frequencies, and the gallery picture whose hash is nearest. Generative decoders do better where their training pictures fit
 * (Hawkes et al., "Perceptual hash inversion attacks on image-based sexual abuse removal tools", arXiv 2412.06056), so what these two
 * recover is a lower bound.
 */
import { hammingDistance } from '../hash/hamming.ts';
import { normalEquations, type Prediction, solveRidge } from '../metric/ridge.ts';
import { fromFrequencies, toGrey } from './low-frequencies.ts';

/** A picture that the attacker has, with its hash. */
export interface Portrait {
  readonly hash: Uint8Array;
  /** 32 × 32 luma. */
  readonly thumbnail: Uint8Array;
}

/** Penalties that are tried, as shares of the training pairs; the validation pictures choose. */
const penalties = [1e-3, 1e-2, 1e-1, 1, 10] as const;

/** Bits of a hash as +1 and −1, the first bit first. */
export function signsOf(hash: Uint8Array, bits: number): Int8Array {
  return Int8Array.from({ length: bits }, (_, i) => ((hash[i >> 3]! >> (7 - (i & 7))) & 1 ? 1 : -1));
}

/** A trained decoder. */
export interface Decoder {
  /** The penalty that the validation pictures chose. */
  readonly penalty: number;
  /** Coefficients that it takes a hash for. */
  frequencies: Prediction;
}

/**
 * The ridge decoder from features (signs of bits, or anything else of one length) to coefficients that has the least squared error on
 * the validation pairs. Ties go to the larger penalty.
 */
export function fitDecoder(training: readonly Pair[], validation: readonly Pair[]): Decoder {
  const equations = normalEquations(
    training.map(({ features }) => features),
    training.map(({ frequencies }) => frequencies),
  );
  const tried = penalties.toReversed().map((penalty) => {
    const predict = solveRidge(equations, penalty);
    let error = 0;
    for (const { features, frequencies } of validation) {
      const guess = predict(features);
      for (let i = 0; i < guess.length; i++) error += (guess[i]! - frequencies[i]!) ** 2;
    }
    return { penalty, frequencies: predict, error };
  });
  const { error: _, ...best } = tried.reduce((least, each) => (each.error < least.error ? each : least));
  return best;
}

/** What a decoder learns from: a vector, and the coefficients behind it. */
export interface Pair {
  readonly features: ArrayLike<number>;
  readonly frequencies: Float64Array;
}

/** The thumbnail that a decoder takes a vector of features for, in grey levels. */
export const reconstruct = (decoder: Decoder, features: ArrayLike<number>): Uint8Array =>
  toGrey(fromFrequencies(decoder.frequencies(features)));

/** Index of the gallery picture whose hash is nearest; of equally near ones the first. The gallery has at least one picture. */
export function nearestPortrait(gallery: readonly Portrait[], hash: Uint8Array): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < gallery.length && least > 0; i++) {
    const distance = hammingDistance(gallery[i]!.hash, hash);
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/** The mean of thumbnails, in grey levels: the best guess without a hash. */
export function meanThumbnail(portraits: readonly Portrait[]): Uint8Array {
  const sum = new Float64Array(portraits[0]?.thumbnail.length ?? 0);
  for (const { thumbnail } of portraits) for (let i = 0; i < sum.length; i++) sum[i]! += thumbnail[i]!;
  return toGrey(sum.map((each) => each / portraits.length));
}
