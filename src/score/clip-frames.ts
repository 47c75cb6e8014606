/** What frames alone decide, before any protocol: the list, the thresholds, and which clips match by which rule. */
import { hammingDistance } from '../hash/hamming.ts';
import { hashByName } from '../hash/index.ts';
import { chooseDistanceThreshold, chooseScoreThreshold } from '../metric/operating-point.ts';
import type { HashUse } from '../role/world.ts';
import type { ClipRow, FrameFacts } from '../schema/clip-rows.ts';
import { type ClipScene, placesOf } from '../schema/clip-scene.ts';
import { fromHex } from '../util/hex.ts';

/** An entry of the list: a frame of a listed clip. */
interface FrameEntry {
  readonly id: string;
  readonly hex: string;
}

/** The curator's list: the trusted frames of the listed clips as they are, each hash once. With `all`, frames that are too flat, too. */
export function listEntries(rows: readonly ClipRow[], use: HashUse, all = false): FrameEntry[] {
  const entries = new Map<string, FrameEntry>();
  for (const { clip, content, edit, frames } of rows)
    if (content === 'listed' && edit === 'none')
      for (const [place, frame] of frames.entries()) {
        const { hex, refused } = frame[use];
        if ((all || refused === undefined) && !entries.has(hex)) entries.set(hex, { id: `${clip}#${place + 1}`, hex });
      }
  return [...entries.values()];
}

/** How frames are matched. near: within the threshold · flat: the same, and frames that are too flat to be trusted count as well · equality: bit by bit. */
export type FrameRule = 'near' | 'flat' | 'equality';

/** Tells of every frame of a clip whether it matches an entry. */
export type FrameMatcher = (frame: FrameFacts) => boolean;

/** The distance of a frame's hash to the nearest entry, in bits; larger than any threshold where the list is empty. */
function nearestTo(entries: readonly FrameEntry[], bits: number): (hex: string) => number {
  const hashes = entries.map(({ hex }) => fromHex(hex));
  const known = new Map<string, number>();
  return (hex) => {
    const before = known.get(hex);
    if (before !== undefined) return before;
    const hash = fromHex(hex);
    const nearest = hashes.reduce((least, each) => Math.min(least, hammingDistance(each, hash)), bits + 1);
    known.set(hex, nearest);
    return nearest;
  };
}

/** The operating point: chosen on innocent calibration clips at the largest number of frames, of which the nearest or highest decides. */
export function thresholdsOf(rows: readonly ClipRow[], { hash, targetFpr }: Pick<ClipScene, 'hash' | 'targetFpr'>) {
  const { bits, threshold } = hashByName(hash);
  const nearest = nearestTo(listEntries(rows, 'near'), bits);
  const negatives = rows.filter(
    ({ content, split, edit }) => content === 'innocent' && split === 'calibration' && edit === 'none',
  );
  const distances = negatives.map(({ frames }) =>
    Math.min(bits + 1, ...frames.flatMap(({ near }) => (near.refused === undefined ? [nearest(near.hex)] : []))),
  );
  const scores = negatives.map(({ frames }) => Math.max(0, ...frames.flatMap(({ score }) => score ?? [])));
  const near = chooseDistanceThreshold(distances, targetFpr, threshold);
  const classified = rows.some(({ frames }) => frames.some(({ score }) => score !== undefined));
  const flagged = chooseScoreThreshold(classified ? scores : [], targetFpr);
  return { bits: near.bits, score: flagged.score, near, flagged: classified ? flagged : null };
}

/** A matcher for each rule, at the threshold of the run. */
export function frameMatchers(
  rows: readonly ClipRow[],
  { hash }: Pick<ClipScene, 'hash'>,
  thresholdBits: number,
): Readonly<Record<FrameRule, FrameMatcher>> {
  const { bits } = hashByName(hash);
  const trusted = nearestTo(listEntries(rows, 'near'), bits);
  const all = nearestTo(listEntries(rows, 'near', true), bits);
  const equal = new Set(listEntries(rows, 'equality').map(({ hex }) => hex));
  return {
    near: ({ near }) => near.refused === undefined && trusted(near.hex) <= thresholdBits,
    flat: ({ near }) => all(near.hex) <= thresholdBits,
    equality: ({ equality }) => equality.refused === undefined && equal.has(equality.hex),
  };
}

/** The frames of a clip that are looked at, where `looked` of them are. */
export const framesLooked = ({ frames }: ClipRow, looked: number): FrameFacts[] =>
  placesOf(looked, frames.length).map((place) => frames[place]!);

/** When a clip matches: one of its frames does, or at least half of those that are looked at. */
export const itemRules = {
  any: (matches: number): boolean => matches > 0,
  half: (matches: number, looked: number): boolean => 2 * matches >= looked,
} as const;
export type ItemRule = keyof typeof itemRules;
