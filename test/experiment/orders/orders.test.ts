/** Runs on orders: counts are those of the court's view, the same for the same seed, and refusals and mistakes are said in one sentence. */
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { schemaText } from '../../../src/cli/schema.ts';
import { projectRoot } from '../../../src/disk/project.ts';
import { type OrdersExperiment, toTime } from '../../../src/experiment/orders/experiment.ts';
import { checkOrders } from '../../../src/experiment/orders/kind.ts';
import { OrdersMetrics } from '../../../src/experiment/orders/metrics.ts';
import { answersTable, openedTable, ordersParts } from '../../../src/experiment/orders/report.ts';
import { OrderRow } from '../../../src/experiment/orders/rows.ts';
import { ordersTasks } from '../../../src/experiment/orders/run.ts';
import { ordersMetrics } from '../../../src/experiment/orders/score.ts';
import { messagesOf, ordersOf, serveOrders } from '../../../src/experiment/orders/tasks.ts';
import { metadataFindings } from '../../../src/harness/metadata-findings.ts';
import { check } from '../../../src/schema/check.ts';
import { strategies } from '../../../src/strategy/index.ts';
import { UserError } from '../../../src/util/errors.ts';
import { yamlValue } from '../../../src/util/plain-data.ts';
import { presend } from '../../cli/presend.ts';
import { testFolder } from '../../harness/tiny.ts';

const shipped = yamlValue(readFileSync(join(projectRoot, 'experiments/orders/experiment.yaml'), 'utf8'), 'Experiment');
const experiment: OrdersExperiment = {
  ...checkOrders(shipped, 'Experiment'),
  strategies: ['server-scan', 'e2ee', 'split-escrow', 'ghost', 'client-list'],
  accounts: 4,
  messages: 60,
  messagesPerDay: { value: 1, source: 'assumed' },
  retentionDays: [10, 1000],
  orders: { backDays: 20, aheadDays: 15 },
  contentBytes: 64,
  paddingBytes: 128,
};

let rows: OrderRow[];
let metrics: OrdersMetrics;
beforeAll(async () => {
  rows = (await Promise.all(ordersTasks(experiment).map(serveOrders))).flat();
  metrics = ordersMetrics(rows, experiment);
});
const of = (strategy: string, demand: string, days = 1000) =>
  metrics.served.find((each) => each.strategy === strategy && each.demand === demand && each.retentionDays === days)!;

describe('what orders open', () => {
  test('follows from the strategy, the kind of order and the retention', () => {
    const some = rows.filter(({ strategy, demand }) => strategy === 'e2ee' && demand === 'stored');
    const sent = some.reduce((sum, { sentBefore }) => sum + sentBefore, 0);
    const later = some.reduce((sum, { sentAfter }) => sum + sentAfter, 0);
    expect(Math.min(sent, later)).toBeGreaterThan(10);
    for (const strategy of ['server-scan', 'split-escrow']) {
      expect(of(strategy, 'stored').before).toMatchObject({ k: sent, n: sent });
      expect(of(strategy, 'stored').after.k).toBe(0);
      // Half of the period is kept.
      const short = of(strategy, 'stored', 10).before;
      expect(short.k).toBeGreaterThan(0);
      expect(short.k).toBeLessThan(sent);
      expect(of(strategy, 'real-time').after).toMatchObject({ k: later, n: later });
    }
    expect(of('ghost', 'stored')).toMatchObject({ complied: 0, before: { k: 0 }, after: { k: 0 } });
    expect(of('ghost', 'real-time')).toMatchObject({ complied: 4, before: { k: 0 }, after: { k: later } });
    for (const strategy of ['e2ee', 'client-list'])
      for (const demand of ['stored', 'real-time'])
        expect(of(strategy, demand)).toMatchObject({ complied: 0, before: { k: 0 }, after: { k: 0 }, delayDays: null });
    for (const strategy of experiment.strategies)
      expect(of(strategy, 'metadata')).toMatchObject({
        complied: 4,
        before: { k: 0 },
        after: { k: 0 },
        records: { k: later, n: later },
        delayDays: 0,
      });
  });

  test('the kept share is that of the messages of the last days before the service', () => {
    const sent = messagesOf(experiment);
    for (const { account, served, from } of ordersOf(experiment).filter(({ demand }) => demand === 'stored')) {
      const own = sent.filter((each) => each.sender === account && each.sentAt >= from && each.sentAt < served);
      const row = rows.find(
        (each) =>
          each.strategy === 'server-scan' &&
          each.demand === 'stored' &&
          each.account === account &&
          each.retentionDays === 10,
      )!;
      expect(row.openedBefore).toBe(own.filter(({ sentAt }) => sentAt >= served - 10).length);
      expect(row.from).toBe(Math.max(0, served - toTime(experiment, 20)));
    }
  });

  test('nothing outside the order, nothing sealed, and bystanders are others', () => {
    for (const row of rows) {
      check(OrderRow, row, 'Row');
      expect([row.outside, row.sealed]).toEqual([0, 0]);
      expect(row.bystanders).toBeLessThan(experiment.accounts);
      expect(row.able).toBe(row.reason === null);
      expect(row.delays.length).toBe(row.openedBefore + row.openedAfter + row.records);
    }
  });

  test('the same seed gives the same rows, another seed other ones', async () => {
    const task = ordersTasks(experiment).find(({ strategy }) => strategy === 'ghost')!;
    const again = await serveOrders(task);
    expect(again).toEqual(rows.filter(({ strategy }) => strategy === 'ghost'));
    expect(await serveOrders({ ...task, experiment: { ...experiment, seed: 1 } })).not.toEqual(again);
  });
});

