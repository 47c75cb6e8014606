/** What a reader must know before quoting a number of a base-rate run. */
import { upperBound } from '../../metric/proportion.ts';
import type { BaseRate } from '../../schema/base-rate.ts';
import type { BaseRateMetrics } from '../../schema/base-rate-metrics.ts';

/** Limits of a run, most important first. */
export function baseRateLimits(
  { classifiers, dataset }: Pick<BaseRateMetrics, 'classifiers' | 'dataset'>,
  { assumedTpr, alarms, volume }: BaseRate,
): string[] {
  const groups = Math.max(0, ...classifiers.flatMap((each) => each.alarms.map(({ innocents }) => innocents.groups)));
  const topics = alarms.flatMap(({ name, topics: own }) => (own ? [`“${name}” (${own.join(', ')})`] : []));
  return [
    'All pictures are benign. They are what this dataset holds, not a sample of what people send: a false-positive rate here is a proxy for that of a service.',
    groups === 0
      ? 'No innocent picture was scored, so nothing bounds the rate of false alarms.'
      : `${groups} independent innocent pictures bound a rate at ${(100 * upperBound(0, groups)).toFixed(3)} % from above at best (one-sided 95 %). Whatever is rarer is extrapolated, and says so.`,
    `The detection rate of alarms that no benign picture should raise cannot be measured here: ${assumedTpr.value} is assumed (${assumedTpr.source}).${
      topics.length > 0
        ? ` That of ${topics.join(', ')} is measured on benign stand-ins, which says nothing of real target content.`
        : ''
    }`,
    'A rate by topic or kind counts each picture as independent; near-duplicates in a group make its interval too short. The rate over all pictures has an interval by group beside it.',
    'The extrapolated tail assumes that the highest scores go on as they begin. Nothing in the data checks it beyond one in all pictures.',
    `After an edit ${dataset.edited} pictures were scored, so that small changes cannot be told from none.`,
    `Counts for a service are arithmetic on assumptions: ${volume.picturesPerDay.source}; reviewers look only at false alarms.`,
  ];
}
