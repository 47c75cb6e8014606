/** The answer in words, every sentence computed from the run's numbers; nothing here knows which strategy ought to win. */

import { bounds, counted, fraction, intervalCell, listed, percent, rateProse, si, times } from '../../report/format.ts';
import type { Finding } from '../../report/page/shell.ts';
import type { Interval } from '../../schema/rate.ts';
import type { Leakage, Metrics, StrategyMetrics } from './metrics.ts';
import { isBlind, leakageOf } from './report-measures.ts';
import { scoredIn, tooFew } from './report-sample.ts';

/** One strategy in the plane of the question: what it brings back against what the provider learns. */
export interface Tradeoff {
  readonly strategy: StrategyMetrics;
  readonly leak: Leakage;
  readonly recovered: Recovered;
  /** No other strategy brings back at least as much while the provider learns no more, one of the two strictly; never where the run is too small to compare. */
  readonly undominated: boolean;
}

/** Reports brought back, of a total, where that was measured. */
export interface Recovered {
  readonly of: number;
  readonly reports: Interval;
}

/** The first total of which a strategy's share was measured. */
const recoveredOf = ({ recovered: [first] }: StrategyMetrics): Recovered | undefined =>
  first?.reports ? { of: first.of, reports: first.reports } : undefined;

/** Strategies that have both numbers. Success at or below chance counts as chance: less than nothing cannot be learnt. */
export function tradeoffs(metrics: Metrics, secret: Leakage['secret']): Tradeoff[] {
  const few = tooFew(scoredIn(metrics)) !== undefined;
  const points = metrics.strategies.flatMap((strategy) => {
    const leak = leakageOf(strategy, secret);
    const recovered = recoveredOf(strategy);
    return leak && leak.success.n > 0 && leak.chance > 0 && recovered ? [{ strategy, leak, recovered }] : [];
  });
  const learnt = ({ leak }: { leak: Leakage }): number => (leak.aboveChance ? Math.max(1, leak.lift ?? 1) : 1);
  const got = ({ recovered }: { recovered: Tradeoff['recovered'] }): number => recovered.reports.estimate;
  return points.map((point) => ({
    ...point,
    undominated:
      !few &&
      !points.some(
        (other) =>
          learnt(other) <= learnt(point) &&
          got(other) >= got(point) &&
          (learnt(other) < learnt(point) || got(other) > got(point)),
      ),
  }));
}

/** What the run answers to its question, part by part; parts without numbers are left out. */
export function answer(metrics: Metrics): Finding[] {
  if (metrics.strategies.length === 0)
    return [{ label: 'No answer', text: 'The run has no strategy, so it says nothing about the trade-off.' }];
  const few = tooFew(scoredIn(metrics));
  if (few)
    return [
      { label: 'No comparison', text: few },
      ...(withReports(metrics.strategies).length === 0
        ? [{ label: 'What comes back', text: mostRecovered(metrics).join(' ') }]
        : []),
      ...(foundNew(metrics).length === 0 ? [{ label: 'New content', text: newContent(metrics).join(' ') }] : []),
      { label: 'How sure', text: sureText(metrics).join(' ') },
    ];
  const parts: [string, string[]][] = [
    ['What comes back', mostRecovered(metrics)],
    ['No leak shown', unrevealing(metrics)],
    ['New content', newContent(metrics)],
    ['Innocent people', innocents(metrics)],
    ['How sure', sureText(metrics)],
  ];
  return parts.filter(([, text]) => text.length > 0).map(([label, text]) => ({ label, text: text.join(' ') }));
}

/** How sure the answer is: how many pictures it rests on, and what of it was checked. */
export const sureText = (metrics: Metrics): string[] => [
  ...sizes(metrics),
  ...declarations(metrics),
  ...controls(metrics),
];

const ids = (strategies: readonly StrategyMetrics[]): string => listed(strategies.map(({ name }) => name));
/** Names where they are few, otherwise how many: 'a, b and c', '9 others'. */
const some = (strategies: readonly StrategyMetrics[], noun: string): string =>
  strategies.length <= few ? ids(strategies) : `${strategies.length} ${noun}`;
/** As many names as a sentence bears. */
const few = 6;
/** What the provider's attack achieves there. */
const seen = (there: string, leak: Leakage): string =>
  isBlind(leak)
    ? `${there} the provider has nothing to identify the picture by, so nothing was attacked.`
    : `${there} the provider's attack identifies the picture in ${rateProse(leak.success)}, ${times(leak.lift)} chance.`;

