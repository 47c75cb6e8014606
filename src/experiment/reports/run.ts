/** A run on reports: the messages of a trade-off; what the views hold about each report is read after the last review and the last order. */
import type { Run } from '../../harness/kind.ts';
import { withMessageDetectors } from '../../harness/scenario/detectors.ts';
import { pictureTasks, planMessages } from '../../harness/scenario/plan.ts';
import { runDeployments } from '../../harness/scenario/steps.ts';
import type { ReportsExperiment } from './experiment.ts';
import type { ReportsMetrics } from './metrics.ts';
import type { AnyReportRow } from './rows.ts';

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runReports: Run<ReportsExperiment, AnyReportRow, ReportsMetrics> = async (given, kind) => {
  const options = { ...given, experiment: await withMessageDetectors(given.experiment) };
  const hashesOf = ({ messages }: ReportsExperiment): string[] => [...new Set([messages.hash, messages.secondHash])];
  return runDeployments<ReportsExperiment, AnyReportRow, ReportsMetrics>(options, kind, {
    scenario: (experiment) => experiment,
    hashes: hashesOf,
    tasks: (experiment, pictures, scratch) =>
      pictureTasks(experiment, { hash: hashesOf(experiment), transform: [] }, pictures, scratch).map((task) => ({
        ...task,
        sendables: task.sendables.filter(({ purpose }) => purpose === 'scored'),
      })),
    work: (experiment, usable) => ({ worker: 'gatherReports', messages: planMessages(experiment, usable) }),
    streams: ['reports/queue/…'],
  });
};
