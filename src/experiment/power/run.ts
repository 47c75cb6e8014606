/** A power experiment, from its pictures to metrics: each strategy on the same scene, and the simulations of gossip and audits beside it. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AssignedPicture, assign } from '../../dataset/assign.ts';
import { digestOf } from '../../dataset/dataset.ts';
import { openDataset } from '../../dataset/open.ts';
import type { Run } from '../../harness/kind.ts';
import type { Pool } from '../../harness/pool.ts';
import { openingDataset, type RunOptions } from '../../harness/run-context.ts';
import { partialFolder } from '../../harness/run-folder.ts';
import { labelIndex } from '../../harness/scenario/check.ts';
import type { Hashed, PictureResult } from '../../harness/scenario/picture-task.ts';
import { cellId, messageHashes, type PictureTask } from '../../harness/scenario/plan.ts';
import { pictureRows } from '../../harness/scenario/rows.ts';
import { buildLists } from '../../harness/scenario/scan-run.ts';
import { mustWork } from '../../harness/scoring/probe.ts';
import { type Phase, phaseTimings, runSteps, type Step, type StepPlan } from '../../harness/step-run.ts';
import type { PictureMemo } from '../../harness/timings.ts';
import { binary } from '../../match/format/binary.ts';
import type { HashUse } from '../../role/world.ts';
import { classifierThreshold, hashThreshold } from '../../score/thresholds.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { Experiment } from '../tradeoff/experiment.ts';
import type { PowerExperiment } from './experiment.ts';
import type { PowerMetrics } from './metrics.ts';
import type { AnyPowerRow, SceneRow } from './rows.ts';
import { type HiddenTarget, scanOf, sceneOf, sceneTasks } from './scene.ts';
import type { PowerTask } from './stage.ts';
import type { AuditTask, GossipTask } from './tasks.ts';

type Memo = Pick<PictureMemo, 'model'>;

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = ['assign/…', 'power/hidden', 'power/messages', 'power/keys/…', 'power/gossip/…', 'power/audit/…'];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runPowers: Run<PowerExperiment, AnyPowerRow, PowerMetrics> = (options, kind) =>
  runSteps(options, kind, {
    plan,
    timings: phaseTimings,
    networks: (memos) => ({
      models: [...new Map(memos.map(({ model }) => [model.sha256, model])).values()].map(({ sha256 }) => ({
        name: options.experiment.messages.classifier,
        sha256,
      })),
      classifierBackend: [...new Set(memos.map(({ model }) => model.backend))].join(', ') || 'none',
    }),
  });

async function plan(options: RunOptions<PowerExperiment>, pool: Pool): Promise<StepPlan<Memo, AnyPowerRow>> {
  const { experiment, out } = options;
  const scan = scanOf(experiment);
  const { seed, assignment } = scan;
  const { name, pictures: count, sha256 } = scan.dataset;
  const dataset = await openDataset(name, {
    seed,
    ...(count === undefined ? {} : { pictures: count }),
    ...openingDataset(options),
    orient: scan.dataset.orient,
  });
  if (sha256 !== undefined && sha256 !== dataset.sha256)
    throw new UserError(
      `Expected dataset ${sha256} for experiment '${scan.name}' but '${dataset.name}' has sha256 ${dataset.sha256}; use the pictures that it names, or take the line out`,
    );
  const limit = options.limit === undefined ? {} : { limit: options.limit };
  const { pictures, notes: drawn } = assign(dataset.pictures, { seed, ...assignment, ...limit });
  const notes = [...dataset.notices, ...drawn];
  // A network that is missing or gives no scores is found out before the work on all pictures, not after it.
  await mustWork(pool, { classifiers: [scan.messages.classifier] });
  const lists = await buildLists(scan, pictures, pool, { ...options, experiment: scan });
  const hidden = await hiddenTargets(experiment, scan, pictures, pool);
  const scratch = partialFolder(out);
  const tasks = sceneTasks(scan, pictures, hidden, scratch);
  const cell = (of: Record<string, unknown>): string => cellId(scan, digestOf(pictures), of);
  const listPaths = await writeLists(scan, lists, scratch);
  const listEntries = lists.get(scan.messages.hash)!.list.entries.length;
  return {
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    notes,
    streams,
    refused: dataset.refused,
    phases: [
      {
        name: 'pictures',
        steps: tasks.map((task) => pictureStep(task, (result) => pictureRows(task, result, lists, cell))),
      },
      {
        name: 'strategies',
        steps: (rows) => strategySteps(scan, tasks, hidden, rows, { listPaths, listEntries, scratch, cell }),
      },
      ...simulations(experiment),
    ],
  };
}

/** What the insider looks for: innocent evaluation pictures, of different groups, that have every hash. */
async function hiddenTargets(
  { hidden, seed }: PowerExperiment,
  scan: Experiment,
  pictures: readonly AssignedPicture[],
  pool: Pool,
): Promise<HiddenTarget[]> {
  const names = messageHashes(scan);
  const candidates = pictures.filter(({ content, split }) => content === 'innocent' && split === 'evaluation');
  const found: HiddenTarget[] = [];
  const groups = new Set<string>();
  for (const picture of seededRng(seed, 'power/hidden').shuffle(candidates)) {
    if (found.length === hidden.pictures) break;
    if (groups.has(picture.group)) continue;
    const hashed = await pool.run<Record<string, Hashed>>('hashOriginal', { picture, hashes: Object.values(names) });
    const hashes = hexOf(names, hashed);
    if (!hashes) continue;
    groups.add(picture.group);
    found.push({ id: picture.id, hashes });
  }
  if (found.length < hidden.pictures)
    throw new UserError(
      `Expected ${hidden.pictures} innocent pictures to hide in the list but the dataset has ${found.length} that can be hashed; take more pictures, or hide fewer`,
    );
  return found;
}

