/** A run on clips: they are made, edited and hashed; thresholds are chosen on calibration clips; then every strategy sends the others. */
import {
  type ClipMemo,
  classifies,
  clipMillis,
  clipStep,
  clipStreams,
  clipsDigest,
  clipTasks,
  sendSteps,
} from '../../harness/clips/plan.ts';
import type { FrameMillis } from '../../harness/clips/tasks.ts';
import type { Run } from '../../harness/kind.ts';
import { partialFolder } from '../../harness/run-folder.ts';
import type { RunOptions } from '../../harness/run-options.ts';
import { runSteps, type StepPlan } from '../../harness/step-run.ts';
import { hashByName } from '../../hash/index.ts';
import { medianOrZero } from '../../metric/quantile.ts';
import { everyRow } from '../../schema/row.ts';
import type { RunRecord, Timings } from '../../schema/run-record.ts';
import { thresholdsOf } from '../../score/clip-frames.ts';
import { UserError } from '../../util/errors.ts';
import type { ClipsExperiment } from './experiment.ts';
import type { ClipsMetrics } from './metrics.ts';
import type { AnyClipRow } from './rows.ts';

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runClips: Run<ClipsExperiment, AnyClipRow, ClipsMetrics> = async (options, kind) => {
  const { experiment, limit } = options;
  if (limit !== undefined)
    throw new UserError(`--limit is for experiments on pictures; '${experiment.name}' makes its clips (/corpus/clips)`);
  return runSteps<ClipsExperiment, AnyClipRow, ClipsMetrics, ClipMemo>(options, kind, {
    uses: () => (classifies(experiment) ? { classifiers: [experiment.classifier] } : {}),
    plan: async () => planOf(options),
    timings: timingsOf,
    networks: (memos) => networksOf(experiment, memos),
  });
};

function planOf({ experiment, out }: RunOptions<ClipsExperiment>): StepPlan<ClipMemo, AnyClipRow> {
  const scratch = partialFolder(out);
  const tasks = clipTasks(experiment, { scratch });
  return {
    // There is no data but what the experiment makes.
    dataset: { name: 'generated clips', sha256: clipsDigest(experiment) },
    notes: [],
    streams: clipStreams,
    phases: [
      { name: 'clips', steps: tasks.map(clipStep) },
      {
        name: 'strategies',
        steps: async (source) => {
          const rows = await everyRow(source, 'clip');
          const { bits, score } = thresholdsOf(rows, experiment);
          const second = hashByName(experiment.secondHash).threshold;
          const point = {
            thresholdBits: { near: bits, equality: 0, second },
            scoreOf: () => ({ by: 'label', threshold: score }) as const,
          };
          return sendSteps(experiment, { rows, tasks, scratch, point });
        },
        ahead: 1,
        held: 4,
      },
    ],
  };
}

function timingsOf(phases: Readonly<Record<string, number>>, memos: readonly ClipMemo[]): Timings {
  const frames = memos.flatMap((memo) => ('frame' in memo ? [memo.frame] : []));
  const of = (pick: (each: FrameMillis) => number | undefined): number =>
    medianOrZero(frames.flatMap((each) => pick(each) ?? []));
  const classified = frames.some(({ classify }) => classify !== undefined);
  return {
    phases: { ...phases },
    perMessageMillis: Object.fromEntries(memos.flatMap((memo) => ('cell' in memo ? [clipMillis(memo)] : []))),
    hashMillis: { 'both hashes of a frame': of(({ hash }) => hash) },
    classifyMillis: classified ? of(({ classify }) => classify) : null,
    decodeMillis: of(({ decode }) => decode),
  };
}

function networksOf(
  { classifier }: ClipsExperiment,
  memos: readonly ClipMemo[],
): Pick<RunRecord, 'models' | 'classifierBackend'> {
  const models = [
    ...new Map(
      memos.flatMap((memo) => ('model' in memo && memo.model ? [[memo.model.sha256, memo.model]] : [])),
    ).values(),
  ];
  return {
    models: models.map(({ sha256 }) => ({ name: classifier, sha256 })),
    classifierBackend: [...new Set(models.map(({ backend }) => backend))].join(', ') || 'none',
  };
}
