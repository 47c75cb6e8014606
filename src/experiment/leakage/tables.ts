/** The tables of a leakage run. */

import { calledFrom, noAttack, powerSentence } from '../../report/attack.ts';
import { absent, areaCell, type Cell, integer, percent, rateCell, rateHover } from '../../report/format.ts';
import { signalsLearnt } from '../../report/metadata-signals.ts';
import { plain, type ReportTable } from '../../report/table.ts';
import type { MetadataFindings } from '../../schema/metadata-findings.ts';
import type { Interval, Rate } from '../../schema/rate.ts';
import type { KnownLeak, LeakAttack, LeakageMetrics } from './metrics.ts';
import { adversaries, adversaryNames, attackAt, endpointsAt, knownAt, secretNames } from './report-csv.ts';
import type { Adversary, Secret } from './rows.ts';

const nothing = absent('saw nothing');

/** Exact bits on which picture, marked as exact or as an upper bound. */
function bitsCell(known: KnownLeak | undefined): Cell {
  if (!known) return nothing;
  const { standing, minEntropyBits, pictures, view, capacity, predicted } = known;
  const main = `${standing === 'exact' ? '=' : '≤'} ${minEntropyBits.toFixed(2)}`;
  const small = [`V'/V ${capacity >= 100 ? integer(capacity) : capacity.toFixed(1)}`];
  const by = predicted ? `; predicted at most ${predicted.formula} = ${predicted.value.toFixed(1)}` : '';
  return { main, small, plain: `${main} bits`, hover: `${view}; ${pictures} pictures, all equally likely${by}` };
}

/** An attack: a rate, marked where it is above chance; of a match the advantage. */
function attackCell(attack: LeakAttack | undefined): Cell {
  if (!attack) return nothing;
  const { success, match, chance, aboveChance, attacker } = attack;
  const tone = aboveChance ? { tone: 'warn' as const } : {};
  if (match)
    return {
      ...advantageCell(match.advantage),
      ...tone,
      hover: `${rateHover(match.truePositives)} of matches, ${rateHover(match.falsePositives)} of others; by ${attacker}`,
    };
  // Nothing in the view could be compared: the commonest label was guessed, which is no attack.
  if (attacker === 'prior') return noAttack('nothing in the view could be compared');
  return {
    ...rateCell(success, true),
    ...tone,
    hover: `${rateHover(success)}; chance ${percent(chance)}; ${calledFrom(attack)}; by ${attacker}`,
  };
}

const advantageCell = (advantage: Interval | null): Cell => areaCell(advantage);

/** What the provider's attacks must reach to be called above chance. */
export const powerOf = ({ attacks }: LeakageMetrics): string =>
  powerSentence(
    (['identity', 'topic'] as const).map((secret) => [
      secretNames[secret],
      attacks.filter((each) => each.adversary === 'provider' && each.secret === secret && each.scope === 'silent'),
    ]),
  );

/** The headline: what scanning finds, and what the provider and the network learn. */
export function providerTable(metrics: LeakageMetrics, findings: MetadataFindings): ReportTable {
  const chance = (secret: Secret): string => {
    const at = metrics.strategies.map(({ name }) => attackAt(metrics, name, 'provider', secret)).find((each) => each);
    return at ? percent(at.chance) : '–';
  };
  return {
    title: 'What the provider learns about messages that were not disclosed',
    explains: `= exact, ≤ an upper bound: min-entropy bits about which picture of the gallery was sent, if all are equally likely. The others are attacks: lower bounds with 95 % intervals, marked where they are above chance for all ${integer(metrics.tests)} attacks of the run together. ${powerOf(metrics)} “No attack”: nothing in the view could be compared. Chance: ${chance('identity')} for which picture, ${chance('topic')} for the topic. Match: advantage (true-positive minus false-positive rate) from everything received, and by the network observer from directions and sizes alone. Member: a device that tests listed and unlisted pictures of the same topics.`,
    head: [
      'strategy',
      'listed found',
      'bits, exact',
      'which picture',
      'from a copy',
      'topic',
      'list entry',
      'match',
      'match, by the network',
      'member, by the device',
    ],
    lines: metrics.strategies.map(({ name, listed }) => {
      const at = (secret: Secret, adversary: Adversary = 'provider'): Cell =>
        attackCell(attackAt(metrics, name, adversary, secret));
      const best = metrics.membership
        .filter((each) => each.strategy === name)
        .reduce<Interval | undefined>(
          (most, { advantage }) => (!advantage || (most && most.estimate >= advantage.estimate) ? most : advantage),
          undefined,
        );
      return {
        name,
        cells: [
          rateCell(listed, true),
          bitsCell(knownAt(metrics, name, 'provider')),
          at('identity'),
          at('copy'),
          at('topic'),
          at('entry'),
          at('match'),
          at('traffic', 'network'),
          best ? advantageCell(best) : nothing,
        ],
      };
    }),
    foot: signalsLearnt(findings),
  };
}

