/** The report of an evasion run: its answer in words, and the sections of its page. */

import {
  countFields,
  csvTable,
  type Field,
  intervalFields,
  numberColumns,
  pairFields,
  rateFields,
  valueFields,
} from '../../report/csv.ts';
import { counted, fraction, integer, listed, percent, rateProse } from '../../report/format.ts';
import { figure, plainTable } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { legend } from '../../report/page/legend.ts';
import { seriesColor, seriesDash } from '../../report/page/plot.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { type ReportTable, tableHtml, untitledHtml } from '../../report/table.ts';
import type { Timings } from '../../schema/run-record.ts';
import type { EvasionMetrics, TargetMetrics } from './metrics.ts';
import { drawn, evadedPlot, falsePairPlot, l2Plot, noiseLines, queryPlot } from './plots.ts';
import {
  atQuoted,
  attackName,
  comparisons,
  controlsSentence,
  l2Words,
  photographs,
  quotedAttack,
  targetName,
  under,
  verdicts,
} from './report-published.ts';
import {
  controlsTable,
  costTable,
  l2Table,
  messengerTable,
  priceTable,
  publishedTable,
  queriesTable,
  ssimTable,
  timeTable,
} from './tables.ts';

/** What the run answers, computed from its numbers. */
export function evasionAnswer(metrics: EvasionMetrics): Finding[] {
  const evasions = under(metrics, 'evasion');
  const collisions = under(metrics, 'collision');
  const blind = evasions.flatMap((target) =>
    target.attacks.filter(({ sees }) => sees === 'decision').map((attack) => ({ target, attack })),
  );
  const n = Math.min(...metrics.targets.map(({ attacks }) => attacks[0]!.attempts));
  return [
    {
      label: 'Evasion',
      text: `Within L2 ${l2Words(metrics.quoted)} ${evasions.map((each) => evadedWords(each, metrics)).join('; ')}.`,
    },
    ...(blind.length > 0
      ? [
          {
            label: 'With only yes or no',
            text: `An attacker who only learns from each query whether it matches still evades ${listed(
              blind.map(
                ({ target, attack }) =>
                  `${targetName(target)} with ${fraction(atQuoted(attack, metrics).success)} pictures`,
              ),
            )}.`,
          },
        ]
      : []),
    {
      label: 'After the messenger',
      text: `Of the furthest candidates within that L2, these still evade after one JPEG compression: ${listed(
        evasions.map((each) => `${targetName(each)} ${fraction(atQuoted(quotedAttack(each), metrics).afterMessenger)}`),
      )}.`,
    },
    ...(collisions.length > 0
      ? [{ label: 'Collision', text: `${collisions.map((each) => collidedWords(each, metrics)).join('; ')}.` }]
      : []),
    ...(metrics.thresholds.length > 0 ? [{ label: 'A threshold that resists', text: priceWords(metrics) }] : []),
    { label: 'Published claims', text: verdicts(metrics) },
    { label: 'Controls', text: controlsSentence(metrics) },
    {
      label: 'How sure',
      text: `At least ${counted(n, 'picture')} per target of “${metrics.dataset.name}”, one per group. The success of these attacks is a lower bound on what is possible. Changed pictures were scored and discarded.`,
    },
  ];
}

function evadedWords(target: TargetMetrics, metrics: EvasionMetrics): string {
  const best = quotedAttack(target);
  const { median, medianSsim } = best.least;
  const cost =
    median === null || medianSsim === null
      ? ''
      : `, half of them with L2 ${Number(median.toPrecision(2))} or less (SSIM ${medianSsim.toFixed(3)})`;
  return `${targetName(target)} is evaded by ${rateProse(atQuoted(best, metrics).success)}${cost}`;
}

function collidedWords(target: TargetMetrics, metrics: EvasionMetrics): string {
  const best = quotedAttack(target);
  const { median, medianSsim } = best.least;
  const cost =
    median === null || medianSsim === null
      ? ''
      : `; median least L2 ${Number(median.toPrecision(2))}, SSIM ${medianSsim.toFixed(2)}`;
  return `${target.target}: ${rateProse(best.byL2.at(-1)!.success)} match another picture’s entry within L2 ${metrics.l2.at(-1)} and ${integer(target.queries)} queries${cost}`;
}

