/** The reports of a score-drift run. */

import * as Plot from '@observablehq/plot';
import { upperBound } from '../../metric/proportion.ts';
import {
  csvOf,
  csvTable,
  type Field,
  intervalFields,
  numberColumns,
  rateFields,
  valueFields,
} from '../../report/csv.ts';
import {
  type Cell,
  clip,
  counted,
  fraction,
  integer,
  intervalCell,
  listed,
  notMeasured,
  powerText,
  rateCell,
  rateProse,
} from '../../report/format.ts';
import { figure, type Panel, plainTable } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { color, seriesColor, svgOf } from '../../report/page/plot.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { plain, type ReportTable, tableHtml } from '../../report/table.ts';
import type { Interval } from '../../schema/rate.ts';
import type { AlarmDrift, Drift, ScoreDriftMetrics } from './metrics.ts';

type DriftSet = ScoreDriftMetrics['sets'][number];

/** One digit and a power of ten. */
const tiny = (size: number): string => {
  const [digit, exponent] = size.toExponential(0).split('e');
  return `${digit}·${powerText(10 ** Number(exponent))}`;
};

/** A shift of a score: three decimals, a sign, and smaller ones as powers of ten. */
const shift = (value: number): string => {
  const size = Math.abs(value);
  const text = size === 0 ? '0' : size < 5e-4 ? tiny(size) : size.toFixed(3);
  return value < 0 ? `−${text}` : text;
};

const shiftCell = (interval: Interval | null): Cell => {
  if (!interval) return intervalCell(interval, '');
  const { estimate, low, high, method } = interval;
  const [main, range] = [shift(estimate), `[${shift(low)}, ${shift(high)}]`];
  return { main, small: [range], plain: `${main} ${range}`, hover: `${main} ${range} ${method}` };
};

/** How every score was made. */
const madeBy = ({ scorer: { network, backend, decoder, kernel } }: ScoreDriftMetrics): string =>
  `${network} on ${backend}; ${decoder}; kernel ${kernel}`;

const flipCell = ({ flips, raised, atRisk }: AlarmDrift): Cell => {
  const cell = rateCell(flips, true);
  const risk = `${raised} to alarm, ${flips.k - raised} from it; ${atRisk} raise it before or after`;
  return {
    ...cell,
    hover: `${cell.hover}; ${risk}`,
    small: [...cell.small, ...(flips.k > 0 ? [`${raised} up, ${flips.k - raised} down`] : [])],
  };
};

/** All drifts of one set. */
export function driftTable(metrics: ScoreDriftMetrics, { set, source, drifts }: DriftSet): ReportTable {
  return {
    title: `Drift: ${set}`,
    explains: `Score after minus score before, one picture per group, 95 % intervals. All scores: total variation, half the sum of differences over all labels. Flips: decisions that change at the threshold, Wilson. ${madeBy(metrics)}. Edits: ${source}.`,
    head: [
      'edit',
      'pictures',
      'all scores: mean',
      'all scores: 95th percentile',
      ...metrics.alarms.flatMap(({ name, threshold }) => [
        `${name}: mean shift`,
        `${name}: sd`,
        `${name}: 95th percentile of |shift|`,
        `${name}: flips at ${threshold}`,
      ]),
    ],
    lines: drifts.map(({ title, pictures, failed, distance, alarms }) => ({
      name: title,
      cells: [
        plain(failed > 0 ? `${integer(pictures)} (${failed} failed)` : integer(pictures)),
        shiftCell(distance.mean),
        shiftCell(distance.p95),
        ...alarms.flatMap((each) => [
          shiftCell(each.mean),
          plain(each.sd === null ? notMeasured : shift(each.sd)),
          shiftCell(each.p95),
          flipCell(each),
        ]),
      ],
    })),
  };
}

/** Every edit of every set under which a picture was scored twice, the largest drift first. */
const ranked = ({ sets }: ScoreDriftMetrics): { set: string; drift: Drift; mean: Interval }[] =>
  sets
    .flatMap(({ set, drifts }) =>
      drifts.flatMap((drift) => {
        const { mean } = drift.distance;
        return mean ? [{ set, drift, mean }] : [];
      }),
    )
    .sort((a, b) => b.mean.estimate - a.mean.estimate);

