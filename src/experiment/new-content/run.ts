/** A new-content run: look at every picture once, then hold out one source after the other and train a head without it. */
import { join } from 'node:path';
import type { NewContent } from '../../schema/new-content.ts';
import type { NewContentMetrics } from '../../schema/new-content-metrics.ts';
import type { HeadRow, LookedRow } from '../../schema/new-content-rows.ts';
import type { Observation } from '../../schema/observation.ts';
import type { Finished } from '../kind.ts';
import type { RunOptions } from '../run-context.ts';
import { partialFolder } from '../run-folder.ts';
import { newContentMetrics } from '../score/new-content.ts';
import { usedPictures } from '../scoring/pictures.ts';
import { type ScoreMemo, scoreNetworks, scorerPhase, scoreTimings } from '../scoring/steps.ts';
import { runSteps, type Step } from '../step-run.ts';
import { foldsOf, headPlan } from './folds.ts';
import { type PlacedPicture, place } from './parts.ts';
import type { HeadTask, LookResult, LookTask } from './tasks.ts';

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = ['subsample/…', 'parts/…', 'edit/…', 'folds', 'validation/…', 'head/…', 'bootstrap/…'];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export function runNewContent(options: RunOptions<NewContent>): Promise<Finished<NewContentMetrics>> {
  const { experiment, out } = options;
  const { seed, classifier: network, head } = experiment;
  const embeddings = join(partialFolder(out), 'embeddings');
  return runSteps<NewContent, NewContentMetrics, ScoreMemo>(options, {
    uses: () => ({ classifiers: [network] }),
    async plan() {
      const { pictures, ...about } = await usedPictures(options);
      return {
        ...about,
        streams,
        phases: [
          scorerPhase([network]),
          {
            name: 'looking',
            steps: place(pictures, experiment).map((picture) => lookStep(picture, experiment, embeddings)),
          },
          {
            name: 'training heads',
            steps: (rows) => {
              const looked = lookedRows(rows);
              return foldsOf(looked, experiment).map(
                (fold): Step<ScoreMemo> => ({
                  name: `head without ${fold.held}`,
                  async work(pool) {
                    const plan = headPlan(looked, fold, experiment);
                    const task: HeadTask = { held: fold.held, seed, kind: head, network, embeddings, ...plan };
                    return { rows: [await pool.run<HeadRow>('trainHead', task)], memo: null };
                  },
                }),
              );
            },
          },
        ],
      };
    },
    metrics: (rows, { dataset, notes }) => newContentMetrics(rows, { experiment, dataset, notes }),
    timings: scoreTimings,
    networks: scoreNetworks,
  });
}

/** The rows of pictures that were looked at; failed ones, which only old runs have, are left out. */
export const lookedRows = (rows: readonly Observation[]): LookedRow[] =>
  rows.filter((row): row is LookedRow => row.row === 'looked' && row.outcome.state !== 'failed');

function lookStep(picture: PlacedPicture, experiment: NewContent, embeddings: string): Step<ScoreMemo> {
  const { id, path, sha256, orient, group, topic, source, part, listed } = picture;
  const { seed, hash, secondHash, classifier: network } = experiment;
  const task: LookTask = {
    picture: { id, path, sha256, orient },
    seed,
    edits: listed && part === 'evaluation' ? experiment.edits : [],
    hashes: [hash, secondHash],
    network,
    embeddings,
  };
  const about = { row: 'looked' as const, picture: id, group, topic, source, part, listed };
  return {
    name: `picture ${id}`,
    async work(pool) {
      const result = await pool.run<LookResult>('lookAt', task);
      if (result.state === 'refused')
        return { rows: [{ row: 'refused', picture: id, reason: result.reason }], memo: null };
      const { looked, decodeMillis, classifyMillis } = result;
      return { rows: looked.map((each) => ({ ...about, ...each })), memo: { decodeMillis, classifyMillis } };
    },
  };
}