/** All items that share the largest value. */
function top<T>(items: readonly T[], by: (item: T) => number): T[] {
  const best = Math.max(...items.map(by));
  return items.filter((item) => by(item) === best);
}

function mostRecovered({ strategies }: Metrics): string[] {
  const modelled = withReports(strategies);
  const missing = strategies.filter(({ recovered: [first] }) => first?.reports === null);
  const unknown = missing.length > 0 ? [`What ${some(missing, 'strategies')} would bring back was not measured.`] : [];
  if (modelled.length === 0) return missing.length > 0 ? unknown : ['The run models no recovered reports.'];
  const best = top(modelled, ({ reports }) => reports.estimate);
  const { strategy: first, reports, of: total } = best[0]!;
  const of = si(total);
  if (reports.estimate <= 0)
    return [
      missing.length > 0
        ? `${names(modelled)} ${modelled.length > 1 ? 'bring' : 'brings'} back none of the ${of} reports.`
        : `No strategy brings back any of the ${of} reports.`,
      ...unknown,
    ];
  const range = intervalCell(reports, '').plain;
  const leak = leakageOf(first, 'identity');
  const next = runnersUp(
    first,
    strategies,
    best.map(({ strategy }) => strategy),
  );
  return [
    `Of ${of} reports, ${names(best)} would bring back the most: ${range}.`,
    leak && leak.success.n > 0 ? seen(best.length > 1 ? `At ${first.name}` : 'There', leak) : '',
    next,
    ...unknown,
  ].filter(Boolean);
}

/**
 * How surely the best one is better than the next: all strategies are drawn under the same assumptions, so they are compared draw by draw, and not by whether
 * their intervals overlap.
 */
function runnersUp(
  best: StrategyMetrics,
  strategies: readonly StrategyMetrics[],
  alike: readonly StrategyMetrics[],
): string {
  const known = (best.beats ?? []).flatMap((share, i) => {
    const other = strategies[i]!;
    return share === null || alike.includes(other) ? [] : [{ other, share }];
  });
  if (known.length === 0) return '';
  const least = Math.min(...known.map(({ share }) => share));
  const closest = known.filter(({ share }) => share === least).map(({ other }) => other);
  return `It brings back more than ${some(closest, 'others')} in ${percent(least)} of the draws${known.length > closest.length ? ', and than any other strategy in more' : ''}.`;
}

/** Strategies of which it was measured what they would bring back, with that. */
const withReports = (strategies: readonly StrategyMetrics[]) =>
  strategies.flatMap((strategy) => {
    const recovered = recoveredOf(strategy);
    return recovered ? [{ strategy, ...recovered }] : [];
  });
const names = (modelled: readonly { readonly strategy: StrategyMetrics }[]): string =>
  ids(modelled.map(({ strategy }) => strategy));

function unrevealing({ strategies }: Metrics): string[] {
  const attacked = strategies.filter(({ leakage }) =>
    leakage.some((each) => each.role === 'provider' && each.scope === 'silent' && each.success.n > 0),
  );
  if (attacked.length === 0) return [];
  const quiet = attacked.filter(
    ({ leakage }) => !leakage.some((each) => each.role === 'provider' && each.scope === 'silent' && each.aboveChance),
  );
  if (quiet.length === 0) return ["Under every strategy the provider's attacker does better than chance."];
  const modelled = withReports(quiet);
  const loud = attacked.filter((each) => !quiet.includes(each));
  const under =
    loud.length === 0 ? 'any strategy' : loud.length < quiet.length ? `any strategy but ${ids(loud)}` : ids(quiet);
  const shown = `On messages that were not disclosed, the provider's attack is not shown to beat chance under ${under}`;
  if (modelled.length === 0) return [`${shown}.`];
  const best = top(modelled, ({ reports }) => reports.estimate);
  const { reports, of } = best[0]!;
  const missing = quiet.filter(({ recovered: [first] }) => first?.reports === null);
  if (reports.estimate <= 0 && missing.length > 0) return [`${shown}; ${names(modelled)} brings back no report.`];
  if (reports.estimate <= 0)
    return [`${shown}, ${quiet.length > 1 ? 'none of which brings back any report' : 'which brings back no report'}.`];
  return [
    `${shown}. Among the strategies where it is not shown, ${names(best)} brings back the most, ${intervalCell(reports, '').plain} of ${si(of)}.`,
  ];
}

