/** What a reader must know before believing a head or its numbers: computed from its metrics where it depends on them. */
import type { TrainMetrics } from '../../schema/train-metrics.ts';

/** Limits of a trained head, most important first. */
export function limitsOf({ dataset, parts, test, network, calibration }: Omit<TrainMetrics, 'limits'>): string[] {
  const smallest = [...test.labels].sort((a, b) => a.test - b.test)[0]!;
  return [
    `Every picture gets one of ${test.labels.length} labels: there is no "none of these", and a picture of anything else gets a label, perhaps with a high score.`,
    `Trained and judged on ${dataset.name} alone, ${parts.train.pictures} pictures for training and ${parts.test.pictures} for judging: other cameras, shops or drawings are not measured.`,
    `Pictures are taken as independent unless the dataset puts them into one group (${dataset.groups} groups of ${dataset.pictures} pictures): near-bursts that it does not mark make the test easier than it looks.`,
    `Per label the test is small: ${smallest.test} pictures of ${smallest.label}. Read the interval, not the estimate.`,
    `The temperature was fitted on ${calibration.validation.n} pictures; the calibration error of so few is biased upwards, before and after alike.`,
    'Never score it on the pictures that split.json lists under train and validation: it has seen them.',
    `Embeddings come from ${network.name} on the backend ${network.backend}; other backends, decoders and resize kernels move scores.`,
  ];
}
