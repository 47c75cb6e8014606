/** Wall times of a run, separate from everything repeatable. */

import { median, medianOrZero } from '../../metric/quantile.ts';
import type { Timings } from '../../schema/run-record.ts';
import type { TrainedHead } from '../../schema/trained-head.ts';
import { type ClipMemo, clipMillis } from '../clips/plan.ts';

/** Additional data of a picture task, beyond its observations. */
export interface PictureMemo {
  readonly index: number;
  /** The network that classified it; of the pictures of one process, the first one has it. */
  readonly model?: { readonly labels: readonly string[]; readonly sha256: string; readonly backend: string };
  readonly decodeMillis: number;
  readonly hashMillis: Readonly<Record<string, number>>;
  readonly classifyMillis: readonly number[];
}

/** Median milliseconds per message: for its sender, and for all other roles together. */
export interface MessageMillis {
  readonly sender: number;
  readonly other: number;
}

/** Additional data of a strategy's step; of several cohorts, each has its own. */
export interface StrategyMemo {
  readonly strategy: string;
  readonly millis: MessageMillis;
}

/** Additional data of the training of a head. */
export interface HeadMemo {
  readonly head: TrainedHead;
}

/** Additional data of a step of a run on messages, beyond its rows. */
export type ScenarioMemo = PictureMemo | StrategyMemo | HeadMemo | ClipMemo;

/** Medians over a run's steps. Those of a strategy with several cohorts are the medians of the cohorts' medians. */
export function timingsOf(phases: Readonly<Record<string, number>>, memos: readonly ScenarioMemo[]): Timings {
  const pictures = memos.filter((memo) => 'decodeMillis' in memo);
  const strategies = memos.filter((memo) => 'strategy' in memo);
  const classify = pictures.flatMap(({ classifyMillis }) => classifyMillis);
  const hashes = Object.keys(pictures[0]?.hashMillis ?? {});
  return {
    phases: { ...phases },
    perMessageMillis: Object.fromEntries([
      ...[...new Set(strategies.map(({ strategy }) => strategy))].map((name) => {
        const cohorts = strategies.filter(({ strategy }) => strategy === name).map(({ millis }) => millis);
        return [
          name,
          {
            senderMedian: median(cohorts.map(({ sender }) => sender)),
            otherRolesMedian: median(cohorts.map(({ other }) => other)),
          },
        ] as const;
      }),
      ...memos.flatMap((memo) => ('cell' in memo ? [clipMillis(memo)] : [])),
    ]),
    hashMillis: Object.fromEntries(
      hashes.map((name) => [name, medianOrZero(pictures.map(({ hashMillis }) => hashMillis[name] ?? 0))]),
    ),
    classifyMillis: classify.length === 0 ? null : median(classify),
    decodeMillis: medianOrZero(pictures.map(({ decodeMillis }) => decodeMillis)),
  };
}
