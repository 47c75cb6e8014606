/** A run of the tail of false positives: every picture hashed, or miniatures drawn and hashed in one go, then metrics. */
import { join } from 'node:path';
import { miniatureVersion } from '../../dataset/generated/miniature.ts';
import { cacheFolder } from '../../disk/project.ts';
import { withOpenDetectors } from '../../harness/detectors/detectors.ts';
import {
  chosenPictures,
  type HashMemo,
  hashNetworks,
  hashStreams,
  hashTimings,
  pictureStep,
  withVectors,
} from '../../harness/hashes/steps.ts';
import type { HashedMiniature, MiniatureTask } from '../../harness/hashes/tasks.ts';
import type { Run } from '../../harness/kind.ts';
import type { Pool } from '../../harness/pool.ts';
import type { RunOptions } from '../../harness/run-options.ts';
import { runSteps, type Step, type StepPlan } from '../../harness/step-run.ts';
import type { HashedRow, HashRow } from '../../schema/hashed.ts';
import { idOf, sha256Hex } from '../../util/digest.ts';
import { withTailDetectors } from './detectors.ts';
import { type FalsePositiveTail, miniatures } from './experiment.ts';
import type { FalsePositiveTailMetrics } from './metrics.ts';

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runFalsePositiveTail: Run<FalsePositiveTail, HashRow, FalsePositiveTailMetrics> = async (given, kind) => {
  const experiment = await withTailDetectors(given.experiment);
  const options = { ...given, experiment, ...withVectors(given.keepsRows, experiment, 1) };
  return withOpenDetectors(options, (detectors) =>
    runSteps<FalsePositiveTail, HashRow, FalsePositiveTailMetrics, HashMemo>(options, kind, {
      uses: () => ({ networkFiles: detectors.networks }),
      async plan({ experiment }, pool) {
        if (experiment.dataset.name === miniatures) return miniaturePlan(options, pool);
        const { seed, hashes } = experiment;
        const { pictures, ...about } = await chosenPictures(options);
        const sets = [{ name: 'none', prepare: [], finish: [], edits: [] }];
        return {
          ...about,
          streams: hashStreams,
          phases: [
            {
              name: 'hashing',
              steps: pictures.map((picture) => pictureStep(picture, { seed, sets, hashes, detectors })),
            },
          ],
        };
      },
      timings: hashTimings,
      networks: (memos) => hashNetworks(memos, options.experiment),
    }),
  );
};

/** Miniatures that one task draws. */
const batch = 250;

async function miniaturePlan(
  { experiment, limit }: RunOptions<FalsePositiveTail>,
  pool: Pool,
): Promise<StepPlan<HashMemo>> {
  const { seed, hashes, dataset } = experiment;
  const pictures = Math.min(dataset.pictures ?? 1000, limit ?? Number.POSITIVE_INFINITY);
  const queries = Math.round(pictures * experiment.queryShare);
  const what = { version: miniatureVersion, seed, pictures };
  // The first ones are hashed anew every time: what they hash to is part of the cache's name, so that hashes that were changed are not
  // taken from it.
  const probe: MiniatureTask = { seed, from: 0, count: Math.min(pictures, batch), hashes };
  const first = await pool.run<HashedMiniature[]>('hashMiniatures', probe);
  const folder = join(cacheFolder, `miniatures-${idOf({ ...what, pictures: 0, hashes, first })}`);
  const steps = Array.from({ length: Math.ceil(pictures / batch) }, (_, i): Step<HashMemo> => {
    const from = i * batch;
    const count = Math.min(batch, pictures - from);
    const cache = join(folder, `${from}-${count}.json`);
    return {
      name: `miniatures ${from} to ${from + count - 1}`,
      async work(each) {
        const task: MiniatureTask = { seed, from, count, hashes, cache };
        const made = await each.run<HashedMiniature[]>('hashMiniatures', task);
        return { rows: made.map((one, j) => miniatureRow(one, from + j, queries)), memo: null };
      },
    };
  });
  return {
    dataset: { name: miniatures, sha256: sha256Hex(JSON.stringify(what)) },
    notes: [],
    streams: hashStreams,
    phases: [{ name: 'drawing and hashing', steps }],
  };
}

function miniatureRow({ topic, hashes }: HashedMiniature, index: number, queries: number): HashedRow {
  const picture = `m${String(index).padStart(7, '0')}`;
  return {
    row: 'hashed',
    picture,
    group: picture,
    topic,
    kind: miniatures,
    part: index < queries ? 'query' : 'list',
    set: 'none',
    transform: 'none',
    outcome: { state: 'hashed', hashes },
  };
}
