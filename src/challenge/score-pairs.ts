/** Measures from distances of pairs: pure functions, the same for every form of answer. Distances are real numbers; smaller is more similar. */
import { type ClusteredProportion, clusteredProportion } from '../metric/bootstrap.ts';
import { crossedProportion } from '../metric/crossed.ts';
import { falseMatchRate } from '../metric/false-matches.ts';
import { fprAtSize } from '../metric/list-bounds.ts';
import { type NodePair, pairRate } from '../metric/node-bootstrap.ts';
import { proportion } from '../metric/proportion.ts';
import { type RocPoint, rocOfScores } from '../metric/roc.ts';
import type { SetFacts } from '../schema/edit-preset.ts';
import { seededRng } from '../util/rng.ts';
import type { ChallengeMetrics, Point } from './metrics.ts';

/** One pair. */
export interface Trial {
  readonly genuine: boolean;
  readonly edit: string;
  readonly part: 'calibration' | 'evaluation';
  /** Groups of the two pictures. */
  readonly group: string;
  readonly other: string;
  /** Null: not answered. */
  readonly distance: number | null;
}

type Answered = Trial & { readonly distance: number };
const isAnswered = (trial: Trial): trial is Answered => trial.distance !== null;

/** Unrelated pictures that can all be compared with each other. */
export interface Compared {
  readonly count: number;
  distance(i: number, j: number): number;
}

interface Facts {
  readonly seed: number;
  /** False-positive rates for which thresholds are chosen; null: the answers are decisions. */
  readonly targets: readonly number[] | null;
  readonly edits: SetFacts['edits'];
  readonly unrelated: Compared | null;
}

/** Sizes of lists. */
const sizes = [10, 1e2, 1e3, 1e4, 1e5, 1e6];

/** The measures of all pairs. */
export function pairMetrics(trials: readonly Trial[], facts: Facts): ChallengeMetrics['pairs'] {
  const [genuine, impostors] = [trials.filter((each) => each.genuine), trials.filter((each) => !each.genuine)];
  const [found, wrong] = [genuine.filter(isAnswered), impostors.filter(isAnswered)];
  const scores = (of: readonly Answered[]): number[] => of.map(({ distance }) => -distance);
  const groups = (of: readonly Trial[]): string[] => of.map(({ group }) => group);
  const roc = rocOfScores(scores(found), scores(wrong), { positives: groups(found), negatives: groups(wrong) });
  // A copy without an answer is never found.
  const share = genuine.length === 0 ? 0 : found.length / genuine.length;
  return {
    genuine: genuine.length,
    impostors: impostors.length,
    unanswered: { genuine: genuine.length - found.length, impostors: impostors.length - wrong.length },
    auc: roc.auc,
    roc: thinned(roc.points).map(({ threshold, tpr, fpr }) => ({ threshold: -threshold, tpr: tpr * share, fpr })),
    points:
      facts.targets === null ? [decisions(trials, facts)] : facts.targets.map((target) => tuned(trials, target, facts)),
  };
}

/** Nothing was chosen, so both halves are scored. */
const decisions = (trials: readonly Trial[], facts: Facts): Point => ({
  target: null,
  calibration: null,
  ...pointAt(trials, 0, facts),
});

/** The largest threshold that keeps the rate among unrelated calibration pairs, scored on the other half. */
function tuned(trials: readonly Trial[], target: number, facts: Facts): Point {
  const own = trials.filter(({ part }) => part === 'calibration').filter(isAnswered);
  const threshold = chooseThreshold(own, target);
  const impostors = own.filter(({ genuine }) => !genuine);
  return {
    target,
    calibration: proportion(impostors.filter(({ distance }) => distance <= threshold).length, impostors.length),
    ...pointAt(
      trials.filter(({ part }) => part === 'evaluation'),
      threshold,
      facts,
    ),
  };
}

/** The largest distance that occurs with a share of unrelated pairs at or below it of at most `target`; −∞: none, or there are no pairs. */
export function chooseThreshold(trials: readonly Answered[], target: number): number {
  const wrong = Float64Array.from(
    trials.filter(({ genuine }) => !genuine),
    ({ distance }) => distance,
  ).sort();
  let threshold = Number.NEGATIVE_INFINITY;
  if (wrong.length === 0) return threshold;
  // The first unrelated pair that may not match.
  let allowed = 0;
  while (allowed < wrong.length && (allowed + 1) / wrong.length <= target) allowed++;
  const limit = wrong[allowed] ?? Number.POSITIVE_INFINITY;
  for (const { distance } of trials) if (distance < limit && distance > threshold) threshold = distance;
  return threshold;
}

