/** `presend/metric`: pure functions of numbers: rates with intervals, curves, extrapolation, information flow, the model. Runs in Node and in a page. */
export * as baseRate from '../metric/base-rate.ts';
export {
  type ClusteredProportion,
  clusteredCounts,
  clusteredProportion,
  type Trial,
} from '../metric/bootstrap.ts';
export * as channel from '../metric/channel.ts';
export * as countLeak from '../metric/count-leak.ts';
export { intervalDifference, rateDifference } from '../metric/difference.ts';
export * as distanceHistogram from '../metric/distance-histogram.ts';
export type { Counts, Interval, Proportion } from '../metric/interval.ts';
export * as leakage from '../metric/leakage.ts';
export * as listSize from '../metric/list-size.ts';
export * as mutualInformation from '../metric/mutual-information.ts';
export {
  chooseDistanceThreshold,
  chooseScoreThreshold,
  type DistanceThreshold,
  type ScoreThreshold,
} from '../metric/operating-point.ts';
export {
  mcnemarExact,
  newcombePaired,
  type PairedDifference,
  type PairedTrial,
  pairedDifference,
} from '../metric/paired-difference.ts';
export {
  clopperPearsonHigh,
  clopperPearsonLow,
  lowerBound,
  proportion,
  upperBound,
  wilson,
} from '../metric/proportion.ts';
export { median, quantile } from '../metric/quantile.ts';
export { auc, type Roc, type RocPoint, rocOfDistances, rocOfScores } from '../metric/roc.ts';
export * as thresholdModel from '../metric/threshold-model.ts';
export { type Rng, seededRng } from '../util/rng.ts';
