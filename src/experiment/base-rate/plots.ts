/** Plots of a base-rate run: the tail of innocent scores, PPV against prevalence, false alarms by topic. */

import * as Plot from '@observablehq/plot';
import { ppvBounds } from '../../metric/base-rate.ts';
import { csvOf, intervalFields, rateFields } from '../../report/csv.ts';
import { clip, fraction, integer, powerText, rare } from '../../report/format.ts';
import { color, labelRoom, seriesColor, seriesDash, seriesLines, shareTick, svgOf } from '../../report/page/plot.ts';
import type { AlarmMetrics, BaseRateMetrics } from './metrics.ts';

const size = { width: 440, height: 300, marginLeft: 58, marginRight: 18, marginTop: 24, marginBottom: 42 } as const;

const powers = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));

/** Furthest logit drawn on either side. */
const widest = 10;
const logit = (score: number): number =>
  Math.max(-widest, Math.min(widest, Math.log(Math.max(score, 1e-9)) - Math.log(Math.max(1 - score, 1e-9))));
const shownScores = [1e-4, 0.01, 0.1, 0.5, 0.9, 0.99, 0.9999];

/** Share of innocent pictures that reach each score: measured with its interval, then the fitted tail, dashed. One line a classifier. */
export function tailPlot(alarms: readonly { readonly network: string; readonly each: AlarmMetrics }[]): string {
  const most = Math.max(1, ...alarms.map(({ each }) => each.tail.innocents));
  const floor = 10 ** Math.floor(Math.log10(0.01 / most));
  const marks = alarms.flatMap(({ network, each: { tail } }, i): Plot.Markish[] => {
    const stroke = seriesColor(i);
    const measured = tail.measured.map(({ score, rate }) => ({
      x: logit(score),
      y: rate.estimate ?? 0,
      low: Math.max(floor, rate.low),
      high: rate.high,
      title: `${network}: ${fraction(rate)} reach ${score}`,
    }));
    const beyond = (tail.fit?.points ?? [])
      .filter(({ rate }) => rate.estimate >= floor)
      .map(({ score, rate }) => ({
        x: logit(score),
        y: rate.estimate,
        low: Math.max(floor, rate.low),
        high: Math.max(floor, rate.high),
        title: `${network}, extrapolated: ${rare(rate.estimate)} [${rare(rate.low)}, ${rare(rate.high)}] reach ${score}`,
      }));
    return [
      Plot.areaY(measured, { x: 'x', y1: 'low', y2: 'high', fill: stroke, fillOpacity: 0.16 }),
      Plot.line(measured, { x: 'x', y: 'y', stroke, strokeWidth: 1.8 }),
      Plot.dot(measured.slice(0, 8), { x: 'x', y: 'y', r: 2.2, fill: stroke, title: 'title' }),
      Plot.line(beyond, { x: 'x', y: 'y', stroke, strokeWidth: 1.4, strokeDasharray: '5 3' }),
      Plot.ruleX(
        beyond.filter((_, at) => at % 3 === 2),
        { x: 'x', y1: 'low', y2: 'high', stroke, strokeOpacity: 0.4, title: 'title' },
      ),
    ];
  });
  return svgOf(
    {
      ...size,
      x: {
        domain: [-widest, widest],
        ticks: shownScores.map(logit),
        tickFormat: (at: number) => String(shownScores.find((score) => Math.abs(logit(score) - at) < 1e-9) ?? ''),
        label: 'score (logit scale) →',
        labelArrow: 'none',
        grid: true,
      },
      y: {
        type: 'log',
        domain: [floor, 1],
        ticks: powers(Math.round(Math.log10(floor)), 0),
        tickFormat: powerText,
        label: '↑ innocent pictures that reach the score',
        labelArrow: 'none',
        grid: true,
      },
      marks,
    },
    `Share of innocent pictures that reach each score, measured and extrapolated: ${alarms[0]?.each.alarm.name ?? ''}`,
    {
      name: `tail-${alarms[0]?.each.alarm.name ?? ''}`,
      legend: [
        ...alarms.map(({ network }, i) => ({ name: network, color: seriesColor(i), dash: 'none' })),
        { name: 'extrapolated', color: color.muted, dash: '5 3' },
      ],
      data: () =>
        csvOf(
          alarms.flatMap(({ network, each: { alarm, tail } }) => [
            ...tail.measured.map(({ score, rate }) => ({
              classifier: network,
              alarm: alarm.name,
              status: 'measured',
              score,
              numbers: rateFields(rate),
            })),
            ...(tail.fit?.points ?? []).map(({ score, beyond, rate }) => ({
              classifier: network,
              alarm: alarm.name,
              status: beyond ? 'extrapolated' : 'fitted',
              score,
              numbers: intervalFields(rate),
            })),
          ]),
          ['classifier', 'alarm', 'status', 'score'],
          ({ numbers }) => numbers,
        ),
    },
  );
}

const ppvMethod = 'bounds from those of both rates';

const prevalenceGrid = Array.from({ length: 41 }, (_, i) => 10 ** (-7 + 0.15 * i));

