/** How powers, reach and detection are called, in tables, plots and legends alike. */
import type { PowerMetrics, PowerResult } from '../../schema/power-metrics.ts';
import type { PowerName } from '../../schema/power-rows.ts';
import { listed } from '../format.ts';

/** Every power, in the order of tables: its name in a heading, and in a sentence. */
export const powerWords: Readonly<Record<PowerName, readonly [heading: string, what: string]>> = {
  'device-key': ['device key', 'the keys of one device are stolen'],
  'escrow-key': [
    'escrow key',
    'the escrow key, a quorum of its shares, or the key of the court’s hidden device is stolen',
  ],
  'below-quorum': ['below quorum', 'one share less of a split escrow key is stolen'],
  'list-key': ['scan key', 'what the provider keeps of the scanning protocol is stolen'],
  'franking-key': ['franking key', 'the key of franking stamps is stolen'],
  stored: ['stored data', 'all that provider and relay had been sent is copied, without keys'],
  'new-list': ['curator’s list', 'the curator adds hidden targets for everybody'],
  retroactive: ['kept, other list', 'the provider kept everything, and matches it with another list'],
  'own-list': ['one user’s list', 'the provider adds hidden targets for one account'],
  'no-second-opinion': ['second opinion', 'the provider drops the second opinion'],
  order: ['court order', 'a court orders one account’s messages of a period'],
  'report-update': ['flip to report', 'one update of the app, and what only warned reports'],
  'new-network': ['other network', 'one update of the app, and the network knows the hidden targets too'],
};

/** All powers of a run, in their order. */
export const powerNames = Object.keys(powerWords) as PowerName[];

/** Arrows for messages from before the power was got, from after it, or from both. */
export const reachSign: Readonly<Record<PowerResult['reach'], string>> = {
  nothing: '',
  retroactive: '←',
  prospective: '→',
  both: '↔',
};

export const reachWords: Readonly<Record<PowerResult['reach'], string>> = {
  nothing: 'nothing',
  retroactive: 'from before only',
  prospective: 'from then on',
  both: 'from before and from then on',
};

/** Who could notice: letter and words, in the order of the legend. */
export const noticeWords = {
  refused: ['R', 'devices refuse the set-up'],
  unlogged: ['L', 'devices would refuse it, were the log that they pin not forked too'],
  readable: ['A', 'an auditor who holds originals can read what was added'],
  compared: ['C', 'clients that compare what they were given'],
  traffic: ['T', 'who watches the traffic of the own device'],
  shown: ['K', 'a device that lists the keys it seals to'],
  announced: ['U', 'everybody sees that a new list came, not what is in it'],
} as const;

/** The letters with their words, for legends in the flow of text. */
export const noticeLegend = [
  ...Object.values(noticeWords).map(([letter, words]) => `${letter} ${words}`),
  '– nobody',
].join(' · ');

type Sign = keyof typeof noticeWords;

/** What shows, in the order of the legend. */
export const noticeSigns = ({ notice }: Pick<PowerResult, 'notice'>): Sign[] =>
  (Object.keys(noticeWords) as Sign[]).filter((each) => (each === 'readable' ? notice.readable.k > 0 : notice[each]));

/** Letters of what shows; a dash where nothing does. */
export const noticeLetters = (result: Pick<PowerResult, 'notice'>): string =>
  noticeSigns(result)
    .map((each) => noticeWords[each][0])
    .join('') || '–';

/** The same in words. */
export const noticeProse = (result: Pick<PowerResult, 'notice'>): string =>
  noticeSigns(result).length === 0 ? 'nobody' : listed(noticeSigns(result).map((each) => noticeWords[each][1]));

/** Name of a strategy with its number. */
export const strategyTitle = ({ strategies }: PowerMetrics, name: string): string => {
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
