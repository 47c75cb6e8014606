/** A run on metadata: pictures hashed as accounts show them, then every graph at every overlap, and a sample of messages through the relay. */
import { type ChosenPicture, choosePictures } from '../../harness/hashes/choose.ts';
import type { EditResult, EditTask } from '../../harness/hashes/tasks.ts';
import type { Run } from '../../harness/kind.ts';
import { openNamedDataset } from '../../harness/open-dataset.ts';
import { phaseTimings, runSteps, type Step } from '../../harness/step-run.ts';
import { pdq } from '../../hash/pdq.ts';
import { everyRow } from '../../schema/row.ts';
import type { MetadataExperiment } from './experiment.ts';
import type { GraphTask } from './judge.ts';
import type { MetadataMetrics } from './metrics.ts';
import type { GraphRow, MetadataRow, RelayRow } from './rows.ts';
import { shownOf, shownPictures, shownSet } from './score-shown.ts';

/** Random streams that are drawn from the seed; … stands for the number of a graph, or an edit and a picture. */
const streams = [
  'subsample/…',
  'parts/query',
  'edit/…',
  'metadata/sorts/…',
  'metadata/contacts/…',
  'metadata/messages/…',
  'metadata/groups/…',
  'metadata/trading/…',
  'metadata/age/…',
  'metadata/profiles/…',
  'metadata/reports/…',
  'metadata/kept …/…',
  'metadata/parts/…',
  'metadata/sample',
  'metadata/contents',
  'metadata/keys',
  'metadata/bootstrap/…',
];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runMetadata: Run<MetadataExperiment, MetadataRow, MetadataMetrics> = (options, kind) =>
  runSteps<MetadataExperiment, MetadataRow, MetadataMetrics, null>(options, kind, {
    async plan({ experiment, limit }) {
      const dataset = await openNamedDataset(experiment, options);
      const choice = choosePictures(dataset, { ...experiment, queryShare: 1 - experiment.listShare }, limit);
      return {
        dataset: { name: dataset.name, sha256: choice.sha256 },
        refused: dataset.refused,
        notes: [...dataset.notices, ...choice.notes],
        streams,
        phases: [
          { name: 'pictures', steps: choice.pictures.map((picture) => pictureStep(picture, experiment)) },
          {
            name: 'graphs',
            steps: async (rows) =>
              graphSteps(experiment, shownOf(shownPictures(await everyRow(rows, 'hashed'), experiment))),
          },
          {
            name: 'relay',
            steps: [
              {
                name: 'relay',
                work: async (pool) => ({ rows: [await pool.run<RelayRow>('readRelay', { experiment })], memo: null }),
              },
            ],
          },
        ],
      };
    },
    timings: phaseTimings,
  });

function pictureStep(picture: ChosenPicture, { seed, profileEdits }: MetadataExperiment): Step<null> {
  const { id, location, sha256, orient, group, topic, kind, part } = picture;
  const task: EditTask = {
    picture: { id, location, sha256, orient },
    seed,
    sets: [{ name: shownSet, prepare: [], finish: [], edits: profileEdits }],
    hashes: [pdq.name],
  };
  return {
    name: `picture ${id}`,
    async work(pool) {
      const result = await pool.run<EditResult>('hashEdits', task);
      if (result.state === 'refused')
        return { rows: [{ row: 'refused', picture: id, reason: result.reason }], memo: null };
      const rows = result.renderings.map((rendering) => ({
        row: 'hashed',
        picture: id,
        group,
        topic,
        kind,
        part,
        ...rendering,
      }));
      return { rows, memo: null };
    },
  };
}

const graphSteps = (experiment: MetadataExperiment, shown: GraphTask['shown']): Step<null>[] =>
  experiment.overlaps.flatMap((overlap) =>
    Array.from({ length: experiment.graphs }, (_, graph): Step<null> => {
      const task: GraphTask = { experiment, overlap, graph, shown };
      return {
        name: `overlap ${overlap} graph ${graph}`,
        work: async (pool) => ({ rows: [await pool.run<GraphRow>('judgeGraph', task)], memo: null }),
      };
    }),
  );
