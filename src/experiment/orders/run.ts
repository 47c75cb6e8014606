/** A run on orders: one step for each strategy and retention. */
import type { Run } from '../../harness/kind.ts';
import { runSteps, type Step } from '../../harness/step-run.ts';
import { strategyByName } from '../../strategy/index.ts';
import { canonicalJson, sha256Hex } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import type { OrdersExperiment } from './experiment.ts';
import type { OrdersMetrics } from './metrics.ts';
import type { OrderRow } from './rows.ts';
import type { OrdersTask } from './tasks.ts';

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = ['orders/messages', 'orders/contents', 'orders/service', 'orders/list', 'orders/keys/…'];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runOrders: Run<OrdersExperiment, OrderRow, OrdersMetrics> = async (options, kind) => {
  const { experiment, limit } = options;
  if (limit !== undefined)
    throw new UserError(`--limit is for experiments on pictures; '${experiment.name}' makes its messages (/messages)`);
  return runSteps<OrdersExperiment, OrderRow, OrdersMetrics, null>(options, kind, {
    plan: async () => ({
      // There is no data but what the experiment makes.
      dataset: { name: 'random contents', sha256: digestOf(experiment) },
      notes: [],
      streams,
      phases: [
        {
          name: 'orders',
          steps: ordersTasks(experiment).map(
            (task): Step<null> => ({
              name: `${task.strategy} ${task.retentionDays}`,
              weight: strategyByName(task.strategy).weight ?? 1,
              async work(pool) {
                return { rows: await pool.run<OrderRow[]>('serveOrders', task), memo: null };
              },
            }),
          ),
        },
      ],
    }),
    timings: (phases) => ({
      phases: { ...phases },
      perMessageMillis: {},
      hashMillis: {},
      classifyMillis: null,
      decodeMillis: 0,
    }),
  });
};

const digestOf = ({ seed, accounts, messages, contentBytes }: OrdersExperiment): string =>
  sha256Hex(canonicalJson({ seed, accounts, messages, contentBytes }));

/** Every strategy at every retention; where nothing is kept that an order could open, at the longest alone. */
export const ordersTasks = (experiment: OrdersExperiment): OrdersTask[] =>
  experiment.strategies.flatMap((strategy) => {
    const { clear, escrow } = strategyByName(strategy).design;
    const { retentionDays } = experiment;
    const run = clear || escrow ? retentionDays : [Math.max(...retentionDays)];
    return run.map((days): OrdersTask => ({ experiment, strategy, retentionDays: days }));
  });
