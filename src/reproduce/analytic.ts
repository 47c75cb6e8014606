/** Published numbers that follow from others by arithmetic: each is worked out again by the functions that the experiments use. */

import type { PictureFile } from '../dataset/picture-file.ts';
import type { AnyMetrics } from '../experiment/index.ts';
import { hammingDistance } from '../hash/hamming.ts';
import { neededFpr, picturesToCertify, ppv } from '../metric/base-rate.ts';
import { logBinomialTail, logPoissonTail } from '../metric/binomial.ts';
import { impliedFpr } from '../metric/pairwise-precision.ts';
import { proportion, upperBound } from '../metric/proportion.ts';
import { logGamma } from '../metric/special.ts';
import { largestRate, logInnocentFlagged, missAll } from '../metric/threshold-model.ts';
import type { Row } from '../schema/row.ts';
import { fromHex } from '../util/hex.ts';

/** log of n over k. */
const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** P(X <= k) of marked items among `drawn` of `all`, of which `marked` are. */
function hypergeometricAtMost(k: number, all: number, marked: number, drawn: number): number {
  let sum = 0;
  for (let i = Math.max(0, drawn + marked - all); i <= Math.min(k, marked, drawn); i++)
    sum += Math.exp(logChoose(marked, i) + logChoose(all - marked, drawn - i) - logChoose(all, drawn));
  return sum;
}

/** P(X <= k) of `bits` fair coins. */
const coinsAtMost = (k: number, bits: number): number => Math.exp(logBinomialTail(bits - k, bits, 0.5));

/** Probability that an image matches one of so many entries, each at that rate. */
const anyOf = (rate: number, entries: number): number => -Math.expm1(entries * Math.log1p(-rate));

/** The lowest threshold at which an account of so many pictures is flagged with at most that risk. */
function leastThreshold(rate: number, pictures: number, risk: number): number {
  let t = 1;
  while (logInnocentFlagged(t, { pictures, rate, spread: 0 }) > Math.log(risk)) t++;
  return t;
}

/** Bits by which hashes of one picture differ, from the hex strings of the README. */
const neuralHashes = {
  iPad: '2b186faa6b36ffcc4c4635e1',
  M1: '2b5c6faa6bb7bdcc4c4731a1',
  simulator: '2b5c6faa6bb6bdcc4c4731a1',
  ONNX: '2b5c6faa6bb6bdcc4c4735a1',
} as const;
const drift = (a: keyof typeof neuralHashes, b: keyof typeof neuralHashes): number =>
  hammingDistance(fromHex(neuralHashes[a]), fromHex(neuralHashes[b]));

/** A share with its interval, and the counts behind it. */
const share = (k: number, n: number) => {
  const { estimate, low, high } = proportion(k, n);
  return { value: estimate ?? Number.NaN, low, high, n };
};

/** Photographs of WhatsApp in a day, July 2017. */
const daily = 4.5e9;

