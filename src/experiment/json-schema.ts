/** Every schema as JSON Schema, for editors and for programs in other languages. */

import { CopyDetection, FalsePositiveTail } from '../harness/hashes/experiment.ts';
import { CopyDetectionMetrics, FalsePositiveTailMetrics } from '../harness/hashes/metrics.ts';
import { Head } from '../schema/head.ts';
import { ModelCard } from '../schema/model-card.ts';
import { ClassifierFile, NetworkFile } from '../schema/network-file.ts';
import { Observation } from '../schema/observation.ts';
import { PublicRecord } from '../schema/public-record.ts';
import { Reproduction } from '../schema/reproduction.ts';
import { RunRecord } from '../schema/run-record.ts';
import { Tip } from '../schema/tip.ts';
import { TradeoffEvidence, TradeoffInputsFile } from '../schema/tradeoff-inputs.ts';
import { TrainMetrics } from '../train/metrics.ts';
import { BaseRate } from './base-rate/experiment.ts';
import { BaseRateMetrics } from './base-rate/metrics.ts';
import { EqualityExperiment } from './equality/experiment.ts';
import { EqualityMetrics } from './equality/metrics.ts';
import { Evasion } from './evasion/experiment.ts';
import { EvasionMetrics } from './evasion/metrics.ts';
import { HashLeakageExperiment } from './hash-leakage/experiment.ts';
import { HashLeakageMetrics } from './hash-leakage/metrics.ts';
import { LeakageExperiment } from './leakage/experiment.ts';
import { LeakageMetrics } from './leakage/metrics.ts';
import { NewContent } from './new-content/experiment.ts';
import { NewContentMetrics } from './new-content/metrics.ts';
import { PowerExperiment } from './power/experiment.ts';
import { PowerMetrics } from './power/metrics.ts';
import { RepurposingExperiment } from './repurposing/experiment.ts';
import { RepurposingMetrics } from './repurposing/metrics.ts';
import { ScoreDrift } from './score-drift/experiment.ts';
import { ScoreDriftMetrics } from './score-drift/metrics.ts';
import { ThresholdExperiment } from './threshold/experiment.ts';
import { ThresholdMetrics } from './threshold/metrics.ts';
import { Experiment } from './tradeoff/experiment.ts';
import { Metrics } from './tradeoff/metrics.ts';

/** JSON as it can be changed. */
export type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

/** Every schema by the name that the command line gives it. */
export const schemas = {
  experiment: Experiment,
  'copy-detection': CopyDetection,
  'false-positive-tail': FalsePositiveTail,
  threshold: ThresholdExperiment,
  leakage: LeakageExperiment,
  'hash-leakage': HashLeakageExperiment,
  power: PowerExperiment,
  evasion: Evasion,
  repurposing: RepurposingExperiment,
  'new-content': NewContent,
  'base-rate': BaseRate,
  'score-drift': ScoreDrift,
  equality: EqualityExperiment,
  metrics: Metrics,
  'copy-detection-metrics': CopyDetectionMetrics,
  'false-positive-tail-metrics': FalsePositiveTailMetrics,
  'threshold-metrics': ThresholdMetrics,
  'leakage-metrics': LeakageMetrics,
  'hash-leakage-metrics': HashLeakageMetrics,
  'power-metrics': PowerMetrics,
  'repurposing-metrics': RepurposingMetrics,
  'evasion-metrics': EvasionMetrics,
  'new-content-metrics': NewContentMetrics,
  'base-rate-metrics': BaseRateMetrics,
  'score-drift-metrics': ScoreDriftMetrics,
  'equality-metrics': EqualityMetrics,
  network: NetworkFile,
  classifier: ClassifierFile,
  head: Head,
  'model-card': ModelCard,
  'train-metrics': TrainMetrics,
  observation: Observation,
  run: RunRecord,
  tip: Tip,
  'tradeoff-inputs': TradeoffInputsFile,
  'tradeoff-evidence': TradeoffEvidence,
  'public-record': PublicRecord,
  reproduction: Reproduction,
};
export type SchemaName = keyof typeof schemas;

/** Plain JSON Schema, draft 2020-12, without what only TypeBox reads. */
export const jsonSchema = (name: SchemaName): { [key: string]: Json } => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...(JSON.parse(JSON.stringify(schemas[name])) as { [key: string]: Json }),
});
