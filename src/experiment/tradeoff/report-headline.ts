/** The answer before everything else, for terminal and page: one sentence, strategies in four plain families, and what was found, who is accused, who learns. */
import { type Bounds, type Cell, fraction, intervalCell, listed, rateCell, si } from '../../report/format.ts';
import type { Interval } from '../../schema/rate.ts';
import type { Family } from '../../schema/vocabulary.ts';
import type { Metrics, StrategyMetrics } from './metrics.ts';
import { isBlind, leakageCell, leakageOf, thresholdCell } from './report-measures.ts';
import { scoredIn, tooFew } from './report-sample.ts';

/** Names of the families, in the order of every report. */
export const familyTitles: Readonly<Record<Family, string>> = {
  server: 'Scan on the server',
  phone: 'List or network on the phone',
  private: 'Private matching',
  people: 'People and courts',
};

/** Strategies of one family, in the order of the run. */
export interface FamilyOf {
  readonly title: string;
  readonly strategies: readonly StrategyMetrics[];
}

/** The families that a run has; older runs did not write them down, and have one without a name. */
export function familiesOf({ strategies }: Pick<Metrics, 'strategies'>): FamilyOf[] {
  const named = Object.entries(familyTitles).map(([key, title]) => ({
    title,
    strategies: strategies.filter(({ family }) => family === key),
  }));
  const others = { title: 'Strategies', strategies: strategies.filter(({ family }) => family === undefined) };
  return [...named, others].filter((each) => each.strategies.length > 0);
}

/** The reports that would be lost, of which a strategy brings some back; undefined where the run models none. */
export const lostReports = ({ strategies }: Pick<Metrics, 'strategies'>): number | undefined =>
  strategies[0]?.recovered[0]?.of;

/** What a strategy brings back of the reports that would be lost; null: not measured. */
export const broughtBack = ({ recovered: [first] }: StrategyMetrics): Interval | null => first?.reports ?? null;

/** The same as a cell, with the account threshold that it is for. */
export const backCell = (strategy: StrategyMetrics): Cell =>
  thresholdCell(intervalCell(broughtBack(strategy), 'reports'), strategy.threshold?.modelled);

/** Innocent accounts flagged in a year, as a cell. */
export const accusedCell = ({ innocentAccounts, threshold }: StrategyMetrics): Cell =>
  thresholdCell(intervalCell(innocentAccounts, 'innocent accounts a year'), threshold?.modelled);

/** Names of families inside a sentence. */
const says: Readonly<Record<string, string>> = {
  [familyTitles.phone]: 'a list or network on the phone',
  [familyTitles.private]: 'private matching',
  [familyTitles.people]: 'people and courts alone',
  Strategies: 'the best of these strategies',
};

/** The answer in one sentence; why there is none, where the run is too small to compare strategies. */
export function plainSentence(metrics: Metrics): string {
  const few = tooFew(scoredIn(metrics));
  if (few) return few;
  const lost = lostReports(metrics);
  const parts = familiesOf(metrics).flatMap(({ title, strategies }) => {
    // What scanning on the server found is what the others are held against.
    if (strategies.some(({ family }) => family === 'server')) return [];
    const most = strategies
      .flatMap((strategy) => broughtBack(strategy) ?? [])
      .reduce<Interval | undefined>((a, b) => (a && a.estimate >= b.estimate ? a : b), undefined);
    return most ? [`${says[title] ?? title} up to ${intervalCell(most, '').plain}`] : [];
  });
  if (lost === undefined || parts.length === 0) return 'The run says nothing of reports that would come back.';
  return `Of the ${si(lost)} reports a year that scanning on the server found, these would come back: with ${listed(parts)}.`;
}

/** One of the three questions, answered family by family. */
export interface Card {
  readonly title: string;
  /** What is counted. */
  readonly what: string;
  readonly lines: readonly (readonly [family: string, text: string])[];
  /** What the families do not show, as a sentence; '' where there is nothing. */
  readonly note: string;
}

/** A strategy's number as text, and where it stands among others; null: no number. */
interface Placed {
  readonly name: string;
  readonly text: string;
  readonly order: number | null;
}

/** Several numbers in a few words: each with its strategies where they are few, otherwise the least and the most. */
function spread(all: readonly Placed[], anonymous: boolean): string {
  const texts = new Map<string, string[]>();
  for (const { name, text } of all) texts.set(text, [...(texts.get(text) ?? []), name]);
  const of = (names: readonly string[]): string =>
    anonymous || all.length === 1 ? '' : names.length > 2 ? ` (${names.length} designs)` : ` (${names.join(', ')})`;
  if (texts.size === 1) return [...texts.keys()][0]!;
  if (texts.size <= 2) return [...texts].map(([text, names]) => `${text}${of(names)}`).join('; ');
  const placed = all.filter(({ order }) => order !== null).toSorted((a, b) => a.order! - b.order!);
  const [least, most] = [placed[0], placed.at(-1)];
  if (!least || !most || least.text === most.text)
    return `${placed.length > 0 ? `${least!.text}; ` : ''}${all.length - placed.length} without a number`;
  const namesOf = ({ text }: Placed): string => of(texts.get(text)!);
  const missing = all.length > placed.length ? `; ${all.length - placed.length} without a number` : '';
  // Where nothing excludes everybody at either end, the words are said once.
  const isOpen = least.text.endsWith(everybody) && most.text.endsWith(everybody);
  const wordsOf = (of: Placed): string => `${isOpen ? of.text.slice(0, -everybody.length) : of.text}${namesOf(of)}`;
  return `${wordsOf(least)} to ${wordsOf(most)}${isOpen ? ', each up to everybody' : ''}${missing}`;
}

