/** The plots of the threshold slider, as options: a fixed line and a moving dot. */
import * as Plot from '@observablehq/plot';
import { si } from '../../../report/format.ts';
import { color, shareTick } from '../../../report/page/colors.ts';

/** A plotted number; null if it was not measured. */
type Drawn = number | null;

/** A point of the curve, with the model's result; null if it was not measured. */
export interface CurvePoint {
  readonly thresholdBits: number;
  readonly tpr: Drawn;
  readonly fpr: Drawn;
  readonly recovered: Drawn;
  readonly innocentAccounts: Drawn;
}

/** Raises a value to a minimum, for logarithmic axes. */
const atLeast = (least: number, value: Drawn): Drawn => (value === null ? null : Math.max(least, value));

const frame = (width: number): Plot.PlotOptions => ({
  width,
  height: 300,
  marginLeft: 52,
  marginRight: 24,
  marginTop: 28,
  marginBottom: 42,
  style: { fontSize: '12px' },
});

const moving = (
  point: CurvePoint,
  x: (point: CurvePoint) => Drawn,
  y: (point: CurvePoint) => Drawn,
  title: string,
): Plot.Markish =>
  Plot.dot(x(point) === null || y(point) === null ? [] : [point], {
    x,
    y,
    r: 6,
    fill: color.warn,
    stroke: color.surface,
    strokeWidth: 1.5,
    title: () => title,
  });

const shares = (label: string): Plot.ScaleOptions => ({
  domain: [0, 1],
  label,
  labelArrow: 'none',
  ticks: 5,
  tickFormat: shareTick,
  grid: true,
});

/** ROC with a logarithmic axis. Its left edge is half of one error among all innocent pictures. */
export function rocOptions(
  curve: readonly CurvePoint[],
  at: CurvePoint,
  innocent: number,
  width: number,
): Plot.PlotOptions {
  const low = 0.5 / Math.max(10, innocent);
  const x = ({ fpr }: CurvePoint): Drawn => atLeast(low, fpr);
  const y = ({ tpr }: CurvePoint): Drawn => tpr;
  return {
    ...frame(width),
    x: {
      type: 'log',
      domain: [low, 1],
      label: 'false alarms, share of innocent pictures (log) →',
      labelArrow: 'none',
      ticks: [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1].filter((tick) => tick > low),
      tickFormat: shareTick,
      grid: true,
    },
    y: shares('↑ detection'),
    marks: [
      Plot.line(curve, { x, y, stroke: color.accent, strokeWidth: 2, title: () => 'ROC' }),
      moving(at, x, y, `threshold ${at.thresholdBits} bits`),
    ],
  };
}

/** Both rates by threshold. */
export function ratesOptions(curve: readonly CurvePoint[], at: CurvePoint, width: number): Plot.PlotOptions {
  const x = ({ thresholdBits }: CurvePoint): number => thresholdBits;
  return {
    ...frame(width),
    x: { domain: [-1, Math.max(1, curve.at(-1)!.thresholdBits)], label: 'threshold, bits →', labelArrow: 'none' },
    y: shares('↑ detection (line), false alarms (dashes)'),
    marks: [
      Plot.ruleX([at.thresholdBits], { stroke: color.warn, strokeDasharray: '4 3' }),
      Plot.line(curve, { x, y: 'tpr', stroke: color.accent, strokeWidth: 2, title: () => 'detection' }),
      Plot.line(curve, {
        x,
        y: 'fpr',
        stroke: color.muted,
        strokeWidth: 2,
        strokeDasharray: '5 3',
        title: () => 'false alarms',
      }),
      moving(at, x, ({ tpr }) => tpr, 'detection'),
      moving(at, x, ({ fpr }) => fpr, 'false alarms'),
    ],
  };
}

/** The letter's two numbers against each other, with all assumptions at their medians. */
export function letterOptions(
  curve: readonly CurvePoint[],
  at: CurvePoint,
  lost: number,
  width: number,
): Plot.PlotOptions {
  const x = ({ innocentAccounts }: CurvePoint): Drawn => atLeast(1, innocentAccounts);
  const y = ({ recovered }: CurvePoint): Drawn => recovered;
  return {
    ...frame(width),
    x: {
      type: 'log',
      domain: [1, Math.max(10, ...curve.map((point) => x(point) ?? 1))],
      label: 'innocent accounts flagged in a year (log) →',
      labelArrow: 'none',
      ticks: 5,
      tickFormat: (value: number) => si(value),
      grid: true,
    },
    y: {
      domain: [0, lost],
      label: '↑ reports recovered, of those lost',
      labelArrow: 'none',
      ticks: 5,
      tickFormat: (value: number) => si(value),
      grid: true,
    },
    marks: [
      Plot.line(curve, { x, y, stroke: color.accent, strokeWidth: 2, title: () => 'medians' }),
      moving(at, x, y, `threshold ${at.thresholdBits} bits`),
    ],
  };
}
