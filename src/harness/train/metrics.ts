/** From what a training made to the metrics of its head. */
import type { Classifier } from '../../classify/classifier.ts';
import type { Dataset } from '../../dataset/dataset.ts';
import { groupsOf } from '../../dataset/groups.ts';
import { wilson } from '../../metric/proportion.ts';
import type { TrainMetrics } from '../../schema/train-metrics.ts';
import type { EmbeddedPictures } from './embed.ts';
import { type Fitted, settings } from './fit.ts';
import { calibrationGain } from './judge.ts';
import type { TrainingPicture, TrainOptions } from './options.ts';
import type { Parts } from './split.ts';

/** What a training made. */
export interface Made extends Pick<TrainMetrics, 'test' | 'learningCurve'> {
  readonly options: TrainOptions;
  readonly dataset: Dataset;
  readonly network: Classifier;
  readonly embedded: EmbeddedPictures;
  readonly parts: Parts<TrainingPicture>;
  readonly fitted: Fitted;
}

/** The metrics but for their limits, with every digit. */
export function metricsOf(made: Made): Omit<TrainMetrics, 'limits'> {
  const { options, dataset, network, embedded, parts, fitted, test, learningCurve } = made;
  const { name, kind, seed } = options;
  const { head, file, curve, bestEpoch, backend } = fitted;
  const { learningRate, batch, weightDecay, patience } = settings;
  const { embeddingLength, sha256 } = network;
  return {
    schemaVersion: 1,
    kind: 'train',
    name,
    question: `How well does a head on ${network.name} tell ${head.labels.length} labels of ${dataset.name} apart?`,
    seed,
    head: { kind, sha256: head.sha256, bytes: JSON.stringify(file).length },
    network: { name: network.name, sha256, embeddingLength, backend: embedded.backend },
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
    calibration: { validation: calibrationGain(head, parts.validation), test: calibrationGain(head, parts.test) },
    test,
  };
}

/** Source and licence; of a plain folder its name, since its path says nothing elsewhere. */
const provenance = ({ name, root, card }: Dataset): { source: string; licence: string } => ({
  source: card.source === root ? name : card.source,
  licence: card.licence,
});

const sizeOf = (part: readonly TrainingPicture[]): { pictures: number; groups: number } => ({
  pictures: part.length,
  groups: groupsOf(part).size,
});
