/** A threshold experiment, from its cells to metrics: accounts simulated in batches, then the real protocol, each step kept as it is done. */

import type { Run } from '../../harness/kind.ts';
import { runSteps, type Step } from '../../harness/step-run.ts';
import type { Timings } from '../../schema/run-record.ts';
import { canonicalJson, sha256Hex } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import type { ThresholdExperiment } from './experiment.ts';
import type { ThresholdMetrics } from './metrics.ts';
import type { ThresholdRow } from './rows.ts';
import { type CountCell, thresholdCells } from './score-cells.ts';
import type { AccountsTask, ProtocolResult, ProtocolTask } from './tasks.ts';

/** What a step of the protocol leaves beside its rows. */
interface ProtocolMemo extends Omit<ProtocolResult, 'rows'> {
  readonly setting: string;
}

/** Accounts that one task simulates. */
const batchSize = 50_000;

/** Random streams that are drawn from the seed; … stands for the id of a cell, and the batch. */
const streams = ['accounts/…/…', 'vouchers/…'];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runThreshold: Run<ThresholdExperiment, ThresholdRow, ThresholdMetrics> = async (options, kind) => {
  const { experiment, limit } = options;
  if (limit !== undefined)
    throw new UserError(`--limit is for experiments on pictures; '${experiment.name}' simulates accounts`);
  return runSteps(options, kind, {
    plan: async () => ({
      // There is no data but the experiment's own.
      dataset: { name: 'simulated accounts', sha256: sha256Hex(canonicalJson(experiment)) },
      notes: [],
      streams,
      phases: Object.entries(stepsOf(experiment)).map(([name, steps]) => ({ name, steps })),
    }),
    timings: timingsOf,
  });
};

function stepsOf(experiment: ThresholdExperiment): Record<string, Step<ProtocolMemo>[]> {
  const { seed, protocol } = experiment;
  const cells = thresholdCells(experiment);
  const batches = (of: readonly CountCell[], accounts: number): Step<ProtocolMemo>[] =>
    of.flatMap((cell) =>
      Array.from({ length: Math.ceil(accounts / batchSize) }, (_, batch): Step<ProtocolMemo> => {
        const task: AccountsTask = { seed, cell, batch, accounts: Math.min(batchSize, accounts - batch * batchSize) };
        return {
          name: `accounts ${cell.id} ${batch}`,
          work: async (pool) => ({ rows: [await pool.run<ThresholdRow>('simulateAccounts', task)], memo: null }),
        };
      }),
    );
  const vouchers = cells.protocol.map((cell): Step<ProtocolMemo> => {
    const task: ProtocolTask = { seed, cell, protocol };
    return {
      name: `vouchers ${cell.id}`,
      async work(pool) {
        const { rows, ...spent } = await pool.run<ProtocolResult>('runProtocol', task);
        return { rows, memo: { ...spent, setting: settingName(cell) } };
      },
    };
  });
  return {
    'offending accounts': batches(cells.offenders, experiment.offenders.accounts),
    'innocent accounts': batches(cells.innocents, experiment.innocents.accounts),
    'counts below the threshold': batches(cells.knowledge, experiment.knowledge.accounts),
    'the real protocol': vouchers,
  };
}

/** How timings name a setting of the protocol. */
export const settingName = ({ threshold, synthetic }: { threshold: number; synthetic: boolean }): string =>
  `t = ${threshold}${synthetic ? ', synthetic vouchers' : ''}`;

const timingsOf = (phases: Readonly<Record<string, number>>, memos: readonly ProtocolMemo[]): Timings => ({
  phases,
  perMessageMillis: Object.fromEntries(
    memos.map(({ setting, makeMillis, testMillis }) => [
      setting,
      { senderMedian: makeMillis, otherRolesMedian: testMillis },
    ]),
  ),
  hashMillis: {},
  classifyMillis: null,
  decodeMillis: 0,
  detectMillis: Object.fromEntries(memos.map(({ setting, detectMillis }) => [setting, detectMillis])),
});
