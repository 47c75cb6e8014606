/** A base-rate run: every picture scored under every network, some after edits too, then metrics. */

import type { Picture } from '../../dataset/dataset.ts';
import { subsample } from '../../dataset/groups.ts';
import type { Detectors } from '../../harness/detectors/detectors.ts';
import type { Run } from '../../harness/kind.ts';
import { withOpenScorers } from '../../harness/scoring/programs.ts';
import { pictureStep, scoreNetworks, scorerPhase, scoreTimings, usedPictures } from '../../harness/scoring/steps.ts';
import type { ScoreResult, ScoreTask } from '../../harness/scoring/tasks.ts';
import { runSteps } from '../../harness/step-run.ts';
import type { ScoreRow } from '../../schema/scored.ts';
import { seededRng } from '../../util/rng.ts';
import type { BaseRate } from './experiment.ts';
import type { BaseRateMetrics } from './metrics.ts';
import { withCheckedPrograms } from './programs.ts';

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = ['subsample/…', 'edited', 'edit/…', 'calibration', 'bootstrap/…', 'tail/…'];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runBaseRate: Run<BaseRate, ScoreRow, BaseRateMetrics> = async (given, kind) => {
  const options = { ...given, experiment: await withCheckedPrograms(given.experiment) };
  return withOpenScorers(options, (scorers) => run(options, kind, scorers));
};

const run = (
  options: Parameters<typeof runBaseRate>[0],
  kind: Parameters<typeof runBaseRate>[1],
  scorers: Pick<Detectors, 'run'>,
): ReturnType<typeof runBaseRate> =>
  runSteps(options, kind, {
    uses: ({ classifiers }) => ({ classifiers: classifiers.flatMap(({ name, program }) => (program ? [] : [name])) }),
    async plan({ experiment }) {
      const { pictures, ...about } = await usedPictures(options);
      const { seed, classifiers, edits } = experiment;
      const used = classifiers.map(({ name, pictures: limit }) => ({
        name,
        whole: limit === undefined,
        ids: new Set((limit === undefined ? pictures : subsample(pictures, { seed, limit })).map(({ id }) => id)),
      }));
      const edited = editedPictures(pictures, experiment);
      return {
        ...about,
        streams,
        phases: [
          scorerPhase(classifiers),
          {
            name: 'scoring',
            steps: pictures.map((picture) => {
              const { id, location, sha256, orient } = picture;
              const set = { name: 'none', prepare: [], finish: [], edits: edited.has(id) ? edits : [] };
              const networks = used.filter(({ ids }) => ids.has(id)).map(({ name }) => name);
              const onEdits = used.filter(({ whole }) => whole).map(({ name }) => name);
              const task: ScoreTask = {
                picture: { id, location, sha256, orient },
                seed,
                sets: [set],
                networks,
                onEdits,
                programs: classifiers.flatMap(({ name, program }) => (program ? [name] : [])),
              };
              return pictureStep(picture, (pool) => scorers.run<ScoreResult>(pool, 'scoreEdits', task));
            }),
          },
        ],
      };
    },
    timings: scoreTimings,
    networks: scoreNetworks,
  });

/** Ids of the pictures that are edited: drawn by the seed, one of a group at most. */
function editedPictures(
  pictures: readonly Picture[],
  { seed, editedPictures: most, edits }: BaseRate,
): ReadonlySet<string> {
  if (edits.length === 0) return new Set();
  const first = new Map<string, string>();
  for (const { id, group } of pictures) if (!first.has(group)) first.set(group, id);
  return new Set(
    seededRng(seed, 'edited')
      .shuffle([...first.values()])
      .slice(0, most),
  );
}
