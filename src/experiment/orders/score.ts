/** From rows to what each kind of order opens on each strategy. */
import { proportion } from '../../metric/proportion.ts';
import { median, medianOrZero } from '../../metric/quantile.ts';
import { Demand } from '../../schema/packet.ts';
import { rounded } from '../../score/rounded.ts';
import { strategyByName } from '../../strategy/index.ts';
import { UserError } from '../../util/errors.ts';
import type { OrdersExperiment } from './experiment.ts';
import type { OrdersMetrics, ServedMetrics } from './metrics.ts';
import type { OrderRow } from './rows.ts';

const limits = [
  'An order covers what an account sends, not what it receives. In law a wiretap covers both.',
  'Contents are random bytes and none is listed: what a provider got from a scan, such as a reported picture, is not part of an order here. The power experiment counts it.',
  'Providers comply with every order that they can. Whether one is lawful, narrow or right is no question of this run.',
  'Times are logical, one message at each; how many a day is an assumption of the experiment. A court, a provider and a lawyer take days that no message shows.',
  'Orders of one run share its messages; intervals take the messages as independent.',
];

/** Metrics of a run on orders: a pure function of its rows and its experiment. */
export function ordersMetrics(rows: readonly OrderRow[], experiment: OrdersExperiment): OrdersMetrics {
  if (rows.length === 0) throw new UserError(`The run of '${experiment.name}' has no rows of orders`);
  const { name, question, seed, accounts, messages, messagesPerDay, retentionDays, orders, strategies } = experiment;
  const cells = new Map<string, OrderRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.strategy, row.retentionDays, row.demand]);
    cells.set(key, [...(cells.get(key) ?? []), row]);
  }
  const served = strategies.flatMap((strategy) =>
    retentionDays.flatMap((days) =>
      Demand.enum.flatMap((demand) => {
        const of = cells.get(JSON.stringify([strategy, days, demand]));
        return of ? [servedMetrics(of, messagesPerDay.value)] : [];
      }),
    ),
  );
  return rounded({
    schemaVersion: 1,
    kind: 'orders',
    experiment: name,
    question,
    seed,
    accounts,
    messages,
    days: messages / messagesPerDay.value,
    messagesPerDay,
    retentionDays,
    backDays: orders.backDays,
    aheadDays: orders.aheadDays,
    served,
    limits,
  } satisfies OrdersMetrics);
}

function servedMetrics(rows: readonly OrderRow[], perDay: number): ServedMetrics {
  const { strategy, retentionDays, demand } = rows[0]!;
  const sum = (of: (row: OrderRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const [before, after] = [sum((row) => row.sentBefore), sum((row) => row.sentAfter)];
  const days = (times: readonly number[]): number | null => (times.length > 0 ? median(times) / perDay : null);
  return {
    strategy,
    id: strategyByName(strategy).id,
    retentionDays,
    demand,
    orders: rows.length,
    complied: rows.filter(({ able }) => able).length,
    reasons: [...new Set(rows.flatMap(({ reason }) => reason ?? []))],
    before: proportion(
      sum((row) => row.openedBefore),
      before,
    ),
    after: proportion(
      sum((row) => row.openedAfter),
      after,
    ),
    records: proportion(
      sum((row) => row.records),
      after,
    ),
    sealed: sum((row) => row.sealed),
    outside: sum((row) => row.outside),
    bystanders: sum((row) => row.bystanders) / rows.length,
    bytes: medianOrZero(rows.map(({ bytes }) => bytes)),
    delayDays: days(rows.flatMap(({ delays }) => delays)),
    firstDays: days(rows.flatMap(({ first }) => first ?? [])),
  };
}
