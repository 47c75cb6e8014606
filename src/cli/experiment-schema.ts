/** The experiment's JSON Schema with all registered names, so that an editor completes names and numbers as well as keys. */
import { classifiers } from '../classify/index.ts';
import { type Json, jsonSchema } from '../experiment/json-schema.ts';
import { knownInputs } from '../harness/model-inputs.ts';
import { exactHashes } from '../hash/exact-hashes.ts';
import { hashes } from '../hash/index.ts';
import { transforms } from '../image/transform/index.ts';
import type { Transform } from '../image/transform/transform.ts';
import { strategies } from '../strategy/index.ts';

type Schema = { [key: string]: Json };

/** The schema of an experiment file in this build, including the names that `presend validate` checks. */
export function experimentSchema(): Schema {
  const schema = jsonSchema('experiment');
  const edit: Schema = { anyOf: Object.values(transforms).map(editSchema) };
  const named = (registry: object): Schema => ({ type: 'string', enum: Object.keys(registry) });
  const at = (...path: string[]): Schema =>
    path.reduce((place, key) => (place.properties as Schema)[key] as Schema, schema);
  at('grid', 'hash').items = named({ ...hashes, ...exactHashes });
  at('grid', 'transform').items = edit;
  at('grid', 'strategy').items = named(strategies);
  Object.assign(at('messages', 'hash'), named({ ...hashes, ...exactHashes }));
  // Suggests names without excluding others: heads and users' networks under models/ have names too.
  Object.assign(at('messages', 'classifier'), { type: 'string', examples: Object.keys(classifiers) });
  at('messages', 'edits').items = edit;
  // Inputs have names; what a file leaves out is as it comes with the project.
  const model = at('model');
  const [input] = Object.values(model.patternProperties as Schema);
  model.properties = Object.fromEntries(knownInputs.map((name) => [name, input!])) as Schema;
  delete model.patternProperties;
  model.additionalProperties = false;
  schema.required = (schema.required as string[]).filter((key) => key !== 'model');
  return schema;
}

/** The schema of files that may extend another one: with `extends` nothing else is required, in the file or in its objects; what is in a list is as always. */
export function extendable(schema: Schema): Schema {
  const { required, ...rest } = structuredClone(schema);
  const { properties } = rest as { properties: Schema };
  const nested = withoutRequired({ properties });
  return {
    ...rest,
    properties: {
      extends: {
        type: 'string',
        description:
          'name of an experiment, or path of a file from the folder of this one, that has what this file leaves out',
      },
      ...properties,
    },
    if: { required: ['extends'] },
    else: { required: required!, ...nested },
  };
}

/** Takes what is required out of an object's schema and of those of its members, and returns it as a schema of its own. */
function withoutRequired(schema: Schema): Schema {
  const { required, properties } = schema;
  delete schema.required;
  const members = Object.entries((properties ?? {}) as { [key: string]: Schema }).flatMap(([key, member]) => {
    const own = withoutRequired(member);
    return Object.keys(own).length > 0 ? [[key, own] as const] : [];
  });
  return {
    ...(required === undefined ? {} : { required }),
    ...(members.length === 0 ? {} : { properties: Object.fromEntries(members) }),
  };
}

/** One benign edit: its parameters with bounds, units and defaults. */
function editSchema({ name, summary, parameters }: Transform): Schema {
  const numbers = Object.entries(parameters).map(([key, { default: fallback, min, max, unit, integer }]) => [
    key,
    { type: integer ? 'integer' : 'number', minimum: min, maximum: max, default: fallback, description: unit },
  ]);
  return {
    type: 'object',
    description: summary,
    required: ['name'],
    properties: { name: { type: 'string', const: name }, ...(Object.fromEntries(numbers) as Schema) },
    additionalProperties: false,
  };
}
