/** A run on prevention: the messages of a trade-off, and behind them the probes of an account that wants to learn the list. */
import type { Run } from '../../harness/kind.ts';
import { withMessageDetectors } from '../../harness/scenario/detectors.ts';
import { type PictureTask, type PlannedMessage, pictureTasks, planMessages } from '../../harness/scenario/plan.ts';
import { runDeployments } from '../../harness/scenario/steps.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import { type PreventionExperiment, probing } from './experiment.ts';
import type { PreventionMetrics } from './metrics.ts';
import type { PreventionRow } from './rows.ts';

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runPrevention: Run<PreventionExperiment, PreventionRow, PreventionMetrics> = async (given, kind) => {
  const options = { ...given, experiment: await withMessageDetectors(given.experiment) };
  return runDeployments<PreventionExperiment, PreventionRow, PreventionMetrics>(options, kind, {
    scenario: (experiment) => experiment,
    hashes: ({ messages }) => [...new Set([messages.hash, messages.secondHash])],
    tasks: ({ messages, ...rest }, pictures, scratch) => {
      const scenario = { ...rest, messages };
      const hash = [...new Set([messages.hash, messages.secondHash])];
      return pictureTasks(scenario, { hash, transform: [] }, pictures, scratch).map((task) => ({
        ...task,
        sendables: task.sendables.filter(({ purpose }) => purpose === 'scored'),
      }));
    },
    work(experiment, usable) {
      const sent = planMessages(experiment, usable);
      return {
        worker: 'preventMessages',
        messages: [...sent, ...probesOf(experiment, usable, sent.length)],
        extra: { prevention: experiment.prevention, scored: sent.length },
      };
    },
    streams: ['prevention/probes', 'prevention/review/…'],
  });
};

/** The probes: pictures of the evaluation as they are, listed and other ones in an order that the seed draws. */
export function probesOf(
  { seed, prevention }: PreventionExperiment,
  tasks: readonly PictureTask[],
  from: number,
): PlannedMessage[] {
  const rng = seededRng(seed, 'prevention/probes');
  const drawn = (content: 'listed' | 'innocent', count: number): number[] => {
    const all = tasks.filter(({ picture }) => picture.content === content && picture.split === 'evaluation');
    if (all.length < count)
      throw new UserError(
        `Expected at least ${count} ${content} pictures in the evaluation to probe with but the dataset has ${all.length}; use more pictures, or fewer probes`,
      );
    return rng.shuffle(all.map(({ index }) => index)).slice(0, count);
  };
  const pictures = [...drawn('listed', prevention.probes.listed), ...drawn('innocent', prevention.probes.others)];
  return rng.shuffle(pictures).map(
    (picture, sequence): PlannedMessage => ({
      id: `p${String(sequence).padStart(5, '0')}`,
      picture,
      key: 'none',
      purpose: 'attack',
      ...probing,
      sequence,
      sentAt: from + sequence,
    }),
  );
}
