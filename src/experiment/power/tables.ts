/** Tables of a power run beside the matrix. */

import { absent, type Cell, integer, listed, percent, rateCell } from '../../report/format.ts';
import { signalsPower } from '../../report/metadata-signals.ts';
import { type Line, plain, type ReportTable } from '../../report/table.ts';
import type { MetadataFindings } from '../../schema/metadata-findings.ts';
import type {
  AuditPoint,
  BlastRadius,
  CompromiseWindow,
  GossipPoint,
  HiddenCapacity,
  PowerMetrics,
  PowerResult,
} from './metrics.ts';
import type { CapabilityName } from './rows.ts';

/** Secrets that differ: a device's is the same wherever messages are sealed, and a strategy that only warns has those of its other half. */
export function differentSecrets({ blast, strategies }: PowerMetrics): BlastRadius[] {
  const device = blast.find(({ power }) => power === 'device-key');
  const warns = new Set(strategies.flatMap(({ name, latent }) => (latent === undefined ? [] : [name])));
  const others = blast.filter(({ power, strategy }) => power !== 'device-key' && !warns.has(strategy));
  return device ? [device, ...others] : others;
}

/** A dash, whose reason only a tooltip tells: a whole column may have it. */
const dash = (why: string): Cell => ({ ...absent(why), small: [] });

const of = (k: number, n: number): Cell => plain(`${integer(k)}/${integer(n)}`);

/** Stolen secrets, and what they open. */
export const blastTable = (metrics: PowerMetrics): ReportTable => ({
  title: 'Blast radius: messages readable per stolen secret',
  explains:
    'Of all messages of the run, before and after the theft; the thief has everything that relay and provider received. A device key belongs to one account of the run: its share of messages is that account’s share. List entries: those that the key confirms or reveals to somebody who has the pictures. Intervals: Clopper–Pearson.',
  head: ['strategy', 'secret', 'readable', 'named, rightly', 'list entries shown', 'reports forged'],
  lines: differentSecrets(metrics).map(({ strategy, power, secret, readable }): Line => {
    const result = metrics.powers.find((each) => each.strategy === strategy && each.power === power)!;
    const { named, right } = totals(result);
    return {
      name: power === 'device-key' ? 'all with encryption' : strategyTitle(metrics, strategy),
      cells: [
        plain(secret),
        rateCell(readable),
        named === 0 ? plain('0') : of(right, named),
        result.listed ? of(result.listed.k, result.listed.n) : dash('opens no list'),
        result.forged ? of(result.forged.k, result.forged.n) : dash('makes no report'),
      ],
    };
  }),
});

const channelWords = { static: 'one key for ever', ratchet: 'double ratchet' } as const;

/** Thefts of which the numbers are equal, with their strategies. */
export function sameWindows({
  windows,
}: PowerMetrics): (CompromiseWindow & { readonly strategies: readonly string[] })[] {
  const groups = new Map<string, CompromiseWindow & { strategies: string[] }>();
  for (const each of windows) {
    const { strategy, ...rest } = each;
    const key = JSON.stringify(rest);
    const group = groups.get(key) ?? { ...each, strategies: [] };
    group.strategies.push(strategy);
    groups.set(key, group);
  }
  const secrets = ['device', 'second device', 'escrow', 'hidden device'];
  return [...groups.values()].sort((a, b) => secrets.indexOf(a.secret) - secrets.indexOf(b.secret));
}

/** What one theft opens, under a static channel and under a double ratchet. */
export const windowTable = (metrics: PowerMetrics): ReportTable => ({
  title: 'Compromise windows: a theft under a static channel and under a double ratchet',
  explains:
    'All secrets of one device, stolen at one moment, used on everything that crossed the relay; where accounts have several devices, those of the second one too; the escrow key; and the court’s hidden device after the last message. Before: messages that the secret could concern, sent before the theft (forward secrecy closes them). After: from the theft on (post-compromise security closes them once the device has made a fresh key). Closed: conversations that went on after the theft and whose last message no longer opens. Window: the most messages of one conversation from the theft to the last one opened. Strategies with equal numbers share a line.',
  head: ['secret', 'channel', 'strategies', 'before', 'after', 'closed', 'window'],
  lines: sameWindows(metrics).map(
    ({ secret, session, strategies, before, after, closed, window }): Line => ({
      name: secret === 'device' ? 'one device' : secret === 'escrow' ? 'escrow key, or a quorum' : secret,
      cells: [
        plain(channelWords[session]),
        plain(
          strategies.length > 4 ? `${integer(strategies.length)} strategies` : listed(strategies),
          listed(strategies),
        ),
        rateCell(before),
        after.n === 0 ? dash('it is stolen after the last message') : rateCell(after),
        after.n === 0 ? dash('it is stolen after the last message') : of(closed.k, closed.n),
        after.n === 0 ? dash('it is stolen after the last message') : plain(integer(window)),
      ],
    }),
  ),
});

