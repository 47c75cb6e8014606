/** The detectors of a new-content run: how each chooses its operating point on calibration pictures, and when it flags. */

import { hammingDistance } from '../../hash/hamming.ts';
import type { Proportion } from '../../metric/interval.ts';
import { allowedOf, flags, jointPoint, thresholdAllowing } from '../../metric/joint-point.ts';
import { meanOfFew } from '../../metric/paired-shift.ts';
import { proportion } from '../../metric/proportion.ts';
import { auc } from '../../metric/roc.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { fromHex } from '../../util/hex.ts';
import type { NewContent } from './experiment.ts';
import type { ContentCurve, DetectorName } from './metrics.ts';
import type { HeadRow, LookedRow } from './rows.ts';
import type { Fold } from './score-folds.ts';

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
export function detectorsOf(experiment: NewContent): Detector[] {
  const { hash, secondHash, label, targetFpr } = experiment;
  const authors = hashFactsOf(hash, experiment).threshold;
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

// ROC of each measure and each kind of content, over folds. Heads of different folds score on different scales, so every picture is placed
// among the innocent ones of its own fold, and the curves are averaged at equal false-positive rate (vertical averaging: Fawcett, "An
// introduction to ROC analysis", Pattern Recognition Letters 2006).

const measures: readonly (readonly [DetectorName, (sight: Sight) => number])[] = [
  ['hash', ({ bits }) => -bits],
  ['label', ({ label }) => label],
  ['head', ({ head }) => head],
];

const contents = ['listed', 'edited', 'known source', 'new source'] as const;

/** A curve for each measure and kind of content. */
export const curvesOf = (folds: readonly SeenFold[]): ContentCurve[] =>
  measures.flatMap(([detector, measure]) =>
    contents.map((content): ContentCurve => {
      const areas: number[] = [];
      const places: number[] = [];
      for (const fold of folds) {
        const negatives = fold.innocent.map(measure);
        const positives = (content === 'new source' ? fold.fresh : knownOf(fold, content)).map(measure);
        const area = auc(positives, negatives);
        if (!area) continue;
        areas.push(area.estimate);
        const ascending = Float64Array.from(negatives).sort();
        // The false-positive rate at the threshold that just finds the picture.
        for (const score of positives) places.push(1 - below(ascending, score) / ascending.length);
      }
      const mean = meanOfFew(areas);
      return {
        detector,
        content,
        auc: mean && {
          ...mean,
          low: Math.max(0, mean.low),
          high: Math.min(1, mean.high),
          method: `Mann-Whitney in each fold; ${mean.method.replace('mean of', 'mean of sources:')}`,
        },
        points: curve(places),
      };
    }),
  );

/** How many of the ascending values are below one. */
function below(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Share of pictures found at each false-positive rate, from (0, …) to (1, 1). */
function curve(places: readonly number[]): ContentCurve['points'] {
  if (places.length === 0) return [];
  const sorted = Float64Array.from(places).sort();
  const points = [...new Set(sorted)].map((fpr) => ({
    fpr,
    tpr: sorted.filter((each) => each <= fpr).length / sorted.length,
  }));
  return [
    ...(points[0]!.fpr > 0 ? [{ fpr: 0, tpr: 0 }] : []),
    ...points,
    ...(points.at(-1)!.fpr < 1 ? [{ fpr: 1, tpr: 1 }] : []),
  ];
}

// What every detector of a new-content run has to go by, in one fold: distances to the fold's list, the label's score, the fold's head.

/** One rendering as detectors see it. A picture without a hash or score is farther than any distance and scores 0. */
export interface Sight {
  readonly row: LookedRow;
  /** To the nearest listed picture; bits + 1 without a hash. */
  readonly bits: number;
  readonly secondBits: number;
  readonly label: number;
  readonly head: number;
}

/** A fold as detectors see it. */
export interface SeenFold {
  readonly held: string;
  readonly calibration: readonly Sight[];
  readonly innocent: readonly Sight[];
  readonly counted: ReadonlySet<string>;
  readonly known: readonly Sight[];
  readonly fresh: readonly Sight[];
}

/** Looks at folds with both hashes, the label and the heads. */
export function sightsOf(
  folds: readonly Fold[],
  heads: readonly HeadRow[],
  experiment: NewContent,
  label: number,
): SeenFold[] {
  const first = nearest(experiment.hash, experiment);
  const second = nearest(experiment.secondHash, experiment);
  return folds.map(({ held, list, calibration, innocent, counted, known, fresh }) => {
    const head = new Map(
      heads.find((row) => row.held === held)?.scores.map((each) => [`${each.transform} ${each.picture}`, each.target]),
    );
    const see = (rows: readonly LookedRow[]): Sight[] =>
      rows.map((row) => ({
        row,
        bits: first(row, list),
        secondBits: second(row, list),
        label: row.outcome.state === 'scored' ? row.outcome.scores[label]! : 0,
        head: head.get(`${row.transform} ${row.picture}`) ?? 0,
      }));
    return {
      held,
      calibration: see(calibration),
      innocent: see(innocent),
      counted,
      known: see(known),
      fresh: see(fresh),
    };
  });
}

/** The part of a fold's known content that is so called. */
export function knownOf({ known }: SeenFold, content: 'listed' | 'edited' | 'known source'): Sight[] {
  if (content === 'known source') return known.filter(({ row }) => !row.listed);
  return known.filter(({ row }) => row.listed && (row.transform === 'none') === (content === 'listed'));
}

/** Distance to the nearest entry of a list; the same pictures are compared in many folds, so that distances are kept by source. */
function nearest(name: string, experiment: NewContent): (row: LookedRow, list: readonly LookedRow[]) => number {
  const { bits, minQuality } = hashFactsOf(name, experiment);
  const hashes = new Map<LookedRow, Uint8Array | null>();
  const hashOf = (row: LookedRow): Uint8Array | null => {
    const known = hashes.get(row);
    if (known !== undefined) return known;
    const found = row.outcome.state === 'scored' ? row.outcome.hashes[name] : undefined;
    // Refused by a detector, or below its authors' least quality, a picture matches nothing.
    const hash = found && 'hex' in found && found.quality >= minQuality ? fromHex(found.hex) : null;
    hashes.set(row, hash);
    return hash;
  };
  const distances = new Map<LookedRow, Map<LookedRow, number>>();
  return (row, list) => {
    const own = hashOf(row);
    if (!own) return bits + 1;
    const kept = distances.get(row) ?? new Map<LookedRow, number>();
    distances.set(row, kept);
    let best = bits + 1;
    for (const entry of list) {
      const listed = hashOf(entry);
      if (!listed) continue;
      const distance = kept.get(entry) ?? hammingDistance(own, listed);
      kept.set(entry, distance);
      if (distance < best) best = distance;
    }
    return best;
  };
}
