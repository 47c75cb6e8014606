/** Detectors of a trade-off: in its grid, and among the hashes that strategies match with. */
import { namedMessages, withScenarioDetectors } from '../../harness/scenario/detectors.ts';
import { type Experiment, scenarioOf } from './experiment.ts';

/** The experiment with its detector files read. Throws as `withScenarioDetectors` does. */
export const withTradeoffDetectors = (experiment: Experiment): Promise<Experiment> =>
  withScenarioDetectors(experiment, {
    named: (each, nameOf) => ({
      ...namedMessages(each, nameOf),
      grid: { ...each.grid, hash: each.grid.hash.map(nameOf) },
    }),
    scenario: scenarioOf,
  });
