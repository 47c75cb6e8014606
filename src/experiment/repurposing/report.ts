/** The page of a re-purposing run: the answer, and the sections between it and the data. */

import { csvOf, csvTable, type Field, numberColumns, rateFields, valueFields } from '../../report/csv.ts';
import { counted, integer, listed, percent, rateProse } from '../../report/format.ts';
import { figure, type Panel, plainTable } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { legend } from '../../report/page/legend.ts';
import { color, seriesColor, seriesDash } from '../../report/page/plot.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { type ReportTable, tableHtml } from '../../report/table.ts';
import type { HiddenCell, RepurposingMetrics } from './metrics.ts';
import { auditorPlot, changePlot, hiddenPlot, sharePlot, shownReasons, targetKinds, tradeoffPlot } from './plots.ts';
import {
  auditorTable,
  calibrationTable,
  claimTable,
  controlTable,
  headTable,
  hiddenCells,
  hitTable,
  reasonNames,
  referenceCell,
  shareTable,
  standpointTable,
  targetNames,
  targetTable,
  thresholdFor,
} from './tables.ts';

/** What the run answers, computed from its numbers. */
export function repurposingAnswer(metrics: RepurposingMetrics): Finding[] {
  return [
    { label: 'A place on the list', text: `${seenSentence(metrics, 'authors')} ${seenSentence(metrics, 'operator')}` },
    { label: 'With the threshold too', text: seenSentence(metrics, 'insider') },
    ...(metrics.classifier
      ? [
          {
            label: 'A place in the classifier',
            text: targetKinds.flatMap((kind) => hiddenSentence(metrics, kind)).join(' '),
          },
          { label: 'Who notices', text: auditorSentence(metrics) },
        ]
      : []),
    {
      label: 'Published claims',
      text: `${metrics.claims.map(({ claim, source, verdict }) => `${source}, “${claim}”: ${verdict}`).join('; ')}.`,
    },
    { label: 'Controls', text: controlSentence(metrics) },
  ];
}

function seenSentence(metrics: RepurposingMetrics, reason: 'authors' | 'operator' | 'insider'): string {
  const found = metrics.hashes.flatMap((hash) => {
    const cell = referenceCell(thresholdFor(hash, reason), metrics);
    return cell ? [{ hash, at: thresholdFor(hash, reason)!, cell }] : [];
  });
  if (found.length === 0) return 'No location has enough photographs to insert that share.';
  const sorted = [...found].sort((a, b) => (b.cell.hit.estimate ?? 0) - (a.cell.hit.estimate ?? 0));
  const [most, least] = [sorted[0]!, sorted.at(-1)!];
  const [low, high] = [sorted.at(-1)!, most].map(({ cell }) => percent(cell.flagged.estimate ?? 0));
  const who = {
    authors: "At the authors' thresholds ",
    operator: `At thresholds that an operator would choose (at most ${percent(metrics.operatorFpr)} of ordinary pictures match an honest list) `,
    insider: 'If the insider also chooses the threshold, ',
  }[reason];
  return `${who}${percent(metrics.list.reference)} of the list (${counted(most.cell.inserted, 'photograph')} of a place) flags ${rateProse(most.cell.hit)} of its other photographs under ${most.hash.name}, the most, and ${rateProse(least.cell.hit)} under ${least.hash.name}, the least; of ordinary pictures the whole list then flags ${high} and ${low}.`;
}

function hiddenSentence(metrics: RepurposingMetrics, kind: HiddenCell['targetKind']): string[] {
  const cells = hiddenCells(metrics, kind);
  const cell = cells.find(({ poisoned }) => poisoned === metrics.classifier?.reference);
  const honest = cells.find(({ poisoned }) => poisoned === 0);
  if (!cell || !honest) return [];
  return [
    `A head with a ${targetNames[kind]}, ${percent(cell.poisoned)} of its training pictures, flags ${rateProse(cell.hit)} of its other pictures (an honest one on ${percent(honest.hit.estimate ?? 0)}).`,
  ];
}

function auditorSentence(metrics: RepurposingMetrics): string {
  const words = targetKinds.flatMap((kind) => {
    const cell = hiddenCells(metrics, kind).find(({ poisoned }) => poisoned === metrics.classifier?.reference);
    if (!cell) return [];
    const needs = (share: number): string => {
      const size = cell.auditor.find(({ benchmarkShare }) => benchmarkShare === share);
      if (!size) return 'not asked';
      return size.formula === null ? 'no number, since nothing differs' : integer(size.exact ?? size.formula);
    };
    return [`${targetNames[kind]}: ${without(cell, needs(0))}, or ${needs(1)} pictures with it`];
  });
  return `Comparing with an honest head, picture by picture, an auditor needs for 80 % power at 5 %: ${words.join('; ')}. What matters is whether the benchmark contains the hidden target.`;
}

