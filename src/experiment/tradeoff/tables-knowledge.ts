/** Tables on how much is known: innocents and false matches by the size of the list, whose the variance is, bounds, and which strategy is better how surely. */
import { baseline } from '../../metric/tradeoff/answer.ts';
import {
  absent,
  type Bounds,
  type Cell,
  intervalCell,
  listed,
  percent,
  percentRange,
  rare,
  rateCell,
  si,
} from '../../report/format.ts';
import { plain, type ReportTable } from '../../report/table.ts';
import { groupBy } from '../../util/group-by.ts';
import { thresholdCell } from './report-measures.ts';
import type { RuleRates, StrategyAnswer, TradeoffAnswer } from './report-model-answer.ts';

/** Accounts or people; far less than one is not written as if it were none. */
export const peopleCell = (interval: Bounds | null, unit: string): Cell =>
  interval && interval.high > 0 && interval.high < 0.01
    ? {
        main: '<0.01',
        small: [],
        plain: '<0.01',
        hover: `at most ${interval.high.toExponential(1)} ${unit}; ${interval.method}`,
      }
    : intervalCell(interval, unit);

/** A share with its interval, or its bounds. */
export const shareCell = ({ estimate, low, high, method }: Bounds): Cell => {
  if (estimate === null) {
    const text = `${percent(low)} to ${percent(high)}`;
    return { main: text, small: [], plain: text, hover: method };
  }
  const range = percentRange(low, high);
  return { main: percent(estimate), small: [range], plain: `${percent(estimate)} ${range}`, hover: method };
};

/** Order of what is known, the largest first; what was not measured comes last. */
export const byEstimate = (a: { readonly estimate: number } | null, b: { readonly estimate: number } | null): number =>
  a && b ? b.estimate - a.estimate : Number(a === null) - Number(b === null);

/** Strategies, the most recovered first; in the order of the run where it is too small to compare them. */
export const ranked = ({ strategies, tooFew }: Pick<TradeoffAnswer, 'strategies' | 'tooFew'>): StrategyAnswer[] =>
  tooFew === undefined
    ? strategies.toSorted((a, b) => byEstimate(a.model.recovered, b.model.recovered))
    : [...strategies];

/** Pictures and videos apart: what scanning brings back of the reports of each, and where the rates of videos come from. */
export function armsTable(answer: TradeoffAnswer): ReportTable {
  const { clips, inputs } = answer;
  const { value, uniform } = inputs.inputs.videoShare ?? { value: 0 };
  const counts = answer.strategies.some(({ innocentVideos }) => innocentVideos);
  const share = uniform ? uniform.map((each) => percent(each)).join(' to ') : percent(value);
  return {
    title: 'Pictures and videos apart',
    explains: `Share of the reports of pictures, and of those of videos, that scanning brings back. Of what was found, ${share} is video. Videos repeat more, and more of them as the same file; a few of them make up half of everything, or all videos where these are less. ${clips ? `Rates of videos: ${clips.dataset.listed} listed clips, as sent and after each edit, whose frames are scanned (${clips.runId === answer.evidence.runId ? 'in the same run' : `run ${clips.runId} of ${clips.experiment}`}).` : ''} 'As pictures': the run on clips did not have this strategy at the same rule, so that its videos are assumed to be found as its pictures are.${counts ? ' Flagged: innocent clips, each by itself.' : ''}`,
    head: ['strategy', 'of pictures', 'of videos', 'rates of videos', ...(counts ? ['innocent clips flagged'] : [])],
    lines: ranked(answer)
      .filter(({ model }) => model.scanned && model.scanned.high > 0)
      .map(({ name, model, ratesOfVideos, innocentVideos }) => ({
        name,
        cells: [
          ...[model.pictures, model.videos].map((each) => (each ? shareCell(each) : intervalCell(null, ''))),
          plain(ratesOfVideos),
          ...(counts ? [innocentVideos ? rateCell(innocentVideos, true) : absent('not counted')] : []),
        ],
      })),
  };
}

/** How surely each strategy is better than the next one, and than the baseline: draw by draw, under the same assumptions. */
export function pairedTable(answer: TradeoffAnswer): ReportTable {
  const { strategies, draws } = answer;
  const known = ranked(answer).filter(({ model }) => model.recovered);
  const share = (of: StrategyAnswer, other: StrategyAnswer | undefined): Cell => {
    const won = other ? of.beats[strategies.indexOf(other)] : null;
    return won === null || won === undefined ? absent('nothing to compare with') : plain(wonText(won));
  };
  const base = strategies.find(({ name }) => name === baseline);
  return {
    title: 'Which brings back more',
    explains: `Share of ${si(draws)} draws in which the strategy brings back more reports, ties counted half: in each draw all strategies stand under the same assumptions. Next: the strategy in the line below.`,
    head: ['strategy', 'more than the next', `more than ${baseline}`],
    lines: known.map((each, i) => ({
      name: each.name,
      cells: [share(each, known[i + 1]), each.name === baseline ? absent('itself') : share(each, base)],
    })),
  };
}

