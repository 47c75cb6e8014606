/** The sections of a hash-leakage page. */

import { csvTable, type Field, intervalFields, numberColumns, rateFields, valueFields } from '../../report/csv.ts';
import { counted, integer, listed, percent, rateProse } from '../../report/format.ts';
import { figure, type Panel, plainTable } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { legend } from '../../report/page/legend.ts';
import { seriesColor, seriesDash } from '../../report/page/plot.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { type ReportTable, tableHtml, untitledHtml } from '../../report/table.ts';
import type { HashLeakageMetrics, InversionLeak, TopicLeak } from './metrics.ts';
import { gainPlot, liftPlot, membershipPlot } from './plots.ts';
import { liftCell, numberProse, sourceName, sourcesOf, strategyName } from './report-words.ts';
import {
  classifiableTable,
  contactSheet,
  controlTable,
  inversionControlTable,
  inversionTable,
  membershipTable,
  published,
  topicTable,
} from './tables.ts';

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
    html`<p class="note">For orientation. None was measured on these pictures.</p>${plainTable(
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
    html`Members found against others classified as members, both on log axes; dotted: chance. Lines at the top lie on each other: there a device tells every member from every other. A rate of 0 of n stands at 1/(2n).`,
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

// What a hash-leakage run answers, computed from its numbers.

/** The item with the largest value. */
const top = <T>(items: readonly T[], by: (item: T) => number): T | undefined =>
  items.toSorted((a, b) => by(b) - by(a))[0];

/** The findings, one a question. */
export const hashLeakageAnswer = (metrics: HashLeakageMetrics): Finding[] => [
  { label: 'Topic from hash', text: topicSentences(metrics) },
  { label: 'Picture from hash', text: inversionSentences(metrics) },
  { label: 'Who is listed', text: membershipSentences(metrics) },
  { label: 'Controls', text: controlSentence(metrics) },
];

function topicSentences(metrics: HashLeakageMetrics): string {
  return sourcesOf(metrics)
    .map((source) => {
      const of = metrics.topics.filter(
        (each) => each.source === source && each.control === 'none' && each.lift !== null,
      );
      const best = top(of, ({ lift }) => lift!.estimate);
      if (!best) return '';
      const above = of.filter(({ aboveChance }) => aboveChance);
      const least = of.filter((each) => !above.includes(each)).map(({ hash }) => hash);
      const deep = of.find((each) => each.deep);
      return `On ${sourceName(metrics, source)} (${best.topics} topics) ${above.length} of ${counted(of.length, 'hash')} reveal the topic above chance${least.length > 0 ? ` (not shown for ${listed(least)})` : ''}; most does ${describe(best)}${deep && deep !== best ? `; ${describe(deep)}` : ''}.`;
    })
    .join(' ');
}

const describe = ({ hash, first, lift, uniformLift, leakedBits }: TopicLeak): string =>
  `${hash}: ${rateProse(first.success)}, ${liftCell(lift).plain} the commonest topic (${percent(first.chance.commonest)}), ${uniformLift?.toFixed(1) ?? '–'}× one in K, ${leakedBits?.toFixed(2) ?? '–'} bits`;

function inversionSentences(metrics: HashLeakageMetrics): string {
  return sourcesOf(metrics)
    .map((source) => {
      const of = metrics.inversions.filter((each) => each.source === source && each.control === 'none');
      const best = top(of, ({ explained }) => explained.ridge.estimate);
      if (!best) return '';
      const gain = (each: InversionLeak, over: 'mean' | 'random' | 'best') =>
        each.gains.find((one) => one.of === 'ridge' && one.over === over)!;
      const rest = of
        .filter((each) => each !== best)
        .map((each) => `${each.hash} ${numberProse(gain(each, 'mean').psnr, 'dB')}`);
      return `On ${sourceName(metrics, source)} a linear decoder gets most from ${best.hash}: ${numberProse(gain(best, 'mean').psnr, 'dB')} over the mean picture, ${numberProse(gain(best, 'best').psnr, 'dB')} over the best gallery picture, ${percent(Math.max(0, best.explained.ridge.estimate))} of the mean picture's error explained; the topic of the recovered picture is identified in ${percent(best.topic.ridge.estimate ?? 0)} (of the true thumbnails in ${percent(best.topic.original.estimate ?? 0)}, chance ${percent(best.topic.chance)}). ${rest.length > 0 ? `Over the mean: ${listed(rest)}.` : ''}`;
    })
    .join(' ')
    .trim();
}

function membershipSentences(metrics: HashLeakageMetrics): string {
  const of = metrics.membership.filter(({ control }) => control === 'none');
  const big = top(of, ({ others }) => others);
  if (!big) return 'No strategy was tested.';
  const own = of.filter(({ source }) => source === big.source);
  const found = own.map((each) => {
    const at = each.at.findLast(({ enough }) => enough) ?? each.at.at(-1)!;
    const best = each.at.find(({ enough }) => enough) ?? at;
    return { each, best };
  });
  const quiet = found.filter(({ each }) => each.auc.low <= 0.5 && each.auc.high >= 0.5);
  const loud = found.filter((one) => !quiet.includes(one));
  const words = ({ each, best }: (typeof found)[number]): string =>
    `${strategyName(each)} ${percent(best.tpr.estimate ?? 0)} at FPR ${percent(best.fpr)}${best.enough ? '' : ' (n too small)'}${each.perQuery ? ', one query each' : ''}`;
  return `Of ${integer(big.members)} members (${sourceName(metrics, big.source)}, up to ${integer(big.others)} others) a device finds: ${listed(loud.map(words))}.${
    quiet.length > 0
      ? ` Nothing is shown for ${listed(quiet.map(({ each, best }) => `${strategyName(each)} (AUC ${numberProse(each.auc, '', 3)}, ${rateProse(best.tpr)} at FPR ${percent(best.fpr)})`))}.`
      : ''
  }`;
}

