/** Who plays which part in a new-content run: sources, splits, and what is listed. Whole groups are drawn, each source by itself. */
import { byId, type Picture } from '../../dataset/dataset.ts';
import { groupsOf } from '../../dataset/groups.ts';
import type { NewContent } from '../../schema/new-content.ts';
import type { LookedRow } from '../../schema/new-content-rows.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';

/** A picture with its part. */
export interface PlacedPicture extends Picture {
  /** Source of target content; null: innocent. */
  readonly source: string | null;
  readonly part: LookedRow['part'];
  /** On the list, unless its source is held out. */
  readonly listed: boolean;
}

/** Fewest groups of a source: some must be left for training, list and evaluation. */
const leastGroups = 4;

/** The pictures that take part, sorted by id; a UserError where a source has too few. */
export function place(
  pictures: readonly Picture[],
  { kinds, sources, innocent, shares, seed }: NewContent,
): PlacedPicture[] {
  const sourceOf = new Map(Object.entries(sources).flatMap(([name, labels]) => labels.map((label) => [label, name])));
  const used = pictures.filter(({ kind }) => !kinds || kinds.includes(kind)).sort(byId);
  const bySource = new Map<string | null, Picture[]>([
    ...Object.keys(sources).map((name) => [name, []] as [string, Picture[]]),
    [null, []],
  ]);
  for (const picture of used) {
    const source = sourceOf.get(picture.topic) ?? null;
    if (source !== null || !innocent || innocent.includes(picture.topic)) bySource.get(source)!.push(picture);
  }
  const placed = [...bySource].flatMap(([source, own]) => {
    const groups = seededRng(seed, `parts/${source ?? 'innocent'}`).shuffle([...groupsOf(own).values()]);
    if (groups.length < leastGroups)
      throw new UserError(
        `Expected at least ${leastGroups} groups of pictures of ${source === null ? 'innocent content' : `the source '${source}'`} but found ${groups.length}; take more pictures, or join it with another source`,
      );
    // Target content needs no calibration pictures: thresholds are chosen by false positives.
    const share = source === null ? shares.training : shares.training + shares.calibration;
    const training = Math.round(share * groups.length);
    const calibration = source === null ? training + Math.round(shares.calibration * groups.length) : training;
    const listed = calibration + Math.round(shares.listed * (groups.length - calibration));
    return groups.flatMap((group, i) =>
      group.map(
        (picture, member): PlacedPicture => ({
          ...picture,
          source,
          part: i < training ? 'training' : i < calibration ? 'calibration' : 'evaluation',
          // A curator lists one picture of a series.
          listed: source !== null && i < listed && member === 0,
        }),
      ),
    );
  });
  return placed.sort(byId);
}
