/** The detectors of a new-content run: how each chooses its operating point on calibration pictures, and when it flags. */
import { hashByName } from '../../hash/index.ts';
import type { Proportion } from '../../metric/interval.ts';
import { allowedOf, flags, jointPoint, thresholdAllowing } from '../../metric/joint-point.ts';
import { proportion } from '../../metric/proportion.ts';
import type { NewContent } from '../../schema/new-content.ts';
import type { DetectorName } from '../../schema/new-content-metrics.ts';
import type { Sight } from './sights.ts';

/** Thresholds of one fold; null where a detector has none of the kind. */
export interface OperatingPoint {
  readonly bits: number | null;
  readonly score: number | null;
  readonly secondBits: number | null;
  readonly calibration: Proportion;
  flags(sight: Sight): boolean;
}

/** A detector before it is calibrated. */
export interface Detector {
  readonly name: DetectorName;
  readonly title: string;
  /** How its operating point is chosen, one sentence. */
  readonly rule: string;
  calibrate(negatives: readonly Sight[]): OperatingPoint;
}

/** Distances as scores: the higher the more suspicious. */
const byHash = ({ bits }: Sight): number => -bits;
const bySecond = ({ secondBits }: Sight): number => -secondBits;
const byHead = ({ head }: Sight): number => head;

/** The largest distance that a threshold on negative distances lets match. */
const bitsOf = (threshold: number): number => Math.floor(-threshold);

const share = (negatives: readonly Sight[], flagged: (sight: Sight) => boolean): Proportion =>
  proportion(negatives.filter(flagged).length, negatives.length);

/** Every detector, in the order of tables and charts. */
export function detectorsOf({ hash, secondHash, label, targetFpr }: NewContent): Detector[] {
  const authors = hashByName(hash).threshold;
  const none = { bits: null, score: null, secondBits: null };
  const single =
    (measure: (sight: Sight) => number, write: (threshold: number) => Partial<OperatingPoint>) =>
    (negatives: readonly Sight[]): OperatingPoint => {
      const threshold = thresholdAllowing(negatives.map(measure), allowedOf(negatives.length, targetFpr));
      const flagged = (sight: Sight): boolean => measure(sight) >= threshold;
      return { ...none, ...write(threshold), calibration: share(negatives, flagged), flags: flagged };
    };
  const joint =
    (other: (sight: Sight) => number, how: 'and' | 'or', write: (threshold: number) => Partial<OperatingPoint>) =>
    (negatives: readonly Sight[]): OperatingPoint => {
      const scores = (sight: Sight) => ({ first: byHash(sight), second: other(sight) });
      const point = jointPoint(negatives.map(scores), targetFpr, how);
      const { calibrationFpr: calibration, first, second } = point;
      return {
        ...none,
        bits: bitsOf(first),
        ...write(second),
        calibration,
        flags: (sight) => flags(scores(sight), point, how),
      };
    };
  const atMost = `flags at most ${targetFpr} of calibration pictures`;
  const alike = `both loosened alike, as far as together they ${atMost.replace('flags', 'flag')}`;
  const asScore = (score: number): Partial<OperatingPoint> => ({ score });
  return [
    {
      name: 'hash-authors',
      title: `${hash} ≤ ${authors}`,
      rule: 'threshold of its authors',
      calibrate(negatives) {
        const flagged = ({ bits }: Sight): boolean => bits <= authors;
        return { ...none, bits: authors, calibration: share(negatives, flagged), flags: flagged };
      },
    },
    {
      name: 'hash',
      title: hash,
      rule: `largest distance that ${atMost}`,
      calibrate: single(byHash, (threshold) => ({ bits: bitsOf(threshold) })),
    },
    {
      name: 'label',
      title: `label ${label}`,
      rule: `smallest score that ${atMost}`,
      calibrate: single((sight) => sight.label, asScore),
    },
    { name: 'head', title: 'trained head', rule: `smallest score that ${atMost}`, calibrate: single(byHead, asScore) },
    { name: 'hash-and-head', title: `${hash} AND head`, rule: alike, calibrate: joint(byHead, 'and', asScore) },
    { name: 'hash-or-head', title: `${hash} OR head`, rule: alike, calibrate: joint(byHead, 'or', asScore) },
    {
      name: 'cascade',
      title: `${hash} ≤ ${authors}, then head`,
      rule: `hash at the threshold of its authors; the head sees what is left, and has what is left of ${targetFpr}`,
      calibrate(negatives) {
        const left = negatives.filter(({ bits }) => bits > authors);
        const allowed = allowedOf(negatives.length, targetFpr) - (negatives.length - left.length);
        const score = allowed < 0 ? Number.POSITIVE_INFINITY : thresholdAllowing(left.map(byHead), allowed);
        const flagged = ({ bits, head }: Sight): boolean => bits <= authors || head >= score;
        return { ...none, bits: authors, score, calibration: share(negatives, flagged), flags: flagged };
      },
    },
    {
      name: 'confirmed',
      title: `${hash} AND ${secondHash}`,
      rule: `a match that an independent hash confirms: ${alike}`,
      calibrate: joint(bySecond, 'and', (second) => ({ secondBits: bitsOf(second) })),
    },
  ];
}