/** Every hash as hex, or undefined where one was refused. */
function hexOf(
  names: Readonly<Record<HashUse, string>>,
  hashed: Readonly<Record<string, Hashed>>,
): Record<HashUse, string> | undefined {
  const { near, equality, second } = {
    near: hashed[names.near]!,
    equality: hashed[names.equality]!,
    second: hashed[names.second]!,
  };
  return near.state === 'hashed' && equality.state === 'hashed' && second.state === 'hashed'
    ? { near: near.hex, equality: equality.hex, second: second.hex }
    : undefined;
}

async function writeLists(
  scan: Experiment,
  lists: Awaited<ReturnType<typeof buildLists>>,
  scratch: string,
): Promise<Record<HashUse, string>> {
  const names = messageHashes(scan);
  const write = async (use: HashUse): Promise<string> => {
    const path = join(scratch, `${use}.list`);
    await writeFile(path, binary.write(lists.get(names[use])!.list));
    return path;
  };
  return { near: await write('near'), equality: await write('equality'), second: await write('second') };
}

const pictureStep = (task: PictureTask, rowsOf: (result: PictureResult) => readonly AnyPowerRow[]): Step<Memo> => ({
  name: `picture ${task.picture.id}`,
  async work(pool) {
    const result = await pool.run<PictureResult>('workOnPicture', task);
    return { rows: rowsOf(result), memo: result.state === 'done' ? { model: result.model } : null };
  },
});

interface Surroundings {
  readonly listPaths: Record<HashUse, string>;
  readonly listEntries: number;
  readonly scratch: string;
  cell(of: Record<string, unknown>): string;
}

/** The scene, then one step a strategy; thresholds are those that calibration pictures gave. */
function strategySteps(
  scan: Experiment,
  tasks: readonly PictureTask[],
  hidden: readonly HiddenTarget[],
  rows: readonly AnyPowerRow[],
  { listPaths, listEntries, scratch, cell }: Surroundings,
): Step<Memo>[] {
  const seen = new Set(rows.flatMap((row) => (row.row === 'classify' ? [row.picture] : [])));
  const usable = tasks.filter(({ picture }) => seen.has(picture.id));
  const lost = hidden.find(({ id }) => !seen.has(id));
  if (lost) throw new Error(`The hidden target ${lost.id} could be hashed but not sent`);
  const label = labelIndex(scan);
  const { hash, secondHash } = scan.messages;
  const shared: Omit<PowerTask, 'cell' | 'strategy'> = {
    scan,
    scene: sceneOf(scan, usable, hidden),
    hidden,
    thresholdBits: {
      near: hashThreshold(rows, scan, hash, true).bits,
      equality: 0,
      second: hashThreshold(rows, scan, secondHash, true).bits,
    },
    thresholdScore: classifierThreshold(rows, scan, label).score,
    label,
    listPaths,
    scratch,
    pictures: Object.fromEntries(
      usable.map(({ index, picture: { id, content, split } }) => [index, { id, content, split }]),
    ),
  };
  return [
    { name: 'scene', work: async () => ({ rows: [sceneRow(shared, listEntries)], memo: null }) },
    ...scan.grid.strategy.map((strategy): Step<Memo> => {
      const task: PowerTask = { ...shared, strategy, cell: cell({ power: strategy }) };
      return {
        name: `strategy ${strategy}`,
        work: async (pool) => ({ rows: await pool.run<AnyPowerRow[]>('runPower', task), memo: null }),
      };
    }),
  ];
}

function sceneRow(task: Omit<PowerTask, 'cell' | 'strategy'>, listEntries: number): SceneRow {
  const { scene, hidden, pictures, thresholdBits, thresholdScore } = task;
  const wanted = new Set(hidden.map(({ id }) => id));
  const sent = { hidden: 0, listed: 0, near: 0, new: 0, innocent: 0 };
  for (const { picture } of scene.messages) {
    const { id, content } = pictures[picture]!;
    sent[wanted.has(id) ? 'hidden' : content]++;
  }
  return {
    row: 'power-scene',
    messages: scene.messages.length,
    moment: scene.moment,
    accounts: scene.accounts.length,
    target: scene.target,
    hidden: hidden.length,
    sent,
    listEntries,
    thresholdBits: { near: thresholdBits.near, second: thresholdBits.second },
    thresholdScore,
  };
}

/** What needs no pictures. */
function simulations({ seed, gossip, audit }: PowerExperiment): Phase<Memo, AnyPowerRow>[] {
  const step = <T>(name: string, worker: string, task: T): Step<Memo> => ({
    name,
    work: async (pool) => ({ rows: [await pool.run<AnyPowerRow>(worker, task)], memo: null }),
  });
  const gossips = gossip.shares.flatMap((share) =>
    gossip.stale.flatMap((stale) =>
      gossip.clients.map((clients): GossipTask => ({ seed, share, clients, stale, trials: gossip.trials })),
    ),
  );
  return [
    {
      name: 'gossip',
      steps: gossips.map((task) => step(`gossip ${task.share} ${task.stale} ${task.clients}`, 'simulateGossip', task)),
    },
    {
      name: 'audits',
      steps: audit.lists.map((list, i) =>
        step<AuditTask>(`audit ${i}`, 'simulateAudit', { seed, ...list, trials: audit.trials }),
      ),
    },
  ];
}
