/** Experiments on court orders, which make their messages and need no pictures. */
import type { Kind } from '../../harness/kind.ts';
import { metadataFindings } from '../../harness/metadata-findings.ts';
import { check } from '../../schema/check.ts';
import { Demand } from '../../schema/packet.ts';
import { everyRow } from '../../schema/row.ts';
import { strategyByName } from '../../strategy/index.ts';
import { UserError } from '../../util/errors.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { OrdersExperiment, toTime } from './experiment.ts';
import { OrdersMetrics } from './metrics.ts';
import { type OrderRow, orderRows } from './rows.ts';
import { ordersMetrics } from './score.ts';

/** Files whose kind is 'orders'. */
export const orders: Kind<OrdersExperiment, OrderRow, OrdersMetrics> = {
  name: 'orders',
  experiment: OrdersExperiment,
  rows: orderRows,
  metrics: OrdersMetrics,
  onPictures: false,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  check: checkOrders,
  score: async (rows, { experiment }) => ordersMetrics(await everyRow(rows), experiment),
  async report() {
    const { ordersParts } = await import('./report.ts');
    const findings = metadataFindings();
    return (metrics) => ordersParts(metrics, findings);
  },
  run: async () => (await import('./run.ts')).runOrders,
  extent({ kind, strategies, accounts, messages, retentionDays }) {
    return {
      facts: [
        ['kind', kind],
        ['messages', messages],
        ['orders', `${accounts * Demand.enum.length} on ${strategies.length} strategies`],
        ['retention', `${retentionDays.join(', ')} days`],
      ],
      json: { kind, messages, orders: accounts * Demand.enum.length, strategies, retentionDays },
      hashes: 0,
      edits: 0,
      strategies: strategies.length,
    };
  },
};

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkOrders(value: unknown, what: string): OrdersExperiment {
  const experiment = check(OrdersExperiment, value, what);
  for (const name of experiment.strategies) strategyByName(name);
  const { orders: period, messages, protocols } = experiment;
  for (const name of ['backDays', 'aheadDays'] as const)
    if (toTime(experiment, period[name]) < 1 || toTime(experiment, period[name]) >= messages)
      throw new UserError(
        `${what} at /orders/${name}: ${period[name]} days are ${toTime(experiment, period[name])} messages; expected at least 1 and fewer than the ${messages} of the run`,
      );
  if (protocols.escrowQuorum > protocols.escrowHolders)
    throw new UserError(
      `${what} at /protocols/escrowQuorum: expected at most escrowHolders, ${protocols.escrowHolders}, but received ${protocols.escrowQuorum}`,
    );
  return experiment;
}
