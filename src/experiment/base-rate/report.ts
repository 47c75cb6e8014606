/** The reports of a base-rate run. */

import {
  csvOf,
  csvTable,
  type Field,
  intervalFields,
  numberColumns,
  rateFields,
  valueFields,
} from '../../report/csv.ts';
import { counted, integer, percent, rare, rateProse } from '../../report/format.ts';
import { figure, type Panel, plainTable } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { legend } from '../../report/page/legend.ts';
import { seriesColor, seriesDash } from '../../report/page/plot.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { type ReportTable, tableHtml } from '../../report/table.ts';
import type { AlarmMetrics, BaseRateMetrics, Tpr } from './metrics.ts';
import { ppvPlot, tailPlot, topicPlot } from './plots.ts';
import {
  alarmTable,
  claimTable,
  editTable,
  madeBy,
  nearlyAll,
  ppvTable,
  readingTable,
  scoreText,
  sliceTable,
  volumeTable,
  wantedTable,
} from './tables.ts';

/** What the run answers, computed from its numbers. */
export function baseRateAnswer(metrics: BaseRateMetrics): Finding[] {
  const { classifiers, prevalences, thresholds, accuracy, dataset } = metrics;
  const [first] = classifiers;
  const alarm = first?.alarms[0];
  const last = first?.alarms.at(-1);
  const prevalence = prevalences[0]!;
  if (!first || !alarm || !last) return [{ label: 'No answer', text: 'No classifier scored anything.' }];
  const strict = thresholds.length - 1;
  const rates = [...new Set([alarm, last])].map(
    (each) =>
      `${each.alarm.name} at ${thresholds[0]} is raised by ${rateProse(each.fpr[0]!)} of innocent pictures, at ${thresholds[strict]} by ${rateProse(each.fpr[strict]!)}`,
  );
  const wanted = last.wanted[0];
  const precisionReading = accuracy.readings.at(-1);
  const specificity = accuracy.readings.at(-2);
  return [
    { label: 'False alarms', text: `Under ${first.scorer.network}, ${rates.join('; ')}.` },
    {
      label: 'How likely an alarm is correct',
      text: `At a prevalence of ${rare(prevalence.value)} (${prevalence.name}): ${[...new Set([alarm, last])].map((each) => worth(each, strict, thresholds[strict]!)).join('; ')}.`,
    },
    ...(wanted
      ? [
          {
            label: 'What it would need',
            text: `For ${percent(wanted.precision)} correct alarms there, the FPR of ${last.alarm.name} may be ${rare(wanted.neededFpr)} at most. ${
              wanted.certified
                ? `On the evaluation pictures that is certified at a score of about ${scoreText(wanted.score ?? 1)}.`
                : `The data cannot certify this: it would take ${integer(wanted.toCertify)} innocent pictures without one false alarm, and ${integer(wanted.fpr.n)} were there to test it on.`
            }`,
          },
        ]
      : []),
    ...(precisionReading && specificity
      ? [
          {
            label: `“${nearlyAll(accuracy.value)} accurate”`,
            text: `Read as a false-positive rate of ${rare(specificity.fpr)}, ${specificity.ppv === null ? 'nothing is flagged' : `${percent(specificity.ppv)} of alarms are right`}; read as a precision at a recall of ${percent(precisionReading.tpr)}, it asks for an FPR of ${rare(precisionReading.fpr)}. Never raising an alarm is ${nearlyAll(1 - prevalence.value)} accurate.`,
          },
        ]
      : []),
    {
      label: 'How sure',
      text: `${counted(dataset.pictures, 'picture')} in ${counted(dataset.groups, 'group')} of “${dataset.name}”, all benign; ${integer(dataset.edited)} of them were also edited. Rates below one in ${integer(last.tail.innocents)} is extrapolated.`,
    },
  ];
}

function worth(each: AlarmMetrics, at: number, threshold: number): string {
  const point = each.points[at];
  const bounds = point?.ppv[0];
  if (!point || !bounds || bounds.estimate === null) return `${each.alarm.name} at ${threshold} was never raised`;
  const tpr =
    'assumed' in point.tpr ? `TPR ${percent(point.tpr.assumed)} assumed` : `TPR ${percent(point.tpr.estimate ?? 0)}`;
  if (point.fpr.k === 0)
    return `of alarms ${each.alarm.name} at ${threshold} (${tpr}) at least ${rare(bounds.low)} are right, and no false one was seen in ${integer(point.fpr.n)}`;
  return `of alarms ${each.alarm.name} at ${threshold} (${tpr}) ${rare(bounds.estimate)} [${rare(bounds.low)}, ${rare(bounds.high)}] are right`;
}