/** Pictures that do not show the target: their number where the heads differ for certain, else what they would at least have to be. */
function without({ change, atLeast }: HiddenCell, needed: string): string {
  if (!change) return 'not asked without it';
  const [low, high] = [Math.min(change.low, change.clusterLow), Math.max(change.high, change.clusterHigh)];
  if (low > 0 || high < 0) return `${needed} pictures without it`;
  return `pictures without it do not distinguish the heads (at least ${integer(atLeast ?? 0)} of them at the edge of the interval)`;
}

function controlSentence({ hashes, classifier }: RepurposingMetrics): string {
  const broken = hashes.filter(({ controls }) => controls.some(({ holds }) => !holds)).map(({ name }) => name);
  const list =
    broken.length === 0
      ? 'On the list, all controls hold: inserted photographs match; those of the next location match no more often than those of any other.'
      : `On the list, controls fail under ${listed(broken)}: do not trust these numbers.`;
  if (!classifier) return list;
  return `${list} ${classifier.holds ? 'In the classifier, controls hold: honest heads classify the targets as declared content no more often than other pictures, and pictures that heads were trained on score above one half.' : 'In the classifier, not all controls hold: see the table.'}`;
}

const some = (tables: readonly (ReportTable | undefined)[]): ReportTable[] =>
  tables.filter((each) => each !== undefined);
const panels = (all: readonly (readonly [string, string | undefined])[]): Panel[] =>
  all.flatMap(([title, svg]) => (svg === undefined ? [] : [[title, svg] as const]));

/** The tables of the run: the headline first. */
export const repurposingTables = (metrics: RepurposingMetrics): ReportTable[] =>
  some([
    hitTable(metrics),
    headTable(metrics),
    shareTable(metrics),
    auditorTable(metrics),
    claimTable(metrics),
    controlTable(metrics),
    standpointTable(metrics),
    targetTable(metrics),
    calibrationTable(metrics),
  ]);

/** The sections of the page between answer and data. */
export function repurposingSections(metrics: RepurposingMetrics): Section[] {
  const { classifier } = metrics;
  const standpoints = standpointTable(metrics);
  return [
    ['list', 'A place on the list', listSection(metrics)],
    ...(classifier ? [['classifier', 'A place in the classifier', classifierSection(metrics)] as const] : []),
    ['claims', 'Published claims', claims(metrics)],
    ['controls', 'Controls', tableHtml(controlTable(metrics))],
    [
      'thresholds',
      'Thresholds and standpoints',
      html`${tableHtml(calibrationTable(metrics))}${standpoints ? tableHtml(standpoints) : ''}`,
    ],
  ];
}

