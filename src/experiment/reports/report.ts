/** The reports of a run on reports. */
import { csvOf, rateFields } from '../../report/csv.ts';
import { absent, type Cell, integer, intervalCell, listed, percent, rateCell, rateProse } from '../../report/format.ts';
import { signalsReported } from '../../report/metadata-signals.ts';
import { html } from '../../report/page/html.ts';
import type { Finding } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { plain, type ReportTable, tableHtml } from '../../report/table.ts';
import type { MetadataFindings } from '../../schema/metadata-findings.ts';
import type { Rate } from '../../schema/rate.ts';
import type { FieldName, QueueMetrics, ReportsMetrics, StrategyReports } from './metrics.ts';

/** What a reader calls each field, and where it stands in the public form of a CyberTipline report. */
const fieldNames: Readonly<Record<FieldName, string>> = {
  picture: 'the picture',
  hashOnly: 'a hash alone',
  entry: 'list entry',
  score: 'classifier score',
  account: 'sender',
  recipient: 'recipient',
  time: 'time',
  address: 'IP address',
  records: 'records of the conversation',
  conversation: 'pictures of the conversation',
  viewed: 'viewed by a human',
  classified: 'class A1 to B2',
};

const nameOf = ({ id, strategy }: Pick<StrategyReports, 'id' | 'strategy'>): string => `${id} ${strategy}`;

const withReports = ({ strategies }: ReportsMetrics): StrategyReports[] =>
  strategies.filter(({ reports }) => reports > 0);

/** Short where all or none of the reports have a field: 'all 31' or '0 of 31'. */
function fieldCell(rate: Rate): Cell {
  const whole = rateCell(rate, true);
  if (rate.n === 0 || (rate.k > 0 && rate.k < rate.n)) return whole;
  const text = rate.k === 0 ? `0 of ${rate.n}` : `all ${rate.n}`;
  return { ...whole, main: text, small: whole.small.slice(-1), plain: text };
}

/** Designs by the fields of a report. */
export function fieldsTable(metrics: ReportsMetrics, findings: MetadataFindings): ReportTable {
  const some = withReports(metrics);
  const fields = some[0]?.fields.map(({ field }) => field) ?? [];
  return {
    title: 'What a report of each design can contain',
    explains:
      'Of the reports that reached the curator, those whose maker holds the field, as its view has it. The provider reads what its relay carries, too. Records: of at least one other message of the two accounts. Pictures: of all those other messages.',
    head: ['strategy', ...fields.map((field) => fieldNames[field])],
    lines: some.map((each) => ({ name: nameOf(each), cells: each.fields.map(({ rate }) => fieldCell(rate)) })),
    foot: signalsReported(findings),
  };
}

/** Reports, and reports that are of use. */
export function usableTable(metrics: ReportsMetrics, findings: MetadataFindings): ReportTable {
  return {
    title: 'Reports, and reports that are of use',
    explains: `Usable, for a thousand listed messages: the measured share with a report, times a published share of reports that were of use to a police force: ${metrics.usable.map(({ name, what, share }) => `${name}: ${what}, ${percent(share.estimate ?? 0)} of ${integer(share.n)}`).join('; ')}. The published shares count different things; none is an error rate.`,
    head: [
      'strategy',
      'listed, reported',
      'new, reported',
      'opened without a warrant',
      ...metrics.usable.map(({ name }) => `usable, ${name}`),
    ],
    lines: metrics.strategies.map((each) => ({
      name: nameOf(each),
      cells: [
        rateCell(each.reported.listed, true),
        rateCell(each.reported.fresh, true),
        each.reports === 0 ? absent('no report') : fieldCell(each.opens),
        ...each.usable.map(({ perThousand }) => intervalCell(perThousand, 'of 1,000')),
      ],
    })),
    foot: signalsReported(findings),
  };
}

const queueColumns = [
  'hours',
  'waiting',
  'reported',
  'wronglyConfirmed',
  'wronglyDropped',
] as const satisfies readonly Exclude<keyof QueueMetrics, 'reviewed'>[];

