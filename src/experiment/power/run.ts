/** A power experiment, from its pictures to metrics: every capability against each strategy on the same timeline, and simulations of gossip and audits. */

import { join } from 'node:path';
import type { AssignedPicture } from '../../dataset/assign.ts';
import { type Detectors, withOpenDetectors } from '../../harness/detectors/detectors.ts';
import type { Hashed } from '../../harness/detectors/hasher.ts';
import type { Run } from '../../harness/kind.ts';
import { partialFolder } from '../../harness/run-folder.ts';
import type { RunOptions } from '../../harness/run-options.ts';
import { openScorers, withMessageDetectors } from '../../harness/scenario/detectors.ts';
import { headPhases, headStreams } from '../../harness/scenario/head-phase.ts';
import { messageHashes, type PictureTask } from '../../harness/scenario/plan.ts';
import {
  classifiersUsed,
  listPhase,
  type Means,
  operatingPoint,
  type Prepared,
  pictureStep,
  prepare,
  strategyStep,
  usableTasks,
} from '../../harness/scenario/steps.ts';
import type { ScenarioMemo } from '../../harness/scenario/timings.ts';
import { type Phase, phaseTimings, runSteps, type Step, type StepPlan } from '../../harness/step-run.ts';
import type { HashUse } from '../../role/world.ts';
import type { RowSource } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { PowerExperiment } from './experiment.ts';
import type { GroupTask, KeyLogTask } from './groups.ts';
import type { PowerMetrics } from './metrics.ts';
import { type AnyPowerRow, KeyLogRow, type TimelineRow } from './rows.ts';
import type { CapabilityTask } from './setup.ts';
import type { AuditTask, GossipTask } from './tasks.ts';
import { type HiddenTarget, hashesOf, pictureTasksOf, timelineOf } from './timeline.ts';

type GroupsSetting = NonNullable<PowerExperiment['groups']>;

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = [
  'assign/…',
  'power/hidden',
  'power/messages',
  'power/keys/…',
  'power/gossip/…',
  'power/audit/…',
  'power/group/…',
  'power/key-log/…',
];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runCapabilities: Run<PowerExperiment, AnyPowerRow, PowerMetrics> = async (given, kind) => {
  const experiment = await withMessageDetectors(given.experiment);
  const options = { ...given, experiment };
  const { classifier } = experiment.messages;
  const work = (detectors: Detectors) =>
    runSteps<PowerExperiment, AnyPowerRow, PowerMetrics, ScenarioMemo>(options, kind, {
      uses: () => ({ classifiers: [classifier], networkFiles: detectors.networks }),
      plan: (_, pool, timed) => planOf(options, { pool, timed, detectors }),
      timings: phaseTimings,
      networks: (memos) => classifiersUsed(classifier, memos, detectors),
    });
  return withOpenDetectors(options, work, await openScorers(experiment, options));
};

async function planOf(
  options: RunOptions<PowerExperiment>,
  means: Means,
): Promise<StepPlan<ScenarioMemo, AnyPowerRow>> {
  const { experiment, out } = options;
  const prepared = await prepare(options, experiment, hashesOf(experiment), means);
  const hidden = await hiddenTargets(experiment, prepared.pictures, means);
  const scratch = partialFolder(out);
  const tasks = pictureTasksOf(experiment, prepared.pictures, hidden, scratch);
  const path = (use: HashUse): string => join(scratch, `${use}.list`);
  const listPaths = { near: path('near'), equality: path('equality'), second: path('second') };
  const { list, ...found } = prepared.found;
  const sharedMeans = { listPaths, listEntries: list.entries, scratch, cell: prepared.cell };
  return {
    ...found,
    streams: [...streams, ...(experiment.messages.head ? headStreams : [])],
    phases: [
      listPhase(prepared, experiment, listPaths),
      { name: 'pictures', steps: tasks.map((task) => pictureStep(task, prepared)) },
      ...headPhases(experiment, { usable: (source) => usableTasks(source, tasks), cell: prepared.cell, scratch }),
      {
        name: 'strategies',
        steps: (rows) => strategySteps(experiment, tasks, hidden, rows, sharedMeans),
        ahead: 1,
        held: 12,
      },
      ...simulations(experiment),
    ],
  };
}

/** What the insider looks for: innocent evaluation pictures of different groups, each with all three hashes. */
async function hiddenTargets(
  experiment: PowerExperiment,
  pictures: readonly AssignedPicture[],
  { pool, detectors }: Means,
): Promise<HiddenTarget[]> {
  const { hidden, seed } = experiment;
  const names = messageHashes(experiment);
  const candidates = pictures.filter(({ content, split }) => content === 'innocent' && split === 'evaluation');
  const found: HiddenTarget[] = [];
  const groups = new Set<string>();
  for (const picture of seededRng(seed, 'power/hidden').shuffle(candidates)) {
    if (found.length === hidden.pictures) break;
    if (groups.has(picture.group)) continue;
    const hashes = Object.values(names);
    const hashed = await detectors.run<Record<string, Hashed>>(pool, 'hashOriginal', { picture, hashes });
    const hex = hexOf(names, hashed);
    if (!hex) continue;
    groups.add(picture.group);
    found.push({ id: picture.id, hashes: hex });
  }
  if (found.length < hidden.pictures)
    throw new UserError(
      `Expected ${hidden.pictures} innocent pictures to hide in the list but the dataset has ${found.length} that can be hashed; use more pictures, or hide fewer`,
    );
  return found;
}

