/** What a reader must know before quoting a number of a new-content run. */
import type { NewContent } from '../../schema/new-content.ts';
import type { NewContentMetrics } from '../../schema/new-content-metrics.ts';

/** Limits of a run, most important first. */
export function newContentLimits(
  { sources, innocent, scorer, dataset }: Omit<NewContentMetrics, 'limits'>,
  { targetFpr, label }: NewContent,
): string[] {
  const fresh = sources.map((each) => each.fresh);
  return [
    `Benign pictures stand in for everything: “target content” is what this experiment calls so (${sources.map(({ name }) => name).join(', ')}). How well a classifier finds real new content is not measured here; what is measured is how much it loses on a source that it has not seen.`,
    `${sources.length} sources were held out, one after the other: intervals by source rest on so few, and say little of a further one. Each has ${Math.min(...fresh)} to ${Math.max(...fresh)} new pictures.`,
    `All pictures come from “${dataset.name}”: what sets target content apart there (size, camera, origin of the files) a classifier learns too, so that rates for new content are on the high side.`,
    `Operating points rest on ${innocent.calibration} innocent pictures, of which a false-positive rate of ${targetFpr} lets ${Math.floor(targetFpr * innocent.calibration)} be flagged; on the ${innocent.evaluation} evaluation pictures the rate may be another. Real services need rates far below what these can show.`,
    `The label ${label} of ${scorer.network} was trained by others on pictures nobody here has seen: for it no source is new.`,
    'The list holds a few hundred pictures. With a list of millions a hash has to be far stricter than the rate on this one asks for.',
    'Pictures are asked about as they are stored, without the messenger step.',
  ];
}
