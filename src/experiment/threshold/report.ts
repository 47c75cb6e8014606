/** The reports of a threshold run. */

import { csvOf, csvTable, type Field, intervalFields, numberColumns, rateFields } from '../../report/csv.ts';
import { counted, integer, listed, percent, rateProse } from '../../report/format.ts';
import { figure, type Panel, plainTable } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { legend } from '../../report/page/legend.ts';
import { color, seriesColor, seriesDash, seriesLines } from '../../report/page/plot.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { type ReportTable, tableHtml } from '../../report/table.ts';
import type { Timings } from '../../schema/run-record.ts';
import type { Agreement, InnocentCurve, Knowledge, OffenderCurve, ThresholdMetrics } from './metrics.ts';
import { advantagePlot, countedPlot, innocentPlot, offenderMeasures, offenderPlot, variationName } from './plots.ts';
import {
  accountsTable,
  accountsText,
  bearableTable,
  countedTable,
  innocentTable,
  knowledgeTable,
  openedTable,
  picturesTable,
  protocolTable,
  shownThresholds,
} from './tables.ts';

/** The first of each name. */
const firstOf = <T>(items: readonly T[], name: (item: T) => string): T[] =>
  items.filter((item, i) => items.findIndex((other) => name(other) === name(item)) === i);

const byHeld = (offenders: readonly OffenderCurve[]): OffenderCurve[] => firstOf(offenders, ({ held }) => held.name);

/** What the run answers, computed from its numbers. */
export function thresholdAnswer(metrics: ThresholdMetrics): Finding[] {
  const t = shownThresholds(metrics).at(-1)!;
  const { offenders, innocents, knowledge, protocol } = metrics;
  const finds = byHeld(offenders).map(({ held, detection, curve }) => {
    const at = curve[t - 1]!;
    return `${percent(at.accounts.exact)} of offending accounts, which sent ${percent(at.pictures.exact)} of the listed pictures (${held.name}, ${detection.name}, ${percent(detection.rate)} found)`;
  });
  const flagged = (curve: InnocentCurve): string => accountsText(curve.curve[t - 1]!.exact * innocents.outOf.value);
  const even = innocents.curves.filter(({ spread, bursts }) => spread === 0 && !bursts);
  const reference = even[Math.floor(even.length / 2)];
  const same = (each: InnocentCurve): boolean => each.falseMatch.name === reference?.falseMatch.name;
  const worst = innocents.curves.filter(same).sort((a, b) => b.curve[t - 1]!.exact - a.curve[t - 1]!.exact)[0];
  const burst = innocents.curves.find((each) => each.bursts && same(each));
  const known = byHeld(offenders).map(
    ({ held, curve }) => `${percent(curve[t - 1]!.counted.exact)} of offenders (${held.name})`,
  );
  const told = (advantage: (each: Knowledge) => number | undefined): string =>
    listed(knowledge.map((each) => advantage(each)?.toFixed(3) ?? 'not asked'));
  const settings = knowledge.map(
    ({ pictures, syntheticShare }) => `${integer(pictures)} pictures and ${percent(syntheticShare)} synthetic`,
  );
  const sum = (of: (each: ThresholdMetrics['protocol'][number]) => number): number =>
    protocol.reduce((total, each) => total + of(each), 0);
  const other = protocol.filter(({ synthetic, otherMethod }) => synthetic && otherMethod.k > 0);
  return [
    { label: 'What is found', text: `At t = ${t}, ${finds.join('; ')}.` },
    ...(reference && worst
      ? [
          {
            label: 'Innocent people',
            text: `Of ${integer(innocents.outOf.value)} innocent accounts with ${integer(innocents.pictures.value)} pictures and ${reference.falseMatch.name} false matches per picture, t = ${t} flags ${flagged(reference)} if the rate is the same for all, ${flagged(worst)} ${worst.bursts ? 'if near-duplicates come in bursts' : `if it varies with CV ${worst.spread}`}${burst && burst !== worst ? `, ${flagged(burst)} if near-duplicates come in bursts` : ''}.`,
          },
        ]
      : []),
    {
      label: 'What the provider knows',
      text: `Without synthetic vouchers the provider counts every match: at t = ${t}, it knows ${listed(known)} without opening them. With them, under ${listed(settings)}, its advantage in distinguishing 1 match from none is ${told(({ measured }) => measured.find(({ matches }) => matches === 1)?.exact)}, in telling ${t - 1} from none ${told(({ curve }) => curve[t - 1]!.advantage)}, and an account exceeds the ${metrics.syntheticBudget} synthetic vouchers that detection tolerates with probability ${listed(knowledge.map(({ overBudget }) => percent(overBudget.exact)))}.`,
    },
    {
      label: 'Does the protocol follow the rule?',
      text: `${integer(sum(({ agreement }) => agreement.k))} of ${counted(
        sum(({ agreement }) => agreement.n),
        'account',
      )} were opened exactly when the rule says so (${integer(sum(({ vouchers }) => vouchers))} vouchers, ${integer(sum(({ payloads }) => payloads.k))} of ${integer(sum(({ payloads }) => payloads.n))} payloads right).${
        other.length > 0
          ? ` Under synthetic vouchers another decoding opens accounts one match below the threshold: ${listed(other.map(({ threshold, otherMethod }) => `${otherMethod.k} of ${otherMethod.n} at t = ${threshold}`))}.`
          : ''
      }`,
    },
    { label: 'How sure', text: agreementSentence(metrics) },
  ];
}

