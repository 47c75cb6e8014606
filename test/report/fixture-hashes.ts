/** Made-up hashes and a classifier, and how they do on 17 edits. */
import type { EqualityGap, HashMetrics, Metrics } from '../../src/experiment/tradeoff/metrics.ts';
import type { ClusteredRate } from '../../src/schema/rate.ts';
import { clustered, interval, rate } from './fixture-rates.ts';

export const transforms = [
  'none',
  'jpeg 75',
  'jpeg 30',
  'webp 60',
  'resize 0.5',
  'blur 1.5',
  'noise 0.05',
  'gamma 1.8',
  'brightness 1.3',
  'grey',
  'watermark',
  'caption',
  'border 20',
  'crop 5',
  'rotate 4',
  'flip',
  'screenshot',
];

/** Distance in bits (of 256) that each edit costs, and its spread. */
const cost = [0.5, 1.5, 3, 3, 8, 9, 11, 20, 10, 5, 14, 26, 47, 80, 69, 128, 55];

const normal = (x: number): number => 1 / (1 + Math.exp(-1.702 * x));
const negatives = 2450;
const positives = 2380;

const hashOf = (
  name: string,
  bits: number,
  authors: number,
  calibrated: number,
  weakness: number,
  spread: number,
): HashMetrics => {
  const share = bits / 256;
  const fprAt = (d: number): number =>
    Math.round(negatives * normal((d - bits / 2 + 1) / (8 * share * spread))) / negatives;
  const recallAt = (d: number, index: number): number => {
    const mean = Math.min(bits / 2, cost[index]! * share * weakness);
    return Math.round(140 * normal((d + 0.5 - mean) / (0.18 * mean + 0.6))) / 140;
  };
  const tprAt = (d: number): number =>
    transforms.reduce((sum, _, index) => sum + recallAt(d, index), 0) / transforms.length;
  const at = (d: number): ClusteredRate => clustered(Math.round(negatives * fprAt(d)), negatives, 7);
  const roc = Array.from({ length: bits + 1 }, (_, d) => ({ threshold: d, tpr: tprAt(d), fpr: fprAt(d) }));
  return {
    name,
    bits,
    authorsThreshold: authors,
    threshold: {
      bits: calibrated,
      calibrationFpr: rate(Math.round(1200 * fprAt(calibrated)), 1200),
      rule: 'largest threshold with at most 1e-3 on calibration, never above the authors’',
    },
    positives,
    negatives,
    refused: name === 'pdq' ? 12 : 0,
    failed: 0,
    auc: {
      estimate: 0.985 - weakness / 40,
      low: 0.98 - weakness / 40,
      high: 0.989 - weakness / 40,
      method: 'bootstrap by group, 95 %',
    },
    roc,
    tprAtFpr: [1e-2, 1e-3].map((fpr) => {
      const point = [...roc].reverse().find((each) => each.fpr <= fpr) ?? roc[0]!;
      return {
        fpr,
        threshold: point.threshold,
        tpr: clustered(Math.round(positives * point.tpr), positives, 17),
        // Of so many negatives one is 0.43 %: 0.1 % cannot be seen.
        calibrationFpr: rate(fpr < 1 / 233 ? 0 : 2, 233),
      };
    }),
    fpr: at(calibrated),
    fprAtAuthors: at(authors),
    recall: transforms.map((transform, index) => ({
      transform,
      calibrated: clustered(Math.round(140 * recallAt(calibrated, index)), 140),
      atAuthors: clustered(Math.round(140 * recallAt(authors, index)), 140),
      meanOwnBits: cost[index]! * share * weakness,
    })),
  };
};

/** Five hashes. */
export const hashes = (): HashMetrics[] => [
  hashOf('pdq', 256, 31, 30, 1, 1.4),
  hashOf('phash', 64, 10, 8, 0.95, 2.0),
  hashOf('dhash', 64, 10, 6, 1.7, 2.6),
  hashOf('ahash', 64, 5, 2, 1.2, 4.6),
  hashOf('blockhash', 256, 20, 14, 1.3, 3.4),
];

/** Found by the near hash and by equality, where everything equal is near. */
const sideOf = (near: number, equal: number, n: number): EqualityGap['allEdits'] => ({
  near: clustered(near, n),
  equality: clustered(equal, n),
  lost: {
    ...interval((near - equal) / n, (near - equal) / n - 0.08, (near - equal) / n + 0.09),
    n,
    onlyFirst: near - equal,
    onlySecond: 0,
    mcnemar: 2 ** (1 + equal - near),
    clusters: n,
    clusterLow: (near - equal) / n - 0.07,
    clusterHigh: (near - equal) / n + 0.07,
  },
});

export const equalityGap = (): EqualityGap => ({
  near: { hash: 'pdq', thresholdBits: 30 },
  equality: { hash: 'phash', bits: 64 },
  listed: [
    { transform: 'none', ...sideOf(139, 97, 140) },
    { transform: 'resize 0.5', ...sideOf(137, 60, 140) },
    { transform: 'crop 5', ...sideOf(41, 1, 140) },
  ],
  allEdits: sideOf(178, 61, 280),
  innocent: sideOf(1, 0, 350),
});

const classifierRoc = Array.from({ length: 61 }, (_, index) => {
  const x = index / 60;
  return {
    threshold: 1 - x,
    fpr: Math.round(2450 * x ** 5) / 2450,
    tpr: Math.round(400 * (1 - (1 - x) ** 2.2) ** 0.55) / 400,
  };
});

export const classifier = (): Metrics['classifier'] => ({
  name: 'mobilenet-head',
  label: 'leaves',
  threshold: { score: 0.91, calibrationFpr: rate(1, 150), rule: 'largest score with at most 1e-2 on calibration' },
  positives: 400,
  negatives: 2450,
  auc: { estimate: 0.953, low: 0.941, high: 0.964, method: 'bootstrap by group, 95 %' },
  roc: classifierRoc,
  fpr: clustered(24, 2450, 7),
  tpr: clustered(204, 400, 2),
});
