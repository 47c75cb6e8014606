/** The sections of a leakage report. */

import { counted, integer, listed, percent, rateProse } from '../../report/format.ts';
import { figure, type Panel } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { legend } from '../../report/page/legend.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { type ReportTable, tableHtml, untitledHtml } from '../../report/table.ts';
import type { MetadataFindings } from '../../schema/metadata-findings.ts';
import type { LeakAttack, LeakageMetrics } from './metrics.ts';
import {
  chainAttackPlot,
  chainBitsPlot,
  chainLegend,
  exactLegend,
  exactPlot,
  paretoPlot,
  paretoPoints,
} from './plots.ts';
import { panelPlot } from './plots-panel.ts';
import { adversaries, adversaryNames, attackAt, knownAt, leakageCsv } from './report-csv.ts';
import type { Adversary, Secret } from './rows.ts';
import {
  bitsTable,
  chainTable,
  endpointsTable,
  fusionTable,
  informationTable,
  knownTable,
  matchTable,
  membershipTable,
  powerOf,
  providerTable,
  trafficTable,
} from './tables.ts';
import { controlsTable, pooledControlTable } from './tables-controls.ts';

/** The tables of the run: the headline first. */
export const leakageTables = (metrics: LeakageMetrics, findings: MetadataFindings): ReportTable[] => [
  providerTable(metrics, findings),
  trafficTable(metrics),
  bitsTable(metrics),
  membershipTable(metrics),
  ...chainTable(metrics),
  fusionTable(metrics),
  knownTable(metrics),
  matchTable(metrics),
  informationTable(metrics),
  controlsTable(metrics),
  pooledControlTable(metrics),
  endpointsTable(metrics),
];

/** The sections of the page between answer and data. */
export function leakageSections(metrics: LeakageMetrics, findings: MetadataFindings): Section[] {
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
      )}${tableHtml(providerTable(metrics, findings))}${tableHtml(bitsTable(metrics))}${tableHtml(endpointsTable(metrics))}`,
    ],
    [
      'pareto',
      'Privacy against utility',
      figure(
        [
          ['Gallery with the same files', paretoPlot(metrics, 'identity')],
          ['Gallery of recompressed copies', paretoPlot(metrics, 'copy')],
        ],
        html`Up: more of the listed pictures found. Left: the provider learns less about which picture was sent, for messages that were not disclosed. Filled: no other strategy finds more while the provider learns less (by the estimates, an attack
not shown to beat chance counting as chance; left: ${listed(best)}). Whiskers: 95 % intervals. Estimates below 0.5× are drawn there.`,
      ),
    ],
    ['traffic', 'Matches seen in traffic', html`${tableHtml(trafficTable(metrics))}${tableHtml(matchTable(metrics))}`],
    ['list', 'What a device learns about the list', tableHtml(membershipTable(metrics))],
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
              html`A function of some data reveals no more than the data: no line may fall from left to right, and no attack on the left may succeed more often than the interval on its right allows.`,
            )}${legend(chainLegend)}`
          : html`<p>One of the four strategies of the chain was not run.</p>`
      }${chainTable(metrics).map(tableHtml)}`,
    ],
    ['fusion', 'All logs combined', tableHtml(fusionTable(metrics))],
    [
      'known',
      'Channels known by construction',
      html`${figure(
        [['Attacks on which picture, and the best possible guess', exactPlot(metrics)]],
        html`A dot for each strategy, adversary and scope whose channel is known. No attack may lie above the dashed line by more than its 95 % interval: what the channel gives away is its ceiling. Below it: what the attacker left on the table.`,
      )}${legend(exactLegend)}${tableHtml(knownTable(metrics))}${tableHtml(informationTable(metrics))}`,
    ],
    ['controls', 'Controls', html`${untitledHtml(controlsTable(metrics))}${tableHtml(pooledControlTable(metrics))}`],
  ];
}

/** What the pictures were. */
export const leakageData = ({ dataset, strategies }: LeakageMetrics): Html => {
  const stopped = strategies.filter(({ aborted }) => aborted.k > 0);
  return html`<p>${integer(dataset.pictures)} pictures in ${integer(dataset.groups)} groups and ${dataset.topics} topics of '${dataset.name}' (sha256 <code>${dataset.sha256}</code>), ${integer(dataset.listEntries)} on the list.
