/** What a reader must know before quoting a number of a hash-leakage run. */
import type { HashLeakageExperiment } from '../../../schema/hash-leakage.ts';
import type { HashLeakageMetrics } from '../../../schema/hash-leakage-metrics.ts';

/** Limits of a run, most important first. */
export function hashLeakageLimits(
  { dataset, membership, shown, topics }: Omit<HashLeakageMetrics, 'limits'>,
  { inversion, split }: HashLeakageExperiment,
): string[] {
  const own = dataset.sources.find(({ source }) => source === 'dataset');
  const drawn = dataset.sources.find(({ source }) => source === 'miniatures');
  const few = membership.filter(({ control, at }) => control === 'none' && at.some(({ enough }) => !enough));
  return [
    'Every success is a lower bound on what a hash gives away: an attacker with a trained network, more pictures of the same kind or more time may find more. No upper bound is claimed.',
    ...(own
      ? [
          `${own.pictures.test} test pictures of the dataset in ${own.topics} topics, ${own.pictures.training} to learn from. Published attacks learnt from a million.`,
        ]
      : []),
    ...(drawn
      ? [
          `Miniatures are grey pictures of 64 × 64 pixels that a program composes in ${drawn.topics} ways; their "topic" is the composition, which the low frequencies of a hash are bound to show. They give numbers, not realism.`,
        ]
      : []),
    `Groups are dealt ${split.training} : ${split.validation} : ${Number((1 - split.training - split.validation).toFixed(6))} to training, validation and test within each topic, so the attacker knows how common topics are. What a real attacker learns from may be less like what he attacks.`,
    ...(dataset.name === 'generated'
      ? [
          'A quarter of the generated pictures take their composition from one of six templates of their topic, and such siblings are on both sides of the split: what looks like retrieval of a picture may be retrieval of its template.',
        ]
      : []),
    'Recovered pictures are compared with a grey thumbnail of 32 × 32 pixels: colour and finer detail are not in these hashes. The decoder is linear; generative decoders add detail that looks real and may be wrong.',
    `"Features" are those of ${inversion.classifier.name} on enlarged thumbnails. The distance is no LPIPS, and nobody calibrated it against people.`,
    ...(topics.some(({ deep }) => deep)
      ? ['The deep hash reads features of a network that was trained on other labels; it is no NeuralHash.']
      : []),
    ...(few.length > 0
      ? [
          `Too few pictures that are not listed for a false-positive rate (30 divided by the rate are needed): ${few
            .map(
              ({ source, strategy, at, others }) =>
                `${strategy} on the ${source} at ${at
                  .filter(({ enough }) => !enough)
                  .map(({ fpr }) => `${fpr * 100} %`)
                  .join(' and ')} (${others})`,
            )
            .join('; ')}.`,
        ]
      : []),
    'A member of the list and a device that tests it have the very same file. Edits would lower what equality gives away, and what a near match gives away less so.',
    'A blinded table that this attack cannot read may still be read by whoever has its secret: that is measured elsewhere, as what a stolen key gives.',
    ...(shown.length > 0
      ? ['The contact sheet holds generated pictures only; of photographs the numbers are given and nothing is shown.']
      : []),
  ];
}
