/** ROC: detection rate against false-positive rate, with a linear axis for the whole and a logarithmic one for the important corner. */

import * as Plot from '@observablehq/plot';
import { fraction, integer, percent, scoreText } from '../format.ts';
import { type Curve, type CurvePoint, curvesCsv, floorOf } from './curves.ts';
import { color, shareTick, svgOf } from './plot.ts';

const pointTitle = ({ name, negatives, positives }: Curve, { threshold, tpr, fpr }: CurvePoint): string => {
  const counts = (share: number, n: number): string =>
    `${percent(share)} (${fraction({ k: Math.round(share * n), n, estimate: share, low: 0, high: 1, method: '' })})`;
  return `${name} at threshold ${scoreText(threshold)}: detection ${counts(tpr, positives)}, false positives ${counts(fpr, negatives)}`;
};

/** The line of one detector through its points. */
export const curveLine = (
  curve: Curve,
  points: readonly CurvePoint[],
  x: (point: CurvePoint) => number,
  y: (point: CurvePoint) => number,
): Plot.Markish =>
  Plot.line(points, {
    x,
    y,
    stroke: curve.color,
    strokeWidth: 2,
    strokeDasharray: curve.dash,
    strokeLinejoin: 'round',
    title: () => curve.name,
  });

/** Dots on a curve: filled at the threshold chosen on calibration, hollow at the authors' threshold. */
export function operatingPoints(
  curves: readonly Curve[],
  x: (p: CurvePoint) => number,
  y: (p: CurvePoint) => number,
): Plot.Markish[] {
  return curves.flatMap((curve) => {
    const dot = (point: CurvePoint | undefined, filled: boolean): Plot.Markish[] =>
      point
        ? [
            Plot.dot([point], {
              x,
              y,
              r: filled ? 4 : 5.5,
              fill: filled ? curve.color : 'none',
              stroke: curve.color,
              strokeWidth: 1.8,
              title: () => pointTitle(curve, point),
            }),
          ]
        : [];
    return [...dot(curve.authors, false), ...dot(curve.chosen, true)];
  });
}

/** The SVG of ROC curves; `scale` is that of the false-positive axis. */
export function rocOf(curves: readonly Curve[], scale: 'linear' | 'log'): string {
  const low = floorOf(curves.map(({ negatives }) => negatives));
  const x = ({ fpr }: CurvePoint): number => (scale === 'log' ? Math.max(low, fpr) : fpr);
  const y = ({ tpr }: CurvePoint): number => tpr;
  const chance = Array.from({ length: 41 }, (_, index) => (scale === 'log' ? low ** (1 - index / 40) : index / 40));
  const ticks =
    scale === 'log' ? [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1].filter((tick) => tick > low) : [0, 0.2, 0.4, 0.6, 0.8, 1];
  const n = Math.max(0, ...curves.map(({ negatives }) => negatives));
  return svgOf(
    {
      width: 440,
      height: 380,
      marginLeft: 50,
      marginRight: 26,
      marginTop: 26,
      marginBottom: 44,
      x: {
        type: scale,
        domain: [scale === 'log' ? low : 0, 1],
        label: `false-positive rate${scale === 'log' ? ' (log scale)' : ''} →`,
        labelArrow: 'none',
        ticks,
        tickFormat: shareTick,
        grid: true,
      },
      y: { domain: [0, 1], label: '↑ detection rate', labelArrow: 'none', ticks: 5, tickFormat: shareTick, grid: true },
      marks: [
        Plot.line(chance, { x: (d: number) => d, y: (d: number) => d, stroke: color.muted, strokeDasharray: '1 4' }),
        ...curves.map((curve) => curveLine(curve, curve.points, x, y)),
        ...operatingPoints(curves, x, y),
      ],
    },
    `ROC of ${curves.length} detectors, ${scale} false-positive axis, up to ${integer(n)} negatives`,
    { name: `roc-${scale}`, legend: curves, data: () => curvesCsv(curves) },
  );
}
