/** The reports of a run on prevention. */
import { csvOf, rateFields } from '../../report/csv.ts';
import { absent, type Cell, integer, listed, percent, rateCell, rateProse } from '../../report/format.ts';
import { signalsStopped } from '../../report/metadata-signals.ts';
import { html } from '../../report/page/html.ts';
import type { Finding } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { plain, type ReportTable, tableHtml } from '../../report/table.ts';
import type { ClusteredRate, Rate } from '../../schema/rate.ts';
import type { PreventedMetrics, PreventionMetrics } from './metrics.ts';
import type { Action } from './rows.ts';

const nameOf = ({ id, strategy, action }: Pick<PreventedMetrics, 'id' | 'strategy' | 'action'>): string =>
  `${id} ${strategy}, ${action}`;

/** Strategies that can hold something back. */
const capable = ({ prevented, impossible }: PreventionMetrics): PreventedMetrics[] => {
  const blind = new Set(impossible.filter(({ action }) => action !== 'quarantine').map(({ strategy }) => strategy));
  return prevented.filter(({ strategy }) => !blind.has(strategy));
};

/** Those, with a form of prevention. */
const prevents = (metrics: PreventionMetrics): PreventedMetrics[] =>
  capable(metrics).filter(({ action }) => action !== 'none');

function delayCell({ delayHours }: PreventedMetrics): Cell {
  if (!delayHours) return absent('nothing came late');
  const { messages, median, longest } = delayHours;
  const two = (hours: number): string => `${Number(hours.toPrecision(2))} h`;
  return plain(`${two(median)}, longest ${two(longest)} (n = ${integer(messages)})`);
}

/** What is stopped, beside what is reported. */
export function stoppedTable(metrics: PreventionMetrics): ReportTable {
  const { inputs, betweenReviews } = metrics;
  return {
    title: 'What is stopped before delivery',
    explains: `Messages that the recipient’s device never showed, of those of the evaluation, as the views have it; late: delivered only after a review. Reports: those that reached the curator. Of warned senders, ${percent(1 - inputs.abort.value)} go on (an input). Reviewers come every ${inputs.everyHours.value} hours, ${betweenReviews} messages (an input), confirm ${percent(inputs.sensitivity.value)} of target pictures and ${percent(1 - inputs.specificity.value)} of innocent ones (inputs).`,
    head: [
      'strategy and form',
      'listed, stopped',
      'after an edit, stopped',
      'new, stopped',
      'innocent, stopped',
      'innocent, late',
      'listed, reported',
      'innocent, reported',
      'delay, median',
    ],
    lines: prevents(metrics).map((each) => ({
      name: nameOf(each),
      cells: [
        rateCell(each.stopped.listed, true),
        rateCell(each.stopped.edited, true),
        rateCell(each.stopped.fresh, true),
        rateCell(each.stopped.innocent, true),
        rateCell(each.late.innocent, true),
        rateCell(each.reported.listed, true),
        rateCell(each.reported.innocent, true),
        delayCell(each),
      ],
    })),
    foot: signalsStopped(),
  };
}

/** What a sender learns of the list from what is stopped. */
export function oracleTable(metrics: PreventionMetrics): ReportTable {
  return {
    title: 'What a stop tells its sender',
    explains:
      'One account sends pictures to another account of its owner: those that do not come through at once are taken to be listed. Each probe is one query. Notices: a packet of the service says so; without one, the second account shows it. Reports: what the queries cost the account.',
    head: [
      'strategy and form',
      'the device knows without',
      'listed probes that show it',
      'other probes that seem to',
      'probes with a notice',
      'probes reported',
    ],
    lines: prevents(metrics).map((each) => ({
      name: nameOf(each),
      cells: [
        plain(each.deviceKnows ? 'yes' : 'no'),
        rateCell(each.oracle.listed, true),
        rateCell(each.oracle.others, true),
        rateCell(each.oracle.notices, true),
        rateCell(each.oracle.reports, true),
      ],
    })),
  };
}