function listSection(metrics: RepurposingMetrics): Html {
  const { hashes, list } = metrics;
  return html`${legend(shownReasons.map((reason, i) => ({ name: `${reasonNames[reason]} threshold`, color: seriesColor(i), dash: 'none' })))}${figure(
    panels(hashes.map((hash) => [`${hash.name}, ${hash.bits} bits`, sharePlot(hash)])),
    html`Solid, with 95 % intervals by location: photographs inserted at random. Dashed: chosen by k-medoids. Dotted: ordinary pictures that anything on that list flags, in the same colour. A threshold that is the
operator's and somebody else's too is drawn once.`,
  )}${tableHtml(hitTable(metrics))}${tableHtml(shareTable(metrics))}${figure(
    panels([[`Robust against what is seen, ${percent(list.reference)} inserted`, tradeoffPlot(metrics)]]),
    html`One line a hash, its thresholds ascending; the large dot, with its interval, is the operator's. Within a line a looser threshold loses nothing by construction: compare the lines.`,
  )}${legend(hashes.map(({ name }, i) => ({ name, color: seriesColor(i), dash: seriesDash(i) })))}`;
}

function classifierSection(metrics: RepurposingMetrics): Html {
  const tables = some([headTable(metrics), auditorTable(metrics)]);
  const target = targetTable(metrics);
  const { classifier } = metrics;
  return html`${legend([
    ...targetKinds
      .filter((kind) => hiddenCells(metrics, kind).length > 0)
      .map((kind) => {
        const i = targetKinds.indexOf(kind);
        return { name: targetNames[kind], color: seriesColor(i), dash: seriesDash(i) };
      }),
    { name: 'honest heads', color: color.muted, dash: '1.5 3' },
  ])}${figure(
    panels([
      ['Hidden pictures found', hiddenPlot(metrics)],
      ['Accuracy lost on the declared task', changePlot(metrics)],
      [`Pictures an auditor needs, ${percent(classifier!.reference)} of the training`, auditorPlot(metrics)],
    ]),
    html`Bars: 95 % intervals, by hidden target; of the accuracy lost, by head. Dotted: honest heads on the same pictures, in the colour of the target. Auditor: lines by the formula, rings by the exact test; at the left edge
nothing in the benchmark shows the target.`,
  )}${tables.map(tableHtml)}${target && html`<details><summary>Every hidden target</summary>${tableHtml(target)}</details>`}`;
}

function claims(metrics: RepurposingMetrics): Html {
  const { title, explains } = claimTable(metrics);
  return html`<p class="note">${explains}</p>${plainTable(
    title,
    ['claim', 'source', 'measured here', 'verdict', 'why'],
    metrics.claims.map(({ claim, source, measured, verdict, why }) => [claim, source, measured, verdict, why]),
  )}`;
}

/** The data behind the numbers. */
export const repurposingData = ({ dataset, locations, list }: RepurposingMetrics): Html =>
  html`<p>A list of ${integer(list.entries)} pictures of the dataset “${dataset.name}”, ${integer(dataset.bystanders.evaluation)} others that are scored, and ${integer(dataset.bystanders.calibration)} to choose thresholds on. ${
    locations.drawn ? 'Locations are drawn by a program' : 'Labels of the dataset represent locations'
  }: ${locations.evaluation} are scored, with ${integer(locations.heldOut)} photographs that are never inserted and ${
    locations.insertable.least === locations.insertable.most
      ? locations.insertable.most
      : `${locations.insertable.least} to ${locations.insertable.most}`
  } each that may be; ${locations.calibration} more are for calibration.</p>`;

// Every number of a re-purposing run as CSV, long form.

/** File name → CSV text. */
export const repurposingCsv = ({ hashes, classifier, claims }: RepurposingMetrics): Record<string, string> => ({
  'list.csv': csvTable(
    ['hash', 'threshold', 'reasons', 'share', 'inserted', 'choice', 'measure', ...numberColumns],
    hashes.flatMap(({ name, thresholds }) =>
      thresholds.flatMap(({ bits, reasons, honest, robustness, cells }) => {
        const at: Field[] = [name, bits, reasons.join(' ')];
        return [
          [...at, 0, 0, null, 'flagged', ...rateFields(honest.flagged)],
          [...at, 0, 0, null, 'hit', ...rateFields(honest.location)],
          [...at, null, null, null, 'robustness', ...rateFields(robustness)],
          ...cells.flatMap(({ share, inserted, choice, fromLocation: _, ...rates }) =>
            Object.entries(rates).map(([measure, rate]) => [
              ...at,
              share,
              inserted,
              choice,
              measure,
              ...rateFields(rate),
            ]),
          ),
        ];
      }),
    ),
  ),
  'controls.csv': csvTable(
    ['hash', 'threshold', 'reason', 'measure', ...numberColumns],
    hashes.flatMap(({ name, controls }) =>
      controls.flatMap(({ threshold, reason, inserted, shuffled, chance }) =>
        Object.entries({ inserted, shuffled, chance }).map(([measure, rate]): Field[] => [
          name,
          threshold,
          reason,
          measure,
          ...rateFields(rate),
        ]),
      ),
    ),
  ),
  'heads.csv': csvTable(
    ['targetKind', 'poisoned', 'heads', 'targets', 'measure', ...numberColumns],
    (classifier?.cells ?? []).flatMap((cell) => {
      const at: Field[] = [cell.targetKind, cell.poisoned, cell.heads, cell.targets];
      const { hit, trained, fitted, elsewhere, falsePositives, recall, accuracy, change, auditor } = cell;
      return [
        ...Object.entries({ hit, trained, fitted, elsewhere, falsePositives, recall, accuracy }).map(
          ([measure, rate]): Field[] => [...at, measure, ...rateFields(rate)],
        ),
        ...(change
          ? [
              [
                ...at,
                'accuracyLost',
                null,
                change.n,
                change.estimate,
                change.low,
                change.high,
                change.method,
                null,
                change.clusterLow,
                change.clusterHigh,
              ] as Field[],
            ]
          : []),
        ...auditor.flatMap(({ benchmarkShare, formula, exact }) =>
          Object.entries({ formula, exact }).flatMap(([method, value]): Field[][] =>
            value === null ? [] : [[...at, `auditor.${benchmarkShare}`, ...valueFields(value, method)]],
          ),
        ),
      ];
    }),
  ),
  'claims.csv': csvOf(claims, ['claim', 'source', 'measured', 'verdict', 'why']),
});

// The parts of a report on re-purposing.

export const repurposingParts = (metrics: RepurposingMetrics): Parts => ({
  findings: repurposingAnswer(metrics),
  tables: repurposingTables(metrics),
  sections: repurposingSections(metrics),
  data: repurposingData(metrics),
  csv: repurposingCsv(metrics),
});
