/** A run on clips: they are made, edited and hashed; thresholds are chosen on calibration clips; then every strategy sends the others. */
import { join } from 'node:path';
import { clipsVersion, planClips } from '../../dataset/clips/plan.ts';
import { writeWhole } from '../../disk/write.ts';
import type { Run } from '../../harness/kind.ts';
import { partialFolder } from '../../harness/run-folder.ts';
import type { RunOptions } from '../../harness/run-options.ts';
import { runSteps, type Step, type StepPlan } from '../../harness/step-run.ts';
import { hashByName } from '../../hash/index.ts';
import { binary } from '../../match/format/binary.ts';
import { type HashList, hashList } from '../../match/hash-list.ts';
import { medianOrZero } from '../../metric/quantile.ts';
import type { HashUse } from '../../role/world.ts';
import { everyRow, type RowSource } from '../../schema/row.ts';
import type { RunRecord, Timings } from '../../schema/run-record.ts';
import { strategyByName } from '../../strategy/index.ts';
import { canonicalJson, sha256Hex } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { fromHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { ClipsExperiment } from './experiment.ts';
import type { ClipsMetrics } from './metrics.ts';
import type { AnyClipRow, ClipRow } from './rows.ts';
import { listEntries, thresholdsOf } from './score-frames.ts';
import type { AssignedClip, ClipResult, ClipTask, FrameMillis, PlannedSend, SendResult, SendTask } from './tasks.ts';

/** What a step leaves beside its rows. */
type ClipMemo =
  | { readonly frame: FrameMillis; readonly model?: NonNullable<ClipResult['model']> }
  | { readonly cell: string; readonly millis: SendResult['millis'] };

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = ['clip/…', '…/moves', 'assign/…', 'edit/…', 'send', 'keys/…', 'bootstrap/…'];

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

/** Whether a strategy scores frames. */
const classifies = ({ strategies }: ClipsExperiment): boolean =>
  strategies.some((name) => ['classifier', 'both'].includes(strategyByName(name).detector));

function planOf({ experiment, out }: RunOptions<ClipsExperiment>): StepPlan<ClipMemo, AnyClipRow> {
  const scratch = partialFolder(out);
  const clips = assignClips(experiment);
  const tasks = clips.map(
    (clip, index): ClipTask => ({
      experiment,
      index,
      clip,
      edits: clip.split === 'evaluation' && clip.content !== 'innocent' ? experiment.edits : [],
      classify: classifies(experiment),
      scratch,
    }),
  );
  return {
    // There is no data but what the experiment makes.
    dataset: { name: 'generated clips', sha256: digestOf(experiment) },
    notes: [],
    streams,
    phases: [
      {
        name: 'clips',
        steps: tasks.map(
          (task): Step<ClipMemo> => ({
            name: `clip ${task.index}`,
            async work(pool) {
              const { rows, millis, model } = await pool.run<ClipResult>('workOnClip', task);
              return { rows, memo: { frame: millis, ...(model ? { model } : {}) } };
            },
          }),
        ),
      },
      { name: 'strategies', steps: (source) => sendSteps(experiment, { source, tasks, scratch }), ahead: 1, held: 4 },
    ],
  };
}

/** SHA-256 of the plan of the clips, which decides their bytes. */
const digestOf = ({ seed, corpus }: ClipsExperiment): string =>
  sha256Hex(canonicalJson({ clipsVersion, clips: planClips(seed, corpus.clips) }));

/** Gives every clip its content and split, each kind of content split by itself. */
export function assignClips({ corpus, seed }: ClipsExperiment): AssignedClip[] {
  const isTarget = ({ topic }: { readonly topic: string }): boolean => corpus.target.includes(topic);
  const planned = planClips(seed, corpus.clips).map((clip) => ({
    ...clip,
    topic: (clip.pictures.find(isTarget) ?? clip.pictures[0]!).topic,
  }));
  const content = new Map<string, AssignedClip['content']>();
  const split = new Map<string, AssignedClip['split']>();
  const part = <T>(of: readonly T[], share: number, stream: string): [T[], T[]] => {
    const shuffled = seededRng(seed, `assign/${stream}`).shuffle(of);
    const count = Math.round(of.length * share);
    return [shuffled.slice(0, count), shuffled.slice(count)];
  };
  const [listed, fresh] = part(planned.filter(isTarget), corpus.listedShare, 'listed');
  const innocent = planned.filter((clip) => !isTarget(clip));
  if (listed.length === 0 || innocent.length < 2)
    throw new UserError(
      `Of ${planned.length} clips ${listed.length} are listed and ${innocent.length} innocent; use more clips (/corpus/clips), or other topics (/corpus/target)`,
    );
  for (const [name, of] of [
    ['listed', listed],
    ['new', fresh],
    ['innocent', innocent],
  ] as const) {
    const [calibration, evaluation] = part(of, corpus.calibrationShare, `split/${name}`);
    for (const { id } of of) content.set(id, name);
    for (const { id } of calibration) split.set(id, 'calibration');
    for (const { id } of evaluation) split.set(id, 'evaluation');
  }
  return planned.map((clip) => ({ ...clip, content: content.get(clip.id)!, split: split.get(clip.id)! }));
}

interface SendMeans {
  readonly source: RowSource<AnyClipRow>;
  readonly tasks: readonly ClipTask[];
  readonly scratch: string;
}

async function sendSteps(
  experiment: ClipsExperiment,
  { source, tasks, scratch }: SendMeans,
): Promise<Step<ClipMemo>[]> {
  const rows = await everyRow(source, 'clip');
  const { bits, score } = thresholdsOf(rows, experiment);
  const path = (use: HashUse): string => join(scratch, `${use}.list`);
  const lists = { near: path('near'), equality: path('equality'), second: path('second') };
  const names = { near: experiment.hash, equality: experiment.equalityHash, second: experiment.secondHash };
  for (const use of ['near', 'equality', 'second'] as const)
    await writeWhole(lists[use], binary.write(listOf(rows, use, names[use])));
  const sends = sendsOf(experiment, tasks, rows);
  const shared = {
    ...{ experiment, sends, lists, scratch },
    thresholdBits: { near: bits, equality: 0, second: hashByName(experiment.secondHash).threshold },
    thresholdScore: score,
  };
  return experiment.strategies.flatMap((strategy) =>
    (strategyByName(strategy).proactive ? experiment.frames : [Math.min(...experiment.frames)]).map(
      (looked): Step<ClipMemo> => ({
        name: `${strategy} ${looked}`,
        weight: (strategyByName(strategy).weight ?? 1) * looked,
        async work(pool) {
          const task: SendTask = { ...shared, strategy, looked };
          const { rows, millis } = await pool.run<SendResult>('sendClips', task);
          return { rows, memo: { cell: cellName(strategy, looked), millis } };
        },
      }),
    ),
  );
}

/** How timings name a strategy at a number of frames. */
export const cellName = (strategy: string, looked: number): string =>
  `${strategy}, ${looked} ${looked === 1 ? 'frame' : 'frames'}`;

const listOf = (rows: readonly ClipRow[], use: HashUse, algorithm: string): HashList =>
  hashList(
    { name: 'clips', algorithm, bits: hashByName(algorithm).bits },
    listEntries(rows, use).map(({ id, hex }) => ({ id, hash: fromHex(hex) })),
  );

/** The messages, in an order that the seed draws: every evaluation clip as it is, target clips after each edit too. */
function sendsOf(experiment: ClipsExperiment, tasks: readonly ClipTask[], rows: readonly ClipRow[]): PlannedSend[] {
  const rng = seededRng(experiment.seed, 'send');
  const index = new Map(tasks.map((task) => [task.clip.id, task.index]));
  const accounts = Array.from({ length: experiment.accounts }, (_, i) => `account-${i + 1}`);
  const own = rows.filter(({ split }) => split === 'evaluation');
  const innocent = new Set(
    rng
      .shuffle(own.filter(({ content }) => content === 'innocent').map(({ clip }) => clip))
      .slice(0, experiment.innocentClips),
  );
  const used = own.filter(({ content, clip }) => content !== 'innocent' || innocent.has(clip));
  const sequences = new Map<string, number>();
  return rng.shuffle(used).map(({ clip, edit }, i): PlannedSend => {
    const sender = rng.pick(accounts);
    const recipient = rng.pick(accounts.filter((account) => account !== sender));
    const pair = `${sender} ${recipient}`;
    const sequence = sequences.get(pair) ?? 0;
    sequences.set(pair, sequence + 1);
    return { id: `message-${i + 1}`, sender, recipient, sequence, sentAt: i + 1, index: index.get(clip)!, edit };
  });
}

function timingsOf(phases: Readonly<Record<string, number>>, memos: readonly ClipMemo[]): Timings {
  const frames = memos.flatMap((memo) => ('frame' in memo ? [memo.frame] : []));
  const of = (pick: (each: FrameMillis) => number | undefined): number =>
    medianOrZero(frames.flatMap((each) => pick(each) ?? []));
  const classified = frames.some(({ classify }) => classify !== undefined);
  return {
    phases: { ...phases },
    perMessageMillis: Object.fromEntries(
      memos.flatMap((memo) =>
        'cell' in memo ? [[memo.cell, { senderMedian: memo.millis.sender, otherRolesMedian: memo.millis.other }]] : [],
      ),
    ),
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