/** How a cell ends whose upper bound is the whole population. */
const everybody = ', up to everybody';

const middle = ({ estimate, low, high }: Bounds): number => estimate ?? (low + high) / 2;

/** What is found, who is wrongly accused, who learns. */
export function cardsOf(metrics: Metrics): Card[] {
  const anonymous = tooFew(scoredIn(metrics)) !== undefined;
  const families = familiesOf(metrics);
  const lines = (of: (strategy: StrategyMetrics) => Placed | undefined, none: string): Card['lines'] =>
    families.map(({ title, strategies }) => {
      const placed = strategies.flatMap((each) => of(each) ?? []);
      return [title, placed.length > 0 ? spread(placed, anonymous) : none];
    });
  const quiet = 'not shown to beat chance';
  const innocent = metrics.strategies
    .map(({ falsePositives }) => falsePositives.all)
    .reduce<StrategyMetrics['falsePositives']['all'] | undefined>((a, b) => (a && a.n >= b.n ? a : b), undefined);
  return [
    {
      title: 'Found',
      what: 'listed pictures that are found after edits, and content on no list',
      lines: lines(
        ({ name, detection: { allEdits } }) => ({
          name,
          text: rateCell(allEdits, true).plain,
          order: allEdits.estimate,
        }),
        'not tried',
      ),
      note: newContentNote(metrics, anonymous),
    },
    {
      title: 'Wrongly accused',
      what: 'innocent accounts flagged in a year, on a list as long as the model takes',
      lines: lines(
        (strategy) => ({
          name: strategy.name,
          text: accusedCell(strategy).plain,
          order: strategy.innocentAccounts && middle(strategy.innocentAccounts),
        }),
        'not measured',
      ),
      note:
        innocent && innocent.n > 0
          ? `The run itself flagged ${rateCell(innocent, true).plain} innocent pictures under ${metrics.strategies.find(({ falsePositives }) => falsePositives.all === innocent)!.name}; a list of ${metrics.dataset.listEntries} entries.`
          : '',
    },
    {
      title: 'Learnt',
      what: 'messages whose picture the provider can name although nothing was disclosed to it',
      lines: families.map(({ title, strategies }) => {
        const attacked = strategies.flatMap((each) => {
          const leak = leakageOf(each, 'identity');
          return leak && leak.success.n > 0 ? [{ name: each.name, leak }] : [];
        });
        const loud = attacked.filter(({ leak }) => leak.aboveChance && !isBlind(leak));
        if (loud.length === 0) return [title, attacked.length > 0 ? quiet : 'not attacked'];
        const text = spread(
          loud.map(({ name, leak }) => ({ name, text: rateCell(leak.success, true).plain, order: leak.lift })),
          anonymous,
        );
        return [title, loud.length < attacked.length ? `${text}; the others ${quiet}` : text];
      }),
      note: '',
    },
  ];
}

/** Who finds content that is on no list; '' where nobody looked for any. */
function newContentNote({ strategies }: Metrics, anonymous: boolean): string {
  const tried = strategies.filter(({ detection: { newContent }, proactive }) => proactive && newContent.n > 0);
  if (tried.length === 0) return '';
  const most = tried.reduce((a, b) =>
    (a.detection.newContent.estimate ?? 0) >= (b.detection.newContent.estimate ?? 0) ? a : b,
  );
  const others = Math.max(0, ...tried.filter((each) => each !== most).map(({ detection }) => detection.newContent.k));
  const { newContent } = most.detection;
  return anonymous
    ? `Content on no list: ${newContent.n} pictures.`
    : `Content on no list: ${rateCell(newContent, true).plain} with ${most.name}, at most ${others}/${newContent.n} with any other.`;
}

/** Innocent accounts in few letters, for a narrow terminal: '781 M', '≥ 939 M', 'unknown', '–'. */
export function accusedShort({ innocentAccounts: of }: StrategyMetrics): string {
  if (!of) return '–';
  if (of.estimate !== null) return si(of.estimate);
  if (of.everybody) return of.low >= 1 ? `≥ ${si(of.low)}` : 'unknown';
  return `≤ ${si(of.high)}`;
}

/** How often the provider names the picture, in few letters: '117/120 ▲'. */
export function learntShort(strategy: StrategyMetrics): string {
  const leak = leakageOf(strategy, 'identity');
  if (!leak || leak.success.n === 0) return '–';
  if (isBlind(leak)) return 'nothing';
  return `${fraction(leak.success, true)}${leak.aboveChance ? ' ▲' : ''}`;
}

/** The same in full. */
export const learntCell = (strategy: StrategyMetrics): Cell => leakageCell(leakageOf(strategy, 'identity'), true);
