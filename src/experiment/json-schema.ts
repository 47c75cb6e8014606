/** Every schema as JSON Schema, for editors and for programs in other languages. */
import { type TSchema, Type } from 'typebox';
import { BacktestFile, BacktestResult } from '../schema/backtest.ts';
import { ProgramFile } from '../schema/detector-file.ts';
import { Head } from '../schema/head.ts';
import { ModelCard } from '../schema/model-card.ts';
import { ClassifierFile, NetworkFile } from '../schema/network-file.ts';
import { PublicRecord } from '../schema/public-record.ts';
import { Reproduction } from '../schema/reproduction.ts';
import { RunRecord } from '../schema/run-record.ts';
import { Tip } from '../schema/tip.ts';
import { TradeoffEvidence, TradeoffInputsFile } from '../schema/tradeoff-inputs.ts';
import { TrainMetrics } from '../train/metrics.ts';
import { type KindName, kinds } from './index.ts';

/** JSON as it can be changed. */
export type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

/** Every kind of experiment but the trade-off, whose files and metrics need not name their kind. */
const named = Object.values(kinds).filter(({ name }) => name !== kinds.tradeoff.name);

/** Every type of row, once. */
const rowSchemas = [
  ...new Map(
    Object.values(kinds).flatMap(({ rows }) => rows.map(({ name, schema }) => [name, schema] as const)),
  ).values(),
];

const ofFiles = {
  network: NetworkFile,
  program: ProgramFile,
  classifier: ClassifierFile,
  head: Head,
  'model-card': ModelCard,
  'train-metrics': TrainMetrics,
  observation: Type.Union(rowSchemas),
  run: RunRecord,
  tip: Tip,
  'tradeoff-inputs': TradeoffInputsFile,
  'tradeoff-evidence': TradeoffEvidence,
  'public-record': PublicRecord,
  reproduction: Reproduction,
  backtest: BacktestFile,
  'backtest-result': BacktestResult,
} as const;

type NamedKind = Exclude<KindName, 'tradeoff'>;
export type SchemaName = 'experiment' | NamedKind | 'metrics' | `${NamedKind}-metrics` | keyof typeof ofFiles;

/** Every schema by the name that the command line gives it. */
export const schemas = {
  experiment: kinds.tradeoff.experiment,
  ...Object.fromEntries(named.map(({ name, experiment }) => [name, experiment])),
  metrics: kinds.tradeoff.metrics,
  ...Object.fromEntries(named.map(({ name, metrics }) => [`${name}-metrics`, metrics])),
  ...ofFiles,
} as unknown as Readonly<Record<SchemaName, TSchema>>;

/** Plain JSON Schema, draft 2020-12, without what only TypeBox reads. */
export const jsonSchema = (name: SchemaName): { [key: string]: Json } => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...(JSON.parse(JSON.stringify(schemas[name])) as { [key: string]: Json }),
});