/** Groups with sender keys. */
export const groupTable = ({ groups }: PowerMetrics): ReportTable => ({
  title: 'Groups with sender keys',
  explains:
    'Played once for each size, with real keys. Delivered: copies for a device that the relay did not lose, in any order. Forged: attempts of a member to change a message or to send it in the name of another, that a device opened; replayed: copies that came again. A thief has all secrets of one device in the middle: messages that it opens from before, and from then on, and how many messages until the last one. Bytes: uploaded by senders in all, and what it would be if every message were sealed for every device.',
  head: [
    'accounts × devices',
    'delivered',
    'forged',
    'replayed',
    'thief: before',
    'after',
    'window',
    'KiB uploaded',
    'pairwise',
  ],
  lines: groups.map(
    ({ members, devices, delivered, forged, replayed, before, after, window, bytes }): Line => ({
      name: `${integer(members)} × ${integer(devices)}`,
      cells: [
        ...[delivered, forged, replayed, before, after].map((rate) => rateCell(rate)),
        of(window, after.n),
        plain(integer(Math.round(bytes.uploaded / 1024))),
        plain(integer(Math.round(bytes.pairwise / 1024))),
      ],
    }),
  ),
});

/** A ghost in a group, and the log of device keys. */
export const keyLogTable = ({ keyLog }: PowerMetrics): ReportTable => ({
  title: 'A ghost in a group, and the log of device keys',
  explains:
    'The directory adds a device to one account of a group in the middle of the messages. Apps encrypt only to devices that the log proves (where there is a log); the owner and an auditor read all entries, and the auditor compares its head with that of the app that wrote last, after so many messages of the group. Opened: messages after the ghost was added that it opened, until somebody noticed. Played once for each.',
  head: ['directory', 'checks', 'opened by the ghost', 'refused by senders', 'noticed by', 'after messages'],
  lines: keyLog.map(
    ({ directory, checkEvery, opened, refused, noticedBy, noticedAfter }): Line => ({
      name: directory,
      cells: [
        plain(`every ${integer(checkEvery)}`),
        rateCell(opened),
        plain(integer(refused)),
        plain(noticedBy),
        noticedAfter === null ? dash('nobody notices') : plain(integer(noticedAfter)),
      ],
    }),
  ),
});

/** Capabilities that change what devices look for. */
const changes: readonly CapabilityName[] = [
  'new-list',
  'own-list',
  'no-second-opinion',
  'report-update',
  'new-network',
];

/** How fast targeted messages are got, and who could notice; strategies where nothing is got are left out. */
export const speedTable = (metrics: PowerMetrics): ReportTable => ({
  title: 'Lists, networks and updates: what is obtained, how fast, and who could notice',
  explains: `Messages after the attack; hidden targets that were opened or named, of those sent; innocent messages among all opened ones. Fast: messages of all accounts, and of the account itself, until the first of them, and hours at ${metrics.messagesPerHour.value} messages an hour. To the curator: obtained messages that were reported there; elsewhere a reviewer saw an innocent picture and stopped. Noticed by: ${noticeLegend}.`,
  head: [
    'strategy',
    'power',
    'hidden targets',
    'innocent',
    'first after',
    'of the account',
    'hours',
    'to the curator',
    'noticed by',
  ],
  lines: metrics.powers
    .filter((result) => changes.includes(result.power) && totals(result).opened + totals(result).named > 0)
    .map((result): Line => {
      const { opened, innocent, named, right, hidden, hiddenSent } = totals(result);
      const found = opened > 0 ? hidden : right;
      const latent = result.power === 'report-update';
      return {
        name: strategyTitle(metrics, result.strategy),
        cells: [
          plain(powerWords[result.power][0]),
          latent ? plain(`${opened || named} matches`) : of(found, result.after.hidden.n || hiddenSent),
          opened > 0 ? of(innocent, opened) : dash('nothing is opened'),
          result.first ? plain(integer(result.first.messages)) : dash('none was obtained'),
          result.first ? plain(integer(result.first.own)) : dash('none was obtained'),
          result.hours === null ? dash('none was obtained') : plain(result.hours.toFixed(2)),
          plain(integer(result.tipped ?? 0)),
          { ...plain(noticeProse(result)), main: noticeLetters(result) },
        ],
      };
    }),
});

