/** Experiments on hashes that are compared for equality. */
import { editCount, setFacts } from '../../harness/edit-preset.ts';
import type { Kind } from '../../harness/kind.ts';
import { everyRow } from '../../schema/row.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { checkEquality, withEdits } from './check.ts';
import { EqualityExperiment } from './experiment.ts';
import { EqualityMetrics } from './metrics.ts';
import { type EqualityRunRow, equalityRows } from './rows.ts';
import { equalityMetrics } from './score.ts';
import { designsOf } from './score-designs.ts';

/** Files whose kind is 'equality'. */
export const equality: Kind<EqualityExperiment, EqualityRunRow, EqualityMetrics> = {
  name: 'equality',
  experiment: EqualityExperiment,
  rows: equalityRows,
  metrics: EqualityMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 17_000 },
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  check: checkEquality,
  score: async (rows, { experiment, record: { dataset, notes = [] }, onProgress }) =>
    equalityMetrics(await everyRow(rows), { experiment, dataset, notes, sets: setFacts(experiment), onProgress }),
  report: async () => (await import('./report.ts')).equalityParts,
  run: async () => (await import('./run.ts')).runEquality,
  async extent(experiment) {
    const read = await withEdits(experiment);
    const designs = designsOf(read);
    const edits = editCount(read);
    const { miniatures, table } = experiment.unrelated;
    return {
      facts: [
        ['kind', experiment.kind],
        ['designs', `${designs.length}: ${designs.map(({ name }) => name).join(', ')}`],
        ...setFacts(read).map((set): [string, string] => [
          'edits',
          `${set.name}: ${set.edits.map(({ title }) => title).join(', ')}`,
        ]),
        ['unrelated', `${miniatures} miniatures${table === undefined ? '' : `, ${table}`}`],
        ['list sizes', experiment.sizes.join(', ')],
      ],
      json: {
        kind: experiment.kind,
        designs: designs.map(({ name }) => name),
        edits,
        miniatures,
        sizes: experiment.sizes,
      },
      hashes: designs.length,
      edits,
      strategies: 0,
    };
  },
};
