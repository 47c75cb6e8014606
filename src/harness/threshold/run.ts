/** A threshold experiment, from its cells to metrics: accounts simulated in batches, then the real protocol, each step kept as it is done. */
import { join } from 'node:path';
import type { Observation } from '../../schema/observation.ts';
import type { RunRecord, Timings } from '../../schema/run-record.ts';
import type { ThresholdExperiment } from '../../schema/threshold.ts';
import type { ThresholdMetrics } from '../../schema/threshold-metrics.ts';
import { wallClock } from '../../util/clock.ts';
import { canonicalJson, sha256Hex } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { inOrder } from '../in-order.ts';
import { RunLog, readObservations } from '../log.ts';
import { type Pool, startPool } from '../pool.ts';
import type { RunOptions } from '../run-context.ts';
import { makeFolder, openRecord, partialFolder, runFiles, writeJson } from '../run-folder.ts';
import { thresholdMetrics } from '../score/threshold.ts';
import type { AccountsTask } from './accounts.ts';
import { type CountCell, thresholdCells } from './cells.ts';
import type { ProtocolResult, ProtocolTask } from './protocol.ts';

/** A finished threshold experiment. */
export interface FinishedThreshold {
  readonly folder: string;
  readonly metrics: ThresholdMetrics;
  readonly record: RunRecord;
  readonly timings: Timings;
}

/** What a step of the protocol leaves beside its rows. */
interface ProtocolMemo extends Omit<ProtocolResult, 'rows'> {
  readonly setting: string;
}

/** One entry of the log. */
interface Step {
  readonly name: string;
  work(pool: Pool): Promise<{ readonly rows: readonly Observation[]; readonly memo: ProtocolMemo | null }>;
}

/** Accounts that one task simulates. */
const batchSize = 50_000;

/** Random streams that are drawn from the seed; … stands for the id of a cell, and the batch. */
const streams = ['accounts/…/…', 'vouchers/…'];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export async function runThreshold(options: RunOptions<ThresholdExperiment>): Promise<FinishedThreshold> {
  const { experiment, out, limit, onProgress, signal } = options;
  if (limit !== undefined)
    throw new UserError(`--limit is for experiments on pictures; '${experiment.name}' simulates accounts`);
  await makeFolder(options);
  const pool = startPool(options.threads);
  try {
    const log = await RunLog.open(out, partialFolder(out));
    const record = await openRecord({
      ...options,
      // There is no data but the experiment's own.
      dataset: { name: 'simulated accounts', sha256: sha256Hex(canonicalJson(experiment)) },
      notes: [],
      streams,
      threads: pool.threads,
      begun: log.done.length > 0,
    });
    const phases: Record<string, number> = {};
    const already = new Set(log.done.map(({ task }) => task));
    for (const [phase, steps] of Object.entries(stepsOf(experiment))) {
      const start = wallClock();
      const left = steps.filter(({ name }) => !already.has(name));
      let count = steps.length - left.length;
      onProgress(phase, count, steps.length);
      await inOrder(
        left,
        pool.threads * 2,
        (step) => step.work(pool),
        async ({ rows, memo }, { name }) => {
          await log.append(name, rows, memo);
          onProgress(phase, ++count, steps.length);
        },
        signal,
      );
      phases[phase] = wallClock() - start;
    }
    const start = wallClock();
    const metrics = thresholdMetrics(await readObservations(out), experiment);
    phases.metrics = wallClock() - start;
    const timings = timingsOf(
      phases,
      log.done.flatMap(({ memo }) => (memo ? [memo as ProtocolMemo] : [])),
    );
    await writeJson(join(out, runFiles.metrics), metrics);
    await writeJson(join(out, runFiles.timings), timings);
    await writeJson(join(out, runFiles.record), record);
    await log.close();
    return { folder: out, metrics, record, timings };
  } finally {
    await pool.close();
  }
}

function stepsOf(experiment: ThresholdExperiment): Record<string, Step[]> {
  const { seed, protocol } = experiment;
  const cells = thresholdCells(experiment);
  const batches = (of: readonly CountCell[], accounts: number): Step[] =>
    of.flatMap((cell) =>
      Array.from({ length: Math.ceil(accounts / batchSize) }, (_, batch): Step => {
        const task: AccountsTask = { seed, cell, batch, accounts: Math.min(batchSize, accounts - batch * batchSize) };
        return {
          name: `accounts ${cell.id} ${batch}`,
          work: async (pool) => ({ rows: [await pool.run<Observation>('simulateAccounts', task)], memo: null }),
        };
      }),
    );
  const vouchers = cells.protocol.map((cell): Step => {
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