/** How many simulated shares agree with the exact ones. */
function agreementSentence({ offenders, innocents }: ThresholdMetrics): string {
  const words = (all: readonly Agreement[]): string => {
    const sum = (of: (each: Agreement) => number): number => all.reduce((total, each) => total + of(each), 0);
    return `${integer(sum(({ within }) => within))} of ${integer(sum(({ of }) => of))} shares (${sum(({ all: whole }) => Number(whole))} of ${all.length} curves as a whole, 95 % for all thresholds together)`;
  };
  const shares = offenders.flatMap(({ agreement }) => [agreement.accounts, agreement.pictures, agreement.opened]);
  return `The 95 % interval of the simulated accounts contains the exact value for ${words(shares)} of offenders and ${words(innocents.curves.map(({ agreement }) => agreement))} of innocents. That checks the arithmetic; the distributions are assumptions.`;
}

/** The tables of the run: the headline first. */
export const thresholdTables = (metrics: ThresholdMetrics, timings?: Timings): ReportTable[] => [
  picturesTable(metrics),
  innocentTable(metrics),
  accountsTable(metrics),
  openedTable(metrics),
  countedTable(metrics),
  knowledgeTable(metrics),
  bearableTable(metrics),
  protocolTable(metrics, timings),
];

const line = (name: string, i: number) => ({ name, color: seriesColor(i), dash: seriesDash(i) });

/** The sections of the page between answer and data. */
export function thresholdSections(metrics: ThresholdMetrics, timings?: Timings): Section[] {
  const { offenders, innocents, knowledge, mostMatches } = metrics;
  const held = byHeld(offenders).map(({ held: each }) => each.name);
  const ofHeld = (name: string): OffenderCurve[] => offenders.filter((each) => each.held.name === name);
  const offenderPanels = held.flatMap((name) =>
    (['pictures', 'opened', 'accounts'] as const).map(
      (what): Panel => [`${name}: ${offenderMeasures[what]}`, offenderPlot(ofHeld(name), what, mostMatches)],
    ),
  );
  const detections = firstOf(offenders, ({ detection }) => detection.name);
  const rates = firstOf(innocents.curves, ({ falseMatch }) => falseMatch.name);
  const ofRate = (name: string): InnocentCurve[] =>
    innocents.curves.filter(({ falseMatch }) => falseMatch.name === name);
  return [
    [
      'recall',
      'What a threshold leaves',
      html`${legend(detections.map(({ detection }, i) => line(`${detection.name}, ${percent(detection.rate)}`, i)))}${figure(
        offenderPanels,
        html`Lines: exact. Dots: simulated accounts, with 95 % intervals by account, mostly narrower than the dot. A band: both ends of the interval of a measured rate. Where lines fall together the last one covers the others.`,
      )}${tableHtml(picturesTable(metrics))}${tableHtml(accountsTable(metrics))}${tableHtml(openedTable(metrics))}`,
    ],
    [
      'innocents',
      'Innocent accounts',
      html`${legend(seriesLines(ofRate(rates[0]?.falseMatch.name ?? '').map(variationName)))}${figure(
        rates.map(
          ({ falseMatch: { name } }): Panel => [
            `${name} false matches per picture`,
            innocentPlot(ofRate(name), innocents.outOf.value, mostMatches),
          ],
        ),
        html`Lines: exact, down to ${accountsText(1e-3)} accounts. Dots: simulated accounts, where one was flagged. What decides is not the mean rate but whether false matches of one account come together.`,
      )}${tableHtml(innocentTable(metrics))}${tableHtml(bearableTable(metrics))}`,
    ],
    [
      'knowledge',
      'What the provider knows below the threshold',
      html`${figure(
        [
          ['Without synthetic vouchers: offenders counted, not opened', countedPlot(metrics)],
          ['Advantage in distinguishing t − 1 matches from none', advantagePlot(knowledge, mostMatches)],
        ],
        html`Left: ${held.map((name, i) => html`${i > 0 && ', '}${name} (${['solid', 'dashed', 'dotted'][i] ?? 'further'})`)}, ${detections[0]?.detection.name ?? ''}; the
provider knows each and its number of matches. Right, grey: without synthetic vouchers. Colours as in the next line; dots: the best guess made on simulated accounts.`,
      )}${legend([
        { name: 'none synthetic', color: color.muted, dash: 'none' },
        ...knowledge.map(({ pictures, syntheticShare }, i) =>
          line(`${integer(pictures)} pictures, ${percent(syntheticShare)} synthetic`, i),
        ),
      ])}${tableHtml(knowledgeTable(metrics))}${tableHtml(countedTable(metrics))}`,
    ],
    ['protocol', 'The real protocol', html`${tableHtml(protocolTable(metrics, timings))}${overBudgetNote(metrics)}`],
  ];
}

