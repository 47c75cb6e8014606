/** Evaluates a head on pictures that it has not seen: a pure function of embeddings, labels and heads. */

import type { Classifier } from '../classify/classifier.ts';
import { headLogits, type LoadedHead } from '../classify/head.ts';
import { softmax } from '../classify/softmax.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { groupsOf } from '../dataset/groups.ts';
import { clusteredProportion } from '../metric/bootstrap.ts';
import { type Decision, expectedCalibrationError, reliability } from '../metric/calibration.ts';
import { confusion, labelScores, macroF1Interval } from '../metric/confusion.ts';
import { pairedDifference } from '../metric/paired-difference.ts';
import { wilson } from '../metric/proportion.ts';
import type { ClusteredRate } from '../schema/rate.ts';
import { seededRng } from '../util/rng.ts';
import type { EmbeddedPictures, Example, Parts } from './embed.ts';
import { type Fitted, negativeLogLikelihood, settings } from './fit.ts';
import type { CalibrationGain, TrainMetrics } from './metrics.ts';
import type { TrainingPicture, TrainOptions } from './options.ts';

/** Bins of the reliability diagram and of the calibration error. */
const bins = 10;

/** Index of the largest score, the first in case of a tie. */
export const decide = (scores: ArrayLike<number>): number => {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  return best;
};

/** Evaluates head and baseline on the test part. */
export function judge(
  head: LoadedHead,
  baseline: NearestMean,
  parts: { readonly train: readonly Example[]; readonly test: readonly Example[] },
  seed: number,
): TrainMetrics['test'] {
  const { labels } = head;
  const rows = parts.test.map(({ embedding, label, group }) => {
    const scores = softmax(headLogits(head.layers, embedding).map((logit) => logit / head.temperature));
    const decided = decide(scores);
    return {
      actual: labels.indexOf(label),
      decided,
      score: scores[decided]!,
      rival: baseline(embedding),
      cluster: group,
    };
  });
  const accuracy = rate(
    rows.map(({ actual, decided, cluster }) => ({ cluster, success: actual === decided })),
    seed,
  );
  const other = rate(
    rows.map(({ actual, rival, cluster }) => ({ cluster, success: actual === rival })),
    seed,
  );
  const trials = rows.map(({ actual, decided, rival, cluster }) => ({
    cluster,
    first: actual === decided,
    second: actual === rival,
  }));
  const difference = pairedDifference(trials, seededRng(seed, 'train difference'));
  const counts = confusion(rows, labels.length);
  const scores = labelScores(counts);
  const count = (part: readonly Example[], label: string): number => part.filter((each) => each.label === label).length;
  return {
    accuracy,
    baseline: other,
    baselineName: 'nearest mean of embeddings brought to length 1',
    // Every part has pictures, so there is a difference.
    difference: { ...difference, estimate: difference.estimate! },
    separated: low(accuracy) > high(other),
    macroF1: macroF1Interval(rows, labels.length, seededRng(seed, 'train macro F1')),
    labels: labels.map((label, i) => ({
      label,
      train: count(parts.train, label),
      test: count(parts.test, label),
      ...scores[i]!,
    })),
    confusion: counts,
    reliability: reliability(rows.map(decisionOf), bins),
  };
}

const decisionOf = ({ score, actual, decided }: { score: number; actual: number; decided: number }): Decision => ({
  score,
  right: actual === decided,
});

const low = (each: ClusteredRate): number => Math.min(each.low, each.clusterLow);
const high = (each: ClusteredRate): number => Math.max(each.high, each.clusterHigh);

/** Wilson's interval, and the bootstrap interval by source picture. */
function rate(trials: readonly { cluster: string; success: boolean }[], seed: number): ClusteredRate {
  const { k, n, method, ...clustered } = clusteredProportion(trials, seededRng(seed, 'train accuracy'));
  const exact = wilson(k, n);
  return { ...clustered, ...exact, method: `${exact.method};${method.slice(method.indexOf(';') + 1)}` };
}

/** How close scores are to probabilities, without and with the temperature. */
export function calibrationGain(head: LoadedHead, part: readonly Example[]): CalibrationGain {
  const rows = part.map(({ embedding, label }) => ({
    logits: headLogits(head.layers, embedding),
    actual: head.labels.indexOf(label),
  }));
  const at = (temperature: number) => {
    const decisions = rows.map(({ logits, actual }) => {
      const scores = softmax(logits.map((logit) => logit / temperature));
      const decided = decide(scores);
      return { score: scores[decided]!, right: decided === actual };
    });
    return { ece: expectedCalibrationError(decisions, bins), nll: negativeLogLikelihood(rows, temperature) };
  };
  return { n: part.length, before: at(1), after: at(head.temperature) };
}

// The baseline that a head must beat: the label with the nearest mean embedding (Rocchio; the nearest-class-mean classifier of Mensink et
// al., IEEE TPAMI 2013). Embeddings are first normalised to length 1, which improves the baseline on the features used here.

