/** A copy-detection run: every picture edited and hashed, some under a deep hash too, then metrics. */
import { withDetectors, withOpenDetectors } from '../../harness/detectors/detectors.ts';
import { editCount, setSpecs, withPresets } from '../../harness/edit-preset.ts';
import type { ChosenPicture } from '../../harness/hashes/choose.ts';
import { namedHashes } from '../../harness/hashes/extent.ts';
import {
  chosenPictures,
  type HashMemo,
  hashNetworks,
  hashStreams,
  hashTimings,
  pictureStep,
  withVectors,
} from '../../harness/hashes/steps.ts';
import type { Run } from '../../harness/kind.ts';
import { runSteps, type Step } from '../../harness/step-run.ts';
import type { HashRow } from '../../schema/hashed.ts';
import { seededRng } from '../../util/rng.ts';
import { type CopyDetection, deepNames } from './experiment.ts';
import type { CopyDetectionMetrics } from './metrics.ts';

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runCopyDetection: Run<CopyDetection, HashRow, CopyDetectionMetrics> = async (given, kind) => {
  const experiment = await withDetectors(await withPresets(given.experiment), namedHashes);
  const renderings = editCount(experiment) + experiment.sets.length;
  const options = { ...given, experiment, ...withVectors(given.keepsRows, experiment, renderings) };
  const { seed, hashes } = experiment;
  const deep = deepNames(experiment);
  return withOpenDetectors(options, (detectors) =>
    runSteps<CopyDetection, HashRow, CopyDetectionMetrics, HashMemo>(options, kind, {
      uses: () => ({ deepHashes: deep, networkFiles: detectors.networks }),
      async plan() {
        const { pictures, notes, ...about } = await chosenPictures(options);
        const sets = setSpecs(experiment);
        const steps = (of: readonly ChosenPicture[], networks?: readonly string[]): Step<HashMemo>[] =>
          of.map((picture) => pictureStep(picture, { seed, sets, hashes, deep: networks, detectors }));
        const few = deepPictures(pictures, experiment);
        return {
          ...about,
          notes:
            few.length === 0
              ? notes
              : [
                  ...notes,
                  `The deep ${deep.length > 1 ? 'hashes were' : 'hash was'} computed for ${few.length} pictures.`,
                ],
          streams: hashStreams,
          phases: [
            { name: 'hashing', steps: steps(pictures) },
            ...(deep.length > 0 ? [{ name: 'deep hash', steps: steps(few, deep) }] : []),
          ],
        };
      },
      timings: hashTimings,
      networks: (memos) => hashNetworks(memos, experiment),
    }),
  );
};

/** The pictures that the deep hash is computed for: drawn by the seed, in their order. */
function deepPictures(pictures: readonly ChosenPicture[], { deep, seed }: CopyDetection): ChosenPicture[] {
  if (!deep) return [];
  const drawn = new Set(seededRng(seed, 'deep').shuffle(pictures).slice(0, deep.pictures));
  return pictures.filter((picture) => drawn.has(picture));
}