export const analytic = {
  'apple-threshold': () =>
    exact({
      'photographs at which 30 still holds': (1e8 * largestRate(30, 1e8, 1e-12)) / 1e-6,
      'threshold for 10,000 photographs': leastThreshold(1e-6, 1e4, 1e-12),
      'threshold for 100,000 photographs': leastThreshold(1e-6, 1e5, 1e-12),
      'threshold for 1,000,000 photographs': leastThreshold(1e-6, 1e6, 1e-12),
      'threshold for 5,000,000 photographs': leastThreshold(1e-6, 5e6, 1e-12),
      'risk at 30 with 5,000,000 photographs': Math.exp(logPoissonTail(30, 5)),
    }),
  'one-match': () =>
    exact({
      '10,000 photographs': anyOf(1e-6, 1e4),
      '100,000 photographs': anyOf(1e-6, 1e5),
      '1,000,000 photographs': anyOf(1e-6, 1e6),
      '100,000 photographs at 3e-8': anyOf(3e-8, 1e5),
    }),
  'flagged-per-day': () =>
    exact({
      'at 1 in 50 billion': daily / 50e9,
      'at 3e-8': daily * 3e-8,
      'at 1e-6': daily * 1e-6,
      'at 1e-3': daily * 1e-3,
      'rate at which a billion a day are flagged': 1e9 / daily,
    }),
  'database-growth': () =>
    exact({ 'pHash, a million entries': anyOf(4.0e-6, 1e6), 'dHash, 10,000 entries': anyOf(6.8e-4, 1e4) }),
  'base-rate': () =>
    exact({
      'FPR 1e-3, prevalence 1e-6': ppv(1e-6, 0.9, 1e-3)!,
      'FPR 1e-3, prevalence 1e-4': ppv(1e-4, 0.9, 1e-3)!,
      'FPR 1e-3, prevalence 1e-3': ppv(1e-3, 0.9, 1e-3)!,
      'FPR 1e-6, prevalence 1e-6': ppv(1e-6, 0.9, 1e-6)!,
      'FPR 1e-6, prevalence 1e-4': ppv(1e-4, 0.9, 1e-6)!,
      'FPR for 99.9 % precision at 80 % recall': neededFpr(3.8e-5, 0.8, 0.999),
    }),
  'precision-or-rate': () => {
    const precision = ppv(3.8e-5, 0.8, 1e-3)!;
    return exact({ 'orders of magnitude between the two': Math.log10(1e-3 / neededFpr(3.8e-5, 0.8, 0.999)) }, [
      `Read as a false-positive rate, 0.1 % leaves a precision of ${(100 * precision).toPrecision(2)} %.`,
    ]);
  },
  'rule-of-three': () =>
    exact({
      'trials for 1e-6': picturesToCertify(1e-6),
      'bound of 1,999,000 pairs': upperBound(0, 1_999_000),
    }),
  'apple-three-in-1e8': () => ({ values: { rate: share(3, 1e8) } }),
  'neuralhash-devices': () =>
    exact({
      'iPad and M1': drift('iPad', 'M1'),
      'iPad and simulator': drift('iPad', 'simulator'),
      'iPad and ONNX': drift('iPad', 'ONNX'),
      'M1 and simulator': drift('M1', 'simulator'),
      'M1 and ONNX': drift('M1', 'ONNX'),
      'simulator and ONNX': drift('simulator', 'ONNX'),
    }),
  'dinohash-effective-bits': () => exact({ 'effective bits': (0.5004 * (1 - 0.5004)) / 0.0512 ** 2 }),
  'pdq-independent-bits': () =>
    exact({ binomial: coinsAtMost(31, 256), hypergeometric: hypergeometricAtMost(15, 256, 128, 128) }, [
      'Hashes that are cut at their median have 128 ones each: distances are even, and 31 is the same rule as 30, which is 15 ones that differ on each side.',
    ]),
  'imagededup-implied': () => {
    const implied = (precision: number): number =>
      impliedFpr({ precision, recall: 1, copyPairs: 2550, otherPairs: 12_999_900 });
    return exact({ dhash: implied(0.223), phash: implied(0.98), ahash: implied(0.044), 'whash-haar': implied(0.029) });
  },
  'bucket-share': () => {
    const recall = (d: number, k: number, distance: number): number => hypergeometricAtMost(k, 256, distance, d);
    return exact({
      'bucket, 9 bits within 2': coinsAtMost(2, 9),
      'recall at 31, 9 bits within 2': recall(9, 2, 31),
      'bucket, 16 bits within 4': coinsAtMost(4, 16),
      'recall at 31, 16 bits within 4': recall(16, 4, 31),
      'bucket, 20 bits within 5': coinsAtMost(5, 20),
      'recall at 31, 20 bits within 5': recall(20, 5, 31),
    });
  },
  'letter-share': () => exact({ 'lost of all': 12 / 16.8, 'Facebook of all reports of 2018': 16.8 / 18.462422 }),
  'hit-rate': () => exact({ 'hits of files': 5e6 / 130e9 }),
  'photographs-distinct': () =>
    exact({
      2020: 10_416_996 / 33_690_561,
      2021: 16_901_958 / 39_939_298,
      2022: 18_821_051 / 49_404_779,
    }),
  'videos-distinct': () =>
    exact({
      'unique, 2020': 9_178_521 / 31_654_163,
      'unique, 2021': 12_965_188 / 44_856_209,
      'unique, 2022': 16_978_366 / 37_775_034,
      'distinct, 2020': 3_724_122 / 31_654_163,
      'distinct, 2021': 5_103_431 / 44_856_209,
      'distinct, 2022': 8_315_811 / 37_775_034,
    }),
  'exact-copies': () =>
    exact({
      // Of the files that repeat another one perceptually, those that are the same byte by byte.
      'photographs, 2020': (33_690_561 - 18_154_650) / (33_690_561 - 10_416_996),
      'photographs, 2021': (39_939_298 - 23_660_093) / (39_939_298 - 16_901_958),
      'photographs, 2022': (49_404_779 - 26_421_535) / (49_404_779 - 18_821_051),
      'videos, 2020': (31_654_163 - 9_178_521) / (31_654_163 - 3_724_122),
      'videos, 2021': (44_856_209 - 12_965_188) / (44_856_209 - 5_103_431),
      'videos, 2022': (37_775_034 - 16_978_366) / (37_775_034 - 8_315_811),
    }),
  downstream: () => ({
    values: { Ireland: share(471, 4192), Germany: share(99_375, 205_728), 'Switzerland 2024': share(2038, 15_736) },
    notes: ['Three quantities in three laws; they must not be merged.'],
  }),
  appeals: () => ({
    values: {
      '2019 Q2': share(14_200, 145_000),
      '2023 Q1': share(20_800, 104_500),
      '2023 Q2': share(38_700, 146_800),
      '2023 Q3': share(87_800, 266_600),
    },
    notes: ['A lower bound on wrong removals, of classifiers and people together.'],
  }),
  'correlated-misses': () =>
    exact({
      '2 pictures, independent': missAll(2, { rate: 0.5, correlation: 0 }),
      '5 pictures, independent': missAll(5, { rate: 0.5, correlation: 0 }),
      '2 pictures, Beta(½, ½)': missAll(2, { rate: 0.5, correlation: 0.5 }),
      '5 pictures, Beta(½, ½)': missAll(5, { rate: 0.5, correlation: 0.5 }),
    }),
} as const satisfies Record<string, Measure>;

