/**
 * A leakage run: the messages of a trade-off, and every attack on what each role saw of them. Attackers compare all messages, so a strategy
 * runs on one cohort of accounts: its memory grows with the number of pictures.
 */

import type { AssignedPicture } from '../../dataset/assign.ts';
import type { Run } from '../../harness/kind.ts';
import { withMessageDetectors } from '../../harness/scenario/detectors.ts';
import { type PictureTask, type PlannedMessage, pictureTasks, planMessages } from '../../harness/scenario/plan.ts';
import { runDeployments } from '../../harness/scenario/steps.ts';
import type { Scenario } from '../../schema/scenario.ts';
import type { LeakageExperiment } from './experiment.ts';
import type { LeakageMetrics } from './metrics.ts';
import type { LeakageRow } from './rows.ts';

/** Runs an experiment. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runLeakage: Run<LeakageExperiment, LeakageRow, LeakageMetrics> = async (given, kind) => {
  const options = { ...given, experiment: await withMessageDetectors(given.experiment) };
  return runDeployments<LeakageExperiment, LeakageRow, LeakageMetrics>(options, kind, {
    scenario: (experiment) => experiment,
    hashes: hashesOf,
    tasks: leakageTasks,
    work(experiment, usable) {
      const real = realMessages(experiment, usable);
      return {
        worker: 'measureLeakage',
        messages: [...real, ...galleryMessages(real.length, usable)],
        extra: { real: real.length },
      };
    },
    streams: ['leak/…'],
  });
};

// What is scanned and sent in a leakage run: the messages of a trade-off, and beside them those of the adversary's own accounts.

/** Keys of a picture's files: as it is, and recompressed before it is sent. */
export const asSent = 'none';
export const recompressed = 'recompressed';

/** Hashes that every picture is held against the list with. */
const hashesOf = ({ messages }: Scenario): string[] => [...new Set([messages.hash, messages.secondHash])];

/** The work on the pictures: each is sent as it is, listed ones of the evaluation edited as well, and each recompressed for a gallery. */
export const leakageTasks = (
  experiment: LeakageExperiment,
  pictures: readonly AssignedPicture[],
  scratch: string,
): PictureTask[] =>
  pictureTasks(experiment, { hash: hashesOf(experiment), transform: [] }, pictures, scratch).map((task) => ({
    ...task,
    sendables: [
      ...task.sendables.filter(({ purpose }) => purpose === 'scored'),
      { key: recompressed, edit: experiment.attacks.recompressed, purpose: 'attack', embed: true, classify: true },
    ],
  }));

/** The account from which the adversary sends a picture of its gallery. One a picture, so that none comes over a threshold. */
export const galleryAccount = (picture: number): string => `gallery-${String(picture).padStart(5, '0')}`;

/** What people send. */
export const realMessages = (scenario: Scenario, tasks: readonly PictureTask[]): PlannedMessage[] =>
  planMessages(
    scenario,
    tasks.map((task) => ({ ...task, sendables: task.sendables.filter(({ purpose }) => purpose === 'scored') })),
  );

/**
 * What the adversary sends after them, to see what each picture of its gallery looks like: the very file, and its recompressed copy. It
 * has accounts like anybody else, so this needs no access.
 */
export function galleryMessages(real: number, tasks: readonly PictureTask[]): PlannedMessage[] {
  return tasks
    .flatMap(({ index }, i) => [asSent, recompressed].map((key, sequence) => ({ index, key, sequence, i })))
    .map(({ index, key, sequence, i }, n) => ({
      id: `g${String(n).padStart(5, '0')}`,
      picture: index,
      key,
      purpose: 'attack',
      sender: galleryAccount(index),
      recipient: galleryAccount(tasks[(i + 1) % tasks.length]!.index),
      sequence,
      sentAt: real + n,
    }));
}