const nextWords: Readonly<Record<HiddenCapacity['next'], string>> = {
  impossible: 'costs another entry',
  refused: 'devices refuse it',
  visible: 'changes the size',
  fits: 'fits too',
};

/** Capacity for hidden targets. */
export const capacityTable = (metrics: PowerMetrics): ReportTable => ({
  title: 'Capacity for hidden targets',
  explains:
    'Inserted: targets that were really added to the data of the devices; a device or the provider then found each of them, and still every declared entry (kept). Counted: free slots or free filter capacity, as the protocol counts them. Fixed order: how many targets of a fixed order fit; the inserted ones were chosen so that they fit. Unseen: how many targets an auditor with the originals of a tenth of a readable list misses with a probability of at least 5 %.',
  head: ['strategy', 'kind', 'entries', 'counted', 'put in', 'kept', 'one more', 'a given row', 'unseen by an auditor'],
  lines: metrics.rooms
    .filter(({ strategy }) => !metrics.strategies.find(({ name }) => name === strategy)?.latent)
    .map(
      (capacity): Line => ({
        name: strategyTitle(metrics, capacity.strategy),
        cells: [
          plain(capacity.kind, capacity.how),
          plain(integer(capacity.entries)),
          capacity.counted === null ? dash('the protocol counts none') : plain(integer(capacity.counted)),
          plain(
            capacity.next === 'fits' ? `${integer(capacity.inserted)}, no end` : integer(capacity.inserted),
            capacity.how,
          ),
          capacity.kind === 'none' || capacity.kind === 'model'
            ? dash('there is no list')
            : plain(integer(capacity.kept)),
          capacity.kind === 'none' ? dash(capacity.how) : plain(nextWords[capacity.next]),
          capacity.given === null || capacity.kind === 'none' ? dash('all fit') : plain(integer(capacity.given)),
          capacity.audited ? plain(integer(capacity.audited.hideable)) : dash('the list cannot be read'),
        ],
      }),
    ),
});

const checkedCells = ({ exact, simulated, within }: AuditPoint['check']): Cell[] => [
  plain(percent(exact)),
  { ...rateCell(simulated), ...(within ? {} : { tone: 'warn' as const }) },
];

/** Probability that comparing clients notice a split view. */
export const gossipTable = ({ gossip }: PowerMetrics): ReportTable => ({
  title: 'A split view and clients that compare',
  explains:
    'Probability that a split list is noticed by g clients, drawn at random: against a public head of the log, 1 − (1 − f)ᵍ; or among themselves, which needs a client of each history. Simulated with signed heads and consistency proofs of a real log; a client whose head is older than the split proves nothing. Coloured: the interval does not contain the exact value.',
  head: ['f, older heads', 'clients g', 'public head', 'simulated', 'among themselves', 'simulated'],
  lines: gossip.map(
    (point: GossipPoint): Line => ({
      name: `${percent(point.share)}, ${percent(point.stale)}`,
      cells: [plain(integer(point.clients)), ...checkedCells(point.monitored), ...checkedCells(point.among)],
    }),
  ),
});

/** Audits of lists that can be read. */
export const auditTable = ({ audits }: PowerMetrics): ReportTable => ({
  title: 'An auditor with originals',
  explains:
    'Probability that an auditor who holds the originals of m of N entries, drawn at random, finds one of k planted ones: hypergeometric, beside trials drawn without replacement. Hideable: the most planted entries that the audit finds with less than 95 %, about 3 N/m.',
  head: ['entries N', 'planted k', 'originals m', 'exact', 'simulated', 'hideable'],
  lines: audits.map(
    ({ entries, planted, audited, hideable, check }): Line => ({
      name: integer(entries),
      cells: [plain(integer(planted)), plain(integer(audited)), ...checkedCells(check), plain(integer(hideable))],
    }),
  ),
});

