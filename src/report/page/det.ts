/**
 * DET: misses against false positives, both on probit axes, on which normally distributed scores give straight lines. Martin, Doddington,
 * Kamm, Ordowski & Przybocki, "The DET curve in assessment of detection task performance" (Eurospeech 1997).
 */

import * as Plot from '@observablehq/plot';
import { probit } from '../../metric/special.ts';
import { integer } from '../format.ts';
import { type Curve, type CurvePoint, curvesCsv, floorOf } from './curves.ts';
import { color, shareTick, svgOf } from './plot.ts';
import { curveLine, operatingPoints } from './roc.ts';

const ticks = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.2, 0.5, 0.8];
const top = 0.92;

/** Ticks from `low` upwards whose labels do not overlap; a label takes a share `gap` of the axis. */
function spaced(low: number, gap: number): number[] {
  const least = gap * (probit(top) - probit(low));
  const kept: number[] = [];
  for (const tick of ticks.filter((each) => each >= low).reverse())
    if (kept.length === 0 || probit(kept.at(-1)!) - probit(tick) >= least) kept.push(tick);
  return kept.reverse();
}

/** The SVG of DET curves. */
export function detOf(curves: readonly Curve[]): string {
  const lowX = floorOf(curves.map(({ negatives }) => negatives));
  const lowY = floorOf(curves.map(({ positives }) => positives));
  const x = ({ fpr }: CurvePoint): number => probit(Math.max(lowX, Math.min(top, fpr)));
  const y = ({ tpr }: CurvePoint): number => probit(Math.max(lowY, Math.min(top, 1 - tpr)));
  const axis = (low: number, gap: number) => {
    const shown = spaced(low, gap);
    return {
      domain: [probit(low), probit(top)],
      ticks: shown.map(probit),
      tickFormat: (_: unknown, index: number) => shareTick(shown[index]!),
      labelArrow: 'none' as const,
      grid: true,
    };
  };
  return svgOf(
    {
      width: 440,
      height: 380,
      marginLeft: 54,
      marginRight: 26,
      marginTop: 26,
      marginBottom: 44,
      x: { ...axis(lowX, 0.12), label: 'false-positive rate (probit scale) →' },
      y: { ...axis(lowY, 0), label: '↑ miss rate (probit scale)' },
      marks: [
        Plot.line([1 - top, 0.5, top], {
          x: probit,
          y: (d: number) => probit(1 - d),
          stroke: color.muted,
          strokeDasharray: '1 4',
        }),
        ...curves.map((curve) =>
          // Outside the frame lie only the corners where everything or nothing is flagged.
          curveLine(
            curve,
            curve.points.filter(({ fpr, tpr }) => fpr <= top && 1 - tpr <= top),
            x,
            y,
          ),
        ),
        ...operatingPoints(curves, x, y),
      ],
    },
    `DET of ${curves.length} detectors, up to ${integer(Math.max(0, ...curves.map(({ negatives }) => negatives)))} negatives`,
    { name: 'det', legend: curves, data: () => curvesCsv(curves) },
  );
}
