/** `presend schema [what]`: JSON Schemas of the files that presend reads and writes. */
import { Command } from 'commander';
import { kinds } from '../experiment/index.ts';
import { jsonSchema, type SchemaName, schemas } from '../experiment/json-schema.ts';
import { lookUp } from '../util/registry.ts';
import { examples } from './arguments.ts';
import { experimentSchema, extendable } from './experiment-schema.ts';
import { say } from './output.ts';

/** The text of a schema, as the command prints it. experiments/experiment.schema.json is the experiment's. */
export function schemaText(what: string): string {
  lookUp(schemas, 'schema', what);
  const schema = what === 'experiment' ? experimentSchema() : jsonSchema(what as SchemaName);
  return JSON.stringify(what === 'experiment' || what in kinds ? extendable(schema) : schema, null, 2);
}

export const schemaCommand = (): Command =>
  new Command('schema')
    .argument('[what]', Object.keys(schemas).join(', '), 'experiment')
    .addHelpText('after', examples('schema > experiment.schema.json', 'schema observation'))
    .action((what: string) => say(schemaText(what)));