/** All hashes as hex, or undefined if one was refused. */
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

interface StrategyMeans {
  readonly listPaths: CapabilityTask['listPaths'];
  readonly listEntries: number;
  readonly scratch: string;
  readonly cell: Prepared['cell'];
}

/**
 * The timeline, then one step per strategy, on one cohort of accounts: what a capability opens is read in all views. Thresholds are chosen on
 * the calibration pictures.
 */
async function strategySteps(
  scenario: PowerExperiment,
  tasks: readonly PictureTask[],
  hidden: readonly HiddenTarget[],
  rows: RowSource<AnyPowerRow>,
  { listPaths, listEntries, scratch, cell }: StrategyMeans,
): Promise<Step<ScenarioMemo>[]> {
  const usable = await usableTasks(rows, tasks);
  const seen = new Set(usable.map(({ picture }) => picture.id));
  const lost = hidden.find(({ id }) => !seen.has(id));
  if (lost) throw new Error(`The hidden target ${lost.id} could be hashed but not sent`);
  const shared: Omit<CapabilityTask, 'cell' | 'strategy'> = {
    scenario,
    timeline: timelineOf(scenario, usable, hidden),
    hidden,
    ...(await operatingPoint(rows, scenario)),
    listPaths,
    scratch,
    pictures: Object.fromEntries(
      usable.map(({ index, picture: { id, content, split } }) => [index, { id, content, split }]),
    ),
  };
  return [
    { name: 'scene', work: async () => ({ rows: [timelineRow(shared, listEntries)], memo: null }) },
    ...scenario.strategies.map((strategy) => {
      const task: CapabilityTask = { ...shared, strategy, cell: cell({ power: strategy }) };
      return strategyStep('tryCapabilities', strategy, () => task);
    }),
  ];
}

function timelineRow(task: Omit<CapabilityTask, 'cell' | 'strategy'>, listEntries: number): TimelineRow {
  const { timeline, hidden, pictures, thresholdBits, deciding } = task;
  const wanted = new Set(hidden.map(({ id }) => id));
  const sent = { hidden: 0, listed: 0, near: 0, new: 0, innocent: 0 };
  for (const { picture } of timeline.messages) {
    const { id, content } = pictures[picture]!;
    sent[wanted.has(id) ? 'hidden' : content]++;
  }
  return {
    row: 'power-scene',
    messages: timeline.messages.length,
    moment: timeline.compromisedAt,
    accounts: timeline.accounts.length,
    target: timeline.target,
    hidden: hidden.length,
    sent,
    listEntries,
    thresholdBits: { near: thresholdBits.near, second: thresholdBits.second },
    thresholdScore: deciding.threshold,
  };
}

/** Members of the group that a ghost is added to. */
const ghostMembers = 10;

/** Groups of every size, and a ghost in one of ten. */
const groupTasks = (seed: number, { members, devices, messages, loss, rotateAfter }: GroupsSetting): GroupTask[] =>
  members.map((count) => ({ seed, members: count, devices, messages, loss, rotateAfter }));
const ghostTasks = (seed: number, { devices, messages, rotateAfter, checkEvery }: GroupsSetting): KeyLogTask[] =>
  KeyLogRow.properties.directory.enum.flatMap((directory) =>
    checkEvery.map((every) => ({
      ...{ seed, members: ghostMembers, devices, messages, rotateAfter, directory, checkEvery: every },
    })),
  );

/** The simulations, which need no pictures. */
function simulations({ seed, gossip, audit, groups }: PowerExperiment): Phase<ScenarioMemo, AnyPowerRow>[] {
  const step = <T>(name: string, worker: string, task: T): Step<ScenarioMemo> => ({
    name,
    work: async (pool) => ({ rows: [await pool.run<AnyPowerRow>(worker, task)], memo: null }),
  });
  const gossips = gossip.shares.flatMap((share) =>
    gossip.stale.flatMap((stale) =>
      gossip.clients.map((clients): GossipTask => ({ seed, share, clients, stale, trials: gossip.trials })),
    ),
  );
  return [
    ...(groups
      ? [
          {
            name: 'groups',
            steps: [
              ...groupTasks(seed, groups).map((task) => step(`group ${task.members}`, 'playGroup', task)),
              ...ghostTasks(seed, groups).map((task) =>
                step(`ghost ${task.directory} ${task.checkEvery}`, 'playGhost', task),
              ),
            ],
          },
        ]
      : []),
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