/** Why some strategies cannot prevent, with what a run that tried it stopped. */
export function impossibleTable(metrics: PreventionMetrics): ReportTable {
  const { impossible, prevented } = metrics;
  const tried = (strategy: string, action: Action): Rate | ClusteredRate | undefined =>
    prevented.find((each) => each.strategy === strategy && each.action === action)?.stopped.listed;
  return {
    title: 'What cannot be prevented, and why',
    explains:
      'Stopped: of the listed pictures, in a run that tried; a form that needs a reviewer was not tried where none can look.',
    head: ['strategy and form', 'why not', 'listed, stopped'],
    lines: impossible.map(({ reason, ...each }) => {
      const rate = tried(each.strategy, each.action);
      return { name: nameOf(each), cells: [plain(reason), rate ? rateCell(rate, true) : absent('not tried')] };
    }),
    foot: signalsStopped(),
  };
}

/** The answer, in a sentence for each subject. */
export function preventionAnswer(metrics: PreventionMetrics): Finding[] {
  const all = capable(metrics);
  const blocks = all.filter(({ action }) => action === 'block');
  const opened = blocks.filter(({ deviceKnows, oracle }) => !deviceKnows && oracle.listed.k > 0);
  const best = blocks.toSorted((a, b) => b.stopped.listed.k - a.stopped.listed.k)[0];
  const worst = prevents(metrics).toSorted((a, b) => b.stopped.innocent.k - a.stopped.innocent.k)[0];
  const findings: Finding[] = [];
  if (best)
    findings.push({
      label: 'Stopped',
      text: `${blocks.length} strategies can block what they find before it is delivered. Most is stopped under ${best.id} ${best.strategy}: of the listed pictures ${rateProse(best.stopped.listed)}.`,
    });
  if (worst)
    findings.push({
      label: 'Innocent',
      text: `Innocent messages that were never delivered: most under ${nameOf(worst)}, ${rateProse(worst.stopped.innocent)}.`,
    });
  if (opened.length > 0)
    findings.push({
      label: 'The stop tells',
      text: `Under ${listed(opened.map(({ id, strategy }) => `${id} ${strategy}`))} no device learns what matches, until a stop tells a sender with two accounts. Under the other strategies that can block, the device knows without.`,
    });
  const { impossible } = metrics;
  const blind = new Set(
    impossible.filter(({ action }) => action !== 'quarantine').map(({ id, strategy }) => `${id} ${strategy}`),
  );
  if (blind.size > 0)
    findings.push({ label: 'Cannot', text: `Nobody knows before delivery under ${listed([...blind])}.` });
  return findings;
}

const rates = ({ stopped, late, reported, oracle }: PreventedMetrics): [what: string, rate: Rate | ClusteredRate][] =>
  Object.entries({ stopped, late, reported, oracle }).flatMap(([group, of]) =>
    Object.entries(of).map(([what, rate]): [string, Rate | ClusteredRate] => [`${group} ${what}`, rate]),
  );

export const preventionParts = (metrics: PreventionMetrics): Parts => ({
  findings: preventionAnswer(metrics),
  tables: [stoppedTable(metrics), oracleTable(metrics), impossibleTable(metrics)],
  sections: [
    ['stopped', 'What is stopped before delivery', tableHtml(stoppedTable(metrics))],
    ['oracle', 'What a stop tells its sender', tableHtml(oracleTable(metrics))],
    ['impossible', 'What cannot be prevented, and why', tableHtml(impossibleTable(metrics))],
  ],
  data: html`<p>${integer(metrics.messages)} messages of ${metrics.accounts} accounts, the pictures of ${metrics.dataset.name}. Warned senders: ${metrics.inputs.abort.source}. Reviews: ${metrics.inputs.everyHours.source}; reviewers: ${metrics.inputs.sensitivity.source}, ${metrics.inputs.specificity.source}. Messages an hour: ${metrics.inputs.messagesPerHour.source}.</p>`,
  csv: {
    'prevention.csv': csvOf(
      metrics.prevented.flatMap((each) => rates(each).map(([what, rate]) => ({ ...each, what, rate }))),
      ['strategy', 'action', 'what', 'warned', 'notices', 'turnedAway'],
      ({ rate }) => rateFields(rate),
    ),
  },
});