describe('the reports', () => {
  test('metrics fit their schema, and tables have a line for each strategy', () => {
    check(OrdersMetrics, metrics, 'Metrics');
    const findings = metadataFindings();
    const { lines, foot } = openedTable(metrics, findings);
    expect(lines).toHaveLength(experiment.strategies.length);
    // The one that scans no message, in words.
    expect(foot).toMatchObject({ name: 'S12 metadata-signals' });
    expect(foot!.text).toContain(`run ${findings.run.runId} of metadata`);
    const refused = answersTable(metrics).lines.find(({ name }) => name === 'S1 e2ee')!;
    expect(refused.cells.map(({ plain }) => plain.split(':')[0])).toEqual(['refuses', 'refuses', 'complies']);
    const { findings: answers, csv } = ordersParts(metrics, findings);
    expect(answers.map(({ text }) => text).join(' ')).toContain('under server-scan and split-escrow, as far back');
    expect(csv['orders.csv']!.split('\r\n')).toHaveLength(metrics.served.length * 3 + 2);
  });

  test('no rows are no metrics', () => {
    expect(() => ordersMetrics([], experiment)).toThrow("The run of 'orders' has no rows of orders");
  });
});

describe('the experiment', () => {
  test('serves every strategy, with each retention where it matters', () => {
    const all = checkOrders(shipped, 'Experiment');
    expect(all.strategies.toSorted()).toEqual(Object.keys(strategies).toSorted());
    const kept = ordersTasks(all).filter(({ strategy }) => strategy === 'server-scan');
    expect(kept.map(({ retentionDays }) => retentionDays)).toEqual(all.retentionDays);
    expect(ordersTasks(all).filter(({ strategy }) => strategy === 'e2ee')).toHaveLength(1);
  });

  test.each<[string, object, string]>([
    [
      'a period longer than the run',
      { orders: { backDays: 1000, aheadDays: 1 } },
      '/orders/backDays: 1000 days are 1000 messages',
    ],
    ['a period of no message', { orders: { backDays: 1, aheadDays: 0.1 } }, '/orders/aheadDays'],
    ['an unknown strategy', { strategies: ['escrows'] }, 'Did you mean escrow?'],
    [
      'a quorum above the holders',
      { protocols: { ...experiment.protocols, escrowHolders: 2, escrowQuorum: 3 } },
      'at most escrowHolders',
    ],
    ['two accounts', { accounts: 2 }, '/accounts'],
  ])('%s is one sentence', (_, changes, words) => {
    let message = '';
    try {
      checkOrders({ ...experiment, ...changes }, 'Experiment');
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      message = (error as Error).message;
    }
    expect(message).toContain(words);
    expect(message).not.toContain('\n');
  });

  test('experiments/orders.schema.json is what the command prints', () => {
    const file = readFileSync(join(projectRoot, 'experiments/orders.schema.json'), 'utf8');
    expect(file, 'run: npx presend schema orders > experiments/orders.schema.json').toBe(`${schemaText('orders')}\n`);
  });

  test('runs from the command line, and gives the same metrics again', async () => {
    const folder = await testFolder();
    const file = join(folder, 'small.yaml');
    const small = { ...experiment, strategies: ['server-scan', 'e2ee'], messages: 30, retentionDays: [10] };
    await writeFile(file, stringify(small));
    const metricsIn = async (out: string): Promise<string> => {
      const ran = await presend('run', file, '--out', join(folder, out), '--threads', '1');
      expect([ran.code, ran.out]).toEqual([0, expect.stringContaining('What each kind of order opens')]);
      return await readFile(join(folder, out, 'metrics.json'), 'utf8');
    };
    expect(await metricsIn('one')).toBe(await metricsIn('other'));
  }, 60_000);
});
