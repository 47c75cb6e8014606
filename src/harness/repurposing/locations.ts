/** The locations of a re-purposing experiment: drawn by the generator, or labels of the dataset that stand for places. */
import type { Picture } from '../../dataset/dataset.ts';
import { groupsOf } from '../../dataset/groups.ts';
import type { RepurposingExperiment } from '../../schema/repurposing.ts';
import type { ScannedRow } from '../../schema/repurposing-rows.ts';
import { seededRng } from '../../util/rng.ts';

/** What a row says of a picture before it is hashed. */
export type Part = Pick<ScannedRow, 'group' | 'use' | 'split' | 'location' | 'standpoints'>;

/** A picture of the dataset with its part. */
export interface ChosenPicture extends Picture {
  readonly part: Part;
}

/** A location that is drawn, not read. */
export interface DrawnLocation {
  readonly number: number;
  readonly standpoints: number;
  readonly photographs: readonly { readonly id: string; readonly number: number; readonly part: Part }[];
}

/** By location: the half on which thresholds are chosen, or the one that is scored. */
export type Splits = ReadonlyMap<string, Part['split']>;

const nameOf = (number: number): string => `location-${String(number).padStart(2, '0')}`;

/** Names of the locations to draw. */
export const drawnNames = ({ locations: { drawn } }: RepurposingExperiment): string[] =>
  Array.from({ length: drawn.locations }, (_, number) => nameOf(number));

/** The locations to draw, each photograph with its part. */
export const drawnLocations = (
  { seed, locations: { drawn, heldOutShare } }: RepurposingExperiment,
  splits: Splits,
): DrawnLocation[] =>
  Array.from({ length: drawn.locations }, (_, number) => {
    const location = nameOf(number);
    const standpoints = drawn.standpoints[number % drawn.standpoints.length]!;
    const photographs = Array.from({ length: drawn.photographs }, (__, i) => {
      const id = `${location}/${String(i).padStart(3, '0')}`;
      return { id, group: id, number: i };
    });
    return {
      number,
      standpoints,
      photographs: uses(photographs, heldOutShare, seed, location)
        .map(([{ id, group, number: shot }, use]) => ({
          id,
          number: shot,
          part: { group, use, split: splits.get(location)!, location, standpoints },
        }))
        .sort((a, b) => a.number - b.number),
    };
  });

/** Labels with enough pictures of the kinds asked for, each a location. */
export function labelledLocations(
  pictures: readonly Picture[],
  { locations: { labelled } }: RepurposingExperiment,
): Map<string, Picture[]> {
  const found = new Map<string, Picture[]>();
  for (const picture of pictures) {
    if (labelled.kinds && !labelled.kinds.includes(picture.kind)) continue;
    if (labelled.labels && !labelled.labels.includes(picture.topic)) continue;
    found.set(picture.topic, [...(found.get(picture.topic) ?? []), picture]);
  }
  return new Map([...found].filter(([, photographs]) => photographs.length >= labelled.leastPhotographs));
}

/** Their photographs, each with its part. */
export const labelledPhotographs = (
  places: ReadonlyMap<string, readonly Picture[]>,
  { seed, locations }: RepurposingExperiment,
  splits: Splits,
): ChosenPicture[] =>
  [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([location, pictures]) =>
      uses(pictures, locations.heldOutShare, seed, location).map(([picture, use]) => ({
        ...picture,
        part: { group: picture.group, use, split: splits.get(location)!, location },
      })),
    );

/** Whole groups are held out until they are the share asked for; the others may be inserted. */
function uses<P extends { readonly id: string; readonly group: string }>(
  photographs: readonly P[],
  heldOutShare: number,
  seed: number,
  location: string,
): [P, 'held-out' | 'insertable'][] {
  const sorted = [...photographs].sort((a, b) => (a.id < b.id ? -1 : 1));
  const groups = seededRng(seed, `held-out/${location}`).shuffle([...groupsOf(sorted).values()]);
  const wanted = Math.round(sorted.length * heldOutShare);
  let heldOut = 0;
  return groups.flatMap((group) => {
    const use = heldOut < wanted ? 'held-out' : 'insertable';
    if (use === 'held-out') heldOut += group.length;
    return group.map((each): [P, 'held-out' | 'insertable'] => [each, use]);
  });
}

/** At least one location for calibration, and two to score. */
export function splitLocations(names: readonly string[], calibrationShare: number, seed: number): Splits {
  const shuffled = seededRng(seed, 'locations').shuffle(names);
  const calibration = Math.min(names.length - 2, Math.max(1, Math.round(names.length * calibrationShare)));
  return new Map(shuffled.map((name, i) => [name, i < calibration ? 'calibration' : 'evaluation']));
}
