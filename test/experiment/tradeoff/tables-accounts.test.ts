/** Tables and sentences on accounts: which figures are the protocol's and which the rule's. */
import { describe, expect, test } from 'vitest';
import type { Metrics, StrategyMetrics } from '../../../src/experiment/tradeoff/metrics.ts';
import { csvTables } from '../../../src/experiment/tradeoff/report-csv.ts';
import { terminalTable } from '../../../src/experiment/tradeoff/report-terminal.ts';
import { accountTables, accountText } from '../../../src/experiment/tradeoff/tables-accounts.ts';
import { proportion } from '../../../src/metric/proportion.ts';
import { ratioByAccount } from '../../../src/metric/ratio.ts';
import { fixture } from '../../report/fixture.ts';

const point = (threshold: number, k: number) => ({
  threshold,
  accounts: proportion(k, 1000),
  accountsExact: k / 1000,
  pictures: ratioByAccount([
    { accounts: k, k: 5, n: 5 },
    { accounts: 1000 - k, k: 0, n: 5 },
  ]),
  picturesExact: k / 1000,
});
const population: NonNullable<StrategyMetrics['population']> = {
  accounts: 1_000_000,
  offending: 1000,
  offenders: [{ name: 'mean 5', points: [point(1, 950), point(30, 2)] }],
  innocents: [
    {
      listEntries: 71,
      low: 1e-6,
      high: 2e-6,
      opened: [
        { threshold: 1, low: 200, high: 400 },
        { threshold: 30, low: 0, high: 1e-9 },
      ],
    },
    {
      listEntries: 1e6,
      low: 0,
      high: 1,
      opened: [
        { threshold: 1, low: 0, high: 999_000 },
        { threshold: 30, low: 0, high: 999_000 },
      ],
    },
  ],
};
const accounts = { offending: proportion(4, 5), innocent: proportion(0, 15), agreement: { k: 20, n: 20 } };
const threshold = { matches: 3, modelled: 30, syntheticShare: 0, syntheticBudget: 8, pictures: 40 };

/** The fixture, with two threshold strategies that have the same rule. */
function withAccounts(): Metrics {
  const metrics = fixture();
  const [first, second, ...rest] = metrics.strategies;
  const own = { accounts, population, threshold };
  return { ...metrics, strategies: [{ ...first!, ...own }, { ...second!, ...own }, ...rest] };
}

describe('accounts', () => {
  const metrics = withAccounts();
  const [first, second] = metrics.strategies;

  test('the sample is the protocol’s, and says how often it did what the rule says', () => {
    const [sample] = accountTables(metrics);
    expect(sample!.lines.map(({ name, cells }) => [name, ...cells.map(({ plain }) => plain)])).toEqual(
      [
        [first!.name, '4/5 80 % [28, 99]', '0/15 [0, 22 %]', '20/20, from 3'],
        [second!.name, '4/5 80 % [28, 99]', '0/15 [0, 22 %]', '20/20, from 3'],
      ].map((line) => line.map((each) => expect.stringContaining(each.split(' ')[0]!))),
    );
  });

  test('innocents of strategies with one rule are one line; a bound of all accounts is everybody', () => {
    const innocents = accountTables(metrics).at(-1)!;
    expect(innocents.lines.map(({ name }) => name)).toEqual([
      `${first!.name}, ${second!.name}: 71 entries`,
      `${first!.name}, ${second!.name}: 1 M entries`,
    ]);
    expect(innocents.lines.map(({ cells }) => cells.map(({ plain }) => plain))).toEqual([
      ['200 to 400', '<0.01'],
      ['not known, up to everybody', 'not known, up to everybody'],
    ]);
  });

  test('the terminal says which is the protocol and which the rule', () => {
    const text = accountText(metrics);
    expect(text[0]).toBe(
      `${first!.name}, the protocol on the accounts of the run, from 3 matches: opened 4 of 5 offending and 0 of 15 innocent accounts.`,
    );
    expect(text[1]).toMatch(
      /the rule on 1 M accounts, from 30 matches: 2\/1000 .* of the offending accounts \(mean 5\); of 999 k innocent accounts at 71 entries: <0.01; .* up to everybody\.$/,
    );
    expect(terminalTable(metrics, undefined, { columns: 400, full: true })).toContain(text[1]);
  });

  test('CSV has every figure; without accounts there is no file', () => {
    const rows = csvTables(metrics)['accounts.csv']!.trim().split('\r\n');
    // A head, and for each strategy 2 of the run, 4 of the offenders and 8 bounds.
    expect(rows).toHaveLength(1 + 2 * 14);
    expect(csvTables(fixture())['accounts.csv']).toBeUndefined();
    expect(accountTables(fixture())).toEqual([]);
  });
});
