/** The sections of a hash-leakage page. */
import type { HashLeakageMetrics } from '../../schema/hash-leakage-metrics.ts';
import { legend } from '../benchmark/legend.ts';
import { type ReportTable, tableHtml, untitledHtml } from '../benchmark/table.ts';
import { integer } from '../format.ts';
import { figure, type Panel, plainTable } from '../page/blocks.ts';
import { type Html, html } from '../page/html.ts';
import { seriesColor, seriesDash } from '../page/plot.ts';
import type { Section } from '../page/shell.ts';
import { controlTable } from './control-table.ts';
import { classifiableTable, inversionControlTable, inversionTable } from './inversion-tables.ts';
import { membershipTable } from './membership-table.ts';
import { gainPlot, liftPlot, membershipPlot } from './plots.ts';
import { published } from './published.ts';
import { contactSheet } from './sheet.ts';
import { topicTable } from './topic-table.ts';
import { sourceName, sourcesOf, strategyName } from './words.ts';

/** Every table, the most telling first. */
export const hashLeakageTables = (metrics: HashLeakageMetrics): ReportTable[] => {
  const sources = sourcesOf(metrics);
  return [
    ...sources.slice(0, 1).flatMap((source) => [topicTable(metrics, source), inversionTable(metrics, source)]),
    ...sources.slice(1).flatMap((source) => [topicTable(metrics, source), inversionTable(metrics, source)]),
    ...sources.map((source) => classifiableTable(metrics, source)),
    ...sources.map((source) => membershipTable(metrics, source)),
    controlTable(metrics),
    inversionControlTable(metrics),
  ];
};

/** The sections between answer and data. */
export const hashLeakageSections = (metrics: HashLeakageMetrics): Section[] => [
  ['topics', 'Topic from hash', topicSection(metrics)],
  ['inversion', 'Picture from hash', inversionSection(metrics)],
  ['membership', 'Who is on the list', membershipSection(metrics)],
  ['controls', 'Controls', html`${untitledHtml(controlTable(metrics))}${tableHtml(inversionControlTable(metrics))}`],
  [
    'published',
    'Published figures',
    html`<p class="note">Set beside this run for orientation. None was measured on these pictures.</p>${plainTable(
      'Published figures',
      ['what', 'published', 'source', 'against this run'],
      published.map(({ what, value, source, verdict }) => [what, value, source, verdict]),
    )}`,
  ],
];

function topicSection(metrics: HashLeakageMetrics): Html {
  const sources = sourcesOf(metrics);
  const panels = sources.map((source): Panel => {
    const name = sourceName(metrics, source);
    return [
      name,
      liftPlot(
        metrics.topics.filter((each) => each.source === source),
        name,
      ),
    ];
  });
  return html`${figure(
    panels,
    html`How much more often the attack on the hash alone is right than always naming the commonest topic, with the wider of the exact 95 % interval and the bootstrap by group.
Filled: above chance at 5 % for all attacks of the run together; hollow: not. Hollow and a little lower: the same attack after hashes were dealt anew.`,
  )}${sources.map((source) => tableHtml(topicTable(metrics, source)))}`;
}

function inversionSection(metrics: HashLeakageMetrics): Html {
  const sources = sourcesOf(metrics);
  const panels = sources.flatMap((source): Panel[] => {
    const name = sourceName(metrics, source);
    const of = metrics.inversions.filter((each) => each.source === source);
    return [
      [`${name}: PSNR over the mean picture`, gainPlot(of, 'psnr', 'mean', name)],
      [`${name}: PSNR over the best gallery picture`, gainPlot(of, 'psnr', 'best', name)],
      [`${name}: SSIM over the mean picture`, gainPlot(of, 'ssim', 'mean', name)],
    ];
  });
  const keys = [
    { name: '● linear decoder (ridge)', color: seriesColor(0), dash: 'none' },
    { name: '○ gallery picture with the nearest hash', color: seriesColor(1), dash: 'none' },
  ];
  return html`${legend(keys)}${figure(panels, html`Paired by picture, 95 % intervals by group. Right of the dashed line the hash gives something away that the baseline does not have.`)}${sources.map(
    (source) => contactSheet(metrics, source),
  )}${sources.map((source) => html`${tableHtml(inversionTable(metrics, source))}${tableHtml(classifiableTable(metrics, source))}`)}`;
}

function membershipSection(metrics: HashLeakageMetrics): Html {
  const sources = sourcesOf(metrics);
  const of = (source: (typeof sources)[number]) => metrics.membership.filter((each) => each.source === source);
  const names = of(sources[0]!).filter(({ control }) => control === 'none');
  return html`${legend(
    names.map((each, i) => ({ name: strategyName(each), color: seriesColor(i), dash: seriesDash(i) })),
  )}${figure(
    sources.map(
      (source): Panel => [sourceName(metrics, source), membershipPlot(of(source), sourceName(metrics, source))],
    ),
    html`Members found against others taken for members, both on log axes; dotted: chance. Lines at the top lie on each other: there a device tells every member from every other. A rate of 0 of n stands at 1/(2n).`,
  )}${sources.map((source) => tableHtml(membershipTable(metrics, source)))}`;
}

/** The data behind the numbers. */
export function hashLeakageData(metrics: HashLeakageMetrics): Html {
  const rows = metrics.dataset.sources.map(({ source, pictures, groups, topics }) => [
    sourceName(metrics, source),
    integer(pictures.training),
    integer(pictures.validation),
    integer(pictures.test),
    integer(groups),
    integer(topics),
  ]);
  return plainTable('Pictures', ['source', 'training', 'validation', 'test', 'groups', 'topics'], rows);
}
