/** A new-content run: look at every picture once, then hold out one source after the other and train a head without it. */

import { join } from 'node:path';
import { byId, type Picture } from '../../dataset/dataset.ts';
import { groupsOf } from '../../dataset/groups.ts';
import { type Detectors, withOpenDetectors } from '../../harness/detectors/detectors.ts';
import type { Run } from '../../harness/kind.ts';
import { partialFolder } from '../../harness/run-folder.ts';
import { type ScoreMemo, scoreNetworks, scorerPhase, scoreTimings, usedPictures } from '../../harness/scoring/steps.ts';
import { runSteps, type Step } from '../../harness/step-run.ts';
import { everyRow } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import { withBothDetectors } from './detectors.ts';
import type { NewContent } from './experiment.ts';
import type { NewContentMetrics } from './metrics.ts';
import type { HeadRow, LookedRow, NewContentRow } from './rows.ts';
import { foldsOf, headPlan } from './score-folds.ts';
import type { HeadTask, LookResult, LookTask } from './tasks.ts';

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = ['subsample/…', 'parts/…', 'edit/…', 'folds', 'validation/…', 'head/…', 'bootstrap/…'];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runNewContent: Run<NewContent, NewContentRow, NewContentMetrics> = async (given, kind) => {
  const experiment = await withBothDetectors(given.experiment);
  const options = { ...given, experiment };
  const { out } = options;
  const { seed, classifier: network, head } = experiment;
  const embeddings = join(partialFolder(out), 'embeddings');
  return withOpenDetectors(options, (detectors) =>
    runSteps<NewContent, NewContentRow, NewContentMetrics, ScoreMemo>(options, kind, {
      uses: () => ({ classifiers: [network], networkFiles: detectors.networks }),
      async plan() {
        const { pictures, ...about } = await usedPictures(options);
        return {
          ...about,
          streams,
          phases: [
            scorerPhase([{ name: network }]),
            {
              name: 'looking',
              steps: place(pictures, experiment).map((picture) => lookStep(picture, experiment, embeddings, detectors)),
            },
            {
              name: 'training heads',
              steps: async (rows) => {
                const looked = lookedRows(await everyRow(rows));
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
      timings: scoreTimings,
      networks: (memos) => {
        const networks = scoreNetworks(memos);
        return { ...networks, models: [...detectors.models, ...networks.models] };
      },
    }),
  );
};

/** The rows of pictures that were looked at; failed ones, which only old runs have, are left out. */
export const lookedRows = (rows: readonly NewContentRow[]): LookedRow[] =>
  rows.filter((row): row is LookedRow => row.row === 'looked' && row.outcome.state !== 'failed');

function lookStep(
  picture: PlacedPicture,
  experiment: NewContent,
  embeddings: string,
  detectors: Detectors,
): Step<ScoreMemo> {
  const { id, location, sha256, orient, group, topic, source, part, listed } = picture;
  const { seed, hash, secondHash, classifier: network } = experiment;
  const task: LookTask = {
    picture: { id, location, sha256, orient },
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
      const result = await detectors.run<LookResult>(pool, 'lookAt', task);
      if (result.state === 'refused')
        return { rows: [{ row: 'refused', picture: id, reason: result.reason }], memo: null };
      const { looked, decodeMillis, classifyMillis } = result;
      return { rows: looked.map((each) => ({ ...about, ...each })), memo: { decodeMillis, classifyMillis } };
    },
  };
}

// Who plays which part in a new-content run: sources, splits, and what is listed. Whole groups are drawn, each source by itself.

/** A picture with its part. */
export interface PlacedPicture extends Picture {
  /** Source of target content; null: innocent. */
  readonly source: string | null;
  readonly part: LookedRow['part'];
  /** On the list, unless its source is held out. */
  readonly listed: boolean;
}

/** Fewest groups of a source: some must be left for training, list and evaluation. */
const leastGroups = 4;

/** The pictures that take part, sorted by id; a UserError where a source has too few. */
export function place(
  pictures: readonly Picture[],
  { kinds, sources, innocent, shares, seed }: NewContent,
): PlacedPicture[] {
  const sourceOf = new Map(Object.entries(sources).flatMap(([name, labels]) => labels.map((label) => [label, name])));
  const used = pictures.filter(({ kind }) => !kinds || kinds.includes(kind)).sort(byId);
  const bySource = new Map<string | null, Picture[]>([
    ...Object.keys(sources).map((name) => [name, []] as [string, Picture[]]),
    [null, []],
  ]);
  for (const picture of used) {
    const source = sourceOf.get(picture.topic) ?? null;
    if (source !== null || !innocent || innocent.includes(picture.topic)) bySource.get(source)!.push(picture);
  }
  const placed = [...bySource].flatMap(([source, own]) => {
    const groups = seededRng(seed, `parts/${source ?? 'innocent'}`).shuffle([...groupsOf(own).values()]);
    if (groups.length < leastGroups)
      throw new UserError(
        `Expected at least ${leastGroups} groups of pictures of ${source === null ? 'innocent content' : `the source '${source}'`} but found ${groups.length}; take more pictures, or join it with another source`,
      );
    // Target content needs no calibration pictures: thresholds are chosen by false positives.
    const share = source === null ? shares.training : shares.training + shares.calibration;
    const training = Math.round(share * groups.length);
    const calibration = source === null ? training + Math.round(shares.calibration * groups.length) : training;
    const listed = calibration + Math.round(shares.listed * (groups.length - calibration));
    return groups.flatMap((group, i) =>
      group.map(
        (picture, member): PlacedPicture => ({
          ...picture,
          source,
          part: i < training ? 'training' : i < calibration ? 'calibration' : 'evaluation',
          // A curator lists one picture of a series.
          listed: source !== null && i < listed && member === 0,
        }),
      ),
    );
  });
  return placed.sort(byId);
}
