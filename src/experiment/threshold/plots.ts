/** Plots of a threshold run: exact curves, with simulated accounts as dots and their intervals. */

import * as Plot from '@observablehq/plot';
import { csvOf, intervalFields, rateFields } from '../../report/csv.ts';
import { bounds, integer, percent, powerText } from '../../report/format.ts';
import { color, seriesColor, seriesDash, seriesLines, shareTick, svgOf } from '../../report/page/plot.ts';
import type { InnocentCurve, Knowledge, OffenderCurve, ThresholdMetrics } from './metrics.ts';

const size = { width: 440, height: 300, marginLeft: 52, marginRight: 16, marginTop: 24, marginBottom: 42 } as const;

/** Thresholds at which simulated dots are drawn: one each would hide the curve. */
const dotted = [1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 40, 50, 70, 100, 200];

const thresholdAxis = (most: number) => ({
  type: 'log' as const,
  domain: [1, most],
  ticks: [1, 2, 5, 10, 20, 50, 100, 200].filter((t) => t <= most),
  tickFormat: (t: number) => String(t),
  label: 'threshold t, matches (log scale) →',
  labelArrow: 'none' as const,
  grid: true,
});

interface Dot {
  readonly t: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly title: string;
}

/** Dots with their intervals. */
const dots = (points: readonly Dot[], stroke: string): Plot.Markish[] => [
  Plot.ruleX(points, { x: 't', y1: 'low', y2: 'high', stroke, strokeOpacity: 0.7 }),
  Plot.dot(points, { x: 't', y: 'y', r: 3, fill: stroke, stroke: color.surface, title: 'title' }),
];

/** Measures of offenders, as axes and titles have them. */
export const offenderMeasures = {
  pictures: 'listed pictures of flagged accounts',
  opened: 'listed pictures opened',
  accounts: 'offending accounts flagged',
  counted: 'offenders counted, not opened',
} as const;

/** One measure of offenders under one distribution: a line for each way of finding pictures. `place` and `nameOf` name file and lines. */
export function offenderPlot(
  curves: readonly OffenderCurve[],
  what: keyof typeof offenderMeasures,
  most: number,
  {
    place = curves[0]?.held.name ?? '',
    nameOf = ({ detection }: OffenderCurve): string => `${detection.name}, ${percent(detection.rate)}`,
  } = {},
): string {
  const marks = curves.flatMap(({ detection, curve }, i): Plot.Markish[] => {
    const points = curve.map((point) => ({ t: point.threshold, ...point[what] }));
    const band = points.flatMap(({ t, ...each }) =>
      'bounds' in each && each.bounds ? [{ t, low: each.bounds.low, high: each.bounds.high }] : [],
    );
    return [
      Plot.areaY(band, { x: 't', y1: 'low', y2: 'high', fill: seriesColor(i), fillOpacity: 0.18 }),
      Plot.line(points, {
        x: 't',
        y: 'exact',
        stroke: seriesColor(i),
        strokeWidth: 1.8,
        strokeDasharray: seriesDash(i),
      }),
      ...dots(
        points
          .filter(({ t, simulated }) => dotted.includes(t) && simulated.n > 0)
          .map(({ t, exact, simulated }) => ({
            t,
            y: simulated.estimate ?? 0,
            ...bounds(simulated),
            title: `${detection.name}, t = ${t}: exactly ${percent(exact)}, simulated ${percent(simulated.estimate ?? 0)}`,
          })),
        seriesColor(i),
      ),
    ];
  });
  return svgOf(
    {
      ...size,
      x: thresholdAxis(most),
      y: {
        domain: [0, 1],
        tickFormat: shareTick,
        label: `↑ ${offenderMeasures[what]}`,
        labelArrow: 'none',
        grid: true,
      },
      marks,
    },
    `${curves[0]?.held.name ?? ''}: ${offenderMeasures[what]} against the threshold, exact and simulated`,
    {
      name: `offenders-${what}-${place}`,
      legend: seriesLines(curves.map(nameOf)),
      data: () =>
        csvOf(
          curves.flatMap(({ held, detection, curve }) =>
            curve.map(({ threshold, [what]: point }) => ({
              held: held.name,
              detection: detection.name,
              threshold,
              ...point,
              bounds: 'bounds' in point ? point.bounds : null,
            })),
          ),
          [
            'held',
            'detection',
            'threshold',
            'exact',
            ['exactLow', ({ bounds }) => bounds?.low],
            ['exactHigh', ({ bounds }) => bounds?.high],
          ],
          ({ simulated }) => rateFields(simulated),
        ),
    },
  );
}

/** How the rate of false matches varies between accounts, in words. */
export const variationName = ({ spread, bursts }: InnocentCurve): string =>
  bursts ? 'bursts' : spread === 0 ? 'the same rate for all' : `rate varies, CV ${spread}`;

/** Fewest accounts drawn. */
const floor = 1e-3;