function pointAt(trials: readonly Trial[], threshold: number, facts: Facts): Omit<Point, 'target' | 'calibration'> {
  const rng = (use: string) => seededRng(facts.seed, `challenge/${use}`);
  const isMatch = ({ distance }: Trial): boolean => distance !== null && distance <= threshold;
  const genuine = trials.filter((each) => each.genuine);
  const recall = (of: readonly Trial[], use: string): ClusteredProportion =>
    clusteredProportion(
      of.map((each) => ({ cluster: each.group, success: isMatch(each) })),
      rng(`recall/${use}`),
    );
  const wrong = trials.filter((each) => !each.genuine && each.distance !== null);
  const counts = (side: (trial: Trial) => string): (readonly [number, number])[] => {
    const by = new Map<string, [number, number]>();
    for (const each of wrong) {
      const [k, n] = by.get(side(each)) ?? [0, 0];
      by.set(side(each), [k + (isMatch(each) ? 1 : 0), n + 1]);
    }
    return [...by.values()];
  };
  const fpr = crossedProportion(
    { rows: counts(({ group }) => group), columns: counts(({ other }) => other) },
    rng('fpr'),
  );
  return {
    threshold: threshold === Number.NEGATIVE_INFINITY ? null : threshold,
    fpr,
    recall: recall(genuine, 'all'),
    edits: facts.edits.map(({ label, title }) => ({
      edit: label,
      title,
      recall: recall(
        genuine.filter(({ edit }) => edit === label),
        label,
      ),
    })),
    ...listsAt(facts.unrelated, threshold, fpr, rng('lists')),
  };
}

/** False positives by the size of the list: counted where all pictures can be compared, otherwise bounded by the rate of one pair. */
function listsAt(
  unrelated: Compared | null,
  threshold: number,
  fpr: ClusteredProportion,
  rng: ReturnType<typeof seededRng>,
): Pick<Point, 'lists' | 'unrelated'> {
  if (unrelated === null || unrelated.count < 2) {
    const high = Math.max(fpr.high, fpr.clusterHigh);
    return {
      unrelated: null,
      lists: sizes.map((size) => {
        const at = fprAtSize({ measured: [], pair: { estimate: fpr.estimate, high } }, size);
        if (at.state === 'measured') throw new Error('unreachable: no list was measured');
        return { size, state: at.state, estimate: null, low: at.low, high: at.high };
      }),
    };
  }
  const matching: NodePair[] = [];
  const degree = new Uint32Array(unrelated.count);
  for (let i = 0; i < unrelated.count; i++)
    for (let j = i + 1; j < unrelated.count; j++)
      if (unrelated.distance(i, j) <= threshold) {
        matching.push([i, j]);
        degree[i]!++;
        degree[j]!++;
      }
  const degrees: number[] = [];
  for (const each of degree) degrees[each] = (degrees[each] ?? 0) + 1;
  const { designEffect } = pairRate(matching, unrelated.count, rng);
  const matches = { pictures: unrelated.count, degrees: Array.from(degrees, (count) => count ?? 0), designEffect };
  return {
    unrelated: unrelated.count,
    lists: sizes.map((size) => {
      const { status, estimate, low, high } = falseMatchRate(matches, size);
      return {
        size,
        state: status === 'bounded' && low === 0 && high >= 1 ? 'not known' : status,
        estimate,
        low,
        high,
      };
    }),
  };
}

/** Points per decade of the false-positive rate, and per detection rate, that a curve keeps. */
const [perDecade, perRate] = [40, 400];

/** A curve with the first and the last point, and the last of those that a plot cannot tell apart. */
function thinned(points: readonly RocPoint[]): RocPoint[] {
  const cell = ({ tpr, fpr }: RocPoint): string =>
    `${fpr === 0 ? '0' : Math.round(Math.log10(fpr) * perDecade)} ${Math.round(tpr * perRate)}`;
  return points.filter((point, i) => i === 0 || i === points.length - 1 || cell(point) !== cell(points[i + 1]!));
}