/** What reviewers who err make of a million pictures. */
export function queueTable(metrics: ReportsMetrics): ReportTable {
  const { prevalence, listedShare, hoursPerMillion, secondsPerReview, sensitivity, specificity } = metrics.queueInputs;
  const range = ([low, high]: readonly [number, number]): string => `${percent(low)} to ${percent(high)}`;
  return {
    title: 'What reviewers make of a million pictures',
    explains: `Inputs: ${prevalence * 1e6} of a million pictures are target content, ${percent(listedShare)} of them listed; a review takes ${secondsPerReview} seconds, and there are ${hoursPerMillion} hours; reviewers confirm ${range(sensitivity)} of target pictures and clear ${range(specificity)} of innocent ones. Medians and 95 % intervals; how many innocent pictures are flagged is known as well as the run has innocent pictures.`,
    head: ['strategy', 'hours of review', 'never reviewed', 'reported', 'wrongly confirmed', 'wrongly dropped'],
    lines: metrics.strategies.flatMap((each) => {
      const { queue } = each;
      if (!queue) return [];
      return [
        {
          name: nameOf(each),
          cells: queueColumns.map((column) =>
            !queue.reviewed && (column === 'hours' || column === 'wronglyDropped' || column === 'waiting')
              ? plain('nobody can look')
              : intervalCell(queue[column], ''),
          ),
        },
      ];
    }),
  };
}

/** The answer, in a sentence for each subject. */
export function reportsAnswer(metrics: ReportsMetrics): Finding[] {
  const some = withReports(metrics);
  const names = (of: readonly StrategyReports[]): string => listed(of.map(nameOf)) || 'no strategy';
  const rateOf = ({ fields }: StrategyReports, name: FieldName): Rate =>
    fields.find(({ field }) => field === name)!.rate;
  const blind = some.filter((each) => rateOf(each, 'picture').k === 0);
  const reads = some.filter((each) => rateOf(each, 'conversation').estimate === 1);
  const silent = metrics.strategies.filter(({ reports }) => reports === 0);
  const findings: Finding[] = [
    {
      label: 'Fields',
      text: `Sender, recipient and time are in every report of ${some.filter((each) => (['account', 'recipient', 'time'] as const).every((name) => rateOf(each, name).k === rateOf(each, name).n)).length} of ${some.length} strategies that report. No picture that anybody could look at is behind the reports of ${names(blind)}; every picture of what else is known of the conversation is behind those of ${names(reads)}.`,
    },
  ];
  const first = some[0];
  const share = metrics.usable[0];
  if (first && share)
    findings.push({
      label: 'Usable',
      text: `Of a thousand listed messages, ${nameOf(first)} reports ${Math.round(1000 * (first.reported.listed.estimate ?? 0))} (${rateProse(first.reported.listed)}); at the published share ${share.name}, ${Math.round(first.usable[0]!.perThousand.estimate)} of those reports would be of use.`,
    });
  if (silent.length > 0) findings.push({ label: 'No report', text: `${names(silent)} made no report in this run.` });
  return findings;
}

export const reportsParts = (metrics: ReportsMetrics, findings: MetadataFindings): Parts => ({
  findings: reportsAnswer(metrics),
  tables: [fieldsTable(metrics, findings), usableTable(metrics, findings), queueTable(metrics)],
  sections: [
    ['fields', 'What a report can contain', tableHtml(fieldsTable(metrics, findings))],
    ['usable', 'Reports, and reports that are of use', tableHtml(usableTable(metrics, findings))],
    ['queue', 'What reviewers make of a million pictures', tableHtml(queueTable(metrics))],
  ],
  data: html`<p>${integer(metrics.messages)} messages, the pictures of ${metrics.dataset.name}.</p><ul>${[
    ...metrics.usable.map(({ name, source }) => `${name}: ${source}`),
    ...Object.entries(metrics.queueInputs.sources).map(([name, source]) => `${name}: ${source}`),
  ].map((each) => html`<li>${each}</li>`)}</ul>`,
  csv: {
    'report-fields.csv': csvOf(
      metrics.strategies.flatMap((each) => [
        ...each.fields.map(({ field, rate }) => ({ ...each, what: field as string, rate })),
        { ...each, what: 'opens', rate: each.opens },
        ...Object.entries(each.reported).map(([what, rate]) => ({ ...each, what: `reported ${what}`, rate })),
        ...Object.entries(each.flagged).map(([what, rate]) => ({ ...each, what: `flagged ${what}`, rate })),
      ]),
      ['strategy', 'what'],
      ({ rate }) => rateFields(rate),
    ),
  },
});