/** PPV against prevalence at some thresholds, with bounds. */
export function ppvPlot({ alarm, points }: AlarmMetrics, named: BaseRateMetrics['prevalences']): string {
  const shown = [...new Set([points[0], points.at(-1)])].flatMap((point) => point ?? []);
  const marks = shown.flatMap(({ threshold, tpr, fpr }, i): Plot.Markish[] => {
    const curve = prevalenceGrid.map((prevalence) => ({ prevalence, ...ppvBounds(prevalence, tpr, fpr) }));
    const stroke = seriesColor(i);
    return [
      Plot.areaY(curve, { x: 'prevalence', y1: 'low', y2: 'high', fill: stroke, fillOpacity: 0.15 }),
      Plot.line(curve, { x: 'prevalence', y: 'low', stroke, strokeWidth: 1, strokeDasharray: '2 2' }),
      // Without a false alarm there is no estimate, only a lower bound.
      ...(fpr.k === 0
        ? []
        : [
            Plot.line(curve, {
              x: 'prevalence',
              y: 'estimate',
              stroke,
              strokeWidth: 2,
              strokeDasharray: seriesDash(i),
              title: () => `≥ ${threshold}: false alarms ${fraction(fpr)}`,
            }),
          ]),
    ];
  });
  return svgOf(
    {
      ...size,
      x: {
        type: 'log',
        domain: [1e-7, 0.1],
        ticks: powers(-7, -1),
        tickFormat: powerText,
        label: 'prevalence →',
        labelArrow: 'none',
        grid: true,
      },
      y: { domain: [0, 1], tickFormat: shareTick, label: '↑ alarms that are correct', labelArrow: 'none', grid: true },
      marks: [
        Plot.ruleX(named.slice(0, 1), { x: 'value', stroke: color.muted, strokeDasharray: '4 3' }),
        Plot.text(named.slice(0, 1), {
          x: 'value',
          y: 0.96,
          text: ({ value }: { value: number }) => rare(value),
          dx: 5,
          textAnchor: 'start',
          fill: color.muted,
        }),
        ...marks,
      ],
    },
    `PPV against prevalence: ${alarm.name}, at thresholds ${shown.map(({ threshold }) => threshold).join(' and ')}`,
    {
      name: `ppv-${alarm.name}`,
      legend: seriesLines(shown.map(({ threshold }) => `at ${threshold}`)),
      data: () =>
        csvOf(
          shown.flatMap(({ threshold, tpr, fpr }) =>
            prevalenceGrid.map((prevalence) => ({ threshold, prevalence, ...ppvBounds(prevalence, tpr, fpr) })),
          ),
          [['alarm', () => alarm.name], 'threshold', 'prevalence'],
          ({ estimate, low, high }) => [null, null, estimate, low, high, ppvMethod, null, null, null],
        ),
    },
  );
}

/** Topics drawn. */
const mostTopics = 34;
/** Room for their rates, in pixels. */
const topicWidth = 268;

/** False alarms by topic at one threshold: a dot with its interval for each classifier. */
export function topicPlot(
  alarms: readonly { readonly network: string; readonly each: AlarmMetrics }[],
  at: number,
  threshold: number,
): string {
  const topics = (alarms[0]?.each.slices ?? []).filter(({ by }) => by === 'topic').slice(0, mostTopics);
  const names = topics.map(({ name, rates }) => `${clip(name, 26)} (${integer(rates[at]?.n ?? 0)})`);
  const left = labelRoom(names);
  const place = new Map(topics.map(({ name }, i) => [name, names[i]!]));
  const step = 5;
  const marks = alarms.flatMap(({ network, each }, i): Plot.Markish[] => {
    const dy = (i - (alarms.length - 1) / 2) * step;
    const points = each.slices.flatMap(({ by, name, rates }) => {
      const rate = rates[at];
      const y = place.get(name);
      return by === 'topic' && y && rate && rate.n > 0
        ? [
            {
              y,
              x: rate.estimate ?? 0,
              low: rate.low,
              high: rate.high,
              title: `${network}, ${name}: ${fraction(rate)}`,
            },
          ]
        : [];
    });
    return [
      Plot.ruleY(points, { y: 'y', x1: 'low', x2: 'high', stroke: seriesColor(i), strokeOpacity: 0.6, dy }),
      Plot.dot(points, { y: 'y', x: 'x', r: 3, fill: seriesColor(i), dy, title: 'title' }),
    ];
  });
  return svgOf(
    {
      ...size,
      width: left + topicWidth,
      marginLeft: left,
      height: 66 + names.length * Math.max(18, 6 + step * alarms.length),
      x: {
        domain: [0, 1],
        ticks: 5,
        tickFormat: shareTick,
        label: `flagged at ${threshold} →`,
        labelArrow: 'none',
        grid: true,
      },
      y: { type: 'point', domain: names, label: null },
      marks,
    },
    `Innocent pictures that raise ${alarms[0]?.each.alarm.name ?? ''} at ${threshold}, by topic`,
    {
      name: `topics-${alarms[0]?.each.alarm.name ?? ''}`,
      legend: alarms.map(({ network }, i) => ({ name: network, color: seriesColor(i), dash: 'none' })),
      data: () =>
        csvOf(
          alarms.flatMap(({ network, each }) =>
            each.slices.flatMap(({ by, name, rates }) =>
              by === 'topic' && place.has(name) && rates[at]
                ? [{ classifier: network, alarm: each.alarm.name, part: name, threshold, rate: rates[at] }]
                : [],
            ),
          ),
          ['classifier', 'alarm', 'part', 'threshold'],
          ({ rate }) => rateFields(rate),
        ),
    },
  );
}