// What works a value out again.

/** A value of ours. */
export interface Measured {
  readonly value: number;
  /** 95 % interval, where it was sampled. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Trials behind it. */
  readonly n?: number | undefined;
  /** The same under a protocol without the flaw. */
  readonly corrected?:
    | { readonly value: number; readonly low?: number; readonly high?: number; readonly n?: number }
    | undefined;
}

/** Ours, by the names of the published values; what was not measured is left out. */
export interface Measurement {
  readonly values: Readonly<Record<string, Measured>>;
  /** On what it was measured, such as numbers and sizes of pictures; nothing for arithmetic. */
  readonly on?: string | undefined;
  readonly notes?: readonly string[] | undefined;
}

/** A finished run that measurements read. */
export interface FinishedMeasurement {
  readonly metrics: AnyMetrics;
  readonly rows: readonly Row[];
}

/** What a measurement can ask for. */
export interface MeasureContext {
  /** The finished run of an experiment beside the targets, on the photographs; run when it is first asked for. */
  run(experiment: string): Promise<FinishedMeasurement>;
  /** The photographs, in the order of their ids. */
  photographs(): Promise<readonly PictureFile[]>;
  /** How large the photographs are, in words: levels depend on it. */
  sizes(): Promise<string>;
}

/** A measurement: arithmetic needs no context. */
export type Measure = (context: MeasureContext) => Measurement | Promise<Measurement>;

/** Values without trials behind them. */
export const exact = (values: Readonly<Record<string, number>>, notes?: readonly string[]): Measurement => ({
  values: Object.fromEntries(Object.entries(values).map(([what, value]) => [what, { value }])),
  notes,
});
