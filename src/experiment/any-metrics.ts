/** The schema of `metrics.json` by the kind of its experiment; metrics that name no kind are a trade-off's. */
import type { TSchema } from 'typebox';
import { CopyDetectionMetrics, FalsePositiveTailMetrics } from '../harness/hashes/metrics.ts';
import { BaseRateMetrics } from './base-rate/metrics.ts';
import { EqualityMetrics } from './equality/metrics.ts';
import { EvasionMetrics } from './evasion/metrics.ts';
import { HashLeakageMetrics } from './hash-leakage/metrics.ts';
import { LeakageMetrics } from './leakage/metrics.ts';
import { NewContentMetrics } from './new-content/metrics.ts';
import { PowerMetrics } from './power/metrics.ts';
import { RepurposingMetrics } from './repurposing/metrics.ts';
import { ScoreDriftMetrics } from './score-drift/metrics.ts';
import { ThresholdMetrics } from './threshold/metrics.ts';
import { Metrics } from './tradeoff/metrics.ts';

export const metricsSchemas = {
  tradeoff: Metrics,
  'copy-detection': CopyDetectionMetrics,
  'false-positive-tail': FalsePositiveTailMetrics,
  threshold: ThresholdMetrics,
  'new-content': NewContentMetrics,
  'base-rate': BaseRateMetrics,
  'score-drift': ScoreDriftMetrics,
  power: PowerMetrics,
  evasion: EvasionMetrics,
  leakage: LeakageMetrics,
  'hash-leakage': HashLeakageMetrics,
  repurposing: RepurposingMetrics,
  equality: EqualityMetrics,
} as const satisfies Record<string, TSchema>;
