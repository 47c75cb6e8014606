/** The first table of a comparison of trade-off runs: what came back, who was wrongly flagged, who learnt what, and the differences. */
import type { StrategyMetrics } from '../experiment/tradeoff/metrics.ts';
import { backCell, broughtBack, learntCell } from '../experiment/tradeoff/report-headline.ts';
import { isBlind, leakageOf } from '../experiment/tradeoff/report-measures.ts';
import { absent, bounds, type Cell, differenceCell, intervalCell, pointsCell, rateCell } from '../report/format.ts';
import { type Line, plain, type ReportTable } from '../report/table.ts';
import type { Rate } from '../schema/rate.ts';
import { differenceOf, type Measure } from './compared.ts';
import type { Paired } from './paired.ts';
import type { TradeoffRun } from './tables.ts';

/** A line for each strategy and run, and one for each difference from the first run; where all runs say the same, one line. Undefined for fewer than two runs. */
export function headlineTable(runs: readonly TradeoffRun[], paired: readonly Paired[]): ReportTable | undefined {
  const [first, ...others] = runs;
  if (!first || others.length === 0) return undefined;
  const names = [...new Set(runs.flatMap(({ metrics }) => metrics.strategies.map(({ name }) => name)))];
  return {
    title: 'The answer of each run',
    explains: `Back: reports a year that come back, of those that would be lost. Flagged: innocent pictures wrongly flagged, k/n. Learnt: how much better than chance the provider names the picture of a message that was not disclosed to it; ▲ above chance. 95 % intervals. Differences from ${first.name}: of flagged pictures paired where both runs saw the same messages; all others take the runs as independent, which is too wide where they share pictures or assumptions; of learnt in points of the share that is named.`,
    head: ['strategy', 'run', 'back', 'flagged', 'learnt'],
    lines: names.flatMap((name): Line[] => {
      const of = runs.map(({ metrics }) => metrics.strategies.find((each) => each.name === name));
      const cells = of.map(cellsOf);
      const texts = new Set(cells.map((each) => each.map((cell) => cell.plain).join('\n')));
      if (texts.size === 1) return [{ name, cells: [plain('all the same'), ...cells[0]!] }];
      return [
        ...runs.map((run, i) => ({ name, cells: [plain(run.name), ...cells[i]!] })),
        ...others.map((run, i) => ({
          name,
          cells: [
            plain(`${run.name} less ${first.name}`),
            ...differences(of[i + 1], of[0], pairedOf(paired, run.name, name)),
          ],
        })),
      ];
    }),
  };
}

const noStrategy = absent('the run does not have this strategy');

const cellsOf = (strategy: StrategyMetrics | undefined): Cell[] =>
  strategy
    ? [backCell(strategy), rateCell(strategy.falsePositives.all, true), learntCell(strategy)]
    : [noStrategy, noStrategy, noStrategy];

const pairedOf = (paired: readonly Paired[], run: string, strategy: string): Paired['difference'] | undefined =>
  paired.find(({ of, on, measure }) => of.run === run && on === strategy && measure === 'false positives')?.difference;

const measureOf = (rate: Rate | undefined): Measure | undefined =>
  rate && rate.estimate !== null ? { estimate: rate.estimate, ...bounds(rate), k: rate.k, n: rate.n } : undefined;

/** What a provider that had something to guess by named. */
const namedOf = (strategy: StrategyMetrics): Rate | undefined => {
  const leak = leakageOf(strategy, 'identity');
  return leak && !isBlind(leak) ? leak.success : undefined;
};

function differences(
  of: StrategyMetrics | undefined,
  from: StrategyMetrics | undefined,
  flagged: Paired['difference'] | undefined,
): Cell[] {
  if (!of || !from) return [1, 2, 3].map(() => absent('not in both'));
  const [back, before] = [broughtBack(of), broughtBack(from)].map((each) =>
    each ? { ...each, k: null, n: null } : undefined,
  );
  const points = (one: Rate | undefined, other: Rate | undefined): Cell => {
    const [a, b] = [measureOf(one), measureOf(other)];
    const difference = a && b && differenceOf(a, b);
    return difference ? pointsCell(difference, true) : absent('not measured in both');
  };
  return [
    back && before ? intervalCell(differenceOf(back, before), 'reports') : absent('not measured in both'),
    flagged && flagged.n > 0
      ? differenceCell(flagged, true, ['the run', 'the first'])
      : points(of.falsePositives.all, from.falsePositives.all),
    points(namedOf(of), namedOf(from)),
  ];
}
