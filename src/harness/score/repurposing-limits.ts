/** What a re-purposing run cannot say. */
import type { RepurposingMetrics } from '../../schema/repurposing-metrics.ts';
import type { RepurposingContext } from './repurposing.ts';

/** Every limit, in sentences. */
export function limitsOf(
  { locations, classifier, list }: Pick<RepurposingMetrics, 'locations' | 'classifier' | 'list'>,
  { experiment, notes }: RepurposingContext,
): string[] {
  return [
    'Benign pictures only: objects and places without people. Nothing here measures how well a person is recognised.',
    locations.drawn
      ? 'Locations are drawn by a program. How much two photographs of one place differ (standpoints, light, crops, things that moved) was chosen by us and decides the hit rates; real places may be seen more or less often.'
      : 'Labels of the dataset stand for locations: shelves of one fruit in a few shops, views along one street. They are proxies; photographs of one spot resemble each other more.',
    `What counts is how many photographs of a place are listed, not the share: ${list.reference} of ${list.entries} entries is ${Math.round(list.reference * list.entries)} photographs, and would be ${Math.round(list.reference * 1e6).toLocaleString('en')} of a list of a million.`,
    `Intervals hold the variation between ${locations.evaluation} locations, and for false alarms between bystanders too; hashes and thresholds are many, and intervals are not adjusted for their number.`,
    'Each location is the target by itself. An insider who inserts several at once divides the share among them.',
    'Held-out photographs come from the same model, or the same day, as the inserted ones. Photographs of another season would match less.',
    ...(classifier
      ? [
          'Heads are penalised logistic functions of the embedding of one fixed network; an insider who retrains the whole network can hide more, and hide it better.',
          'The auditor compares with an honest head on the same pictures. One who has only a published accuracy needs more of them; one who searches for hidden targets by other means may need fewer.',
          'Benchmark pictures recur in several heads; intervals of rates are by hidden target, those of changes by head.',
        ]
      : []),
    ...(experiment.hashes.includes('mobilenet-lsh')
      ? [
          'mobilenet-lsh is a stand-in for a deep hash: its network was trained to tell subjects apart, not to recognise copies.',
        ]
      : []),
    ...notes,
  ];
}
