/** From the scores of one alarm to its tail, its PPV, and what it would take to certify one. Trials are one picture a group. */
import { neededFpr, picturesToCertify, ppvBounds, wide } from '../../metric/base-rate.ts';
import { proportion } from '../../metric/proportion.ts';
import { justAbove } from '../../metric/roc.ts';
import { fitScoreTail } from '../../metric/score-tail.ts';
import type { BaseRate } from '../../schema/base-rate.ts';
import type { AlarmMetrics, ScoreTail, Tpr, Wanted } from '../../schema/base-rate-metrics.ts';
import type { ScoredRow } from '../../schema/scored-rows.ts';
import { UserError } from '../../util/errors.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import { rounded } from './rounded.ts';

/** One picture's score for an alarm, after one edit. */
export interface AlarmScore extends Pick<ScoredRow, 'picture' | 'group' | 'topic' | 'kind' | 'transform'> {
  /** Sum of the scores of the alarm's labels. */
  readonly score: number;
}

/** Independent trials. */
export interface Trials {
  readonly innocents: readonly AlarmScore[];
  /** null: the alarm has no target content among benign pictures, so its detection rate is assumed. */
  readonly targets: readonly AlarmScore[] | null;
}

/** The first picture of each group, in the order of the pictures. */
export function firstOfGroups<T extends { readonly group: string }>(pictures: readonly T[]): T[] {
  const seen = new Set<string>();
  return pictures.filter(({ group }) => !seen.has(group) && seen.add(group));
}

const reach = (of: readonly AlarmScore[], score: number) =>
  proportion(of.filter((each) => each.score >= score).length, of.length);

const tprAt = ({ targets }: Trials, score: number, { assumedTpr }: BaseRate): Tpr =>
  targets ? reach(targets, score) : { assumed: assumedTpr.value };

/** TPR, FPR and PPV at every threshold of the experiment. */
export const pointsOf = (trials: Trials, experiment: BaseRate): AlarmMetrics['points'] =>
  experiment.thresholds.map((threshold) => {
    const tpr = tprAt(trials, threshold, experiment);
    const fpr = reach(trials.innocents, threshold);
    return { threshold, tpr, fpr, ppv: experiment.prevalences.map(({ value }) => ppvBounds(value, tpr, fpr)) };
  });

/** Points of the measured tail: each of the highest scores, then fewer and fewer. */
function tailRanks(n: number): number[] {
  const ranks: number[] = [];
  for (let rank = 1; rank <= n; rank = Math.max(rank + 1, Math.ceil(rank * 1.12))) ranks.push(rank);
  return ranks;
}

const descendingScores = (of: readonly AlarmScore[]): Float64Array =>
  Float64Array.from(of, ({ score }) => -score)
    .sort()
    .map((each) => -each);

/** FPR against the score, as measured and as a fitted tail continues it. */
export function tailOf(innocents: readonly AlarmScore[], rng: Rng): ScoreTail {
  const scores = innocents.map(({ score }) => score);
  const descending = descendingScores(innocents);
  const n = scores.length;
  // Scores that tie are reached together.
  const shown = [...new Set(tailRanks(n).map((rank) => descending[rank - 1]!))];
  const measured = shown.map((score) => ({ score, rate: reach(innocents, score) }));
  return { innocents: n, measured, fit: fitOf(scores, rng) };
}

function fitOf(scores: readonly number[], rng: Rng): ScoreTail['fit'] {
  try {
    const { points, ...fit } = fitScoreTail(scores, rng);
    return {
      ...fit,
      // These are steps on a scale of logits, which no picture was compared with.
      points: points.map(({ score, rate }) => ({
        score: rounded(score),
        rate,
        beyond: rate.estimate < 1 / scores.length,
      })),
    };
  } catch (error) {
    // Too few pictures, or scores that are all alike: there is nothing to fit.
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** For every prevalence and wanted PPV: a score chosen on half of the groups, and what the other half says of it. */
export function wantedOf(trials: Trials, experiment: BaseRate): Wanted[] {
  const { seed, prevalences, precisions } = experiment;
  const all = [...trials.innocents, ...(trials.targets ?? [])];
  const groups = [...new Set(all.map(({ group }) => group))].sort();
  const drawn = new Set(
    seededRng(seed, 'calibration')
      .shuffle(groups)
      .slice(0, Math.round(groups.length / 2)),
  );
  const part = (calibration: boolean): Trials => {
    const own = ({ group }: AlarmScore): boolean => drawn.has(group) === calibration;
    return { innocents: trials.innocents.filter(own), targets: trials.targets?.filter(own) ?? null };
  };
  const [calibration, evaluation] = [part(true), part(false)];
  return prevalences.flatMap(({ value: prevalence }) =>
    precisions.map((precision): Wanted => {
      const score = smallestScore(calibration, experiment, prevalence, precision);
      const at = score ?? justAbove(1);
      const tpr = tprAt(evaluation, at, experiment);
      const fpr = reach(evaluation.innocents, at);
      const bounds = score === null ? { estimate: null, low: 0, high: 1 } : ppvBounds(prevalence, tpr, fpr);
      // The best that the detection rate may be: with a lower one it would take still more pictures.
      const needed = neededFpr(prevalence, score === null ? 1 : wide(tpr).high, precision);
      return {
        prevalence,
        precision,
        neededFpr: needed,
        score,
        tpr,
        fpr,
        ppv: bounds,
        certified: bounds.low >= precision,
        toCertify: picturesToCertify(needed),
      };
    }),
  );
}

/**
 * The smallest score at which the lower bound of the PPV on these trials reaches the wanted one, or failing that its estimate; null: none
 * at or below 1 does. Tried are scores just above the highest innocent ones, each, then fewer and fewer, and 0.
 */
function smallestScore(trials: Trials, experiment: BaseRate, prevalence: number, precision: number): number | null {
  const descending = descendingScores(trials.innocents);
  const tried = [...tailRanks(descending.length).map((rank) => justAbove(descending[rank - 1]!)), 0].filter(
    (score) => score <= 1,
  );
  const points = [...new Set(tried)].reverse().map((score) => ({
    score,
    ppv: ppvBounds(prevalence, tprAt(trials, score, experiment), reach(trials.innocents, score)),
  }));
  const found =
    points.find(({ ppv }) => ppv.low >= precision) ??
    points.find(({ ppv }) => ppv.estimate !== null && ppv.estimate >= precision);
  return found?.score ?? null;
}
