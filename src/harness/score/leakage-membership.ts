/** From what a device would say of pictures to what it can find out about the list. */
import { clopperPearsonHigh, clopperPearsonLow, proportion } from '../../metric/proportion.ts';
import type { Membership } from '../../schema/leakage-metrics.ts';
import type { LeakMembershipRow } from '../../schema/leakage-rows.ts';
import { advantageOf } from './leakage-attacks.ts';
import type { LeakRows } from './leakage-rows.ts';

/** One line for each strategy and means, each with its controls. */
export function memberships(rows: LeakRows, tests: number): Membership[] {
  const find = (row: LeakMembershipRow, control: LeakMembershipRow['control']): LeakMembershipRow | undefined =>
    rows.membership.find(
      (each) => each.strategy === row.strategy && each.means === row.means && each.control === control,
    );
  return rows.membership
    .filter(({ control }) => control === 'none')
    .flatMap((row) => {
      const [shuffled, planted] = [find(row, 'shuffled'), find(row, 'planted')];
      if (!shuffled || !planted) return [];
      const found = countsOf(row);
      const [negative, positive] = [countsOf(shuffled), countsOf(planted)];
      const tail = 0.05 / (2 * Math.max(1, tests));
      const above = (of: typeof found): boolean =>
        clopperPearsonLow(of.members.k, of.members.n, tail) > clopperPearsonHigh(of.others.k, of.others.n, tail);
      return [
        {
          strategy: row.strategy,
          means: row.means,
          members: proportion(found.members.k, found.members.n),
          others: proportion(found.others.k, found.others.n),
          advantage: advantageOf(found.members, found.others),
          negative: advantageOf(negative.members, negative.others),
          negativeHolds: !above(negative),
          positive: advantageOf(positive.members, positive.others),
          // A picture of which there is no hash cannot be found, whatever lies on the device.
          positiveHolds: positive.members.k >= found.members.k && positive.members.k > 0,
        },
      ];
    });
}

function countsOf({ member, said }: LeakMembershipRow) {
  const count = (wanted: number): { k: number; n: number } => {
    const of = [...member.keys()].filter((i) => member[i] === wanted);
    return { k: of.filter((i) => said[i] === 1).length, n: of.length };
  };
  return { members: count(1), others: count(0) };
}