/** The sets in one table. */
export function summaryTable(metrics: ScoreDriftMetrics): ReportTable {
  return {
    title: 'Every edit, the largest drift first',
    explains: `Includes every other way to decode and scale. Mean: of the total variation between all scores before and after. Flips: of the alarm named, at its threshold. ${madeBy(metrics)}.`,
    head: [
      'edit',
      'set',
      'pictures',
      'mean',
      '95th percentile',
      ...metrics.alarms.map(({ name, threshold }) => `${name} ≥ ${threshold} flips`),
    ],
    lines: ranked(metrics).map(({ set, drift }) => ({
      name: drift.title,
      cells: [
        plain(set),
        plain(integer(drift.pictures)),
        shiftCell(drift.distance.mean),
        shiftCell(drift.distance.p95),
        ...drift.alarms.map(flipCell),
      ],
    })),
  };
}

/** What the run answers, computed from its numbers. */
export function scoreDriftAnswer(metrics: ScoreDriftMetrics): Finding[] {
  const all = ranked(metrics);
  const [worst, mildest] = [all[0], all.at(-1)];
  if (!worst || !mildest) return [{ label: 'No answer', text: 'No picture was scored twice.' }];
  const flips = metrics.alarms.map(({ name, threshold, raised }, i) => {
    const most = [...all].sort(
      (a, b) => (b.drift.alarms[i]!.flips.estimate ?? 0) - (a.drift.alarms[i]!.flips.estimate ?? 0),
    )[0]!;
    return `${name} at ${threshold}, raised by ${fraction(raised)} as stored, flips most after ${most.drift.title}: ${rateProse(most.drift.alarms[i]!.flips)}`;
  });
  const ways = metrics.sets.at(-1)?.drifts ?? [];
  return [
    {
      label: 'Largest and smallest',
      text: `${worst.drift.title} (${worst.set}) moves ${shift(worst.mean.estimate)} of the probability on average [${shift(worst.mean.low)}, ${shift(worst.mean.high)}], ${mildest.drift.title} (${mildest.set}) ${shift(mildest.mean.estimate)}.`,
    },
    { label: 'Decisions that flip', text: `${flips.join('; ')}.` },
    {
      label: 'Decoding and scaling',
      text: `${listed(ways.map(({ title, distance, pictures }) => `${title}: ${distance.mean ? shift(distance.mean.estimate) : notMeasured} (n = ${pictures})`))}.`,
    },
    {
      label: 'How sure',
      text: `${counted(metrics.dataset.pictures, 'picture')} of “${metrics.dataset.name}”, one per group: a rate of flips of up to ${(100 * upperBound(0, metrics.dataset.pictures)).toFixed(2)} % may remain unobserved (one-sided 95 %).`,
    },
  ];
}

/** Drift of each edit of a set: mean of the total variation with its interval, and the 95th percentile. */
function driftPlot({ set, drifts }: DriftSet): string {
  const points = drifts.flatMap(({ title, distance: { mean, p95 } }) =>
    mean && p95 ? [{ y: clip(title, 34), x: mean.estimate, low: mean.low, high: mean.high, p95: p95.estimate }] : [],
  );
  return svgOf(
    {
      width: 470,
      height: 62 + 20 * points.length,
      marginLeft: 240,
      marginRight: 14,
      marginTop: 22,
      marginBottom: 40,
      x: {
        domain: [0, Math.max(0.1, ...points.map(({ p95, high }) => Math.max(p95, high)))],
        ticks: 4,
        label: 'total variation →',
        labelArrow: 'none',
        grid: true,
      },
      y: { type: 'point', domain: points.map(({ y }) => y), label: null },
      marks: [
        Plot.ruleY(points, {
          y: 'y',
          x1: 'low',
          x2: 'high',
          stroke: seriesColor(0),
          strokeWidth: 2.4,
          strokeOpacity: 0.6,
        }),
        Plot.dot(points, { y: 'y', x: 'x', r: 3.6, fill: seriesColor(0) }),
        Plot.dot(points, { y: 'y', x: 'p95', r: 3.2, fill: color.surface, stroke: seriesColor(1), strokeWidth: 1.6 }),
      ],
    },
    `Drift of scores after each edit of ${set}: mean with interval, and 95th percentile`,
    {
      name: `drift-${set}`,
      legend: [
        { name: 'mean', color: seriesColor(0), dash: 'none' },
        { name: '95th percentile', color: seriesColor(1), dash: 'none' },
      ],
      data: () =>
        csvOf(
          drifts.flatMap(({ edit, title, pictures, distance: { mean, p95 } }) => [
            { edit, title, pictures, measure: 'mean', of: mean },
            { edit, title, pictures, measure: 'p95', of: p95 },
          ]),
          [['set', () => set], 'edit', 'title', 'pictures', 'measure'],
          ({ of }) => intervalFields(of),
        ),
    },
  );
}

