/** Which pictures a re-purposing experiment uses, and as what: whole groups are drawn by the seed, so that no group has two uses. */
import { type Dataset, digestOf, type Picture } from '../../dataset/dataset.ts';
import { locationVersion } from '../../dataset/generated/location.ts';
import { groupsOf, subsample } from '../../dataset/groups.ts';
import type { RepurposingExperiment } from '../../schema/repurposing.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import {
  type ChosenPicture,
  type DrawnLocation,
  drawnLocations,
  drawnNames,
  labelledLocations,
  labelledPhotographs,
  splitLocations,
} from './locations.ts';

/** What an experiment uses. */
export interface Choice {
  /** Listed pictures first; those that come last leave a list that is poisoned. Then bystanders. */
  readonly ordinary: readonly ChosenPicture[];
  /** Photographs of locations, where the dataset has them. */
  readonly photographs: readonly ChosenPicture[];
  /** Locations that are drawn, where the dataset is the generated one. */
  readonly drawn: readonly DrawnLocation[];
  readonly sha256: string;
  readonly notes: readonly string[];
}

/** The choice. A UserError where there are too few pictures or locations. */
export function choosePictures(dataset: Dataset, experiment: RepurposingExperiment, limit?: number): Choice {
  const { seed, locations, kinds } = experiment;
  const kept = limit === undefined ? dataset.pictures : subsample(dataset.pictures, { seed, limit });
  const isDrawn = dataset.name === 'generated';
  const places = isDrawn ? new Map<string, Picture[]>() : labelledLocations(kept, experiment);
  const names = isDrawn ? drawnNames(experiment) : [...places.keys()].sort();
  if (names.length < 4)
    throw new UserError(
      `Dataset '${dataset.name}' has ${names.length} locations of at least ${locations.labelled.leastPhotographs} photographs, and 4 are needed: take a smaller /locations/labelled/leastPhotographs, or other kinds`,
    );
  const splits = splitLocations(names, locations.calibrationShare, seed);
  const photographs = labelledPhotographs(places, experiment, splits);
  const shown = new Set(photographs.map(({ group }) => group));
  const ordinary = listAndBystanders(
    kept.filter(({ kind, group, topic }) => !shown.has(group) && !places.has(topic) && (kinds?.includes(kind) ?? true)),
    experiment,
    dataset.name,
  );
  return {
    ordinary,
    photographs,
    drawn: isDrawn ? drawnLocations(experiment, splits) : [],
    sha256: digestOf([...ordinary, ...photographs]),
    notes: [
      ...(kept.length < dataset.pictures.length
        ? [`${kept.length} of ${dataset.pictures.length} pictures were drawn, in whole groups.`]
        : []),
      isDrawn
        ? `${names.length} locations were drawn, ${locations.drawn.photographs} photographs each (version ${locationVersion}).`
        : `Labels of the dataset stand for locations: ${names.join(', ')}.`,
    ],
  };
}

/** One picture a group for the list, then bystanders of other groups: half of the groups for calibration, half to be scored. */
function listAndBystanders(
  pictures: readonly Picture[],
  { seed, list }: RepurposingExperiment,
  name: string,
): ChosenPicture[] {
  const sorted = [...pictures].sort((a, b) => (a.id < b.id ? -1 : 1));
  const groups = seededRng(seed, 'list').shuffle([...groupsOf(sorted).values()]);
  if (groups.length < list.entries + 20)
    throw new UserError(
      `Dataset '${name}' has ${groups.length} groups of ordinary pictures, too few for a list of ${list.entries} and 20 bystanders; take more pictures or a shorter list`,
    );
  const listed = groups.slice(0, list.entries).map((group): ChosenPicture => {
    const picture = group[0]!;
    return { ...picture, part: { group: picture.group, use: 'listed', split: 'evaluation' } };
  });
  const bystanders = groups.slice(list.entries, list.entries + list.bystanders);
  const calibration = Math.floor(bystanders.length / 2);
  return [
    ...listed,
    ...bystanders.flatMap((group, i): ChosenPicture[] =>
      group.map((picture) => ({
        ...picture,
        part: { group: picture.group, use: 'bystander', split: i < calibration ? 'calibration' : 'evaluation' },
      })),
    ),
  ];
}
