/** The trade-off: strategies compared on the same messages. */

import type { Kind } from '../../harness/kind.ts';
import { RunFolder, runFiles } from '../../harness/run-folder.ts';
import { labelIndex } from '../../harness/scenario/check.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import { binary } from '../../match/format/binary.ts';
import type { TransformSpec } from '../../schema/edit-preset.ts';
import { folded } from '../../schema/fold.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { strategies, strategyByName } from '../../strategy/index.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { checkExperiment } from './check.ts';
import { withTradeoffDetectors } from './detectors.ts';
import { Experiment } from './experiment.ts';
import { Metrics } from './metrics.ts';
import { type TradeoffRow, tradeoffRows } from './rows.ts';
import { metricsOf } from './score.ts';
import { TradeoffCounts } from './score-counts.ts';

/** Files whose kind is 'tradeoff', or that name none. */
export const tradeoff: Kind<Experiment, TradeoffRow, Metrics> = {
  name: 'tradeoff',
  experiment: Experiment,
  rows: tradeoffRows,
  metrics: Metrics,
  onPictures: true,
  deploys: true,
  // Scoring, the last part, reports no progress.
  phaseShares: ({ grid }) => ({
    'hashing the list': 0.01,
    pictures: 0.54,
    strategies: (0.4 * weightOf(grid.strategy)) / weightOf(Object.keys(strategies)),
    metrics: 0.05,
  }),
  check: checkExperiment,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  async score(rows, { folder, experiment, record }) {
    const run = new RunFolder(folder);
    const bytes = await run.bytes(runFiles.list);
    const { hash } = experiment.messages;
    const { list } = run.undamaged(runFiles.list, () =>
      binary.read(bytes, { name: '', algorithm: hash, bits: hashFactsOf(hash, experiment).bits }),
    );
    if (list.root !== record.list?.root)
      throw run.damage(runFiles.list, `its root is not the one in ${runFiles.record}`);
    return metricsOf(await folded(rows, new TradeoffCounts(experiment, labelIndex(experiment))), {
      experiment,
      dataset: record.dataset,
      listEntries: list.entries.length,
      listBytes: bytes.length,
      notes: record.notes ?? [],
    });
  },
  report: async () => (await import('./report.ts')).tradeoffReport,
  run: async () => (await import('./run.ts')).runExperiment,
  async extent(experiment) {
    const { grid, messages } = await withTradeoffDetectors(experiment);
    const edits = labelsOf(grid.transform);
    const sent = labelsOf(messages.edits);
    const match = new Set(grid.hash).size * edits.length;
    const strategy = new Set(grid.strategy).size;
    const cells = { match, classify: sent.length, strategy, total: match + sent.length + strategy };
    const kinds = [...sent, 'copy'];
    return {
      facts: [
        ['cells', `${cells.total}: ${match} hash × edit, ${sent.length} classifier × edit, ${strategy} strategies`],
        ['messages', `${kinds.length} kinds: ${kinds.join(', ')}`],
      ],
      json: { cells, messages: kinds },
      hashes: grid.hash.length,
      edits: grid.transform.length,
      strategies: grid.strategy.length,
    };
  },
};

/** Labels of edits, with the picture as it is: that one is always made. Edits that resolve to one label share a cell. */
const labelsOf = (specs: readonly TransformSpec[]): string[] => [
  ...new Set(['none', ...specs.map((spec) => resolveTransform(spec).label)]),
];

/** How long strategies take together, in the unit of `weight`. */
const weightOf = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + (strategyByName(name).weight ?? 1), 0);
