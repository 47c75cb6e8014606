/**
 * Which pictures a head learns from, on which its threshold is chosen, and where it is scored. Whole source pictures (groups) are drawn, so that
 * nothing which a head has seen, and no copy of it, is scored. Pure: the order of the pictures does not matter.
 */
import type { Content, Split } from '../schema/vocabulary.ts';
import { UserError } from '../util/errors.ts';
import { seededRng } from '../util/rng.ts';

/** Labels of a head that tells target content from the rest; the first is what it scores. */
export const headLabels = ['target', 'innocent'] as const;

/** Share of the training groups on which a head's training is stopped and its scores are calibrated. */
const validationShare = 0.2;

/** Groups for validation: of every kind of content by itself, at least one. `kinds` names each kind, and has its training groups. */
export const validationGroups = (kinds: ReadonlyMap<string, ReadonlySet<string>>, seed: number): Set<string> =>
  new Set(
    [...kinds].flatMap(([name, groups]) =>
      seededRng(seed, `validation/${name}`)
        .shuffle([...groups].sort())
        .slice(0, Math.max(1, Math.round(validationShare * groups.size))),
    ),
  );

/** What the draw needs to know of a picture. */
export interface SplitPicture {
  readonly group: string;
  readonly content: Content;
  readonly split: Split;
}

/** Pictures by what a head does with them. */
export interface HeadParts<P> {
  readonly training: readonly P[];
  /** Stops the training, and sets the temperature. */
  readonly validation: readonly P[];
  /** Innocent pictures whose scores choose the threshold: it could not be honest on those that the head learnt. */
  readonly threshold: readonly P[];
  /** The evaluation split. */
  readonly scored: readonly P[];
}

/** Whether a picture shows target content. */
export const isTarget = ({ content }: Pick<SplitPicture, 'content'>): boolean => content !== 'innocent';

/**
 * Deals out the pictures. The head learns from the calibration split alone: from all of its target groups, which a threshold on false positives
 * does not need, and from `trainingShare` of its innocent groups, in (0, 1). The threshold is chosen on its other innocent groups. A UserError
 * where there are too few groups.
 */
export function headParts<P extends SplitPicture>(
  pictures: readonly P[],
  { trainingShare, seed }: { readonly trainingShare: number; readonly seed: number },
): HeadParts<P> {
  const calibration = pictures.filter(({ split }) => split === 'calibration');
  const groupsOf = (target: boolean): string[] =>
    [...new Set(calibration.filter((each) => isTarget(each) === target).map(({ group }) => group))].sort();
  const [targets, innocents] = [groupsOf(true), groupsOf(false)];
  if (targets.length < 2 || innocents.length < 3)
    throw new UserError(
      `Expected at least 2 groups of target pictures and 3 of innocent ones in the calibration split, to train a head and to choose its threshold, but found ${targets.length} and ${innocents.length}; use more pictures, or leave out /messages/head`,
    );
  const shuffled = seededRng(seed, 'head/innocent').shuffle(innocents);
  // Two groups at least to learn from, one of them for validation, and one for the threshold.
  const count = Math.min(innocents.length - 1, Math.max(2, Math.round(trainingShare * innocents.length)));
  const learnt = new Map([
    ['target', new Set(targets)],
    ['innocent', new Set(shuffled.slice(0, count))],
  ]);
  const validation = validationGroups(learnt, seed);
  const isLearnt = (each: P): boolean => learnt.get(isTarget(each) ? 'target' : 'innocent')!.has(each.group);
  return {
    training: calibration.filter((each) => isLearnt(each) && !validation.has(each.group)),
    validation: calibration.filter((each) => isLearnt(each) && validation.has(each.group)),
    threshold: calibration.filter((each) => !isLearnt(each)),
    scored: pictures.filter(({ split }) => split === 'evaluation'),
  };
}

/**
 * Throws where a head learnt a source picture that its threshold is chosen on, or that it is scored on: such a rate would be no rate of unseen
 * content. An Error, not a UserError: pictures that headParts() dealt out never come to this.
 */
export function mustBeUnseen(learnt: Iterable<string>, scored: Iterable<string>): void {
  const known = new Set(learnt);
  for (const group of scored)
    if (known.has(group))
      throw new Error(`The head has learnt the source picture '${group}', and would be scored on it`);
}
