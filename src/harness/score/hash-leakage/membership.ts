/** What a device finds out about a list: detection of members where false positives are rare. */
import { membershipRoc } from '../../../metric/membership-roc.ts';
import { probit } from '../../../metric/special.ts';
import type { MembershipLeak } from '../../../schema/hash-leakage-metrics.ts';
import type { HashLeakMembershipRow } from '../../../schema/hash-leakage-rows.ts';
import { strategyByName } from '../../../strategy/index.ts';

/** False-positive rates at which detection is quoted. */
const fprs = [0.001, 0.01] as const;

/** One strategy, or one control of it; `shuffled`: how many negative controls are read side by side. */
export function membershipLeak(row: HashLeakMembershipRow, shuffled: number): MembershipLeak {
  const { source, strategy, control, means, perQuery, listed, scores } = row;
  const repeated = (at: 1 | 2 | 3): number[] => scores.flatMap((each) => Array<number>(each[at]).fill(each[0]));
  const [members, calibration, nonMembers] = [repeated(1), repeated(2), repeated(3)];
  const { at, auc, points } = membershipRoc({ members, calibration, nonMembers }, fprs);
  return {
    source,
    strategy,
    id: strategyByName(strategy).id,
    control,
    means,
    perQuery,
    listed,
    members: members.length,
    calibration: calibration.length,
    others: nonMembers.length,
    at: at.map((each) => ({ ...each, threshold: Number.isFinite(each.threshold) ? each.threshold : null })),
    auc,
    points: points.map(({ fpr, tpr }) => ({ fpr, tpr })),
    passed:
      control === 'none'
        ? null
        : control === 'identity'
          ? at.every(({ tpr }) => tpr.k === tpr.n)
          : holdsChance(auc, shuffled),
  };
}

/** Whether the area may be 0.5, at 5 % for all controls together: the interval widened on its own logit scale (Bonferroni). */
function holdsChance({ estimate, low, high }: MembershipLeak['auc'], tests: number): boolean {
  const logit = (share: number): number => Math.log(share / (1 - share));
  const wider = probit(1 - 0.025 / tests) / probit(0.975);
  const chance = logit(0.5) - logit(estimate);
  return chance <= wider * (logit(high) - logit(estimate)) && chance >= wider * (logit(low) - logit(estimate));
}
