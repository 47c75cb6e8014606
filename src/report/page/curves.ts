/** The detectors' curves for ROC and DET, and the legend that the three figures share. */

import { wilson } from '../../metric/proportion.ts';
import type { Rate } from '../../schema/rate.ts';
import { csvOf, rateFields } from '../csv.ts';

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

/** Every point of the curves, and their operating points, as CSV: detection and false positives with their counts, in two lines each. */
export const curvesCsv = (curves: readonly Curve[]): string =>
  csvOf(
    curves.flatMap((curve) => {
      const { points, chosen, authors } = curve;
      const all: (readonly [rule: string, point: CurvePoint | undefined])[] = [
        ...points.map((point) => ['curve', point] as const),
        ['chosen', chosen],
        ['authors', authors],
      ];
      return all.flatMap(([rule, point]) =>
        point
          ? (['tpr', 'fpr'] as const).map((measure) => ({
              detector: curve.name,
              rule,
              threshold: point.threshold,
              measure,
              rate: rateOf(point[measure], measure === 'tpr' ? curve.positives : curve.negatives),
            }))
          : [],
      );
    }),
    ['detector', 'rule', 'threshold', 'measure'],
    ({ rate }) => rateFields(rate),
  );

const rateOf = (share: number, n: number): Rate => wilson(Math.round(share * n), n);

/** The smallest rate on a logarithmic or probit axis: half of one error among all trials. */
export const floorOf = (trials: readonly number[]): number => 0.5 / Math.max(10, ...trials);
