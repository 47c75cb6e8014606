/** The card of a detector as a page, and as Markdown with its plots as files beside it. */
import { integer, listed, percent, rateProse } from '../report/format.ts';
import { text } from '../report/markdown.ts';
import { figure, plainTable } from '../report/page/blocks.ts';
import type { Curve } from '../report/page/curves.ts';
import { detOf } from '../report/page/det.ts';
import { type Html, html } from '../report/page/html.ts';
import { seriesColor, seriesDash } from '../report/page/plot.ts';
import { rocOf } from '../report/page/roc.ts';
import { type Finding, pageText, type Section } from '../report/page/shell.ts';
import { type ReportTable, tableHtml, tableMarkdown, untitledHtml } from '../report/table.ts';
import { idOf } from '../util/digest.ts';
import type { Card } from './card.ts';
import {
  cardEditTable,
  evasionTable,
  factsTable,
  hardNegatives,
  leaksTable,
  listsTable,
  placesTable,
  recallTable,
} from './card-tables.ts';
import { headlineOf } from './detectors.ts';
import { withLegend } from './inside-legend.ts';
import { runsTable } from './tables.ts';

/** A card in both formats; the same runs give the same bytes. */
export interface CardReport {
  readonly html: string;
  /** The Markdown; `plots` are the paths of the two plots that it shows. */
  markdown(plots: readonly { readonly name: string; readonly path: string }[]): string;
  /** Plots as standalone SVG, by name; none where no run has a curve. */
  readonly plots: readonly { readonly name: 'det' | 'roc'; readonly title: string; readonly svg: string }[];
}

/** A part of the card: its table, or which kind of run measures it. */
interface Part {
  readonly id: string;
  readonly title: string;
  readonly tables: readonly (ReportTable | undefined)[];
  /** Kinds of run that would measure it. */
  readonly from: string;
}

const partsOf = (card: Card): readonly Part[] => [
  {
    id: 'recall',
    title: 'Recall under edits',
    tables: [recallTable(card), cardEditTable(card)],
    from: 'copy-detection run or scored challenge',
  },
  {
    id: 'lists',
    title: 'False positives by size of the list',
    tables: [listsTable(card)],
    from: 'false-positive-tail run or scored challenge',
  },
  {
    id: 'hard',
    title: 'Hard negatives',
    tables: [hardNegatives(card)],
    from: 'false-positive-tail run with hard kinds',
  },
  { id: 'leaks', title: 'Leakage', tables: [leaksTable(card)], from: 'hash-leakage run' },
  { id: 'evasion', title: 'Evasion', tables: [evasionTable(card)], from: 'evasion run' },
  { id: 'places', title: 'Use for other targets', tables: [placesTable(card)], from: 'repurposing run' },
];

const missing = ({ from }: Part): string => `Not measured: no ${from} was given that has this detector.`;

const always = [
  'All pictures are benign. Recall on benign pictures and edits is a proxy for recall on anything else, and an adversary chooses edits that are not here.',
  'Attacks are lower bounds: a better attacker may learn more, or need less.',
] as const;

