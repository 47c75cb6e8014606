/**
 * ROC of each measure and each kind of content, over folds. Heads of different folds score on different scales, so every picture is placed
 * among the innocent ones of its own fold, and the curves are averaged at equal false-positive rate (vertical averaging: Fawcett, "An
 * introduction to ROC analysis", Pattern Recognition Letters 2006).
 */
import { meanOfFew } from '../../metric/paired-shift.ts';
import { auc } from '../../metric/roc.ts';
import type { ContentCurve, DetectorName } from '../../schema/new-content-metrics.ts';
import { knownOf, type SeenFold, type Sight } from './sights.ts';

const measures: readonly (readonly [DetectorName, (sight: Sight) => number])[] = [
  ['hash', ({ bits }) => -bits],
  ['label', ({ label }) => label],
  ['head', ({ head }) => head],
];

const contents = ['listed', 'edited', 'known source', 'new source'] as const;

/** A curve for each measure and kind of content. */
export const curvesOf = (folds: readonly SeenFold[]): ContentCurve[] =>
  measures.flatMap(([detector, measure]) =>
    contents.map((content): ContentCurve => {
      const areas: number[] = [];
      const places: number[] = [];
      for (const fold of folds) {
        const negatives = fold.innocent.map(measure);
        const positives = (content === 'new source' ? fold.fresh : knownOf(fold, content)).map(measure);
        const area = auc(positives, negatives);
        if (!area) continue;
        areas.push(area.estimate);
        const ascending = Float64Array.from(negatives).sort();
        // The false-positive rate at the threshold that just finds the picture.
        for (const score of positives) places.push(1 - below(ascending, score) / ascending.length);
      }
      const mean = meanOfFew(areas);
      return {
        detector,
        content,
        auc: mean && {
          ...mean,
          low: Math.max(0, mean.low),
          high: Math.min(1, mean.high),
          method: `Mann-Whitney in each fold; ${mean.method.replace('mean of', 'mean of sources:')}`,
        },
        points: curve(places),
      };
    }),
  );

/** How many of the ascending values are below one. */
function below(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Share of pictures found at each false-positive rate, from (0, …) to (1, 1). */
function curve(places: readonly number[]): ContentCurve['points'] {
  if (places.length === 0) return [];
  const sorted = Float64Array.from(places).sort();
  const points = [...new Set(sorted)].map((fpr) => ({
    fpr,
    tpr: sorted.filter((each) => each <= fpr).length / sorted.length,
  }));
  return [
    ...(points[0]!.fpr > 0 ? [{ fpr: 0, tpr: 0 }] : []),
    ...points,
    ...(points.at(-1)!.fpr < 1 ? [{ fpr: 1, tpr: 1 }] : []),
  ];
}
