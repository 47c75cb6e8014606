/** How good a head is on pictures that it has not seen: a pure function of embeddings, labels and heads. */
import { headLogits, type LoadedHead } from '../../classify/head.ts';
import { softmax } from '../../classify/softmax.ts';
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { type Decision, expectedCalibrationError, reliability } from '../../metric/calibration.ts';
import { confusion, labelScores, macroF1Interval } from '../../metric/confusion.ts';
import { pairedDifference } from '../../metric/paired-difference.ts';
import { wilson } from '../../metric/proportion.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import type { CalibrationGain, TrainMetrics } from '../../schema/train-metrics.ts';
import { seededRng } from '../../util/rng.ts';
import type { Example } from './example.ts';
import type { NearestMean } from './nearest-mean.ts';
import { negativeLogLikelihood } from './temperature.ts';

/** Bins of the reliability diagram and of the calibration error. */
const bins = 10;

/** Index of the largest score; of equal ones the first. */
export const decide = (scores: ArrayLike<number>): number => {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  return best;
};

/** Head and baseline side by side on the test part. */
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

/** Wilson's interval, and beside it the one by source picture. */
function rate(trials: readonly { cluster: string; success: boolean }[], seed: number): ClusteredRate {
  const { k, n, method, ...clustered } = clusteredProportion(trials, seededRng(seed, 'train accuracy'));
  const exact = wilson(k, n);
  return { ...clustered, ...exact, method: `${exact.method};${method.slice(method.indexOf(';') + 1)}` };
}

/** How far scores are probabilities without the temperature and with it. */
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
