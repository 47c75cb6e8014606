/** A video benchmark, from its clips to metrics: each clip is a step. */
import { clipsVersion, planClips } from '../../dataset/clips/plan.ts';
import type { Run } from '../../harness/kind.ts';
import { runSteps, type Step } from '../../harness/step-run.ts';
import { canonicalJson, sha256Hex } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { VideoBenchmark } from './experiment.ts';
import type { VideoBenchmarkMetrics } from './metrics.ts';
import type { VideoRow } from './rows.ts';
import type { ClipResult, ClipTask } from './tasks.ts';

/** What a step leaves beside its rows. */
type ClipMemo = Omit<ClipResult, 'rows'>;

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = ['clip/…', '…/moves', 'split', '…/…', 'fpr/…', 'recall/…', 'fpr at authors/…', 'recall at authors/…'];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runVideoBenchmark: Run<VideoBenchmark, VideoRow, VideoBenchmarkMetrics> = (options, kind) => {
  const { experiment, limit } = options;
  if (limit !== undefined)
    throw new UserError(`--limit is for experiments on pictures; set clips in '${experiment.name}' instead`);
  return runSteps<VideoBenchmark, VideoRow, VideoBenchmarkMetrics, ClipMemo>(options, kind, {
    plan: async () => {
      const clips = planClips(experiment.seed, experiment.clips);
      return {
        dataset: { name: 'generated clips', sha256: sha256Hex(canonicalJson({ clipsVersion, clips })) },
        notes: [],
        streams,
        phases: [{ name: 'clips', steps: stepsOf(experiment, clips) }],
      };
    },
    timings: (phases, memos) => ({
      phases,
      perMessageMillis: {},
      hashMillis: {},
      classifyMillis: null,
      decodeMillis: memos.reduce((sum, { decodeMillis }) => sum + decodeMillis, 0) / Math.max(1, memos.length),
      detectMillis: {},
    }),
  });
};

function stepsOf(
  { seed, calibrationShare, edits, framesPerSecond }: VideoBenchmark,
  clips: ReturnType<typeof planClips>,
): Step<ClipMemo>[] {
  const shuffled = seededRng(seed, 'split').shuffle(clips.map(({ id }) => id));
  const calibration = new Set(shuffled.slice(0, Math.round(calibrationShare * clips.length)));
  return clips.map((clip) => {
    const part = calibration.has(clip.id) ? 'calibration' : 'evaluation';
    const task: ClipTask = { seed, clip, part, edits, framesPerSecond };
    return {
      name: clip.id,
      weight: clip.frames,
      async work(pool) {
        const { rows, ...memo } = await pool.run<ClipResult>('benchmarkClip', task);
        return { rows, memo };
      },
    };
  });
}