function priceWords({ thresholds, resistance }: EvasionMetrics): string {
  const words = thresholds.flatMap(({ hash, prices }) => {
    const found = prices.find(({ why }) => why === 'resisting');
    if (!found) return [];
    const { threshold, evaded, matched, flaggedPerDay } = found;
    return [
      `${hash} would need ${threshold} bits, where ${fraction(evaded)} pictures that did not choose it still evade, and ${fraction(matched)} pictures match one of the others (${photographs(flaggedPerDay.atLeast.low)} to ${photographs(flaggedPerDay.atLeast.high)} photographs a day at least)`,
    ];
  });
  return `To hold evasion within that L2 to ${percent(resistance.share)} of the pictures: ${words.join('; ')}.`;
}

/** The tables of the run: the headline first. */
export const evasionTables = (metrics: EvasionMetrics, timings?: Timings): ReportTable[] => [
  costTable(metrics),
  priceTable(metrics),
  publishedTable(metrics),
  controlsTable(metrics),
  l2Table(metrics),
  messengerTable(metrics),
  queriesTable(metrics),
  ssimTable(metrics),
  ...(timings ? [timeTable(metrics, timings)] : []),
];

/** The sections of the page between answer and data. */
export function evasionSections(metrics: EvasionMetrics, timings?: Timings): Section[] {
  const keys = legend([
    ...drawn.map((attack, i) => ({ name: attackName[attack], color: seriesColor(i), dash: seriesDash(i) })),
    ...noiseLines,
  ]);
  return [
    ['cost', 'What it needs', tableHtml(costTable(metrics))],
    [
      'l2',
      'Success against L2 and SSIM',
      html`${keys}${figure(
        metrics.targets.map((target) => [targetName(target), l2Plot(target, metrics)]),
        html`The steps are the distribution of the least L2 with which each picture succeeded; it is censored at the largest budget: pictures that did not succeed are above it. Dots with Wilson’s 95 % intervals: the budgets.`,
      )}<details><summary>Every number</summary>${tableHtml(l2Table(metrics))}${tableHtml(messengerTable(metrics))}${tableHtml(ssimTable(metrics))}</details>`,
    ],
    [
      'queries',
      'Success against queries',
      html`${figure(
        metrics.targets.map((target) => [targetName(target), queryPlot(target, metrics)]),
        html`Evasion within L2 ${String(metrics.quoted)}, collisions within L2 ${String(metrics.l2.at(-1))}. Colours as above.`,
      )}<details><summary>Every number</summary>${tableHtml(queriesTable(metrics))}</details>`,
    ],
    ...(metrics.thresholds.length > 0
      ? [
          [
            'threshold',
            'Success against the threshold, and false matches of other pictures',
            html`${metrics.thresholds.map((curve) =>
              figure(
                [
                  [`${curve.hash}: evaded`, evadedPlot(curve)],
                  [`${curve.hash}: false matches`, falsePairPlot(curve)],
                ],
                html`${curve.hash} over one axis of thresholds, dotted the authors’: pictures that the best attack takes beyond it within L2 ${String(metrics.quoted)}, and unrelated pairs within it, with 95 % intervals by picture; none is drawn at half of one.`,
              ),
            )}${tableHtml(priceTable(metrics))}`,
          ] as Section,
        ]
      : []),
    ['published', 'Comparison with published results', publishedSection(metrics)],
    [
      'controls',
      'Controls',
      html`${untitledHtml(controlsTable(metrics))}${timings && tableHtml(timeTable(metrics, timings))}`,
    ],
  ];
}

/** The same as its table, in cells that wrap. */
const publishedSection = (metrics: EvasionMetrics): Html =>
  html`<p class="note">${publishedTable(metrics).explains}</p>${plainTable(
    'Comparison with published results',
    publishedTable(metrics).head,
    comparisons(metrics).map(({ source, claim, ours, verdict, why, bound }) => [
      source,
      claim,
      ours,
      html`<b>${verdict}</b>`,
      bound ? `${bound}; ${why}` : why,
    ]),
  )}`;

