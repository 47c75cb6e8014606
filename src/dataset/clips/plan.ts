/** Plans the generated clips of a seed: what moves in each, how long it is, and which generated pictures it shows. */
import { seededRng } from '../../util/rng.ts';
import { type Planned, planOf } from '../generated/plan.ts';

/** Increases whenever any byte of any clip changes. */
export const clipsVersion = 1;

/**
 * What happens in a clip: the camera moves over a picture (pan), or comes nearer (zoom); pictures follow one another while the camera moves
 * (cuts), or without any movement (slides); a line of text lies over a pan (captioned).
 */
export const clipKinds = ['pan', 'cuts', 'slides', 'captioned', 'zoom'] as const;
export type ClipKind = (typeof clipKinds)[number];

/** The plan of one clip. */
export interface PlannedClip {
  readonly id: string;
  readonly kind: ClipKind;
  /** Its pictures; no two clips share one, nor pictures of one group. */
  readonly pictures: readonly Planned[];
  /** Width, height and frames per second. */
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** Number of its frames. */
  readonly frames: number;
}

/** Pictures that a clip shows. */
const picturesOf: Readonly<Record<ClipKind, number>> = { pan: 1, zoom: 1, captioned: 1, cuts: 3, slides: 3 };
const sizes = [
  [160, 120],
  [192, 108],
  [120, 160],
] as const;
/** Seconds. */
const [shortest, longest] = [2, 5];

/** The first clips of a seed; a short plan is the start of a long one. */
export function planClips(seed: number, count: number): PlannedClip[] {
  // Groups have up to four pictures, of which one is used.
  const pool = firstOfGroups(planOf(seed, 4 * 3 * count));
  let used = 0;
  return Array.from({ length: count }, (_, i) => {
    const rng = seededRng(seed, `clip/${i}`);
    const kind = clipKinds[i % clipKinds.length]!;
    const pictures = pool.slice(used, used + picturesOf[kind]);
    used += pictures.length;
    const [width, height] = rng.pick(sizes);
    const framesPerSecond = rng.pick([10, 12, 15]);
    const frames = framesPerSecond * shortest + rng.int(framesPerSecond * (longest - shortest) + 1);
    return { id: `clip-${String(i).padStart(4, '0')}`, kind, pictures, width, height, framesPerSecond, frames };
  });
}

function firstOfGroups(planned: readonly Planned[]): Planned[] {
  const seen = new Set<string>();
  return planned.filter(({ group }) => !seen.has(group) && seen.add(group));
}