${integer(dataset.messages)} messages of ${dataset.accounts} accounts under each of ${strategies.length} strategies, and two of every picture from accounts of the adversary.
${stopped.length > 0 && html`Not sent after a warning: ${listed(stopped.map(({ name, aborted }) => `${name} ${percent(aborted.estimate ?? 0)}`))}.`}</p>`;
};

// What a leakage run answers, computed from its numbers.

/** The findings; a control that failed comes first. */
export const leakageAnswer = (metrics: LeakageMetrics): Finding[] => [
  ...faults(metrics),
  whichPicture(metrics),
  whatItShows(metrics),
  whetherItMatched(metrics),
  theList(metrics),
  allLogs(metrics),
  ...dataProcessing(metrics),
  howSure(metrics),
];

/** What makes the rest not worth reading, if there is any. */
function faults({ controls: { failing }, known }: LeakageMetrics): Finding[] {
  const wrong = known.filter(({ observed, within, ceiling }) => observed?.same === false || !within || !ceiling);
  const places = wrong.map(({ strategy, adversary, scope }) => `${strategy} (${adversary}, ${scope})`);
  return [
    ...(failing.length > 0
      ? [
          {
            label: 'A control failed',
            text: `${counted(failing.length, 'control')} did not give the required result: ${listed(failing.slice(0, 5))}. Do not trust attacks of that type.`,
          },
        ]
      : []),
    ...(wrong.length > 0
      ? [
          {
            label: 'A channel is not as constructed',
            text: `${listed(places)}: the views of the run do not agree with the channel by construction, or an attack does better than it allows.`,
          },
        ]
      : []),
  ];
}

interface Told {
  readonly name: string;
  readonly attack: LeakAttack;
}

/** Strategies under which an adversary's attack is above chance, the most successful first. */
const told = (metrics: LeakageMetrics, secret: Secret, adversary: Adversary = 'provider'): Told[] =>
  metrics.strategies
    .flatMap(({ name }) => {
      const attack = attackAt(metrics, name, adversary, secret);
      return attack?.aboveChance ? [{ name, attack }] : [];
    })
    .sort((a, b) => (b.attack.success.estimate ?? 0) - (a.attack.success.estimate ?? 0));

const named = (all: readonly Told[]): string =>
  all.length === 0 ? 'none' : listed(all.map(({ name, attack }) => `${name} ${percent(attack.success.estimate ?? 0)}`));

/** How many times more views than under the most silent strategy make a strategy tell more than lengths. */
const beyondLengths = 4;

function whichPicture(metrics: LeakageMetrics): Finding {
  const capacity = (name: string): number => knownAt(metrics, name, 'provider')?.capacity ?? 1;
  const least = Math.min(...metrics.strategies.map(({ name }) => capacity(name)));
  const tells = ({ name }: Told): boolean => capacity(name) > beyondLengths * least;
  const [all, copies] = [told(metrics, 'identity'), told(metrics, 'copy')];
  const others = all.filter((each) => !tells(each)).map(({ attack }) => attack.success.estimate ?? 0);
  const rest =
    others.length === 0
      ? ''
      : others.length === 1
        ? ` Under one other padded lengths alone identify ${percent(others[0]!)}.`
        : ` Under ${others.length} others padded lengths alone identify ${percent(Math.min(...others))} to ${percent(Math.max(...others))}.`;
  return {
    label: 'Which picture',
    text: `For messages that were not disclosed, the provider identifies the picture, out of ${integer(metrics.dataset.pictures)}, under ${named(all.filter(tells))}; from recompressed copies alone under ${named(copies.filter(tells))}.${rest} By construction every strategy gives it at least ${Math.log2(least).toFixed(1)} bits.`,
  };
}

const whatItShows = (metrics: LeakageMetrics): Finding => ({
  label: 'What it shows',
  text: `The provider identifies the topic above chance under ${named(told(metrics, 'topic'))}. ${powerOf(metrics)}`,
});

/** What the controls with shuffled labels show together. */
function pooledWords(pooled: LeakageMetrics['controls']['negative']['pooled']): string {
  if (pooled.length === 0) return '';
  const failing = pooled.filter(({ holds }) => !holds).map(({ secret }) => secret);
  return failing.length === 0
    ? `all of them together exceed chance for none of ${counted(pooled.length, 'secret')}; `
    : `all of them together exceed chance for ${listed(failing)}; `;
}

function whetherItMatched(metrics: LeakageMetrics): Finding {
  const watched = told(metrics, 'traffic', 'network');
  const warns = (name: string): boolean =>
    metrics.strategies.some((each) => each.name === name && /warn/.test(each.name));
  const [silent, loud] = [watched.filter(({ name }) => warns(name)), watched.filter(({ name }) => !warns(name))];
  const range = (all: readonly Told[]): string => {
    // Above chance, so each was tried.
    const advantages = all.map(({ attack }) => attack.match!.advantage!.estimate);
    return `advantage ${Math.min(...advantages).toFixed(2)} to ${Math.max(...advantages).toFixed(2)}`;
  };
  const among = metrics.strategies.filter(({ name }) => warns(name)).length;
  const quiet = `Of ${among} that only warn, ${silent.length === 0 ? 'none is detected' : `${silent.length} are seen through (${range(silent)}): by the messages that warned senders do not send`}.`;
  return {
    label: 'Whether it matched',
    text: `From directions and sizes alone, a network observer detects matches under ${loud.length === 0 ? 'none of those that report' : `${listed(loud.map(({ name }) => name))} (${range(loud)})`}. ${among > 0 ? quiet : ''}`,
  };
}

function theList({ membership }: LeakageMetrics): Finding {
  const tells = (means: 'set-up' | 'query'): string[] =>
    membership
      .filter(
        (each) =>
          each.means === means && each.advantage !== null && each.advantage.low > 0 && each.members.k > each.others.k,
      )
      .map(({ strategy }) => strategy)
      .filter((name) => !name.includes('warn'));
  const lying = tells('set-up');
  const asking = tells('query').filter((name) => !lying.includes(name));
  return {
    label: 'The list',
    text: `A device distinguishes listed from unlisted pictures with its own data under ${listed(lying)}; with one query per picture also under ${listed(asking)}.`,
  };
}

function allLogs({ fusion }: LeakageMetrics): Finding {
  const gains = fusion.filter(({ better }) => better).map(({ strategy, secret }) => `${strategy} (${secret})`);
  return {
    label: 'All logs together',
    text:
      gains.length === 0
        ? `Provider, relay, curator and court combined are not shown to guess anything better than the best of them alone, under any strategy, for any secret (${integer(fusion.length)} comparisons, Bonferroni).`
        : `Combined logs beat the best single role in ${gains.length} of ${integer(fusion.length)} comparisons: ${listed(gains.slice(0, 6))}.`,
  };
}

function dataProcessing({ chain }: LeakageMetrics): Finding[] {
  if (!chain) return [];
  const line = (values: readonly number[]): string => values.map((each) => each.toFixed(2)).join(' ≤ ');
  const bits = line(chain.links.map(({ identityBits }) => identityBits));
  const topic = line(chain.links.map(({ topicBits }) => topicBits));
  return [
    {
      label: 'Data processing',
      text: chain.holds
        ? `A voucher's outcome reveals no more than the entry that matched, the entry no more than the hash, and the hash no more than the picture: ${bits} bits on which picture, ${topic} on the topic; no attack contradicts it.`
        : `The chain is broken: ${chain.violations.join('; ')}.`,
    },
  ];
}

function howSure({ controls, known, tests }: LeakageMetrics): Finding {
  const { negative, positive } = controls;
  const compared = known.filter(({ observed }) => observed);
  return {
    label: 'How sure',
    text: `${rateProse(negative.held)} of the controls with shuffled labels are not above chance, for all ${integer(tests)} attacks together; ${pooledWords(negative.pooled)}${integer(positive.held.k)} of ${integer(positive.held.n)} with the label in the view always succeed. ${compared.filter(({ observed }) => observed?.same).length} of ${compared.length} known channels distinguish the same pictures as the views of the run do; no attack is shown to do better than the channel allows in ${known.filter(({ ceiling }) => ceiling).length} of ${known.length}.`,
  };
}

// The parts of a report on leakage.

export const leakageParts = (metrics: LeakageMetrics, findings: MetadataFindings): Parts => ({
  findings: leakageAnswer(metrics),
  tables: leakageTables(metrics, findings),
  sections: leakageSections(metrics, findings),
  data: leakageData(metrics),
  csv: leakageCsv(metrics),
});
