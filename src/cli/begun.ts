/** The options of a run that another process began, from its record. */
import { backendNamed } from '../classify/backend.ts';
import { checkAny } from '../experiment/experiment-file.ts';
import type { AnyExperiment } from '../experiment/index.ts';
import { type RunFolder, runFiles } from '../harness/run-folder.ts';
import { inProcess, type RunOptions } from '../harness/run-options.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { http } from '../server/transport/http-transport.ts';

/** What the record of a run says of how to go on with it. `dataset`: where the pictures are on this machine, if not where the record says. */
export function begunBy(
  run: RunFolder,
  record: RunRecord,
  dataset: string | undefined,
): Pick<
  RunOptions<AnyExperiment>,
  'experiment' | 'asPassed' | 'out' | 'resume' | 'limit' | 'backend' | 'transport' | 'command' | 'created'
> {
  const experiment = run.undamaged(runFiles.record, () => checkAny(record.experimentResolved, 'experimentResolved'));
  return {
    experiment:
      dataset === undefined || !('dataset' in experiment)
        ? experiment
        : { ...experiment, dataset: { ...experiment.dataset, name: dataset } },
    asPassed: String(record.experimentAsPassed),
    out: run.path,
    resume: true,
    limit: record.limit,
    backend: record.inference && backendNamed(record.inference.backend),
    transport: record.transport === 'http' ? http : inProcess,
    command: record.command,
    created: record.created,
  };
}
