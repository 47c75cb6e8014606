/** The trade-off: strategies compared on the same messages. */

import { clipsDigest } from '../../harness/clips/plan.ts';
import type { Kind } from '../../harness/kind.ts';
import { metadataFindings } from '../../harness/metadata-findings.ts';
import { RunFolder, runFiles } from '../../harness/run-folder.ts';
import { labelIndex } from '../../harness/scenario/check.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import { binary } from '../../match/format/binary.ts';
import { bytes, counted, integer } from '../../report/format.ts';
import type { TransformSpec } from '../../schema/edit-preset.ts';
import { folded } from '../../schema/fold.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { strategies, strategyByName } from '../../strategy/index.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { checkExperiment } from './check.ts';
import { withTradeoffDetectors } from './detectors.ts';
import { clipSceneOf, Experiment } from './experiment.ts';
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
    const clips = clipSceneOf(experiment);
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
      clipsSha256: clips && clipsDigest(clips),
    });
  },
  async report() {
    const { tradeoffReport } = await import('./report.ts');
    const findings = metadataFindings();
    return (metrics, timings) => tradeoffReport(metrics, timings, findings);
  },
  run: async () => (await import('./run.ts')).runExperiment,
  async extent(experiment) {
    const { grid, messages } = await withTradeoffDetectors(experiment);
    const { clips } = messages;
    const edits = labelsOf(grid.transform);
    const sent = labelsOf(messages.edits);
    const match = new Set(grid.hash).size * edits.length;
    const strategy = new Set(grid.strategy).size;
    const cells = { match, classify: sent.length, strategy, total: match + sent.length + strategy };
    const kinds = [...sent, 'copy'];
    const needs = needsOf(experiment, new Set(grid.hash).size, edits.length);
    return {
      facts: [
        ['cells', `${cells.total}: ${match} hash × edit, ${sent.length} classifier × edit, ${strategy} strategies`],
        ['messages', `${kinds.length} kinds: ${kinds.join(', ')}`],
        ...(clips ? [['clips', clipsFact(clips)] as const] : []),
        ...needsFacts(needs),
      ],
      json: { cells, messages: kinds, needs },
      hashes: grid.hash.length,
      edits: grid.transform.length,
      strategies: grid.strategy.length,
    };
  },
};

const clipsFact = ({ clips, frames, edits }: NonNullable<Experiment['messages']['clips']>): string =>
  `${clips}, looked at in ${counted(frames, 'frame')}, edits: ${edits.join(', ')}`;

/** Labels of edits, with the picture as it is: that one is always made. Edits that resolve to one label share a cell. */
const labelsOf = (specs: readonly TransformSpec[]): string[] => [
  ...new Set(['none', ...specs.map((spec) => resolveTransform(spec).label)]),
];

/** Roughly what a run takes, from runs that were measured; a machine may be a few times faster or slower. */
interface Needs {
  readonly pictures: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

/**
 * Pictures where the experiment does not say how many, and what was measured: the default run on two quiet cores (96 s; 640 pictures, 5 hashes, 18 edits, 20 strategies) for the
 * time, 28 clips of 3 frames for theirs, docs/scale.md for memory and for the rows on disk. While it runs, a picture's messages lie on the disk too.
 */
const measured = {
  pictures: 1000,
  millisPerEdit: 2.2,
  millisPerHash: 1.3,
  messagesPerPicture: 1.5,
  millisPerMessage: 3.1,
  secondsToStart: 20,
  memoryBytes: 1.4e9,
  memoryPerPicture: 6e3,
  secondsPerClip: 1.5,
  rowBytes: 236,
  partialBytes: 110e3,
} as const;

function needsOf({ dataset, grid, messages: { clips } }: Experiment, hashes: number, edits: number): Needs {
  const pictures = dataset.pictures ?? measured.pictures;
  const perPicture = edits * (measured.millisPerEdit + hashes * measured.millisPerHash);
  // About a quarter of the clips is made once more for each edit.
  const made = clips ? clips.clips * (1 + clips.edits.length / 4) : 0;
  const perMessage = weightOf(grid.strategy) * measured.millisPerMessage;
  return {
    pictures,
    cpuSeconds: Math.round(
      measured.secondsToStart +
        made * measured.secondsPerClip +
        (pictures * (perPicture + measured.messagesPerPicture * perMessage)) / 1000,
    ),
    memoryBytes: measured.memoryBytes + pictures * measured.memoryPerPicture,
    diskBytes: pictures * (measured.rowBytes + measured.partialBytes),
  };
}

const needsFacts = ({ pictures, cpuSeconds, memoryBytes, diskBytes }: Needs): [string, string][] => {
  const of = `for ${integer(pictures)} pictures, estimated`;
  return [
    ['time', `about ${integer(cpuSeconds)} s of CPU, divided by the cores, ${of}`],
    ['memory', `about ${bytes(memoryBytes)} ${of}`],
    [
      'disk',
      `about ${bytes(diskBytes)} while it runs, ${bytes(pictures * measured.rowBytes)} of rows that stay, ${of}`,
    ],
  ];
};

/** How long strategies take together, in the unit of `weight`. */
const weightOf = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + (strategyByName(name).weight ?? 1), 0);
