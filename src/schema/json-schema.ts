/** Every schema as JSON Schema, for editors and for programs in other languages. */
import { Experiment } from './experiment.ts';
import { Metrics } from './metrics.ts';
import { Observation } from './observation.ts';
import { RunRecord } from './run-record.ts';
import { Tip } from './tip.ts';

/** JSON as it can be changed. */
export type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

/** Every schema by the name that the command line gives it. */
export const schemas = { experiment: Experiment, metrics: Metrics, observation: Observation, run: RunRecord, tip: Tip };
export type SchemaName = keyof typeof schemas;

/** Plain JSON Schema, draft 2020-12, without what only TypeBox reads. */
export const jsonSchema = (name: SchemaName): { [key: string]: Json } => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...(JSON.parse(JSON.stringify(schemas[name])) as { [key: string]: Json }),
});
