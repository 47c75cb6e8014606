/** Hidden targets: which labels and locations a head is taught in secret, and which pictures train, tune and test it. */
import { groupsOf } from '../../dataset/groups.ts';
import type { HiddenTargets } from '../../schema/repurposing.ts';
import type { HiddenHeadRow } from '../../schema/repurposing-rows.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';

/** A picture whose embedding is kept. */
export interface Embedded {
  readonly id: string;
  readonly group: string;
  readonly label: string;
}

/** A location of the evaluation. */
export interface EmbeddedLocation {
  readonly name: string;
  readonly insertable: readonly string[];
  readonly heldOut: readonly string[];
}

/** Ids of the pictures of one target in one repeat. No picture of the target is among the honest ones; no group is in two sets. */
export interface HeadSets extends Pick<HiddenHeadRow, 'target' | 'targetKind' | 'repeat'> {
  /** Honest training pictures. */
  readonly training: { readonly declared: readonly string[]; readonly others: readonly string[] };
  readonly calibration: readonly string[];
  readonly declared: readonly string[];
  readonly others: readonly string[];
  /** Pictures of the target: those that may be slipped into the training, in the order in which they are, and others. */
  readonly trainable: readonly string[];
  readonly hidden: readonly string[];
  /** Held-out pictures of another target of the same kind. */
  readonly elsewhere: readonly string[];
}

/** Shares of groups that train and that tune the threshold; the rest is the benchmark. */
const shares = { training: 0.45, calibration: 0.2 } as const;
/** Pictures of one set at most: more would only lengthen the rows. */
const mostScored = 250;

/** Every target in every repeat. A UserError where nothing has a declared label. */
export function headSets(
  pictures: readonly Embedded[],
  locations: readonly EmbeddedLocation[],
  { declared, leastPictures, mostLabels, mostLocations, training, repeats }: HiddenTargets,
  seed: number,
): HeadSets[] {
  const byLabel = new Map<string, Embedded[]>();
  for (const each of pictures) byLabel.set(each.label, [...(byLabel.get(each.label) ?? []), each]);
  if (!declared.some((label) => byLabel.has(label)))
    throw new UserError(
      `No picture is labelled ${declared.join(' or ')}: choose /classifier/declared among ${[...byLabel.keys()].sort().join(', ')}`,
    );
  const large = [...byLabel].flatMap(([label, all]) =>
    all.length >= leastPictures && !declared.includes(label) ? [label] : [],
  );
  const labels = draw(large.sort(), mostLabels, seed, 'labels').sort();
  const places = draw([...locations], mostLocations, seed, 'locations').sort((a, b) => (a.name < b.name ? -1 : 1));
  return Array.from({ length: repeats }, (_, repeat) => repeat).flatMap((repeat) => {
    const parts = partsOf(pictures, seed, repeat);
    const honest = (hidden?: string) => {
      const is = (wanted: boolean, all: readonly Embedded[]): string[] =>
        all.flatMap(({ id, label }) => (label !== hidden && declared.includes(label) === wanted ? [id] : []));
      const trained = parts.training.filter(({ label }) => label !== hidden).slice(0, training);
      return {
        training: { declared: is(true, trained), others: is(false, trained) },
        calibration: is(false, parts.calibration).slice(0, mostScored),
        declared: is(true, parts.benchmark).slice(0, mostScored),
        others: is(false, parts.benchmark).slice(0, mostScored),
      };
    };
    const ofLabel = (label: string) => ({
      trainable: parts.training.filter((each) => each.label === label).map(({ id }) => id),
      hidden: [...parts.benchmark, ...parts.calibration]
        .filter((each) => each.label === label)
        .slice(0, mostScored)
        .map(({ id }) => id),
    });
    return [
      ...labels.map(
        (label, i): HeadSets => ({
          target: label,
          targetKind: 'label',
          repeat,
          ...honest(label),
          ...ofLabel(label),
          elsewhere: labels.length > 1 ? ofLabel(labels[(i + 1) % labels.length]!).hidden : [],
        }),
      ),
      ...places.map(
        ({ name, insertable, heldOut }, i): HeadSets => ({
          target: name,
          targetKind: 'location',
          repeat,
          ...honest(),
          trainable: seededRng(seed, `hidden/${name}/${repeat}`).shuffle(insertable),
          hidden: heldOut,
          elsewhere: places.length > 1 ? places[(i + 1) % places.length]!.heldOut : [],
        }),
      ),
    ];
  });
}

/** Whole groups for training, threshold and benchmark, each in the order drawn. */
function partsOf(pictures: readonly Embedded[], seed: number, repeat: number) {
  const sorted = [...pictures].sort((a, b) => (a.id < b.id ? -1 : 1));
  const groups = seededRng(seed, `heads/${repeat}`).shuffle([...groupsOf(sorted).values()]);
  const [training, calibration] = [shares.training, shares.training + shares.calibration].map((share) =>
    Math.round(groups.length * share),
  ) as [number, number];
  return {
    training: groups.slice(0, training).flat(),
    calibration: groups.slice(training, calibration).flat(),
    benchmark: groups.slice(calibration).flat(),
  };
}

const draw = <T>(items: readonly T[], most: number, seed: number, what: string): T[] =>
  seededRng(seed, `hidden/${what}`).shuffle(items).slice(0, most);