/** A share of draws; what is the same in all of them says so. */
const wonText = (share: number): string => (share === 0.5 ? 'the same' : percent(share));

/** Whose the variance of each answer is, and how far it can be off. */
export function knowledgeTable(answer: TradeoffAnswer): ReportTable {
  const { totals } = answer;
  const reports = (of: readonly [number, number]): string => `${si(of[0] * totals.lost)} to ${si(of[1] * totals.lost)}`;
  return {
    title: 'How much of it is measured',
    explains:
      'Shares of the variance of the reports that come back, one group of quantities drawn at a time: measured by the run, sourced from public numbers, assumed by nobody’s measurement; the rest is what they do together. Mix of edits: the least and the most that any mix of the edits tried leaves. All bounds: every input that nobody knows anywhere within what nothing rules out, the mix too.',
    head: ['strategy', 'measured', 'sourced', 'assumed', 'together', 'any mix of edits', 'within all bounds'],
    lines: ranked(answer)
      .filter(({ model }) => model.recovered)
      .map(({ name, variance, bounds }) => {
        const of = (which: string): Cell => {
          const found = bounds.find((each) => each.of === which);
          return found ? plain(reports(found.recovered)) : absent('changes nothing');
        };
        return {
          name,
          cells: [
            ...(['measured', 'sourced', 'assumed', 'together'] as const).map((group) =>
              variance
                ? plain(percent(Math.abs(variance[group]) < 0.0005 ? 0 : variance[group]))
                : absent('does not vary'),
            ),
            of('mix of edits'),
            of('all of these together'),
          ],
        };
      }),
  };
}

/** Bounds by input, once for strategies that have the same. */
export function boundsTable(answer: TradeoffAnswer): ReportTable {
  const { totals } = answer;
  const groups = groupBy(
    ranked(answer).filter(({ bounds }) => bounds.length > 0),
    ({ bounds }) => JSON.stringify(bounds),
  );
  return {
    title: 'How far it can be off',
    explains:
      'Reports that come back when one input is anywhere within what nothing known rules out, all others at their medians. These bounds need no distribution. Strategies with the same bounds stand once.',
    head: ['strategy', 'what is free', 'from … to', 'reports'],
    lines: [...groups.values()].flatMap((group) =>
      group[0]!.bounds.map(({ of, range, recovered: [low, high] }) => ({
        name:
          group.length > 3 ? `${group[0]!.name} and ${group.length - 1} others` : listed(group.map(({ name }) => name)),
        cells: [
          plain(of),
          range ? plain(range.map((each) => percent(each)).join(' to ')) : absent('no number of its own'),
          plain(`${si(low * totals.lost)} to ${si(high * totals.lost)}`),
        ],
      })),
    ),
  };
}

/** Innocent accounts of every strategy by the size of the list. */
export function listTable({ listScenarios, strategies }: TradeoffAnswer): ReportTable {
  return {
    title: 'Innocent accounts by the size of the list',
    explains:
      'Innocent accounts flagged in a year. A rate that was counted at that size has a median; beyond, only bounds are given, and where they leave anything open they say so. Drowns: from so many entries on most of what is flagged is innocent, at the upper and at the lower bound.',
    head: ['strategy', ...listScenarios.map(({ name }) => `${name} entries`), 'drowns from'],
    lines: strategies.map(({ name, drowns, matchThreshold, model }, i) => ({
      name,
      cells: [
        ...listScenarios.map((scenario) =>
          thresholdCell(peopleCell(scenario.strategies[i]!.innocentAccounts, 'accounts'), matchThreshold),
        ),
        drownsCell(drowns, model),
      ],
    })),
  };
}

const drownsCell = ({ earliest, latest }: StrategyAnswer['drowns'], model: StrategyAnswer['model']): Cell => {
  if (!model.recovered) return intervalCell(null, '');
  if (earliest === null) return absent('at no list up to 10⁹');
  const from = si(earliest);
  if (latest === null) return plain(`${from}, or never`);
  return plain(si(latest) === from ? from : `${from} to ${si(latest)}`);
};

/** False matches of each rule by the size of the list. */
export function falseMatchTable({ falseMatches }: TradeoffAnswer): ReportTable {
  const rate = ({ estimate, low, high }: RuleRates['rates'][number]): Cell => {
    const range = low > 0 ? `[${rare(low)}, ${rare(high)}]` : `at most ${rare(high)}`;
    return plain(estimate === null ? range : `${rare(estimate)} ${range}`);
  };
  return {
    title: 'How often an innocent picture matches, by the size of the list',
    explains:
      'Share of pictures that match at least one entry falsely: counted where a number stands before the brackets, bounds of 95 % elsewhere, which hold for entries and pictures drawn alike.',
    head: ['rule', 'counted on', ...(falseMatches[0]?.rates.map(({ size }) => `${si(size)} entries`) ?? [])],
    lines: falseMatches.map(({ rule, population, rates }) => ({
      name: rule,
      cells: [plain(population), ...rates.map(rate)],
    })),
  };
}