/** Exact bits for everybody. */
export const bitsTable = (metrics: LeakageMetrics): ReportTable => ({
  title: 'Bits on which picture was sent, by construction',
  explains:
    'Min-entropy leakage of one message, if all pictures of the gallery are equally likely: = exact, ≤ bounded by what the provider receives. Messages that were not disclosed; for curator and court all messages, and for a court with a key, after it was used on everything. The recipient has the picture: all bits, by design.',
  head: ['strategy', ...adversaries.map((each) => adversaryNames[each])],
  lines: metrics.strategies.map(({ name }) => ({
    name,
    cells: adversaries.map((adversary) => bitsCell(knownAt(metrics, name, adversary))),
  })),
});

/** Telling matches from others by traffic alone. */
export function trafficTable(metrics: LeakageMetrics): ReportTable {
  const watchers = ['network', 'relay', 'provider'] as const;
  return {
    title: 'Detecting a match from traffic alone',
    explains:
      'Directions, packets and payload sizes, without their content: share of matches detected, share of other messages classified as matches, and the advantage. Warn-only strategies send no report; what remains is the message that a warned sender does not send.',
    head: ['strategy', ...watchers.flatMap((each) => [`${each}: matches`, 'others', 'advantage'])],
    lines: metrics.strategies.map(({ name }) => ({
      name,
      cells: watchers.flatMap((watcher): Cell[] => {
        const attack = attackAt(metrics, name, watcher, 'traffic');
        if (!attack?.match) return [nothing, nothing, nothing];
        const { truePositives, falsePositives } = attack.match;
        return [rateCell(truePositives, true), rateCell(falsePositives, true), attackCell(attack)];
      }),
    })),
  };
}

/** What a device finds out about the list. */
export const membershipTable = (metrics: LeakageMetrics): ReportTable => ({
  title: 'What a sender’s device finds out about the list',
  explains:
    'Members are listed pictures, the others unlisted ones of the same topics. Set-up: the data on the device, tested without limit. Query: the picture is sent once, and the device observes its own app; every query can be counted and limited. Controls: shuffled membership, and a list in the clear.',
  head: [
    'strategy, means',
    'members told',
    'others classified as members',
    'advantage',
    'dealt anew',
    'list in the clear',
  ],
  lines: metrics.membership.map(({ strategy, means, members, others, advantage, negative, positive }) => ({
    name: `${strategy}, ${means}`,
    cells: [rateCell(members, true), rateCell(others, true), ...[advantage, negative, positive].map(advantageCell)],
  })),
});

/** The data-processing chain. */
export const chainTable = ({ chain }: LeakageMetrics): ReportTable[] =>
  chain
    ? [
        {
          title: 'The data-processing chain',
          explains: `Each link is a function of the next, so it must reveal no more: ${chain.holds ? 'it holds for every exact value, and no attack contradicts it' : `it does NOT hold: ${chain.violations.join('; ')}`}. Bits are exact for this gallery; attacks are held out, with 95 % intervals. Not a function: pictures whose view the next link does not determine, because two links use different hashes.`,
          head: [
            'what is seen',
            'different views',
            'bits, which picture',
            'bits, topic',
            'identifies the picture',
            'from a copy',
            'identifies the topic',
            'not a function',
          ],
          lines: chain.links.map(({ name, distinct, pictures, identityBits, topicBits, attacks, broken }) => {
            const at = (secret: Secret): Cell => {
              const attack = attacks.find((each) => each.secret === secret);
              return attack ? rateCell(attack.success) : nothing;
            };
            return {
              name,
              cells: [
                plain(`${integer(distinct)} of ${integer(pictures)}`),
                plain(identityBits.toFixed(2)),
                plain(topicBits.toFixed(2)),
                at('identity'),
                at('copy'),
                at('topic'),
                plain(integer(broken)),
              ],
            };
          }),
        },
      ]
    : [];

/** All logs in one hand. */
export function fusionTable(metrics: LeakageMetrics): ReportTable {
  const secrets = ['identity', 'copy', 'topic', 'entry', 'match'] as const;
  return {
    title: 'All logs of the run combined',
    explains:
      'Provider, relay, curator and court after its orders, combined, over all messages: success, and by how much it exceeds the role over which it gains the least, with the 95 % interval by source picture. “Better” means better than every role, so that none is picked on the messages that are scored.',
    head: ['strategy', ...secrets.flatMap((secret) => [secretNames[secret], 'over the best role'])],
    lines: metrics.strategies.map(({ name }) => ({
      name,
      cells: secrets.flatMap((secret): Cell[] => {
        const found = metrics.fusion.find((each) => each.strategy === name && each.secret === secret);
        if (!found) return [nothing, nothing];
        return [
          rateCell(found.joined, true),
          { ...areaCell(found.gain), hover: `best: ${found.best}, ${rateHover(found.single)}` },
        ];
      }),
    })),
  };
}

