/** How the metrics of each kind of experiment are drawn; the trade-off has a page of its own. */
import { baseRateParts } from './base-rate/parts.ts';
import { copyParts, tailParts } from './benchmark/parts.ts';
import { evasionParts } from './evasion/parts.ts';
import { hashLeakageParts } from './hash-leakage/parts.ts';
import { leakageParts } from './leakage/parts.ts';
import { newContentParts } from './new-content/parts.ts';
import type { Parts } from './parts.ts';
import { powerParts } from './power/parts.ts';
import { repurposingParts } from './repurposing/parts.ts';
import { scoreDriftParts } from './score-drift/parts.ts';
import { thresholdParts } from './threshold/parts.ts';
import type { Timings } from './types.ts';

const kinds = {
  'copy-detection': copyParts,
  'false-positive-tail': tailParts,
  threshold: thresholdParts,
  'new-content': newContentParts,
  'base-rate': baseRateParts,
  'score-drift': scoreDriftParts,
  power: powerParts,
  evasion: evasionParts,
  leakage: leakageParts,
  'hash-leakage': hashLeakageParts,
  repurposing: repurposingParts,
};

/** Metrics of every kind but the trade-off. */
export type MetricsWithParts = Parameters<(typeof kinds)[keyof typeof kinds]>[0];

/** The parts of a report on these metrics. */
export const partsOf = (metrics: MetricsWithParts, timings?: Timings): Parts =>
  (kinds[metrics.kind] as (metrics: MetricsWithParts, timings?: Timings) => Parts)(metrics, timings);
