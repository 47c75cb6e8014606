/** Every strategy on several cohorts of accounts, against the same messages in one deployment. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import type { Cohort } from '../../../src/harness/scenario/cohorts.ts';
import { runStrategy } from '../../../src/harness/scenario/strategy-task.ts';
import type { MessageRow, ViewRow } from '../../../src/schema/observation.ts';
import { ofType } from '../../../src/schema/row.ts';
import { foundByComparing, joinAlike } from '../../../src/score/alike.ts';
import { strategies } from '../../../src/strategy/index.ts';
import { quickStrategies } from '../../helpers/slow.ts';
import { experimentWith, scratch, tiny } from '../tiny.ts';
import { type MadeUp, madeUpRun } from './made-up.ts';

/**
 * Without what devices draw at random to hide what they ask: noise in buckets and synthetic matches come from the stream of a deployment, so
 * they fall on other messages.
 */
const experiment = experimentWith({
  messages: {
    accounts: 20,
    offendingAccounts: 8,
    orderedAccounts: 2,
    protocols: { ...tiny.messages.protocols, bucketNoise: 0, syntheticShare: 0 },
  },
});

let run: MadeUp;
let cohorts: readonly Cohort[];
let joined: Cohort;
beforeAll(async () => {
  const folder = await scratch();
  run = await madeUpRun(experiment, 120, folder.path);
  ({ cohorts, joined } = run.cohorts(60));
  return folder.remove;
});

const rowsOf = async (strategy: string, cohort: Cohort): Promise<TradeoffRow[]> =>
  (await runStrategy(run.taskOf(strategy, cohort))).rows as TradeoffRow[];

/** A picture without a hash gets a random query, where a missing one would reveal it: the answer's length is random. */
const withoutRandomBytes = (row: MessageRow): MessageRow =>
  row.outcome.state === 'scored' && row.outcome.scanned === 'refused'
    ? { ...row, outcome: { ...row.outcome, sentBytes: 0, receivedBytes: 0 } }
    : row;
const byMessage = (rows: readonly TradeoffRow[]): MessageRow[] =>
  ofType(rows, 'message')
    .map(withoutRandomBytes)
    .sort((a, b) => Number(a.message > b.message) - Number(a.message < b.message));

/**
 * The view rows of all cohorts together, but for what devices learn of the list: each deployment has a list of its own. A role that finds
 * nothing, and for which nothing is declared, has no row in some cohorts.
 */
function counted(rows: readonly TradeoffRow[]): Record<string, Pick<ViewRow, 'allowed' | 'found' | 'outside'>> {
  const sums = new Map<string, Pick<ViewRow, 'allowed' | 'found' | 'outside' | 'alike'>>();
  for (const { role, when, knowledge, declared, allowed, found, outside, alike } of ofType(rows, 'view')) {
    if (role === 'sender') continue;
    const key = `${role} ${when} ${knowledge} ${declared}`;
    const sum = sums.get(key);
    sums.set(key, {
      allowed: (sum?.allowed ?? 0) + allowed,
      found: (sum?.found ?? 0) + found,
      outside: (sum?.outside ?? 0) + outside,
      alike: [...joinAlike(sum?.alike, alike)],
    });
  }
  const all = [...sums].map(([key, { allowed, found, outside, alike = [] }]) => {
    const compared = foundByComparing(alike);
    return [key, { allowed, found: found + compared.found, outside: outside + compared.outside }] as const;
  });
  return Object.fromEntries(all.filter(([, { allowed, found }]) => allowed + found > 0));
}

test('there are several cohorts, and an order for one that is not the first', () => {
  expect(cohorts.length).toBeGreaterThan(2);
  expect(joined.messages.length).toBe(joined.total);
});

describe.each(quickStrategies(Object.keys(strategies)))('%s', (name) => {
  test('gives every message the same outcome as in one deployment, and its views hold as much', async () => {
    const first = await rowsOf(name, cohorts[0]!);
    const several = [...first];
    for (const cohort of cohorts.slice(1)) several.push(...(await rowsOf(name, cohort)));
    const one = await rowsOf(name, joined);
    expect(byMessage(several)).toEqual(byMessage(one));
    expect(counted(several)).toEqual(counted(one));
    const numbered = (type: 'deployment' | 'traffic' | 'view') =>
      new Set(ofType(several, type).map(({ cohort }) => cohort ?? 1));
    const numbers = cohorts.map(({ number }) => number);
    for (const type of ['deployment', 'traffic', 'view'] as const) expect([...numbered(type)]).toEqual(numbers);
    // Attacks are made on the first cohort, which sends every picture with a second copy.
    expect(ofType(several, 'attack')).toEqual(ofType(first, 'attack'));
  });
});
