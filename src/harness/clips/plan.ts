/**
 * The steps of a run that sends clips: one step for each clip, which makes, edits and hashes it; then one for each strategy and number of frames. An
 * experiment on clips consists of these steps; a trade-off with clips has them beside those of its pictures.
 */
import { join } from 'node:path';
import { clipsVersion, planClips } from '../../dataset/clips/plan.ts';
import { writeWhole } from '../../disk/write.ts';
import { hashByName } from '../../hash/index.ts';
import { binary } from '../../match/format/binary.ts';
import { type HashList, hashList } from '../../match/hash-list.ts';
import type { HashUse } from '../../role/world.ts';
import type { ClipRow } from '../../schema/clip-rows.ts';
import type { ClipScene } from '../../schema/clip-scene.ts';
import { listEntries } from '../../score/clip-frames.ts';
import { strategyByName } from '../../strategy/index.ts';
import { canonicalJson, sha256Hex } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { fromHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { Step } from '../step-run.ts';
import type { AssignedClip, ClipResult, ClipTask, FrameMillis, PlannedSend, SendResult, SendTask } from './tasks.ts';

/** What a step leaves beside its rows. */
export type ClipMemo =
  | { readonly frame: FrameMillis; readonly model?: NonNullable<ClipResult['model']> }
  | { readonly cell: string; readonly millis: SendResult['millis'] };

/** Random streams that are drawn from the seed; … stands for a name. */
export const clipStreams = ['clip/…', '…/moves', 'assign/…', 'edit/…', 'send', 'keys/…', 'bootstrap/…'];

/** SHA-256 of the plan of the clips, which decides their bytes. */
export const clipsDigest = ({ seed, corpus }: Pick<ClipScene, 'seed' | 'corpus'>): string =>
  sha256Hex(canonicalJson({ clipsVersion, clips: planClips(seed, corpus.clips) }));

/** Gives every clip its content and split, each kind of content split by itself. */
export function assignClips({ corpus, seed }: Pick<ClipScene, 'corpus' | 'seed'>): AssignedClip[] {
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
      `Of ${planned.length} clips ${listed.length} are listed and ${innocent.length} innocent; use more clips, or other topics (target)`,
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

/** Whether a strategy scores frames. */
export const classifies = ({ strategies }: Pick<ClipScene, 'strategies'>): boolean =>
  strategies.some((name) => ['classifier', 'both'].includes(strategyByName(name).detector));

/** One task per clip. `features`: whether the network's embeddings of the frames are kept, for a head. */
export const clipTasks = (
  scene: ClipScene,
  { scratch, features = false }: { readonly scratch: string; readonly features?: boolean },
): ClipTask[] =>
  assignClips(scene).map((clip, index) => ({
    scene,
    index,
    clip,
    edits: clip.split === 'evaluation' && clip.content !== 'innocent' ? scene.edits : [],
    classify: classifies(scene),
    features,
    scratch,
  }));

/** One clip: made, edited, decoded and hashed. */
export const clipStep = (task: ClipTask): Step<ClipMemo> => ({
  name: `clip ${task.index}`,
  async work(pool) {
    const { rows, millis, model } = await pool.run<ClipResult>('workOnClip', task);
    return { rows, memo: { frame: millis, ...(model ? { model } : {}) } };
  },
});

/** What strategies match and score with. */
type OperatingPoint = Pick<SendTask, 'thresholdBits' | 'session' | 'devices' | 'prekeys'> & {
  /** Of a strategy: how it scores frames. */
  scoreOf(strategy: string): SendTask['score'];
};

/** The steps that send all clips, under every strategy at every number of frames; those of a strategy that does not scan only once. Writes the curator's lists of frames. */
export async function sendSteps(
  scene: ClipScene,
  {
    rows,
    tasks,
    scratch,
    point: { scoreOf, ...point },
  }: {
    /** Of all clips. */
    readonly rows: readonly ClipRow[];
    readonly tasks: readonly ClipTask[];
    readonly scratch: string;
    readonly point: OperatingPoint;
  },
): Promise<Step<ClipMemo>[]> {
  const path = (use: HashUse): string => join(scratch, `clips-${use}.list`);
  const lists = { near: path('near'), equality: path('equality'), second: path('second') };
  const names = { near: scene.hash, equality: scene.equalityHash, second: scene.secondHash };
  for (const use of ['near', 'equality', 'second'] as const)
    await writeWhole(lists[use], binary.write(listOf(rows, use, names[use])));
  const shared = { ...point, scene, sends: sendsOf(scene, tasks, rows), lists, scratch };
  return scene.strategies.flatMap((strategy) =>
    (strategyByName(strategy).proactive ? scene.frames : [Math.min(...scene.frames)]).map(
      (looked): Step<ClipMemo> => ({
        name: `${strategy} ${looked}`,
        weight: (strategyByName(strategy).weight ?? 1) * looked,
        async work(pool) {
          const task: SendTask = { ...shared, score: scoreOf(strategy), strategy, looked };
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
function sendsOf(scene: ClipScene, tasks: readonly ClipTask[], rows: readonly ClipRow[]): PlannedSend[] {
  const rng = seededRng(scene.seed, 'send');
  const index = new Map(tasks.map((task) => [task.clip.id, task.index]));
  const accounts = Array.from({ length: scene.accounts }, (_, i) => `account-${i + 1}`);
  const own = rows.filter(({ split }) => split === 'evaluation');
  const innocent = new Set(
    rng
      .shuffle(own.filter(({ content }) => content === 'innocent').map(({ clip }) => clip))
      .slice(0, scene.innocentClips),
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

/** Times of a strategy for a clip, as timings name them. */
export const clipMillis = ({ cell, millis }: Extract<ClipMemo, { readonly cell: string }>) =>
  [cell, { senderMedian: millis.sender, otherRolesMedian: millis.other }] as const;
