/** The sections of a leakage report. */
import type { LeakageMetrics } from '../../schema/leakage-metrics.ts';
import { legend } from '../benchmark/legend.ts';
import { type ReportTable, tableHtml, untitledHtml } from '../benchmark/table.ts';
import { integer, listed, percent } from '../format.ts';
import { figure, type Panel } from '../page/blocks.ts';
import { type Html, html } from '../page/html.ts';
import type { Section } from '../page/shell.ts';
import { panelPlot } from './panel.ts';
import { adversaries, adversaryNames } from './pick.ts';
import {
  chainAttackPlot,
  chainBitsPlot,
  chainLegend,
  exactLegend,
  exactPlot,
  paretoPlot,
  paretoPoints,
} from './plots.ts';
import {
  bitsTable,
  chainTable,
  controlsTable,
  endpointsTable,
  fusionTable,
  informationTable,
  knownTable,
  matchTable,
  membershipTable,
  providerTable,
  trafficTable,
} from './tables.ts';

/** The tables of the run: the headline first. */
export const leakageTables = (metrics: LeakageMetrics): ReportTable[] => [
  providerTable(metrics),
  trafficTable(metrics),
  bitsTable(metrics),
  membershipTable(metrics),
  ...chainTable(metrics),
  fusionTable(metrics),
  knownTable(metrics),
  matchTable(metrics),
  informationTable(metrics),
  controlsTable(metrics),
  endpointsTable(metrics),
];

/** The sections of the page between answer and data. */
export function leakageSections(metrics: LeakageMetrics): Section[] {
  const shown = adversaries.filter((each) => metrics.known.some(({ adversary }) => adversary === each));
  const best = paretoPoints(metrics, 'identity').flatMap(({ name, undominated }) => (undominated ? [name] : []));
  const tested = Math.max(0, ...metrics.attacks.map(({ success }) => success.n));
  return [
    [
      'panel',
      'Who learns what',
      html`${figure(
        shown.map((each): Panel => [adversaryNames[each], panelPlot(metrics, each)]),
        html`First column: bits on which picture was sent, = exactly, ≤ at most. The others, in percent: how often an attack named the picture (by a gallery that has the file, and
by one of recompressed copies), the topic, the sender without looking at endpoints, the list entry; its advantage in telling matches from others, from all that was seen and from traffic alone.
≥ and coloured: above chance for all ${integer(metrics.tests)} attacks of the run together, so a lower bound on what is given away; without, not shown to leak. Up to ${integer(tested)} messages a figure. Silent messages only: of curator
and court, who see nothing of those, all messages, and of a court that holds a key after it was used on everything. –: saw nothing. Recipients have the picture, by design.`,
      )}${tableHtml(providerTable(metrics))}${tableHtml(bitsTable(metrics))}${tableHtml(endpointsTable(metrics))}`,
    ],
    [
      'pareto',
      'Privacy against utility',
      figure(
        [
          ['Gallery with the very files', paretoPlot(metrics, 'identity')],
          ['Gallery of recompressed copies', paretoPlot(metrics, 'copy')],
        ],
        html`Up: more of the listed pictures found. Left: the provider learns less of which picture was sent, of messages that nobody handed over. Filled: no other strategy finds more while the provider learns less (by the estimates, an attack
not shown to beat chance counting as chance; left: ${listed(best)}). Whiskers: 95 % intervals. Estimates below 0.5× are drawn there.`,
      ),
    ],
    ['traffic', 'Matches seen in traffic', html`${tableHtml(trafficTable(metrics))}${tableHtml(matchTable(metrics))}`],
    ['list', 'What a device learns of the list', tableHtml(membershipTable(metrics))],
    [
      'chain',
      'Data processing',
      html`${
        metrics.chain
          ? html`${figure(
              [
                ['Exactly, for this gallery', chainBitsPlot(metrics.chain)],
                ['By attack, held out', chainAttackPlot(metrics.chain)],
              ],
              html`What is a function of something else gives away no more than that: no line may fall from left to right, and no attack on the left may succeed more than the interval on its right allows.`,
            )}${legend(chainLegend)}`
          : html`<p>One of the four strategies of the chain was not run.</p>`
      }${chainTable(metrics).map(tableHtml)}`,
    ],
    ['fusion', 'All logs in one hand', tableHtml(fusionTable(metrics))],
    [
      'known',
      'Channels known by construction',
      html`${figure(
        [['Attacks on which picture, and the best guess there is', exactPlot(metrics)]],
        html`A dot for each strategy, adversary and scope whose channel is known. No attack may lie above the dashed line by more than its 95 % interval: what the channel gives away is its ceiling. Below it: what the attacker left on the table.`,
      )}${legend(exactLegend)}${tableHtml(knownTable(metrics))}${tableHtml(informationTable(metrics))}`,
    ],
    ['controls', 'Controls', untitledHtml(controlsTable(metrics))],
  ];
}

/** What the pictures were. */
export const leakageData = ({ dataset, strategies }: LeakageMetrics): Html => {
  const stopped = strategies.filter(({ aborted }) => aborted.k > 0);
  return html`<p>${integer(dataset.pictures)} pictures in ${integer(dataset.groups)} groups and ${dataset.topics} topics of '${dataset.name}' (sha256 <code>${dataset.sha256}</code>), ${integer(dataset.listEntries)} on the list.
${integer(dataset.messages)} messages of ${dataset.accounts} accounts under each of ${strategies.length} strategies, and two of every picture from accounts of the adversary.
${stopped.length > 0 && html`Not sent after a warning: ${listed(stopped.map(({ name, aborted }) => `${name} ${percent(aborted.estimate ?? 0)}`))}.`}</p>`;
};
