/**
 * Membership inference where it matters, at few false positives: an average success hides an attack that is sure of a few. Carlini et al.,
 * "Membership inference attacks from first principles" (S&P 2022). The threshold for a false-positive rate is chosen on some non-members and
 * rated on others, so that both rates have honest intervals. Scores are one for each independent picture: the larger, the likelier a member.
 */
import { rateDifference } from './difference.ts';
import type { Interval, Proportion } from './interval.ts';
import { chooseScoreThreshold } from './operating-point.ts';
import { proportion } from './proportion.ts';
import { type RocPoint, rocOfScores } from './roc.ts';

/** Scores of members, of the non-members that thresholds are chosen on, and of those that they are rated on. */
interface MembershipScores {
  readonly members: readonly number[];
  readonly calibration: readonly number[];
  readonly nonMembers: readonly number[];
}

/** The attack at one false-positive rate. */
interface MembershipPoint {
  /** The rate that is aimed at. */
  readonly fpr: number;
  readonly threshold: number;
  readonly tpr: Proportion;
  /** What the threshold gave on other non-members. */
  readonly measuredFpr: Proportion;
  /** TPR − FPR. */
  readonly advantage: Interval;
  /** Non-members that the rate asks for, by the rule of 30, and whether there were as many to rate it on. */
  readonly needs: number;
  readonly enough: boolean;
}

/** The attack at all rates. */
interface MembershipRoc {
  readonly at: readonly MembershipPoint[];
  readonly auc: Interval;
  /** For log–log axes: FPR and TPR rise, both above 0; a rate of 0 of n stands at 1/(2n). */
  readonly points: readonly RocPoint[];
}

/**
 * The rule of 30: for an error rate within ±30 % at 90 % confidence there must be 30 errors. Doddington et al., "The NIST speaker
 * recognition evaluation" (Speech Communication 2000).
 */
export const nonMembersFor = (fpr: number): number => Math.ceil(30 / fpr - 1e-9);

/** Points of a log–log curve for each decade of false-positive rates. */
const pointsPerDecade = 20;

/** The attack's ROC. RangeError if there are no members, or no non-members on either side. */
export function membershipRoc(
  { members, calibration, nonMembers }: MembershipScores,
  fprs: readonly number[] = [0.001, 0.01],
): MembershipRoc {
  for (const [name, { length }] of Object.entries({ members, calibration, 'non-members': nonMembers }))
    if (length === 0) throw new RangeError(`Expected at least one score of ${name} but received none.`);
  const { points, auc } = rocOfScores(members, nonMembers);
  const rateAt = (scores: readonly number[], threshold: number): Proportion =>
    proportion(scores.filter((each) => each >= threshold).length, scores.length);
  const at = fprs.map((fpr): MembershipPoint => {
    const threshold = chooseScoreThreshold(calibration, fpr).score;
    const [tpr, measuredFpr] = [rateAt(members, threshold), rateAt(nonMembers, threshold)];
    const needs = nonMembersFor(fpr);
    return {
      fpr,
      threshold,
      tpr,
      measuredFpr,
      advantage: rateDifference(tpr, measuredFpr),
      needs,
      enough: Math.min(calibration.length, nonMembers.length) >= needs,
    };
  });
  // There are members and non-members, so there is an area.
  return { at, auc: auc!, points: logPoints(points, members.length, nonMembers.length) };
}

/** The highest TPR in each step of log FPR. */
function logPoints(points: readonly RocPoint[], positives: number, negatives: number): RocPoint[] {
  const steps = new Map<number, RocPoint>();
  for (const { threshold, tpr, fpr } of points) {
    if (tpr === 0 && fpr === 0) continue;
    const shown = { threshold, tpr: Math.max(tpr, 1 / (2 * positives)), fpr: Math.max(fpr, 1 / (2 * negatives)) };
    const step = Math.floor(Math.log10(shown.fpr) * pointsPerDecade + 1e-9);
    if (!((steps.get(step)?.tpr ?? 0) > shown.tpr)) steps.set(step, shown);
  }
  return [...steps.values()].sort((a, b) => a.fpr - b.fpr || a.tpr - b.tpr);
}