/** Strategies that were tried on content that is on no list. Orders and reports find what people look at; the question is which design finds it by itself. */
const foundNew = ({ strategies }: Pick<Metrics, 'strategies'>): StrategyMetrics[] =>
  strategies.filter(({ detection, proactive }) => proactive && detection.newContent.n > 0);

function newContent({ strategies }: Metrics): string[] {
  const measured = foundNew({ strategies });
  if (measured.length === 0) return ['Content that is on no list was not measured.'];
  const rate = (strategy: StrategyMetrics) => strategy.detection.newContent;
  const finders = measured.filter((each) => rate(each).k > 0);
  const blind = measured.filter((each) => rate(each).k === 0);
  if (finders.length === 0)
    return [
      `No strategy that scans every message finds content that is on no list: ${rateProse(rate(blind[0]!))} at each.`,
    ];
  const best = top(finders, (each) => rate(each).estimate ?? 0);
  const most = `Of the strategies that scan every message, the one that finds most content on no list is ${ids(best)}, ${rateProse(rate(best[0]!))}`;
  if (blind.length === 0) return [`${most}.`];
  const others = finders.length === best.length ? `None of the other ${blind.length}` : `${blind.length} of them never`;
  return [`${most}. ${blind.length <= few ? `${ids(blind)} never` : others} found any.`];
}

function innocents({ strategies }: Metrics): string[] {
  const measured = strategies.filter(({ falsePositives }) => falsePositives.all.n > 0);
  if (measured.length === 0) return [];
  const worst = top(measured, (each) => each.falsePositives.all.estimate ?? 0);
  const rate = worst[0]!.falsePositives.all;
  const exposures = strategies.flatMap((strategy) => {
    const { perBillion } = strategy.exposed;
    return perBillion && perBillion.estimate !== null
      ? [{ strategy, per: perBillion, estimate: perBillion.estimate }]
      : [];
  });
  const exposed = top(exposures, ({ estimate }) => estimate);
  const most = exposed[0];
  const shown =
    most && most.estimate > 0
      ? ` Most innocent pictures are exposed by ${names(exposed)}: ${intervalCell(most.per, '').plain} per 10⁹ messages.`
      : '';
  if (rate.k === 0)
    return [
      `${measured.length < strategies.length ? `Under ${some(measured, 'strategies')} no innocent message was taken` : 'No strategy classified an innocent message'} as target content; with ${fraction(rate)} the rate may still be up to ${percent(bounds(rate).high)}.${shown}`,
    ];
  return [
    `The strategy that most often classifies innocent messages as target content is ${ids(worst)}, ${rateProse(rate)}.${shown}`,
  ];
}

function sizes({ dataset, strategies }: Metrics): string[] {
  const zero = top(
    strategies.map(({ falsePositives }) => falsePositives.all).filter(({ k, n }) => k === 0 && n > 0),
    ({ n }) => n,
  )[0];
  const scale = `Everything here comes from ${counted(dataset.pictures, 'picture')} in ${counted(dataset.groups, 'group')}`;
  if (!zero) return [`${scale}.`];
  const floor = bounds(zero).high;
  return [
    `${scale}: where no false positive was seen, ${fraction(zero)}, the true rate may still be up to ${percent(floor)}, which is ${si(floor * 1e9)} per 10⁹ messages.`,
  ];
}

function declarations({ strategies }: Metrics): string[] {
  const all = strategies.flatMap(({ name, declared }) => declared.map((line) => ({ name, ...line })));
  if (all.length === 0) return [];
  const broken = all.filter(({ holds }) => !holds);
  if (broken.length === 0)
    return [`All ${counted(all.length, 'declaration')} of what a role learns agree with what it received.`];
  return [
    `${integerOf(broken.length, all.length)} of what a role learns ${broken.length === 1 ? 'does' : 'do'} not hold: see ${listed([...new Set(broken.map(({ name }) => name))])}.`,
  ];
}

const integerOf = (some: number, all: number): string => `${some} of ${counted(all, 'declaration')}`;

function controls({ strategies }: Metrics): string[] {
  const failing = strategies.filter(({ leakage }) => leakage.some((each) => !each.controlWithinChance));
  return failing.length > 0
    ? [`The negative control is above chance under ${ids(failing)}: do not trust the attack numbers there.`]
    : [];
}