/** A capability under every strategy where it opened or named something: for the answer. */
export const gotBy = ({ powers }: PowerMetrics, power: CapabilityName): PowerResult[] =>
  powers.filter((each) => each.power === power && totals(each).opened + totals(each).named > 0);

// The main table of a power run: every capability against every strategy.

/** Strategies down, capabilities across. */
export const matrixTable = (metrics: PowerMetrics, findings: MetadataFindings): ReportTable => ({
  title: 'What each capability opens',
  explains: `k/n: pictures opened, excluding what the same party could read without this capability, of the messages concerned, and how many of them are innocent. “n named”: nothing opens, but this many messages are claimed to show a target (correct / claimed). “all, as usual”: the provider has them anyway. After it: ← messages from before the attack, → after it, ↔ both; one or more accounts; who could notice: ${noticeLegend}. A single dash: the strategy has no such key, list or switch. Colour: share opened.`,
  head: ['strategy', ...powerNames.map((power) => powerWords[power][0])],
  lines: metrics.strategies.map(
    ({ name }): Line => ({
      name: strategyTitle(metrics, name),
      cells: powerNames.map((power) => cellOf(metrics, name, power)),
    }),
  ),
  foot: signalsPower(findings),
});

function cellOf(metrics: PowerMetrics, strategy: string, power: PowerResult['power']): Line['cells'][number] {
  const result = metrics.powers.find((each) => each.strategy === strategy && each.power === power);
  if (!result) {
    const why = metrics.absent.find((each) => each.strategy === strategy && each.power === power)?.why ?? 'not tried';
    return { ...absent(why), small: [] };
  }
  const { messages, opened, named, usual } = totals(result);
  const heat = messages === 0 ? 0 : (opened + (keepsAll(result) ? usual : 0)) / messages;
  return { ...resultCell(result), ...(opened + named > 0 || keepsAll(result) ? { heat } : {}) };
}

/** Whether the provider has every message in scope without the capability. */
const keepsAll = (result: PowerResult): boolean => {
  const { messages, usual } = totals(result);
  return messages > 0 && usual === messages;
};

/** One capability under one strategy as a cell. */
function resultCell(result: PowerResult): Cell {
  const { messages, opened, innocent, named, right, usual, hidden, hiddenSent } = totals(result);
  const hover = [
    `${result.strategy}, ${powerWords[result.power][1]}:`,
    `${integer(opened)} of ${integer(messages)} messages opened (${result.before.opened.k} of ${result.before.messages} from before, ${result.after.opened.k} of ${result.after.messages} from then on), ${integer(innocent)} of them innocent, ${hidden} of ${hiddenSent} with a hidden target;`,
    `${named} named, ${right} rightly; ${usual} opened as usual; ${reachWords[result.reach]}, ${result.breadth}; noticed by ${noticeProse(result)}`,
  ].join(' ');
  if (opened + named === 0 && !keepsAll(result)) {
    const extra = result.forged ? `forges ${result.forged.k}/${result.forged.n}` : undefined;
    const refused = result.notice.refused ? 'refused' : undefined;
    const small = [extra, refused].filter((each) => each !== undefined);
    return { main: '0', small, plain: ['0', ...small].join(' '), hover };
  }
  const main = opened > 0 ? `${opened}/${messages}` : named > 0 ? `${right}/${named} named` : 'all, as usual';
  const breadth = { nothing: '', 'one account': 'one', 'several accounts': 'many' }[result.breadth];
  const signs = opened + named > 0 ? [reachSign[result.reach], breadth, noticeLetters(result)].join(' ') : '';
  const small = [
    ...(opened > 0 ? [`${innocent} innocent`] : []),
    ...(opened > 0 && named > opened ? [`${right}/${named} named`] : []),
    ...(signs === '' ? [] : [signs]),
  ];
  return { main, small, plain: [main, ...small].join(' '), hover };
}

// Names of capabilities, reach and detection, in tables, plots and legends.

