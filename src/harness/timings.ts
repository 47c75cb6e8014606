/** Wall times of a run, kept apart from everything that repeats. */

import { median, medianOrZero } from '../metric/quantile.ts';
import type { Timings } from '../schema/run-record.ts';

/** What a picture task leaves for later, beside its observations. */
export interface PictureMemo {
  readonly index: number;
  readonly model: { readonly labels: readonly string[]; readonly sha256: string; readonly backend: string };
  readonly decodeMillis: number;
  readonly hashMillis: Readonly<Record<string, number>>;
  readonly classifyMillis: readonly number[];
}

/** What a strategy leaves. */
export interface StrategyMemo {
  readonly strategy: string;
  readonly senderMillis: number;
  readonly otherMillis: number;
}

/** Medians over a run's tasks. */
export function timingsOf(
  phases: Readonly<Record<string, number>>,
  done: readonly { readonly task: string; readonly memo: unknown }[],
): Timings {
  const pictures = done.flatMap(({ task, memo }) => (task.startsWith('picture ') && memo ? [memo as PictureMemo] : []));
  const strategies = done.flatMap(({ task, memo }) => (task.startsWith('strategy ') ? [memo as StrategyMemo] : []));
  const classify = pictures.flatMap(({ classifyMillis }) => classifyMillis);
  const hashes = Object.keys(pictures[0]?.hashMillis ?? {});
  return {
    phases: { ...phases },
    perMessageMillis: Object.fromEntries(
      strategies.map(({ strategy, senderMillis, otherMillis }) => [
        strategy,
        { senderMedian: senderMillis, otherRolesMedian: otherMillis },
      ]),
    ),
    hashMillis: Object.fromEntries(
      hashes.map((name) => [name, medianOrZero(pictures.map(({ hashMillis }) => hashMillis[name] ?? 0))]),
    ),
    classifyMillis: classify.length === 0 ? null : median(classify),
    decodeMillis: medianOrZero(pictures.map(({ decodeMillis }) => decodeMillis)),
  };
}
