/**
 * Copy detection as Thorn's `perception` benchmarks it (`perception/benchmarking/common.py`, compute_threshold_precision_recall): every
 * edited picture has a distance to its own original and one to the nearest other original. A row can be a true *and* a false positive:
 * nothing asks that the right original be nearer than the wrong one. Precision counts matches; recall counts rows.
 */
import type { Proportion } from './interval.ts';
import { proportion } from './proportion.ts';

const inBits = (distance: number): string => `${distance} bits`;

/** One edited picture: its distances, in bits or steps, to the nearest right and to the nearest wrong original. */
export interface CopyRow {
  readonly right: number;
  readonly wrong: number;
}

/** The threshold that perception's rule chooses, with what the rule says of the rows that it was chosen on. */
interface CopyThreshold {
  /** A match is distance <= threshold, in bits or steps; -1: nothing matches. */
  readonly threshold: number;
  readonly recall: Proportion;
  /** Lowest precision up to the threshold, as perception prints it; null when nothing matches. */
  readonly precision: number | null;
  /** One sentence for the report. */
  readonly rule: string;
}

/** Rows scored at a threshold that may come from other rows. */
interface CopyScore {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  /** tp of rows; rows assumed independent (edits of one picture are not: see clusteredProportion). */
  readonly recall: Proportion;
  /** tp of tp + fp matches. */
  readonly precision: Proportion;
}

/**
 * The last threshold before precision first falls below the target, walking through the rows by distance to the right original. The
 * i-th row is judged with i true positives and all rows whose wrong original is as near, so the first of several rows at one distance
 * decides for all. Where even the first row fails nothing matches (perception prints its distance, with recall 0). No rows: -1. `named`: a
 * distance as text.
 */
export function chooseCopyThreshold(
  rows: readonly CopyRow[],
  precision = 0.9999,
  named: (distance: number) => string = inBits,
): CopyThreshold {
  const right = Float64Array.from(rows, (row) => row.right).sort();
  const wrong = Float64Array.from(rows, (row) => row.wrong).sort();
  let fp = 0;
  let lowest = 1;
  let tp = 0;
  for (; tp < right.length; tp++) {
    while (fp < wrong.length && wrong[fp]! <= right[tp]!) fp++;
    const reached = (tp + 1) / (tp + 1 + fp);
    if (reached < precision) break;
    lowest = Math.min(lowest, reached);
  }
  const threshold = tp === 0 ? -1 : right[tp - 1]!;
  const chosen = tp === 0 ? 'none does, so nothing matches' : named(threshold);
  return {
    threshold,
    recall: proportion(tp, rows.length),
    precision: tp === 0 ? null : lowest,
    rule: `last distance before precision falls below ${precision} (perception): ${chosen}, on ${rows.length} rows`,
  };
}

/** True positives, false positives and false negatives of the rows at a threshold in bits. */
export function scoreAt(rows: readonly CopyRow[], threshold: number): CopyScore {
  const tp = rows.filter((row) => row.right <= threshold).length;
  const fp = rows.filter((row) => row.wrong <= threshold).length;
  return { tp, fp, fn: rows.length - tp, recall: proportion(tp, rows.length), precision: proportion(tp, tp + fp) };
}