/** Every capability, in the order of tables: its name in a heading, and in a sentence. */
const powerWords: Readonly<Record<CapabilityName, readonly [heading: string, what: string]>> = {
  'device-key': ['device key', 'the keys of one device are stolen'],
  'escrow-key': [
    'escrow key',
    'the escrow key, a quorum of its shares, or the key of the court’s hidden device is stolen',
  ],
  'below-quorum': ['below quorum', 'one share less of a split escrow key is stolen'],
  'list-key': ['scan key', 'the provider’s secrets of the scanning protocol are stolen'],
  'franking-key': ['franking key', 'the key of franking stamps is stolen'],
  stored: ['stored data', 'everything that provider and relay received is copied, without keys'],
  'new-list': ['curator’s list', 'the curator adds hidden targets for everybody'],
  retroactive: ['kept, other list', 'the provider stored everything, and matches it with another list'],
  'own-list': ['one user’s list', 'the provider adds hidden targets for one account'],
  'no-second-opinion': ['second opinion', 'the provider drops the second opinion'],
  order: ['court order', 'a court orders one account’s messages of a period'],
  'report-update': ['switch to reporting', 'after one app update, a strategy that only warned reports'],
  'new-network': ['other network', 'after one app update, the network also recognises the hidden targets'],
};

/** All capabilities of a run, in their order. */
const powerNames = Object.keys(powerWords) as CapabilityName[];

/** Arrows for messages from before the compromise, from after it, or from both. */
const reachSign: Readonly<Record<PowerResult['reach'], string>> = {
  nothing: '',
  retroactive: '←',
  prospective: '→',
  both: '↔',
};

const reachWords: Readonly<Record<PowerResult['reach'], string>> = {
  nothing: 'nothing',
  retroactive: 'from before only',
  prospective: 'from then on',
  both: 'from before and from then on',
};

/** Who could notice: letter and words, in the order of the legend. */
const noticeWords = {
  refused: ['R', 'devices refuse the set-up'],
  unlogged: ['L', 'devices refuse it, unless the log that they pin is forked too'],
  readable: ['A', 'an auditor with originals can read what was added'],
  compared: ['C', 'clients that compare what they received'],
  traffic: ['T', 'somebody who watches their own device’s traffic'],
  shown: ['K', 'a device that lists the keys it encrypts to'],
  announced: ['U', 'everybody sees that a new list arrived, but not its content'],
} as const;

/** The letters with their words, for legends in the flow of text. */
const noticeLegend = [...Object.values(noticeWords).map(([letter, words]) => `${letter} ${words}`), '– nobody'].join(
  ' · ',
);

type Sign = keyof typeof noticeWords;

/** Who could notice, in the order of the legend. */
export const noticeSigns = ({ notice }: Pick<PowerResult, 'notice'>): Sign[] =>
  (Object.keys(noticeWords) as Sign[]).filter((each) => (each === 'readable' ? notice.readable.k > 0 : notice[each]));

/** Letters of what shows; a dash where nothing does. */
const noticeLetters = (result: Pick<PowerResult, 'notice'>): string =>
  noticeSigns(result)
    .map((each) => noticeWords[each][0])
    .join('') || '–';

/** The same in words. */
const noticeProse = (result: Pick<PowerResult, 'notice'>): string =>
  noticeSigns(result).length === 0 ? 'nobody' : listed(noticeSigns(result).map((each) => noticeWords[each][1]));

/** Name of a strategy with its number. */
const strategyTitle = ({ strategies }: PowerMetrics, name: string): string => {
  const found = strategies.find((each) => each.name === name);
  return found ? `${found.id} ${name}` : name;
};

/** Messages in scope, opened and named, of both sides together. */
export function totals({ before, after }: Pick<PowerResult, 'before' | 'after'>) {
  const sum = (of: (side: PowerResult['before']) => number): number => of(before) + of(after);
  return {
    messages: sum(({ messages }) => messages),
    usual: sum(({ usual }) => usual),
    opened: sum(({ opened }) => opened.k),
    innocent: sum(({ innocent }) => innocent.k),
    hidden: sum(({ hidden }) => hidden.k),
    hiddenSent: sum(({ hidden }) => hidden.n),
    named: sum(({ named }) => named.k),
    right: sum(({ right }) => right.k),
  };
}
