/**
 * DET: misses over false positives, both on probit axes, where normal scores give straight lines.
 * Martin, Doddington, Kamm, Ordowski & Przybocki, "The DET curve in assessment of detection task performance" (Eurospeech 1997).
 */
import * as Plot from '@observablehq/plot';
import { integer } from '../format.ts';
import type { Metrics } from '../types.ts';
import { type CurvePoint, curvesOf, floorOf } from './curves.ts';
import { color, shareTick, svgOf } from './plot.ts';
import { operatingPoints } from './roc.ts';

/**
 * The standard normal quantile, by Newton steps on a logistic start with the tail series of Abramowitz & Stegun 26.2.17;
 * good to about 1e-6, far below a pixel.
 */
export function probit(share: number): number {
  const target = Math.min(1 - 1e-12, Math.max(1e-12, share));
  // Solve in the lower half: there the distribution function keeps its relative precision.
  if (target > 0.5) return -probit(1 - target);
  let z = -Math.sqrt(-2 * Math.log(target)) + 0.8;
  for (let step = 0; step < 40; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    z -= Math.max(-0.5, Math.min(0.5, (lowerTail(z, density) - target) / density));
  }
  return z;
}

function lowerTail(z: number, density: number): number {
  if (z > 0) return 1 - lowerTail(-z, density);
  const t = 1 / (1 - 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return density * series;
}

const ticks = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.2, 0.5, 0.8];
const top = 0.92;

/** The SVG of all DET curves. */
export function detPlot(metrics: Metrics): string {
  const curves = curvesOf(metrics);
  const lowX = floorOf(curves.map(({ negatives }) => negatives));
  const lowY = floorOf(curves.map(({ positives }) => positives));
  const x = ({ fpr }: CurvePoint): number => probit(Math.max(lowX, Math.min(top, fpr)));
  const y = ({ tpr }: CurvePoint): number => probit(Math.max(lowY, Math.min(top, 1 - tpr)));
  const axis = (low: number) => ({
    domain: [probit(low), probit(top)],
    ticks: ticks.filter((tick) => tick >= low).map(probit),
    tickFormat: (_: unknown, index: number) => shareTick(ticks.filter((tick) => tick >= low)[index]!),
    labelArrow: 'none' as const,
    grid: true,
  });
  return svgOf(
    {
      width: 440,
      height: 380,
      marginLeft: 54,
      marginRight: 26,
      marginTop: 26,
      marginBottom: 44,
      x: { ...axis(lowX), label: 'false-positive rate (probit scale) →' },
      y: { ...axis(lowY), label: '↑ miss rate (probit scale)' },
      marks: [
        Plot.line([1 - top, 0.5, top], {
          x: probit,
          y: (d: number) => probit(1 - d),
          stroke: color.muted,
          strokeDasharray: '1 4',
        }),
        ...curves.map((curve) =>
          Plot.line(
            // Beyond the frame there is only the corner where everything is flagged, or nothing.
            curve.points.filter(({ fpr, tpr }) => fpr <= top && 1 - tpr <= top),
            {
              x,
              y,
              stroke: curve.color,
              strokeWidth: 2,
              strokeDasharray: curve.dash,
              strokeLinejoin: 'round',
              title: () => curve.name,
            },
          ),
        ),
        ...operatingPoints(curves, x, y),
      ],
    },
    `DET of ${curves.length} detectors, up to ${integer(Math.max(0, ...curves.map(({ negatives }) => negatives)))} negatives`,
  );
}