/** Innocent accounts flagged at one rate: a line for each way in which it varies. */
export function innocentPlot(curves: readonly InnocentCurve[], outOf: number, most: number): string {
  const marks = curves.flatMap(({ curve, spread, bursts }, i): Plot.Markish[] => {
    const scaled = curve
      .map(({ threshold, exact, bounds: ends, simulated }) => ({
        t: threshold,
        y: exact * outOf,
        low: Math.max(floor, (ends?.low ?? 0) * outOf),
        high: Math.max(floor, (ends?.high ?? 0) * outOf),
        ends,
        simulated,
      }))
      .filter(({ y }) => y >= floor);
    return [
      Plot.areaY(
        scaled.filter(({ ends }) => ends),
        { x: 't', y1: 'low', y2: 'high', fill: seriesColor(i), fillOpacity: 0.14 },
      ),
      Plot.line(scaled, {
        x: 't',
        y: 'y',
        stroke: seriesColor(i),
        strokeWidth: 1.8,
        strokeDasharray: seriesDash(i),
      }),
      ...dots(
        scaled
          .filter(({ t, simulated }) => dotted.includes(t) && simulated.k > 0)
          .map(({ t, simulated }) => ({
            t,
            y: (simulated.estimate ?? 0) * outOf,
            low: Math.max(floor, simulated.low * outOf),
            high: simulated.high * outOf,
            title: `${bursts ? 'bursts' : `CV ${spread}`}, t = ${t}: ${simulated.k} of ${integer(simulated.n)} simulated accounts`,
          })),
        seriesColor(i),
      ),
    ];
  });
  const top = Math.ceil(Math.log10(outOf));
  return svgOf(
    {
      ...size,
      x: thresholdAxis(most),
      y: {
        type: 'log',
        domain: [floor, 10 ** top],
        ticks: Array.from({ length: Math.floor((top + 3) / 3) + 1 }, (_, i) => 10 ** (3 * i - 3)),
        tickFormat: powerText,
        label: `↑ innocent accounts flagged, of ${powerText(outOf)} (log scale)`,
        labelArrow: 'none',
        grid: true,
      },
      marks,
    },
    `Innocent accounts flagged against the threshold, at ${curves[0]?.falseMatch.name ?? ''} a picture`,
    {
      name: `innocents-${curves[0]?.falseMatch.name ?? ''}`,
      legend: seriesLines(curves.map(variationName)),
      data: () =>
        csvOf(
          curves.flatMap(({ falseMatch, spread, bursts, curve }) =>
            curve.map((point) => ({ falseMatch: falseMatch.name, rate: falseMatch.rate, spread, bursts, ...point })),
          ),
          [
            'falseMatch',
            'rate',
            'spread',
            'bursts',
            'threshold',
            'exact',
            ['exactLow', ({ bounds: ends }) => ends?.low],
            ['exactHigh', ({ bounds: ends }) => ends?.high],
          ],
          ({ simulated }) => rateFields(simulated),
        ),
    },
  );
}

/** Advantage of the provider in telling an account one match below the threshold from one with none. */
export function advantagePlot(knowledge: readonly Knowledge[], most: number): string {
  const marks = knowledge.flatMap(({ curve, measured, pictures, syntheticShare }, i): Plot.Markish[] => [
    Plot.line(curve, {
      x: 'threshold',
      y: 'advantage',
      stroke: seriesColor(i),
      strokeWidth: 1.8,
      strokeDasharray: seriesDash(i),
    }),
    ...dots(
      measured
        .filter(({ matches }) => matches < most)
        .map(({ matches, exact, simulated }) => ({
          t: matches + 1,
          y: simulated.estimate,
          low: simulated.low,
          high: simulated.high,
          title: `${integer(pictures)} pictures, ${percent(syntheticShare)} synthetic, ${matches} matches: exactly ${exact.toFixed(3)}, simulated ${simulated.estimate.toFixed(3)}`,
        })),
      seriesColor(i),
    ),
  ]);
  return svgOf(
    {
      ...size,
      x: thresholdAxis(most),
      y: { domain: [-0.02, 1.02], ticks: 5, label: '↑ advantage at t − 1 matches', labelArrow: 'none', grid: true },
      marks: [
        Plot.line(
          [
            { t: 2, y: 1 },
            { t: most, y: 1 },
          ],
          { x: 't', y: 'y', stroke: color.muted, strokeWidth: 1.8 },
        ),
        ...marks,
      ],
    },
    'Advantage in distinguishing an account one match below the threshold from one with none, against the threshold',
    {
      name: 'advantage',
      legend: [
        { name: 'none synthetic', color: color.muted, dash: 'none' },
        ...seriesLines(
          knowledge.map(
            ({ pictures, syntheticShare }) => `${integer(pictures)} pictures, ${percent(syntheticShare)} synthetic`,
          ),
        ),
      ],
      data: () =>
        csvOf(
          knowledge.flatMap(({ pictures, syntheticShare, curve, measured }) =>
            curve.map(({ threshold, advantage }) => ({
              pictures,
              syntheticShare,
              threshold,
              matches: threshold - 1,
              exact: advantage,
              simulated: measured.find(({ matches }) => matches === threshold - 1)?.simulated ?? null,
            })),
          ),
          ['pictures', 'syntheticShare', 'threshold', 'matches', 'exact'],
          ({ simulated }) => intervalFields(simulated),
        ),
    },
  );
}

/** Offenders below the threshold, under every distribution, with pictures found as the first way of finding says. */
export function countedPlot({ offenders, mostMatches }: ThresholdMetrics): string {
  const names = [...new Set(offenders.map(({ held }) => held.name))];
  const first = names.flatMap((name) => offenders.filter(({ held }) => held.name === name).slice(0, 1));
  return offenderPlot(first, 'counted', mostMatches, { place: 'all', nameOf: ({ held }) => held.name });
}