function controlSentence({ controls: { topics, inversion, membership } }: HashLeakageMetrics): string {
  const sum = (control: 'shuffled' | 'identity', key: 'k' | 'n'): number =>
    topics[control][key] + inversion[control][key] + membership[control][key];
  return `${sum('shuffled', 'k')} of ${sum('shuffled', 'n')} negative controls are consistent with chance (topics ${topics.shuffled.k} of ${topics.shuffled.n}, inversion ${inversion.shuffled.k} of ${inversion.shuffled.n}, membership ${membership.shuffled.k} of ${membership.shuffled.n}); ${sum('identity', 'k')} of ${sum('identity', 'n')} positive controls are at 1.`;
}

// Every number of a hash-leakage run as CSV, long form.

const attack = ['source', 'hash', 'control'] as const;

/** File name → CSV text. */
export const hashLeakageCsv = ({ topics, inversions, features, membership }: HashLeakageMetrics) => ({
  'topics.csv': csvTable(
    [...attack, 'bits', 'attacker', 'topics', 'measure', ...numberColumns],
    topics.flatMap(
      ({ source, hash, control, bits, attacker, topics: count, first, five, lift, lowerBound, leakedBits }) =>
        (
          [
            ['top1', rateFields(first.success)],
            ['top1.commonest', valueFields(first.chance.commonest, 'chance')],
            ['top1.uniform', valueFields(first.chance.uniform, 'chance')],
            ['top1.lowerBound', valueFields(lowerBound, 'one-sided 95 %')],
            ...(five
              ? [
                  ['top5', rateFields(five.success)],
                  ['top5.commonest', valueFields(five.chance.commonest, 'chance')],
                ]
              : []),
            ['lift', intervalFields(lift && { ...lift, method: 'success over the most frequent topic' })],
            ['bits', valueFields(leakedBits, 'log2 of the lift')],
          ] as [string, Field[]][]
        ).map(([measure, fields]): Field[] => [source, hash, control, bits, attacker, count, measure, ...fields]),
    ),
  ),
  'inversion.csv': csvTable(
    [...attack, 'decoder', 'over', 'measure', ...numberColumns],
    inversions.flatMap(({ source, hash, control, quality, gains, explained, topic }) => {
      const rows: [string, string, string, Field[]][] = [
        ...Object.entries(quality).flatMap(([of, { psnr, ssim }]): [string, string, string, Field[]][] => [
          [of, '', 'psnr', intervalFields(psnr)],
          [of, '', 'ssim', intervalFields(ssim)],
        ]),
        ...gains.flatMap(({ of, over, psnr, ssim }): [string, string, string, Field[]][] => [
          [of, over, 'psnr', intervalFields(psnr)],
          [of, over, 'ssim', intervalFields(ssim)],
        ]),
        ...Object.entries(explained).map(([of, each]): [string, string, string, Field[]] => [
          of,
          'mean',
          'explained',
          intervalFields(each),
        ]),
        ...(['original', 'ridge', 'nearest', 'mean'] as const).map((of): [string, string, string, Field[]] => [
          of,
          '',
          'topic',
          rateFields(topic[of]),
        ]),
      ];
      return rows.map(([of, over, measure, fields]): Field[] => [source, hash, control, of, over, measure, ...fields]);
    }),
  ),
  'features.csv': csvTable(
    ['source', 'hash', 'classifier', 'decoder', 'measure', ...numberColumns],
    features.flatMap(({ source, hash, classifier, distance, closer }) => [
      ...Object.entries(distance).map(([of, each]): Field[] => [
        source,
        hash,
        classifier,
        of,
        'distance',
        ...intervalFields(each),
      ]),
      ...Object.entries(closer).map(([of, each]): Field[] => [
        source,
        hash,
        classifier,
        of,
        'closer',
        ...intervalFields(each),
      ]),
    ]),
  ),
  'membership.csv': csvTable(
    ['source', 'strategy', 'control', 'fpr', 'measure', ...numberColumns],
    membership.flatMap(({ source, strategy, control, at, auc }) => [
      ...at.flatMap(({ fpr, tpr, measuredFpr, advantage }): Field[][] => [
        [source, strategy, control, fpr, 'tpr', ...rateFields(tpr)],
        [source, strategy, control, fpr, 'fpr', ...rateFields(measuredFpr)],
        [source, strategy, control, fpr, 'advantage', ...intervalFields(advantage)],
      ]),
      [source, strategy, control, null, 'auc', ...intervalFields(auc)],
    ]),
  ),
});

// The parts of a report on what hashes give away.

export const hashLeakageParts = (metrics: HashLeakageMetrics): Parts => ({
  findings: hashLeakageAnswer(metrics),
  tables: hashLeakageTables(metrics),
  sections: hashLeakageSections(metrics),
  data: hashLeakageData(metrics),
  csv: hashLeakageCsv(metrics),
});
