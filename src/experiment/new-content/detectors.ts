/** Detectors of a new-content experiment: where its hashes are named. */
import { withDetectors } from '../../harness/detectors/detectors.ts';
import type { NewContent } from './experiment.ts';

/** The experiment with its detector files read. Throws as `withDetectors` does. */
export const withBothDetectors = (experiment: NewContent): Promise<NewContent> =>
  withDetectors(experiment, (each, nameOf) => ({
    ...each,
    hash: nameOf(each.hash),
    secondHash: nameOf(each.secondHash),
  }));