/** The data behind the numbers. */
export const evasionData = ({ dataset, side }: EvasionMetrics): Html =>
  html`<p>${integer(dataset.pictures.calibration + dataset.pictures.evaluation)} pictures in ${integer(dataset.groups)} groups of the dataset “${dataset.name}”, ${integer(dataset.pictures.evaluation)} of them in the part from which attacked pictures were drawn, each as a working copy of at most ${integer(side)} pixels. No group is in both parts.</p>`;

// Every number of an evasion run as CSV, long form.

/** File name → CSV text. */
export const evasionCsv = ({ targets, thresholds }: EvasionMetrics): Record<string, string> => ({
  'attacks.csv': csvTable(
    ['goal', 'target', 'attack', 'sees', 'measure', 'at', ...numberColumns],
    targets.flatMap(({ goal, target, attacks }) =>
      attacks.flatMap(({ attack, sees, byL2, byQueries, bySsim, least }): Field[][] => {
        const row = (measure: string, at: number | null, fields: Field[]): Field[] => [
          goal,
          target,
          attack,
          sees,
          measure,
          at,
          ...fields,
        ];
        return [
          ...byL2.flatMap(({ l2, success, afterMessenger }) => [
            row('byL2.success', l2, rateFields(success)),
            row('byL2.afterMessenger', l2, rateFields(afterMessenger)),
          ]),
          ...byQueries.flatMap(({ queries, atQuoted, atAny }) => [
            row('byQueries.atQuoted', queries, rateFields(atQuoted)),
            row('byQueries.atAny', queries, rateFields(atAny)),
          ]),
          ...bySsim.map(({ ssim, success }) => row('bySsim.success', ssim, rateFields(success))),
          ...least.values.map((value, i) => row('least.l2', i + 1, valueFields(value, 'value of rank'))),
          row('least.censored', null, valueFields(least.censored, 'count')),
          row('least.afterMessenger', null, rateFields(least.afterMessenger)),
        ];
      }),
    ),
  ),
  'controls.csv': csvTable(
    ['goal', 'target', 'control', 'l2', ...numberColumns],
    targets.flatMap(({ goal, target, controls }): Field[][] => [
      [goal, target, 'untouched', 0, ...rateFields(controls.untouched)],
      [goal, target, 'untouchedAfterMessenger', null, ...rateFields(controls.untouchedAfterMessenger)],
      [goal, target, 'replaced', null, ...rateFields(controls.replaced)],
      ...controls.byL2.flatMap(({ l2, noise, smoothNoise }): Field[][] => [
        [goal, target, 'noise', l2, ...rateFields(noise)],
        [goal, target, 'smoothNoise', l2, ...rateFields(smoothNoise)],
      ]),
    ]),
  ),
  'thresholds.csv': csvTable(
    ['hash', 'threshold', 'measure', ...numberColumns],
    thresholds.flatMap(({ hash, evaded, falsePairs, pictures, pairs, prices }): Field[][] => [
      ...evaded.map((count, bits): Field[] => [hash, bits, 'evaded.count', ...countFields(count, pictures)]),
      ...falsePairs.map((count, bits): Field[] => [hash, bits, 'falsePairs.count', ...countFields(count, pairs)]),
      ...prices.flatMap(({ threshold, evaded: rate, pairFpr, matched, flaggedPerDay }): Field[][] => [
        [hash, threshold, 'price.evaded', ...rateFields(rate)],
        [hash, threshold, 'price.pairFpr', ...pairFields(pairFpr)],
        [hash, threshold, 'price.matched', ...rateFields(matched)],
        [hash, threshold, 'price.matched.components', ...valueFields(matched.components, 'count')],
        [hash, threshold, 'price.flaggedPerDay.atLeast', ...intervalFields(flaggedPerDay.atLeast)],
        [hash, threshold, 'price.flaggedPerDay.independent', ...intervalFields(flaggedPerDay.independent)],
      ]),
    ]),
  ),
});

// The parts of reports on attacks.

export const evasionParts = (metrics: EvasionMetrics, timings?: Timings): Parts => ({
  findings: evasionAnswer(metrics),
  tables: evasionTables(metrics, timings),
  sections: evasionSections(metrics, timings),
  data: evasionData(metrics),
  csv: evasionCsv(metrics),
});
