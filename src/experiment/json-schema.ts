/** Every schema as JSON Schema, for editors and for programs in other languages. */
import { BaseRate } from './base-rate.ts';
import { BaseRateMetrics } from './base-rate-metrics.ts';
import { CopyDetection, FalsePositiveTail } from './benchmark.ts';
import { CopyDetectionMetrics, FalsePositiveTailMetrics } from './benchmark-metrics.ts';
import { Evasion } from './evasion.ts';
import { EvasionMetrics } from './evasion-metrics.ts';
import { Experiment } from './experiment.ts';
import { HashLeakageExperiment } from './hash-leakage.ts';
import { HashLeakageMetrics } from './hash-leakage-metrics.ts';
import { Head } from './head.ts';
import { LeakageExperiment } from './leakage.ts';
import { LeakageMetrics } from './leakage-metrics.ts';
import { Metrics } from './metrics.ts';
import { ModelCard } from './model-card.ts';
import { ClassifierFile, NetworkFile } from './network-file.ts';
import { NewContent } from './new-content.ts';
import { NewContentMetrics } from './new-content-metrics.ts';
import { Observation } from './observation.ts';
import { PowerExperiment } from './power.ts';
import { PowerMetrics } from './power-metrics.ts';
import { PublicRecord } from './public-record.ts';
import { Reproduction } from './reproduction.ts';
import { RepurposingExperiment } from './repurposing.ts';
import { RepurposingMetrics } from './repurposing-metrics.ts';
import { RunRecord } from './run-record.ts';
import { ScoreDrift } from './score-drift.ts';
import { ScoreDriftMetrics } from './score-drift-metrics.ts';
import { ThresholdExperiment } from './threshold.ts';
import { ThresholdMetrics } from './threshold-metrics.ts';
import { Tip } from './tip.ts';
import { TradeoffEvidence, TradeoffInputsFile } from './tradeoff-inputs.ts';
import { TrainMetrics } from './train-metrics.ts';

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
