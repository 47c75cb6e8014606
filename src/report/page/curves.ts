/** The detectors' curves for ROC and DET, and the legend that the three figures share. */

/** One operating point of a detector. */
export interface CurvePoint {
  readonly threshold: number;
  readonly tpr: number;
  readonly fpr: number;
}

/** One detector: a hash, or the classifier. */
export interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  readonly positives: number;
  readonly negatives: number;
  readonly color: string;
  readonly dash: string;
  /** The operating point chosen on calibration, if the curve contains it. */
  readonly chosen: CurvePoint | undefined;
  /** The operating point published by a hash's authors. */
  readonly authors: CurvePoint | undefined;
}

/** The smallest rate on a logarithmic or probit axis: half of one error among all trials. */
export const floorOf = (trials: readonly number[]): number => 0.5 / Math.max(10, ...trials);