/** The tables of the run: the headline first. */
export const baseRateTables = (metrics: BaseRateMetrics): ReportTable[] => [
  alarmTable(metrics),
  wantedTable(metrics),
  ppvTable(metrics),
  readingTable(metrics),
  volumeTable(metrics),
  ...metrics.classifiers.flatMap((each) =>
    [0, metrics.thresholds.length - 1].map((at) => sliceTable(metrics, each, at)),
  ),
  ...metrics.classifiers
    .filter(({ alarms }) => alarms.some(({ edited }) => edited.length > 0))
    .map((each) => editTable(metrics, each, 0)),
  claimTable(),
];

const line = (name: string, i: number) => ({ name, color: seriesColor(i), dash: 'none' });

/** The sections of the page between answer and data. */
export function baseRateSections(metrics: BaseRateMetrics): Section[] {
  const { classifiers, thresholds, prevalences } = metrics;
  const [first] = classifiers;
  const alarms = (first?.alarms ?? []).map(({ alarm }) => alarm.name);
  const of = (name: string) =>
    classifiers.flatMap(({ scorer, alarms: own }) =>
      own.filter(({ alarm }) => alarm.name === name).map((each) => ({ network: scorer.network, each })),
    );
  const networks = legend(classifiers.map(({ scorer }, i) => line(scorer.network, i)));
  const strict = thresholds.length - 1;
  const edited = classifiers.filter((each) => each.alarms.some((own) => own.edited.length > 0));
  return [
    [
      'tail',
      'How rarely innocent pictures have high scores',
      html`${networks}${figure(
        alarms.map((name): Panel => [name, tailPlot(of(name))]),
        html`Solid, with a band: measured, one picture a group, Clopper–Pearson 95 %. Dashed, with bars: <b>extrapolated</b> by a generalised Pareto tail fitted to the highest twentieth, as far as two decades below
one in all pictures. The scale of the score is that of its logit.`,
      )}${tableHtml(alarmTable(metrics))}`,
    ],
    [
      'worth',
      'How likely an alarm is correct',
      html`${legend(
        [thresholds[0], thresholds[strict]].flatMap((each, i) =>
          each === undefined || (i > 0 && strict === 0)
            ? []
            : [{ name: `at ${each}`, color: seriesColor(i), dash: seriesDash(i) }],
        ),
      )}${figure(
        (first?.alarms ?? []).map((each): Panel => [each.alarm.name, ppvPlot(each, prevalences)]),
        html`${first?.scorer.network ?? ''}. Band: bounds from those of TPR and FPR, at least 95 % together; its lower edge is dotted. Where no false alarm was seen there is no line, only the lower edge. Vertical: ${prevalences[0]?.name ?? ''}.`,
      )}${tableHtml(wantedTable(metrics))}<details><summary>PPV of every alarm at every threshold</summary>${tableHtml(ppvTable(metrics))}</details>`,
    ],
    ['accuracy', 'What a claimed accuracy means', html`${tableHtml(readingTable(metrics))}${claimsHtml()}`],
    ['volume', 'What it means for a service', tableHtml(volumeTable(metrics))],
    [
      'topics',
      'False alarms by topic',
      html`${networks}${figure(
        alarms.map((name): Panel => [name, topicPlot(of(name), 0, thresholds[0] ?? 0)]),
        html`Share of innocent pictures flagged at ${String(thresholds[0])}, Wilson 95 %; in brackets the pictures that the first classifier scored. Topics that an alarm is right about are left out of it.`,
      )}${classifiers.map(
        (each, i) =>
          html`<details${i === 0 && html` open`}><summary>${each.scorer.network}</summary>${[...new Set([0, strict])].map((at) => tableHtml(sliceTable(metrics, each, at)))}</details>`,
      )}`,
    ],
    ...(edited.length > 0
      ? [
          [
            'edits',
            'False alarms after edits',
            html`${edited.map((each) => tableHtml(editTable(metrics, each, 0)))}`,
          ] as Section,
        ]
      : []),
  ];
}

const claimsHtml = (): Html => {
  const { title, explains, head, lines } = claimTable();
  return html`<h3>${title}</h3><p class="note">${explains}</p>${plainTable(
    title,
    head,
    lines.map(({ name, cells }) => [name, ...cells.map(({ plain }) => plain)]),
  )}`;
};