/** Known channels, and whether the views of the run agree. */
export const knownTable = (metrics: LeakageMetrics): ReportTable => ({
  title: 'Channels that are known by construction',
  explains:
    'Capacity: the largest V′/V under any prior. Predicted: a formula of the design and the number of classes (L length classes, M disclosed pictures, N pictures), which it must not exceed. Views: how many different ones were found among messages that were not disclosed, and how many the channel gives; they must distinguish the same pictures. Network and combined logs are in the CSV.',
  head: [
    'strategy, adversary',
    'standing',
    'shows',
    'pictures',
    'capacity',
    'bits, Shannon',
    'predicted at most',
    'views found',
    'agree',
    'bits flipped',
  ],
  lines: metrics.known
    .filter(({ scope, adversary }) => scope === 'silent' && (adversary === 'provider' || adversary === 'relay'))
    .map(
      ({
        strategy,
        adversary,
        standing,
        view,
        pictures,
        capacity,
        shannonBits,
        predicted,
        within,
        observed,
        flipped,
      }) => ({
        name: `${strategy}, ${adversary}`,
        cells: [
          plain(standing),
          plain(view),
          plain(integer(pictures)),
          plain(capacity.toFixed(2)),
          plain(shannonBits.toFixed(2)),
          predicted
            ? {
                ...plain(`${predicted.formula} = ${predicted.value.toFixed(1)}`),
                ...(within ? {} : { tone: 'warn' as const }),
              }
            : nothing,
          observed ? plain(`${observed.distinct} of ${observed.expected}`) : nothing,
          observed
            ? { ...plain(observed.same ? 'yes' : 'NO'), ...(observed.same ? {} : { tone: 'warn' as const }) }
            : nothing,
          flipped ? rateCell(flipped.rate) : absent('no noise'),
        ],
      }),
    ),
});

/** Whether a message matched, by construction, and counts below a threshold. */
export const matchTable = (metrics: LeakageMetrics): ReportTable => ({
  title: 'Whether a message matched, by construction',
  explains:
    'The provider’s view of one message, without sizes: nothing, the bit itself (a report, an outcome, or a hash that it can compare), or the bit with noise of synthetic vouchers. Lift: by how much an observed match raises its probability. Right: the outcome read from the view was the true one. Known of an account: advantage in distinguishing that many matches from none, below the threshold.',
  head: [
    'strategy',
    'channel',
    'matches',
    'bits, Shannon',
    'advantage',
    'capacity',
    'lift, bits',
    'right',
    'known of an account',
  ],
  lines: metrics.matches.map(
    ({ strategy, channel, prior, shannonBits, advantage, capacity, maxLiftBits, observed }) => {
      const counts = metrics.counts.find((each) => each.strategy === strategy);
      const told = counts?.advantage.map(({ matches, value }) => `${matches}: ${value.toFixed(3)}`).join(', ');
      return {
        name: strategy,
        cells: [
          plain({ none: 'nothing', bit: 'the bit', noisy: 'the bit, noisy' }[channel]),
          plain(percent(prior)),
          plain(shannonBits.toFixed(3)),
          plain(advantage.toFixed(3)),
          plain(capacity.toFixed(2)),
          plain(maxLiftBits.toFixed(2)),
          observed ? rateCell(observed) : absent('not in the view as such'),
          told ? { ...plain(told), hover: `an account of ${counts!.pictures} pictures` } : absent('no threshold'),
        ],
      };
    },
  ),
});

/** Mutual information from samples: what is above zero, and the largest of the rest. */
export function informationTable(metrics: LeakageMetrics): ReportTable {
  const rows = metrics.information.filter(({ aboveZero, adversary }) => aboveZero && adversary !== 'joined');
  return {
    title: 'Mutual information from samples',
    explains: `Of ${integer(metrics.information.length)} tables those that are above zero for all together (likelihood ratio, Bonferroni, confirmed by shuffling); the others are in the CSV. Corrected for bias, with 95 % intervals by source picture. Required: 20 samples per cell; below that, an estimate is mostly bias.`,
    head: ['strategy, adversary', 'secret', 'observable', 'bits', 'samples', 'asked', 'standing'],
    lines: rows.map(({ strategy, adversary, secret, observable, bits, n, asked, applies, standing }) => ({
      name: `${strategy}, ${adversary}`,
      cells: [
        plain(secret === 'traffic' ? 'match' : secret),
        plain(observable),
        areaCell(bits),
        plain(integer(n)),
        { ...plain(integer(asked)), ...(applies ? {} : { tone: 'warn' as const }) },
        plain(standing),
      ],
    })),
  };
}

/** Who is told who sent a message. */
export const endpointsTable = (metrics: LeakageMetrics): ReportTable => ({
  title: 'Who learns who sent a message',
  explains:
    'Messages of which the view names the sender. Relay and network see endpoints by design, under every strategy: the attack on the sender, without endpoints, is in the panel.',
  head: ['strategy', ...adversaries.map((each) => adversaryNames[each])],
  lines: metrics.strategies.map(({ name }) => ({
    name,
    cells: adversaries.map((adversary) => {
      const found: Rate | undefined = endpointsAt(metrics, name, adversary)?.named;
      return found ? rateCell(found, true) : nothing;
    }),
  })),
});
