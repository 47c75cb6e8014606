/** The detectors' curves, as ROC and DET draw them, and the legend that the three figures share. */

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
  /** The operating point chosen on calibration, if the curve has it. */
  readonly chosen: CurvePoint | undefined;
  /** The operating point that a hash's authors name. */
  readonly authors: CurvePoint | undefined;
}

/** The smallest rate that a logarithmic or probit axis shows: half of one error among all trials. */
export const floorOf = (trials: readonly number[]): number => 0.5 / Math.max(10, ...trials);
