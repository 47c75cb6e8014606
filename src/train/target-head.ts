/** A head that tells target content from the rest, as experiments train it on the embeddings that a run has kept. */

import { headScores } from '../classify/head.ts';
import { loadClassifier } from '../classify/index.ts';
import type { HeadPicture, HeadResult, HeadTask } from '../harness/scenario/head-phase.ts';
import { type HeadScores, keepHead, writeHeadScores } from '../harness/scenario/head-scores.ts';
import { readPictureScratch } from '../harness/scenario/message-store.ts';
import type { Head } from '../schema/head.ts';
import type { ClassifyRow } from '../schema/observation.ts';
import type { HeadPart, TrainedHead, TrainedHeadRow } from '../schema/trained-head.ts';
import type { Split } from '../schema/vocabulary.ts';
import { headLabels, isTarget, mustBeUnseen } from '../score/head-split.ts';
import { type Fitted, fitHead } from './fit.ts';

/** An embedding, the source picture that it comes from, and whether that shows target content. */
interface TargetExample {
  readonly embedding: Float32Array;
  readonly group: string;
  readonly target: boolean;
}

/** Fits a head whose first score is that of target content. */
export function fitTargetHead(
  examples: { readonly train: readonly TargetExample[]; readonly validation: readonly TargetExample[] },
  options: {
    readonly name: string;
    readonly kind: Head['kind'];
    readonly seed: number;
    readonly network: Head['network'];
  },
): Promise<Fitted> {
  const labelled = (of: readonly TargetExample[]) =>
    of.map(({ target, ...rest }) => ({ ...rest, label: headLabels[target ? 0 : 1] }));
  return fitHead(
    { train: labelled(examples.train), validation: labelled(examples.validation) },
    { ...options, labels: headLabels },
  );
}

/**
 * A worker's task between the pictures and the strategies of a run: trains the head on the unedited training pictures, scores every file that is
 * sent with it, and leaves the scores for the strategies. Rows hold the scores of the threshold and evaluation pictures only: what the head has
 * learnt is no measure of it. Throws an Error where a source picture is on both sides.
 */
export async function trainHead(task: HeadTask): Promise<HeadResult> {
  const { name, kind, seed, parts, scratch } = task;
  const { training, validation, threshold, scored } = parts;
  const learnt = groupsOf([...training, ...validation]);
  mustBeUnseen(learnt, groupsOf([...threshold, ...scored]));
  const classifier = await loadClassifier(task.network);
  // A classifier may itself be a head: embeddings are its network's.
  const { name: network, sha256, embeddingLength } = classifier.network ?? classifier;
  const examples = async (of: readonly HeadPicture[]): Promise<TargetExample[]> => {
    const found: TargetExample[] = [];
    for (const each of of) {
      const embedding = (await embeddingsOf(scratch, each)).get(asSent)!;
      found.push({ embedding, group: each.group, target: isTarget(each) });
    }
    return found;
  };
  const fitted = await fitTargetHead(
    { train: await examples(training), validation: await examples(validation) },
    { name: fileName(name), kind, seed, network: { name: network, sha256, embeddingLength } },
  );

  const rows: ClassifyRow[] = [];
  const scores: HeadScores[] = [];
  const unseen = new Set([...threshold, ...scored]);
  for (const each of [...training, ...validation, ...threshold, ...scored].sort((a, b) => a.index - b.index)) {
    const embeddings = await embeddingsOf(scratch, each);
    const own: number[] = [];
    for (const { key, purpose } of each.sendables) {
      const given = headScores(fitted.head, embeddings.get(key)!);
      own.push(given[0]!);
      if (purpose === 'scored' && unseen.has(each)) rows.push(rowOf(task, each, key, given));
    }
    scores.push({ index: each.index, scores: own });
  }
  await writeHeadScores(scratch, scores);
  if (task.keep) await keepHead(scratch, fitted.file);
  const head: TrainedHead = {
    classifier: name,
    network: { name: network, sha256 },
    kind,
    sha256: fitted.head.sha256,
    epochs: fitted.bestEpoch,
    training: partOf(training, 'calibration'),
    validation: partOf(validation, 'calibration'),
    threshold: partOf(threshold, 'calibration'),
    scored: partOf(scored, 'evaluation'),
  };
  const headRow: TrainedHeadRow = { row: 'trained-head', cell: task.headCell, ...head, learnt };
  return { rows: [headRow, ...rows], memo: { head } };
}

/** The file of a picture without an edit, from which a head learns. */
const asSent = 'none';

/** A head's own name has no colon. */
const fileName = (name: string): string => name.replaceAll(':', '-');

/** Source pictures, sorted. */
const groupsOf = (pictures: readonly HeadPicture[]): string[] =>
  [...new Set(pictures.map(({ group }) => group))].sort();

const partOf = (pictures: readonly HeadPicture[], split: Split): HeadPart => {
  const target = pictures.filter(isTarget).length;
  return { split, target, innocent: pictures.length - target, sources: groupsOf(pictures).length };
};

/** The embeddings that a picture task has kept, by the key of the file. */
async function embeddingsOf(scratch: string, { index }: HeadPicture): Promise<Map<string, Float32Array>> {
  const { sendables, blobs } = await readPictureScratch(scratch, index);
  return new Map(
    sendables.map(({ key }) => {
      const floats = blobs[`embedding ${key}`] ?? blobs[`features ${key}`];
      if (!floats) throw new Error(`No embedding of picture ${index} after ${key} was kept for the head`);
      return [key, new Float32Array(floats.slice().buffer)];
    }),
  );
}

const rowOf = (task: HeadTask, picture: HeadPicture, transform: string, scores: readonly number[]): ClassifyRow => ({
  row: 'classify',
  cell: task.cells[transform]!,
  picture: picture.id,
  group: picture.group,
  topic: picture.topic,
  content: picture.content,
  split: picture.split,
  transform,
  classifier: task.name,
  outcome: { state: 'scored', scores: [...scores] },
});
