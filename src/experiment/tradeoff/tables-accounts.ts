/** Tables on accounts: the sample that the protocols ran on, and the population to which the rule of threshold strategies is applied. */
import { absent, type Cell, intervalCell, rateCell, si } from '../../report/format.ts';
import { plain, type ReportTable } from '../../report/table.ts';
import type { Metrics, PopulationMetrics, StrategyMetrics } from './metrics.ts';

/** All tables on accounts; none where the run has no innocent accounts, and no population. */
export function accountTables({ strategies }: Metrics): ReportTable[] {
  const populated = strategies.flatMap(({ name, population }) => (population ? [{ name, population }] : []));
  return [...sampleTable(strategies), ...(populated.length > 0 ? populationTables(populated) : [])];
}

/** What the protocols did with the accounts of the run. */
function sampleTable(strategies: readonly StrategyMetrics[]): ReportTable[] {
  const lines = strategies.flatMap(({ name, accounts, threshold }) =>
    accounts
      ? [
          {
            name,
            cells: [
              rateCell(accounts.offending),
              rateCell(accounts.innocent),
              accounts.agreement
                ? plain(`${accounts.agreement.k}/${accounts.agreement.n}, from ${threshold?.matches}`)
                : absent('no rule to compare with'),
            ],
          },
        ]
      : [],
  );
  if (lines.length === 0) return [];
  return [
    {
      title: 'Accounts of the run',
      explains:
        'Every message of these accounts was sent through the protocol. Opened: a report came of it, it was flagged, or, under a threshold strategy, somebody else got its pictures. Rule: accounts that the protocol opened exactly when their matches, counted without a threshold, reach the threshold of the run.',
      head: ['strategy', 'offending accounts opened', 'innocent accounts opened', 'as the rule says'],
      lines,
    },
  ];
}

interface Populated {
  readonly name: string;
  readonly population: PopulationMetrics;
}

/** Offending accounts drawn one by one, and innocent ones by the exact probability, from each threshold on. */
function populationTables(strategies: readonly Populated[]): ReportTable[] {
  const { population } = strategies[0]!;
  const thresholds = population.offenders[0]?.points.map(({ threshold }) => `from ${threshold}`) ?? [];
  const { accounts, offending } = population;
  const drawn = (cell: (point: PopulationMetrics['offenders'][number]['points'][number]) => Cell) =>
    strategies.flatMap(({ name, population: { offenders } }) =>
      offenders.map((each) => ({ name: `${name}, ${each.name}`, cells: each.points.map(cell) })),
    );
  return [
    {
      title: 'Offending accounts of a population that are opened',
      explains: `The rule, and not the protocol, on ${si(offending)} offending accounts of ${si(accounts)}, drawn with listed pictures as the description says. Each account sends a share as they are listed, and the others with one edit of its own. Opened accounts, with the 95 % interval by account.`,
      head: ['strategy, offenders', ...thresholds],
      lines: drawn(({ accounts: opened }) => rateCell(opened)),
    },
    {
      title: 'Listed pictures that opened accounts sent',
      explains:
        'The same accounts: of all listed pictures that they sent, those of opened accounts; the interval is by account.',
      head: ['strategy, offenders', ...thresholds],
      lines: drawn(({ pictures }) => rateCell(pictures)),
    },
    {
      title: 'Innocent accounts of the population that are opened',
      explains: `Of ${si(accounts - offending)} innocent accounts, in a year, between the 95 % bounds on false matches of one picture; each account's bursts match completely or not at all.`,
      head: ['strategies, list', ...thresholds],
      lines: innocentLines(strategies, accounts - offending),
    },
  ];
}

/** A line for each list; strategies with the same rule have the same figures, and share it. */
function innocentLines(strategies: readonly Populated[], everybody: number): ReportTable['lines'] {
  const lines = new Map<string, { names: string[]; cells: Cell[]; list: number }>();
  for (const { name, population } of strategies)
    for (const innocents of population.innocents) {
      const key = JSON.stringify(innocents);
      const line = lines.get(key);
      if (line) line.names.push(name);
      else
        lines.set(key, {
          names: [name],
          list: innocents.listEntries,
          cells: innocents.opened.map(boundsCell(everybody)),
        });
    }
  return [...lines.values()].map(({ names, list, cells }) => ({
    name: `${names.join(', ')}: ${si(list)} entries`,
    cells,
  }));
}

const boundsCell =
  (everybody: number) =>
  ({ low, high }: { readonly low: number; readonly high: number }): Cell =>
    high > 0 && high < 0.01
      ? plain('<0.01')
      : intervalCell(
          {
            estimate: null,
            low,
            high,
            everybody: high >= 0.99 * everybody,
            method: '95 % bounds on the rate of a picture, exact for each of them',
          },
          'innocent accounts',
        );

/** The tables in sentences, for a terminal: one line for each threshold strategy. */
export function accountText({ strategies }: Metrics): string[] {
  return strategies.flatMap(({ name, accounts, population, threshold }) => {
    if (!threshold || !accounts) return [];
    const sample = `${name}, the protocol on the accounts of the run, from ${threshold.matches} matches: opened ${accounts.offending.k} of ${accounts.offending.n} offending and ${accounts.innocent.k} of ${accounts.innocent.n} innocent accounts.`;
    const high = population?.offenders[0]?.points.at(-1)?.threshold;
    if (!population || high === undefined) return [sample];
    const offenders = population.offenders.map(
      ({ name: description, points }) =>
        `${rateCell(points.at(-1)!.accounts, true).plain} of the offending accounts (${description})`,
    );
    const innocents = population.innocents.map(
      ({ listEntries, opened }) =>
        `of ${si(population.accounts - population.offending)} innocent accounts at ${si(listEntries)} entries: ${boundsCell(population.accounts - population.offending)(opened.at(-1)!).plain}`,
    );
    return [
      sample,
      `${name}, the rule on ${si(population.accounts)} accounts, from ${high} matches: ${[...offenders, ...innocents].join('; ')}.`,
    ];
  });
}