/** The tables of the run: the headline first. */
export const scoreDriftTables = (metrics: ScoreDriftMetrics): ReportTable[] => [
  summaryTable(metrics),
  ...metrics.sets.map((set) => driftTable(metrics, set)),
];

/** The sections of the page between answer and data. */
export function scoreDriftSections(metrics: ScoreDriftMetrics): Section[] {
  return [
    [
      'drift',
      'How far scores move',
      html`${figure(
        metrics.sets.map((set): Panel => [set.set, driftPlot(set)]),
        html`Dot with bar: mean of the total variation between the scores before and after, with its 95 % interval. Hollow: 95th percentile. 0: no score moves; 1: all the probability goes to other labels.`,
      )}${tableHtml(summaryTable(metrics))}`,
    ],
    [
      'sets',
      'Every set, every alarm',
      html`${metrics.sets.map((set, i) => html`<details${i === metrics.sets.length - 1 && html` open`}><summary>${set.set}</summary>${tableHtml(driftTable(metrics, set))}</details>`)}`,
    ],
  ];
}

/** The data behind the numbers. */
export const scoreDriftData = (metrics: ScoreDriftMetrics): Html =>
  html`<p>${counted(metrics.dataset.pictures, 'picture')} of the dataset “${metrics.dataset.name}”, one per group, drawn by the seed. ${madeBy(metrics)}; weights <code>${metrics.scorer.sha256}</code>.</p>${plainTable(
    'Alarms',
    ['alarm', 'labels', 'threshold', 'raised as stored'],
    metrics.alarms.map(({ name, labels, threshold, raised }) => [
      name,
      labels.join(' + '),
      String(threshold),
      rateCell(raised).plain,
    ]),
  )}`;

// The parts of a report on score drift, and every number of it as CSV.

/** File name → CSV text. */
const scoreDriftCsv = ({ sets }: ScoreDriftMetrics): Record<string, string> => ({
  'drift.csv': csvTable(
    ['set', 'edit', 'title', 'pictures', 'alarm', 'measure', ...numberColumns],
    sets.flatMap(({ set, drifts }) =>
      drifts.flatMap(({ edit, title, pictures, distance, alarms }): Field[][] => {
        const start = [set, edit, title, pictures];
        return [
          [...start, 'all', 'mean', ...intervalFields(distance.mean)],
          [...start, 'all', 'p95', ...intervalFields(distance.p95)],
          ...alarms.flatMap(({ alarm, mean, sd, p95, flips }): Field[][] => [
            [...start, alarm, 'mean', ...intervalFields(mean)],
            [...start, alarm, 'sd', ...valueFields(sd, 'standard deviation')],
            [...start, alarm, 'p95', ...intervalFields(p95)],
            [...start, alarm, 'flips', ...rateFields(flips)],
          ]),
        ];
      }),
    ),
  ),
});

export const scoreDriftParts = (metrics: ScoreDriftMetrics): Parts => ({
  findings: scoreDriftAnswer(metrics),
  tables: scoreDriftTables(metrics),
  sections: scoreDriftSections(metrics),
  data: scoreDriftData(metrics),
  csv: scoreDriftCsv(metrics),
});
