/** A score-drift run: some pictures, each after every edit, then metrics. */

import type { Picture } from '../../dataset/dataset.ts';
import { setSpecs, withPresets } from '../../harness/edit-preset.ts';
import type { Run } from '../../harness/kind.ts';
import { pictureStep, scoreNetworks, scorerPhase, scoreTimings, usedPictures } from '../../harness/scoring/steps.ts';
import type { ScoreResult } from '../../harness/scoring/tasks.ts';
import { runSteps } from '../../harness/step-run.ts';
import type { ScoreRow } from '../../schema/scored.ts';
import { seededRng } from '../../util/rng.ts';
import type { ScoreDrift } from './experiment.ts';
import type { ScoreDriftMetrics } from './metrics.ts';
import type { DriftTask } from './tasks.ts';

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = ['subsample/…', 'sample', 'prepare/…', 'edit/…', 'bootstrap/…'];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runScoreDrift: Run<ScoreDrift, ScoreRow, ScoreDriftMetrics> = async (given, kind) => {
  const experiment = await withPresets(given.experiment);
  const options = { ...given, experiment };
  const { seed, classifier: network, backends, backendPictures } = experiment;
  return runSteps(options, kind, {
    uses: () => ({ classifiers: [network], backends }),
    async plan() {
      const { pictures, ...about } = await usedPictures(options);
      const sets = setSpecs(experiment);
      return {
        ...about,
        streams,
        phases: [
          scorerPhase([{ name: network }]),
          {
            name: 'scoring',
            steps: sampleOf(pictures, experiment).map((picture, i) => {
              const { id, location, sha256 } = picture;
              const more = i < backendPictures ? backends : [];
              const task: DriftTask = { picture: { id, location, sha256 }, seed, sets, network, backends: more };
              return pictureStep(picture, (pool) => pool.run<ScoreResult>('scoreDrift', task));
            }),
          },
        ],
      };
    },
    timings: scoreTimings,
    networks: scoreNetworks,
  });
};

/** The pictures scored: drawn by the seed, one of a group, in the order of the draw. */
function sampleOf(pictures: readonly Picture[], { seed, sample }: ScoreDrift): Picture[] {
  const first = new Map<string, Picture>();
  for (const picture of pictures) if (!first.has(picture.group)) first.set(picture.group, picture);
  return seededRng(seed, 'sample')
    .shuffle([...first.values()])
    .slice(0, sample);
}
