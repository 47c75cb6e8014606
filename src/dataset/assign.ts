/**
 * Assigns every picture its content and split in an experiment. Whole groups are drawn to calibration or evaluation and, if they contain
 * target content, to listed or new. A pure function of its arguments, independent of the order of the pictures.
 */
import type { Content, Split } from '../schema/vocabulary.ts';
import { seededRng } from '../util/rng.ts';
import { byId, type Picture } from './dataset.ts';
import { type DrawnBy, groupsOf, subsample } from './groups.ts';
import { keyedNumber } from './keyed.ts';

/** A picture with its role in an experiment. */
export interface AssignedPicture extends Picture {
  readonly content: Content;
  readonly split: Split;
}

/** Options of the assignment; shares are fractions of groups, in (0, 1). */
interface AssignOptions {
  readonly seed: number;
  /** Labels that stand in for target content. */
  readonly target: readonly string[];
  readonly listedShare: number;
  readonly calibrationShare: number;
  /** First draw at most this many pictures, in whole groups, with about the same share of each topic. */
  readonly limit?: number;
  /** How groups are drawn (default: shuffle). By keyed hash a group's role is its own, whatever the other groups; shares are approximate. */
  readonly by?: DrawnBy;
}

/** The assigned pictures, sorted by id, and sentences that a report must print with them. */
interface Assignment {
  readonly pictures: AssignedPicture[];
  readonly notes: string[];
}

/** Share of groups that stand in for target content if no picture has a target label. */
const unlabelledTargetShare = 0.25;

/** Draws every group's content and split. */
export function assign(pictures: readonly Picture[], options: AssignOptions): Assignment {
  const { seed, target, listedShare, calibrationShare, limit, by = 'shuffle' } = options;
  const draw = drawers[by];
  const notes: string[] = [];
  let kept = [...pictures].sort(byId);
  if (limit !== undefined && limit < kept.length) {
    kept = subsample(kept, { seed, limit, by });
    notes.push(`${kept.length} of ${pictures.length} pictures were drawn, in whole groups.`);
  }
  const groups = [...groupsOf(kept).values()];
  let [targets, innocents] = partition(groups, (group) => group.some((each) => target.includes(each.topic)));
  if (targets.length === 0) {
    [targets, innocents] = draw(groups, unlabelledTargetShare, seed, 'target');
    notes.push(
      `No picture is labelled ${target.join(' or ')}: ${targets.length} of ${groups.length} groups were drawn at random as targets.`,
    );
  }
  const [listed, fresh] = draw(targets, listedShare, seed, 'listed');
  const assigned: AssignedPicture[] = [];
  const place = (part: readonly Picture[][], name: string, content: (first: boolean) => Content): void => {
    // Each kind of content is split separately, so that a small one has its share in both parts.
    const [calibration, evaluation] = draw(part, calibrationShare, seed, `split/${name}`);
    for (const [split, drawn] of [
      ['calibration', calibration],
      ['evaluation', evaluation],
    ] as const) {
      if (drawn.length === 0) notes.push(`No ${name} group is in the ${split} split.`);
      for (const group of drawn)
        group.forEach((picture, i) => {
          assigned.push({ ...picture, content: content(i === 0), split });
        });
    }
  };
  place(listed, 'listed', (first) => (first ? 'listed' : 'near'));
  place(fresh, 'new', () => 'new');
  place(innocents, 'innocent', () => 'innocent');
  return { pictures: assigned.sort(byId), notes };
}

/** Splits groups into a share and the rest. */
type Drawer = (groups: readonly Picture[][], share: number, seed: number, stream: string) => [Picture[][], Picture[][]];

const drawers: Readonly<Record<DrawnBy, Drawer>> = {
  /** Rounded to whole groups. */
  shuffle(groups, share, seed, stream) {
    const shuffled = seededRng(seed, `assign/${stream}`).shuffle(groups);
    const count = Math.round(groups.length * share);
    return [shuffled.slice(0, count), shuffled.slice(count)];
  },
  'keyed-hash': (groups, share, seed, stream) =>
    partition(groups, ([first]) => keyedNumber(seed, `assign/${stream}`, first!.group) < share),
};

function partition<T>(items: readonly T[], holds: (item: T) => boolean): [T[], T[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}