function overBudgetNote({ protocol }: ThresholdMetrics): Html | '' {
  const over = protocol.filter(({ overBudget }) => overBudget.n > 0);
  return over.length === 0
    ? ''
    : html`<p class="note">Accounts that sent more synthetic vouchers than the budget are counted separately; these agree with the rule: ${listed(over.map(({ threshold, overBudget }) => `${rateProse(overBudget)} at t = ${threshold}`))}.</p>`;
}

/** The inputs behind the numbers, each with its source. */
export function thresholdData({ offenders, innocents }: ThresholdMetrics): Html {
  const rows = [
    ...byHeld(offenders).map(({ held, meanHeld }) => [
      `pictures of an offender: ${held.name}`,
      held.shape === 'geometric'
        ? `geometric, mean ${meanHeld.toFixed(2)}`
        : `Zipf(${held.exponent}), at most ${integer(held.most)}, mean ${meanHeld.toFixed(2)}`,
      held.source,
    ]),
    ...firstOf(offenders, ({ detection }) => detection.name).map(({ detection }) => [
      `pictures found: ${detection.name}`,
      `${percent(detection.rate)}${detection.correlation > 0 ? `, correlation ${detection.correlation}` : ''}${detection.counts ? `, ${detection.counts.k} of ${integer(detection.counts.n)}` : ''}`,
      detection.source,
    ]),
    ...firstOf(innocents.curves, ({ falseMatch }) => falseMatch.name).map(({ falseMatch }) => [
      'false matches per picture',
      falseMatch.name,
      falseMatch.source,
    ]),
    ['pictures of an innocent account', integer(innocents.pictures.value), innocents.pictures.source],
    ['innocent accounts', integer(innocents.outOf.value), innocents.outOf.source],
    ['bursts', `${innocents.bursts.count} of ${innocents.bursts.size}`, innocents.bursts.source],
  ];
  return html`<p>No pictures: accounts are drawn from these inputs.</p>${plainTable('Inputs', ['what', 'value', 'source'], rows)}`;
}

// Every number of a threshold run as CSV, long form.

/** File name → CSV text. */
export const thresholdCsv = ({
  offenders,
  innocents,
  knowledge,
  protocol,
}: ThresholdMetrics): Record<string, string> => ({
  'offenders.csv': csvTable(
    ['held', 'detection', 'threshold', 'measure', 'exact', 'exactLow', 'exactHigh', ...numberColumns],
    offenders.flatMap(({ held, detection, curve }) =>
      curve.flatMap(({ threshold, ...measures }) =>
        Object.entries(measures).map(([measure, each]): Field[] => {
          const ends = 'bounds' in each ? each.bounds : null;
          return [
            held.name,
            detection.name,
            threshold,
            measure,
            each.exact,
            ends?.low,
            ends?.high,
            ...rateFields(each.simulated),
          ];
        }),
      ),
    ),
  ),
  'innocents.csv': csvOf(
    innocents.curves.flatMap(({ falseMatch: { name: falseMatch, rate }, spread, bursts, curve }) =>
      curve.map((point) => ({ falseMatch, rate, spread, bursts, ...point })),
    ),
    [
      'falseMatch',
      'rate',
      'spread',
      'bursts',
      'threshold',
      'exact',
      ['exactLow', ({ bounds }) => bounds?.low],
      ['exactHigh', ({ bounds }) => bounds?.high],
    ],
    ({ simulated }) => rateFields(simulated),
  ),
  'bearable.csv': csvOf(innocents.bearable, ['threshold', 'rate']),
  'advantage.csv': csvTable(
    ['pictures', 'syntheticShare', 'threshold', 'matches', 'exact', ...numberColumns],
    knowledge.flatMap(({ pictures, syntheticShare, curve, measured }) =>
      curve.map(({ threshold, advantage }): Field[] => {
        const dot = measured.find(({ matches }) => matches === threshold - 1);
        return [
          pictures,
          syntheticShare,
          threshold,
          threshold - 1,
          advantage,
          ...(dot ? intervalFields(dot.simulated) : []),
        ];
      }),
    ),
  ),
  'protocol.csv': csvTable(
    ['threshold', 'synthetic', 'measure', ...numberColumns],
    protocol.flatMap(({ threshold, synthetic, detected, agreement, overBudget, otherMethod, counted, payloads }) =>
      Object.entries({ agreement, overBudget, ...detected, otherMethod, counted, payloads }).map(
        ([measure, rate]): Field[] => [threshold, synthetic, measure, ...rateFields(rate)],
      ),
    ),
  ),
});

// The parts of a report on account thresholds.

export const thresholdParts = (metrics: ThresholdMetrics, timings?: Timings): Parts => ({
  findings: thresholdAnswer(metrics),
  tables: thresholdTables(metrics, timings),
  sections: thresholdSections(metrics, timings),
  data: thresholdData(metrics),
  csv: thresholdCsv(metrics),
});
