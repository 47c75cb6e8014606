/** Training a head: open, embed, split, fit, judge. Everything but the embedding is a function of embeddings, labels, groups and seed. */
import { classifierLabels, loadClassifier } from '../../classify/index.ts';
import type { Dataset } from '../../dataset/dataset.ts';
import { unlabelled } from '../../dataset/folder.ts';
import { groupsOf } from '../../dataset/groups.ts';
import { openDataset } from '../../dataset/open.ts';
import { wilson } from '../../metric/proportion.ts';
import type { Head } from '../../schema/head.ts';
import type { TrainMetrics } from '../../schema/train-metrics.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import { startPool } from '../pool.ts';
import { rounded } from '../score/rounded.ts';
import { embedModule, embedPictures, type Following } from './embed.ts';
import type { Example } from './example.ts';
import { type Fitted, fitHead, settings } from './fit.ts';
import { calibrationGain, judge } from './judge.ts';
import { limitsOf } from './limits.ts';
import { nearestMean } from './nearest-mean.ts';
import { type Parts, splitByGroup } from './split.ts';

/** What to train. */
export interface TrainOptions extends Following {
  readonly name: string;
  readonly dataset: string;
  readonly kind: Head['kind'];
  /** A network by name; a head is none. */
  readonly network: string;
  /** Of the generated corpus, of the split, of the first weights and of the order. */
  readonly seed: number;
  readonly pictures?: number;
  readonly limit?: number;
  readonly threads?: number;
}

/** A picture with its part in the training. */
export interface TrainingPicture extends Example {
  readonly id: string;
  readonly topic: string;
  readonly sha256: string;
}

/** A trained head, and everything that is known of it. */
export interface Trained {
  readonly file: Head;
  readonly fitted: Fitted;
  readonly metrics: TrainMetrics;
  readonly parts: Parts<TrainingPicture>;
}

/** Shares of the training groups that the learning curve is made of, beside all of them. */
const curveShares = [1 / 8, 1 / 4, 1 / 2];

/** Trains and judges a head. A UserError says what is wrong with the dataset or the network; an InterruptedError follows the signal. */
export async function trainHead(options: TrainOptions): Promise<Trained> {
  const { name, kind, seed, network: networkName, onProgress, signal } = options;
  // Before the first minute is spent: an unknown network is a mistake that shows at once.
  classifierLabels(networkName);
  const network = await loadClassifier(networkName);
  if (network.network)
    throw new UserError(`${networkName} is a head; give its network, ${network.network.name}, to --network instead`);
  const dataset = await openDataset(options.dataset, {
    seed,
    ...(options.pictures === undefined ? {} : { pictures: options.pictures }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    onProgress: (done, total) => onProgress?.('making pictures', done, total),
  });
  const labels = labelsOf(dataset);
  // A label that is too small shows before anything is computed.
  splitByGroup(dataset.pictures, { seed });
  const pool = startPool(options.threads, embedModule);
  const embedded = await embedPictures(dataset.pictures, networkName, pool, {
    ...(onProgress ? { onProgress } : {}),
    ...(signal ? { signal } : {}),
  }).finally(() => pool.close());
  const pictures = embedded.pictures.map(({ id, topic, group, sha256, embedding }) => ({
    id,
    topic,
    group,
    sha256,
    embedding,
    label: topic,
  }));
  const parts = splitByGroup<TrainingPicture>(pictures, { seed });
  const { sha256, embeddingLength } = network;
  const fitOn = (train: readonly TrainingPicture[], phase: string): Promise<Fitted> =>
    fitHead(
      { train, validation: parts.validation },
      {
        name,
        labels,
        kind,
        seed,
        network: { name: networkName, sha256, embeddingLength },
        onEpoch: (done, most) => onProgress?.(phase, done, most),
        ...(signal ? { signal } : {}),
      },
    );
  const fitted = await fitOn(parts.train, 'fitting, epochs at most');
  const baseline = nearestMean(parts.train, labels);
  const test = judge(fitted.head, baseline, parts, seed);
  const learningCurve: TrainMetrics['learningCurve'] = [];
  for (const share of curveShares) {
    const some = shareOf(parts.train, share, seed);
    const { head } = await fitOn(some, `learning curve, ${some.length} pictures, epochs at most`);
    learningCurve.push(pointOf(some, judge(head, nearestMean(some, labels), { train: some, test: parts.test }, seed)));
  }
  learningCurve.push(pointOf(parts.train, test));
  const { head, file, curve, bestEpoch, backend } = fitted;
  const { learningRate, batch, weightDecay, patience } = settings;
  const metrics: Omit<TrainMetrics, 'limits'> = {
    schemaVersion: 1,
    kind: 'train',
    name,
    question: `How well does a head on ${networkName} tell ${labels.length} labels of ${dataset.name} apart?`,
    seed,
    head: { kind, sha256: head.sha256, bytes: JSON.stringify(file).length },
    network: { name: networkName, sha256, embeddingLength, backend: embedded.backend },
    dataset: {
      name: dataset.name,
      sha256: dataset.sha256,
      pictures: dataset.pictures.length,
      groups: groupsOf(dataset.pictures).size,
      ...provenance(dataset),
      refused: [...dataset.refused, ...embedded.refused],
    },
    parts: { train: sizeOf(parts.train), validation: sizeOf(parts.validation), test: sizeOf(parts.test) },
    training: {
      backend,
      hidden: [...settings.hidden[kind]],
      learningRate,
      batch,
      weightDecay,
      patience,
      bestEpoch,
      epochs: curve.map(({ validationRight, ...epoch }) => ({
        ...epoch,
        validationAccuracy: wilson(validationRight, parts.validation.length),
      })),
    },
    learningCurve,
    temperature: head.temperature,
    calibration: {
      validation: calibrationGain(head, parts.validation),
      test: calibrationGain(head, parts.test),
    },
    test,
  };
  return { file, fitted, parts, metrics: rounded({ ...metrics, limits: limitsOf(metrics) }) };
}

/** The labels, sorted. A UserError where the pictures have none, or only one. */
function labelsOf({ name, pictures }: Dataset): string[] {
  const labels = [...new Set(pictures.map(({ topic }) => topic))].sort();
  if (labels.includes(unlabelled))
    throw new UserError(
      `Dataset '${name}' has pictures without a label: put each label's pictures into a folder of its own, or write a manifest`,
    );
  if (labels.length < 2)
    throw new UserError(`Dataset '${name}' has one label, ${labels[0]}: a head needs at least two`);
  return labels;
}

/** Source and licence; of a plain folder its name, since its path says nothing elsewhere. */
const provenance = ({ name, root, card }: Dataset): { source: string; licence: string } => ({
  source: card.source === root ? name : card.source,
  licence: card.licence,
});

/** A share of each label's groups, at least one of each. */
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

const sizeOf = (part: readonly TrainingPicture[]): { pictures: number; groups: number } => ({
  pictures: part.length,
  groups: groupsOf(part).size,
});