/** Index of the nearest label of an embedding. */
type NearestMean = (embedding: ArrayLike<number>) => number;

/** Means of the training embeddings, label by label. Expects at least one example of each label. */
export function nearestMean(train: readonly Example[], labels: readonly string[]): NearestMean {
  const length = train[0]?.embedding.length ?? 0;
  const sums = labels.map(() => new Float64Array(length));
  const counts = labels.map(() => 0);
  for (const { embedding, label } of train) {
    const at = labels.indexOf(label);
    counts[at]!++;
    unit(embedding).forEach((value, i) => {
      sums[at]![i]! += value;
    });
  }
  const means = sums.map((sum, at) => sum.map((value) => value / counts[at]!));
  return (embedding) => {
    const point = unit(embedding);
    const distances = means.map((mean) => mean.reduce((sum, value, i) => sum + (value - point[i]!) ** 2, 0));
    return distances.indexOf(Math.min(...distances));
  };
}

/** The embedding divided by its Euclidean length. */
function unit(embedding: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(embedding);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;
  return values.map((value) => value / length);
}

// Computes a trained head's metrics.

/** Result of a training. */
interface Made extends Pick<TrainMetrics, 'test' | 'learningCurve'> {
  readonly options: TrainOptions;
  readonly dataset: Dataset;
  readonly network: Classifier;
  readonly embedded: EmbeddedPictures;
  readonly parts: Parts<TrainingPicture>;
  readonly fitted: Fitted;
}

/** The metrics without their limits, at full precision. */
export function metricsOf(made: Made): Omit<TrainMetrics, 'limits'> {
  const { options, dataset, network, embedded, parts, fitted, test, learningCurve } = made;
  const { name, kind, seed } = options;
  const { head, file, curve, bestEpoch, backend } = fitted;
  const { learningRate, batch, weightDecay, patience } = settings;
  const { embeddingLength, sha256 } = network;
  return {
    schemaVersion: 1,
    kind: 'train',
    name,
    question: `How well does a head on ${network.name} tell ${head.labels.length} labels of ${dataset.name} apart?`,
    seed,
    head: { kind, sha256: head.sha256, bytes: JSON.stringify(file).length },
    network: { name: network.name, sha256, embeddingLength, backend: embedded.backend },
    dataset: {
      name: dataset.name,
      sha256: dataset.sha256,
      pictures: dataset.pictures.length,
      groups: groupsOf(dataset.pictures).size,
      ...provenance(dataset),
      refused: [...dataset.refused, ...embedded.refused],
    },
    parts: { train: sizeOf(parts.train), validation: sizeOf(parts.validation), test: sizeOf(parts.test) },
    training: {
      backend,
      hidden: [...settings.hidden[kind]],
      learningRate,
      batch,
      weightDecay,
      patience,
      bestEpoch,
      epochs: curve.map(({ validationRight, ...epoch }) => ({
        ...epoch,
        validationAccuracy: wilson(validationRight, parts.validation.length),
      })),
    },
    learningCurve,
    temperature: head.temperature,
    calibration: { validation: calibrationGain(head, parts.validation), test: calibrationGain(head, parts.test) },
    test,
  };
}

/** Source and licence; for a plain folder only its name, because its path has no meaning elsewhere. */
const provenance = ({ name, root, card }: Dataset): { source: string; licence: string } => ({
  source: card.source === root ? name : card.source,
  licence: card.licence,
});

const sizeOf = (part: readonly TrainingPicture[]): { pictures: number; groups: number } => ({
  pictures: part.length,
  groups: groupsOf(part).size,
});

// What a reader must know before trusting a head or its numbers; computed from its metrics where it depends on them.

/** Limits of a trained head, most important first. */
export function limitsOf({ dataset, parts, test, network, calibration }: Omit<TrainMetrics, 'limits'>): string[] {
  const smallest = [...test.labels].sort((a, b) => a.test - b.test)[0]!;
  return [
    `Every picture gets one of ${test.labels.length} labels: there is no "none of these", and a picture of anything else gets a label, perhaps with a high score.`,
    `Trained and judged on ${dataset.name} alone, ${parts.train.pictures} pictures for training and ${parts.test.pictures} for judging: other cameras, shops or drawings are not measured.`,
    `Pictures are taken as independent unless the dataset puts them into one group (${dataset.groups} groups of ${dataset.pictures} pictures): near-bursts that it does not mark make the test easier than it looks.`,
    `Per label the test is small: ${smallest.test} pictures of ${smallest.label}. Read the interval, not the estimate.`,
    `The temperature was fitted on ${calibration.validation.n} pictures; the calibration error of so few is biased upwards, before and after alike.`,
    'Never score it on the pictures that split.json lists under train and validation: it has seen them.',
    `Embeddings come from ${network.name} on the backend ${network.backend}; other backends, decoders and resize kernels move scores.`,
  ];
}