/** The data behind the numbers. */
export const baseRateData = ({ dataset, classifiers, prevalences }: BaseRateMetrics): Html =>
  html`<p>${counted(dataset.pictures, 'picture')} in ${counted(dataset.groups, 'group')} from the dataset “${dataset.name}”, scored as stored.</p>${plainTable(
    'Classifiers',
    ['classifier', 'how scores are made', 'weights, sha256', 'not scored'],
    classifiers.map((each) => [
      each.scorer.network,
      madeBy(each),
      html`<code>${each.scorer.sha256}</code>`,
      String(each.failed),
    ]),
  )}${plainTable(
    'Prevalences',
    ['prevalence', 'value', 'source'],
    prevalences.map(({ name, value, source }) => [name, rare(value), source]),
  )}`;

// Every number of a base-rate run as CSV, long form.

const tprFields = (tpr: Tpr): Field[] => ('assumed' in tpr ? valueFields(tpr.assumed, 'assumed') : rateFields(tpr));

/** File name → CSV text. */
export function baseRateCsv({ classifiers, thresholds, prevalences }: BaseRateMetrics): Record<string, string> {
  const each = classifiers.flatMap(({ scorer, alarms }) =>
    alarms.map((own) => {
      const about = { classifier: scorer.network, alarm: own.alarm.name };
      return { about, start: Object.values(about), own };
    }),
  );
  return {
    'rates.csv': csvTable(
      ['classifier', 'alarm', 'measure', 'part', 'threshold', ...numberColumns],
      each.flatMap(({ start, own }): Field[][] => [
        ...own.fpr.map((rate, i): Field[] => [...start, 'fpr', 'all', thresholds[i], ...rateFields(rate)]),
        ...own.slices.flatMap(({ by, name, rates }) =>
          rates.map((rate, i): Field[] => [...start, `fpr.${by}`, name, thresholds[i], ...rateFields(rate)]),
        ),
        ...own.edited.flatMap(({ transform, rates, unedited }) => [
          ...rates.map((rate, i): Field[] => [...start, 'fpr.edited', transform, thresholds[i], ...rateFields(rate)]),
          ...unedited.map((rate, i): Field[] => [
            ...start,
            'fpr.before',
            transform,
            thresholds[i],
            ...rateFields(rate),
          ]),
        ]),
        ...own.points.map(({ threshold, tpr }): Field[] => [...start, 'tpr', 'all', threshold, ...tprFields(tpr)]),
      ]),
    ),
    'tail.csv': csvTable(
      ['classifier', 'alarm', 'status', 'score', ...numberColumns],
      each.flatMap(({ start, own: { tail } }): Field[][] => [
        ...tail.measured.map(({ score, rate }): Field[] => [...start, 'measured', score, ...rateFields(rate)]),
        ...(tail.fit?.points ?? []).map(({ score, beyond, rate }): Field[] => [
          ...start,
          beyond ? 'extrapolated' : 'fitted',
          score,
          ...intervalFields(rate),
        ]),
      ]),
    ),
    'ppv.csv': csvOf(
      each.flatMap(({ about, own }) =>
        own.points.flatMap(({ threshold, ppv }) =>
          ppv.map((bounds, i) => ({ ...about, prevalence: prevalences[i]!.value, threshold, ...bounds })),
        ),
      ),
      ['classifier', 'alarm', 'prevalence', 'threshold', 'estimate', 'low', 'high'],
    ),
    'wanted.csv': csvOf(
      each.flatMap(({ about, own }) => own.wanted.map((wanted) => ({ ...about, ...wanted }))),
      [
        'classifier',
        'alarm',
        'prevalence',
        'precision',
        'neededFpr',
        'score',
        'certified',
        'toCertify',
        ['falseAlarms', ({ fpr }) => fpr.k],
        ['innocents', ({ fpr }) => fpr.n],
        ['ppvLow', ({ ppv }) => ppv.low],
        ['ppvHigh', ({ ppv }) => ppv.high],
      ],
    ),
  };
}

// The parts of a report on base rates.

export const baseRateParts = (metrics: BaseRateMetrics): Parts => ({
  findings: baseRateAnswer(metrics),
  tables: baseRateTables(metrics),
  sections: baseRateSections(metrics),
  data: baseRateData(metrics),
  csv: baseRateCsv(metrics),
});
