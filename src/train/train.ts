/** Trains a head: open, embed, split, fit, judge. Everything except the embedding is a function of embeddings, labels, groups and seed. */

import type { BackendName } from '../classify/backend.ts';
import type { Classifier } from '../classify/classifier.ts';
import { loadClassifier } from '../classify/index.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { unlabelled } from '../dataset/folder.ts';
import { groupsOf } from '../dataset/groups.ts';
import { openDataset } from '../dataset/open.ts';
import { startPool } from '../harness/pool.ts';
import type { Head } from '../schema/head.ts';
import { rounded } from '../score/rounded.ts';
import { UserError } from '../util/errors.ts';
import { seededRng } from '../util/rng.ts';
import { embedModule, embedPictures, type Parts, splitByGroup } from './embed.ts';
import { type Fitted, fitHead } from './fit.ts';
import { judge, limitsOf, metricsOf, nearestMean } from './judge.ts';
import type { TrainMetrics } from './metrics.ts';
import type { TrainingPicture, TrainOptions } from './options.ts';

/** A trained head with its evaluation. */
export interface Trained {
  /** Contents of head.json. */
  readonly file: Head;
  readonly metrics: TrainMetrics;
  readonly parts: Parts<TrainingPicture>;
}

/** Fractions of the training groups for the learning curve, in addition to all of them. */
const curveShares = [1 / 8, 1 / 4, 1 / 2];

/** Trains and evaluates a head. Throws a UserError if dataset or network are unsuitable, an InterruptedError if the signal aborts. */
export async function trainHead(options: TrainOptions): Promise<Trained> {
  const { name, kind, seed, signal, onProgress } = options;
  const network = await mustBeNetwork(options.network, options.backend);
  const dataset = await openDataset(options.dataset, {
    seed,
    ...(options.pictures === undefined ? {} : { pictures: options.pictures }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    onProgress: (done, total) => onProgress?.('making pictures', done, total),
    ...(options.onNotice ? { onWait: options.onNotice } : {}),
  });
  const labels = labelsOf(dataset);
  // A label that is too small must be detected before anything is computed.
  splitByGroup(dataset.pictures, { seed });
  const embedded = await embeddedAll(dataset, options);
  mustHaveAll(labels, embedded, dataset);
  const parts = splitByGroup<TrainingPicture>(
    embedded.pictures.map((picture) => ({ ...picture, label: picture.topic })),
    { seed },
  );
  const { sha256, embeddingLength } = network;
  const fitOn: FitOn = (train, phase) =>
    fitHead(
      { train, validation: parts.validation },
      {
        name,
        labels,
        kind,
        seed,
        network: { name: network.name, sha256, embeddingLength },
        onEpoch: (done, most) => onProgress?.(phase, done, most),
        ...(signal ? { signal } : {}),
      },
    );
  const fitted = await fitOn(parts.train, 'fitting, epochs at most');
  const test = judge(fitted.head, nearestMean(parts.train, labels), parts, seed);
  const learningCurve = [...(await smallerHeads(parts, labels, seed, fitOn)), pointOf(parts.train, test)];
  const measured = metricsOf({ options, dataset, network, embedded, parts, fitted, test, learningCurve });
  return { file: fitted.file, parts, metrics: rounded({ ...measured, limits: limitsOf(measured) }) };
}

/** Fits a head to some of the training pictures; `phase` is its name in the progress line. */
type FitOn = (train: readonly TrainingPicture[], phase: string) => Promise<Fitted>;

/** The network of that name. Throws a UserError if it is unknown, or if it is a head. */
async function mustBeNetwork(name: string, backend?: BackendName): Promise<Classifier> {
  const network = await loadClassifier(name, backend === undefined ? {} : { backend });
  if (network.network)
    throw new UserError(`${name} is a head; give its network, ${network.network.name}, to --network instead`);
  return network;
}

/** Every picture's embedding, computed by worker threads. */
async function embeddedAll(dataset: Dataset, { network, threads, backend, onProgress, signal }: TrainOptions) {
  const pool = startPool(threads, embedModule, { backend });
  try {
    return await embedPictures(dataset.pictures, network, pool, {
      ...(onProgress ? { onProgress } : {}),
      ...(signal ? { signal } : {}),
    });
  } finally {
    await pool.close();
  }
}

/** The learning curve below the full training part. */
async function smallerHeads(parts: Parts<TrainingPicture>, labels: readonly string[], seed: number, fitOn: FitOn) {
  const points: TrainMetrics['learningCurve'] = [];
  for (const share of curveShares) {
    const train = shareOf(parts.train, share, seed);
    const { head } = await fitOn(train, `learning curve, ${train.length} pictures, epochs at most`);
    points.push(pointOf(train, judge(head, nearestMean(train, labels), { train, test: parts.test }, seed)));
  }
  return points;
}

/** The labels, sorted. Throws a UserError if the pictures have none, or only one. */
function labelsOf({ name, pictures }: Dataset): string[] {
  const labels = [...new Set(pictures.map(({ topic }) => topic))].sort();
  if (labels.includes(unlabelled))
    throw new UserError(
      `Dataset '${name}' has pictures without a label: put the pictures of each label into their own folder, or write a manifest`,
    );
  if (labels.length < 2)
    throw new UserError(`Dataset '${name}' has one label, ${labels[0]}: a head needs at least two`);
  return labels;
}

/** Throws a UserError if all pictures of a label were refused: otherwise the head would have a label that it never saw. */
function mustHaveAll(
  labels: readonly string[],
  embedded: Awaited<ReturnType<typeof embeddedAll>>,
  dataset: Dataset,
): void {
  const seen = new Set(embedded.pictures.map(({ topic }) => topic));
  const missing = labels.filter((label) => !seen.has(label));
  if (missing.length === 0) return;
  const ids = new Set(dataset.pictures.filter(({ topic }) => topic === missing[0]).map(({ id }) => id));
  const first = embedded.refused.find(({ picture }) => ids.has(picture));
  const why = first ? `; the first, ${first.picture}: ${first.reason}` : '';
  throw new UserError(
    `None of the ${ids.size} pictures with the label '${missing[0]}' is usable${why}. Provide other pictures, or omit the label`,
  );
}

/** A fraction of each label's groups, at least one of each. */
function shareOf(train: readonly TrainingPicture[], share: number, seed: number): TrainingPicture[] {
  const kept = [...new Set(train.map(({ label }) => label))].flatMap((label) => {
    const groups = [...groupsOf(train.filter((each) => each.label === label)).values()];
    const shuffled = seededRng(seed, `learning curve/${label}`).shuffle(groups);
    return shuffled.slice(0, Math.max(1, Math.round(share * groups.length))).flat();
  });
  return kept.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function pointOf(train: readonly TrainingPicture[], test: TrainMetrics['test']): TrainMetrics['learningCurve'][number] {
  const { accuracy, baseline, labels } = test;
  return { pictures: train.length, perLabel: train.length / labels.length, accuracy, baseline };
}
