/**
 * What hashes find at quoted false-positive rates. A rate below one of the negatives that the threshold was chosen on cannot be told from 0: it
 * is called what it is, no false positive among so many.
 */
import { isAttainable } from '../../metric/operating-point.ts';
import { absent, type Cell, fraction, integer, percent, rateCell, rateHover } from '../../report/format.ts';
import type { HashMetrics, Metrics } from './metrics.ts';

type Quoted = HashMetrics['tprAtFpr'][number];

/** One rate as a column: its title, and what a hash finds there. */
export interface QuotedColumn {
  readonly title: string;
  cell(hash: HashMetrics): Cell;
}

/** 'FPR ≤ 1.0 %', or '0 of 233 false positives (FPR < 0.43 %)' where no rate as low as that could be seen. */
export function fprName({ fpr, calibrationFpr }: Quoted): string {
  if (!calibrationFpr) return `FPR ${percent(fpr)}`;
  const { n } = calibrationFpr;
  if (n === 0) return `FPR ${percent(fpr)}, not calibrated`;
  return isAttainable(fpr, n)
    ? `FPR ≤ ${percent(fpr)}`
    : `0 of ${integer(n)} false positives (FPR < ${percent(1 / n)})`;
}

/** Every quoted rate of the run by its real name, once: rates that no hash can tell apart are one column. */
export function quotedColumns({ hashes }: Metrics): QuotedColumn[] {
  const fprs = [...new Set(hashes.flatMap(({ tprAtFpr }) => tprAtFpr.map(({ fpr }) => fpr)))].sort((a, b) => a - b);
  const columns = fprs.map((fpr): QuotedColumn => {
    const at = ({ tprAtFpr }: HashMetrics): Quoted | undefined => tprAtFpr.find((each) => each.fpr === fpr);
    const names = [...new Set(hashes.flatMap((hash) => at(hash) ?? []).map(fprName))];
    return {
      // Hashes refuse different pictures, so that each may have its own negatives.
      title: names.length === 1 ? `TPR at ${names[0]}` : `TPR at FPR ${percent(fpr)}, or the least there is`,
      cell(hash) {
        const found = at(hash);
        return found ? quotedCell(found) : absent('not run');
      },
    };
  });
  return columns.filter(({ title }, i) => columns.findIndex((each) => each.title === title) === i);
}

/** What is found, beside what the threshold lets through on the calibration pictures. */
function quotedCell(quoted: Quoted): Cell {
  const { tpr, threshold, calibrationFpr } = quoted;
  const cell = rateCell(tpr);
  if (!calibrationFpr) return cell;
  const at = `at ${fraction(calibrationFpr)}`;
  return {
    ...cell,
    small: [...cell.small, at],
    plain: `${cell.plain} ${at}`,
    hover: `${cell.hover}; ${fprName(quoted)}, ≤ ${threshold} bits; on calibration ${rateHover(calibrationFpr)}`,
  };
}

export const quotedExplained =
  'Found of all edited and unedited listed pictures, and after “at” the false positives on the calibration pictures, where the threshold was chosen. With n of these the least rate above 0 is 1 of n.';

/** Lines of text for a terminal: the lowest rate of each hash. */
export function quotedText(metrics: Metrics): string[] {
  return metrics.hashes.flatMap((hash) => {
    const lowest = hash.tprAtFpr.toSorted((a, b) => a.fpr - b.fpr)[0];
    return lowest
      ? [
          `${hash.name} at ${fprName(lowest)}: finds ${rateCell(lowest.tpr, true).plain} of listed pictures, edited or not.`,
        ]
      : [];
  });
}
