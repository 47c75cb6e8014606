/** The table of what a device finds out about a list. */
import type { HashLeakageMetrics, MembershipLeak } from '../../schema/hash-leakage-metrics.ts';
import type { HashLeakSource } from '../../schema/hash-leakage-rows.ts';
import { type Line, plain, type ReportTable } from '../benchmark/table.ts';
import { areaCell, type Cell, integer, percent, rateCell } from '../format.ts';
import { controlCell } from './control-cells.ts';
import { numberCell, sourceName, strategyName } from './words.ts';

/** What a device finds out about the list. */
export function membershipTable(metrics: HashLeakageMetrics, source: HashLeakSource): ReportTable {
  const of = metrics.membership.filter((each) => each.source === source);
  const first = of[0];
  const fprs = first?.at.map(({ fpr }) => fpr) ?? [];
  const control = ({ strategy }: MembershipLeak, wanted: MembershipLeak['control']): MembershipLeak | undefined =>
    of.find((each) => each.strategy === strategy && each.control === wanted);
  const line = (each: MembershipLeak): Line => ({
    name: strategyName(each),
    cells: [
      plain(each.perQuery ? 'one question' : 'nothing'),
      ...each.at.flatMap(({ tpr, measuredFpr, advantage, enough, needs }): Cell[] => {
        const cell = rateCell(tpr);
        return [
          enough
            ? cell
            : {
                ...cell,
                small: [...cell.small, 'n too small'],
                hover: `${cell.hover}; ${integer(needs)} others needed`,
                tone: 'muted',
              },
          rateCell(measuredFpr),
          numberCell(advantage, '', 3),
        ];
      }),
      areaCell(each.auc),
      plain(integer(each.others)),
      controlCell(control(each, 'shuffled'), ({ auc }) => areaCell(auc)),
      controlCell(control(each, 'identity'), ({ at }) => rateCell(at[0]!.tpr)),
      plain(each.means),
    ],
  });
  return {
    title: `List membership from a device: ${sourceName(metrics, source)}`,
    explains: `A list of ${integer(first?.listed ?? 0)} entries; members against others of the same source. Thresholds are chosen on ${integer(first?.calibration ?? 0)} further others. Advantage: true- less false-positive rate. Where the number of others is below 30 divided by the rate, the figure is grey.`,
    head: [
      'strategy',
      'cost of a guess',
      ...fprs.flatMap((fpr) => [`TPR at FPR ${percent(fpr)}`, 'measured FPR', 'advantage']),
      'AUC',
      'others',
      'AUC, labels dealt anew',
      'handed the label',
      'what the device does',
    ],
    lines: of.filter((each) => each.control === 'none').map(line),
  };
}
