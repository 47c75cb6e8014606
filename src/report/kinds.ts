/** How the metrics of each kind of experiment are drawn; the trade-off has a page of its own. */
import { copyParts, tailParts } from './benchmark/parts.ts';
import type { Parts } from './parts.ts';
import { thresholdParts } from './threshold/parts.ts';
import type { Timings } from './types.ts';

const kinds = {
  'copy-detection': copyParts,
  'false-positive-tail': tailParts,
  threshold: thresholdParts,
};

/** Metrics of every kind but the trade-off. */
export type MetricsWithParts = Parameters<(typeof kinds)[keyof typeof kinds]>[0];

/** The parts of a report on these metrics. */
export const partsOf = (metrics: MetricsWithParts, timings?: Timings): Parts =>
  (kinds[metrics.kind] as (metrics: MetricsWithParts, timings?: Timings) => Parts)(metrics, timings);