export function cardReport(card: Card): CardReport {
  const { identity, runs, limits } = card;
  const parts = partsOf(card);
  const facts = factsTable(card);
  const title = `Card of the detector ${identity.detector}`;
  const findings = findingsOf(card, parts);
  const curves = curvesOf(card);
  const plots =
    curves.length === 0
      ? []
      : ([
          { name: 'det', title: 'DET', svg: withLegend(detOf(curves), curves, 'top') },
          { name: 'roc', title: 'ROC', svg: withLegend(rocOf(curves, 'log'), curves, 'bottom') },
        ] as const);
  const caption =
    'All edits of a set together against pairs of unrelated pictures. A pair rate is not a rate per picture: against a list of N entries it is up to N times as large. Filled dot: a threshold that was chosen; ring: the detector’s own. Rates of zero are drawn at the edge.';
  const known = (part: Part): ReportTable[] => part.tables.filter((table) => table !== undefined);
  const sections: Section[] = [
    ['facts', 'What it is', factsHtml(facts)],
    ...parts.map((part): Section => [part.id, part.title, partHtml(part, known(part))]),
    [
      'curves',
      'ROC and DET',
      plots.length === 0
        ? html`<p>Not measured: no run with curves was given that has this detector.</p>`
        : figure(
            plots.map(({ title: name, svg }) => [name, svg]),
            html`${caption}`,
          ),
    ],
    ['runs', 'Runs', untitledHtml(runsTable(runs))],
    ['limits', 'Limits', html`<ul>${[...always, ...limits].map((limit) => html`<li>${limit}</li>`)}</ul>`],
  ];
  return {
    plots,
    html: pageText({
      experiment: 'card',
      runId: idOf(runs.map(({ record }) => record.runId)),
      question: title,
      findings,
      sections,
      footer: 'Benign pictures only. Every figure is one of the runs; made by presend card.',
    }),
    markdown: (files) =>
      `${[
        `# ${text(title)}`,
        findings.map(({ label, text: said }) => `- **${label}.** ${text(said)}`).join('\n'),
        ...tableMarkdown(facts),
        ...parts.flatMap((part) => {
          const tables = known(part);
          return [`## ${part.title}`, ...(tables.length === 0 ? [missing(part)] : tables.flatMap(tableMarkdown))];
        }),
        '## ROC and DET',
        ...(files.length === 0
          ? [
              plots.length === 0
                ? 'Not measured: no run with curves was given that has this detector.'
                : 'The plots are in the page, and in the files that --out writes beside the Markdown.',
            ]
          : [...files.map(({ name, path }) => `![${name}](${encodeURI(path)})`), caption]),
        '## Runs',
        ...tableMarkdown(runsTable(runs)),
        '## Limits',
        [...always, ...limits].map((limit) => `- ${text(limit)}`).join('\n'),
      ].join('\n\n')}\n`,
  };
}

const partHtml = (part: Part, tables: readonly ReportTable[]): Html =>
  tables.length === 0
    ? html`<p>${missing(part)}</p>`
    : html`${tables.map(tables.length === 1 ? untitledHtml : tableHtml)}`;

const factsHtml = ({ title, explains, lines }: ReportTable): Html =>
  html`<p class="note">${explains}</p>${plainTable(
    title,
    ['', ''],
    lines.map(({ name, cells }) => [name, cells[0]!.plain]),
  )}`;

/** One curve for each run and set of edits. */
const curvesOf = ({ results }: Card): Curve[] =>
  results
    .filter(({ curve }) => curve !== null && curve.points.length > 0)
    .map((result, i) => {
      const { points, positives, negatives } = result.curve!;
      const at = (own: boolean) => {
        const point = result.points.find((each) => each.own === own && each.threshold !== null);
        return point && points.findLast(({ threshold }) => threshold <= point.threshold!);
      };
      return {
        name: result.set === null ? result.run : `${result.run}, ${result.set}`,
        points,
        positives,
        negatives,
        color: seriesColor(i),
        dash: seriesDash(i),
        chosen: at(false),
        authors: at(true),
      };
    });

/** What the card says first. */
function findingsOf({ results, threats, identity }: Card, parts: readonly Part[]): Finding[] {
  const found = results.flatMap((each) => {
    const point = headlineOf(each);
    return point?.recall
      ? [
          `${rateProse(point.recall)} of edited copies (${each.set}, ${each.dataset.name}, threshold ${point.threshold ?? 'none'})`,
        ]
      : [];
  });
  const largest = results
    .flatMap((each) => {
      const list = headlineOf(each)?.lists.findLast(({ status }) => status === 'measured');
      return list?.status === 'measured' ? [{ list, dataset: each.dataset.name }] : [];
    })
    .sort((a, b) => b.list.size - a.list.size)[0];
  const topics = threats.flatMap(({ topic }) => topic);
  const lacking = parts
    .filter(({ tables }) => tables.every((table) => table === undefined))
    .map((part) => part.title.toLowerCase());
  return [
    ...(found.length > 0 ? [{ label: 'Finds', text: `${identity.detector} finds ${listed(found)}.` }] : []),
    ...(largest
      ? [
          {
            label: 'Wrongly matches',
            text: `On the largest list that was measured, ${integer(largest.list.size)} entries (${largest.dataset}), ${rateProse(largest.list.rate)} of innocent pictures match something. Larger lists: see the table; nothing beyond two decades is known.`,
          },
        ]
      : []),
    ...(topics.length > 0
      ? [
          {
            label: 'Leaks',
            text: `From its hash an attacker guesses the topic of ${listed(
              topics.map(
                ({ first, source }) =>
                  `${rateProse(first.success)} (${source}; without the hash ${percent(first.chance.commonest)})`,
              ),
            )} of pictures.`,
          },
        ]
      : []),
    ...(lacking.length > 0 ? [{ label: 'Not measured', text: `${listed(lacking)}.` }] : []),
  ];
}
