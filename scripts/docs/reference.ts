/** Generated reference: the command line from its own help, files from their JSON Schemas, the HTTP API from its OpenAPI document. */
import type { Command } from 'commander';
import { program } from '../../src/cli/program.ts';
import { schemaText } from '../../src/cli/schema.ts';
import { signingKeys } from '../../src/client/signature.ts';
import { systemRandom } from '../../src/crypto/sodium.ts';
import { version } from '../../src/disk/project.ts';
import { kinds } from '../../src/experiment/index.ts';
import { schemas } from '../../src/experiment/json-schema.ts';
import { createApp } from '../../src/server/app.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { toHex } from '../../src/util/hex.ts';
import { code, markdownTable } from './markdown.ts';

// The command line.

/** Every command with the words that reach it. */
const commandsOf = (command: Command, path: readonly string[]): [string, Command][] => [
  [path.join(' '), command],
  ...command.commands.flatMap((each) => commandsOf(each, [...path, each.name()])),
];

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100 }).outputHelp();
  return text.trimEnd();
}

/** The help of every command, as `presend <command> --help` prints it. */
export async function cliPage(): Promise<string> {
  const sections = commandsOf(await program(), ['presend']).map(
    ([path, command]) => `## ${path}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``,
  );
  return `# Command line\n\nWhat \`--help\` prints. In a checkout, write \`npm run -s presend --\` instead of \`presend\`. The README has the [exit codes](/#command-line).\n\n${sections.join('\n\n')}\n`;
}

// Schemas.

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema | readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** What is required unless a file extends another one. */
  readonly else?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly description?: string;
  readonly default?: unknown;
}

const members = (schema: Schema): readonly Schema[] =>
  Array.isArray(schema.items) ? schema.items : schema.items ? [schema.items as Schema] : [];

/** A schema in a few words: 'integer ≥ 1', '"pdq" or "phash"', 'list of text'. */
function typeText(schema: Schema): string {
  const { anyOf, const: constant, enum: values, type } = schema;
  if (constant !== undefined) return code(JSON.stringify(constant));
  if (values)
    return values.length > 12 ? `one of ${values.length} words` : values.map((each) => code(String(each))).join(', ');
  if (anyOf) return [...new Set(anyOf.map(typeText))].join(' or ');
  if (type === 'array')
    return Array.isArray(schema.items)
      ? `list of ${schema.items.length}`
      : `list of ${members(schema).map(typeText).join(' or ')}`;
  const bounds = [
    schema.minimum === undefined ? '' : ` ≥ ${schema.minimum}`,
    schema.exclusiveMinimum === undefined ? '' : ` > ${schema.exclusiveMinimum}`,
    schema.maximum === undefined ? '' : ` ≤ ${schema.maximum}`,
    schema.exclusiveMaximum === undefined ? '' : ` < ${schema.exclusiveMaximum}`,
  ].join('');
  return `${type === 'string' ? 'text' : type === undefined ? 'any' : type}${bounds}`;
}

/** A line for each member of an object and of the objects in it, down to a depth where a table still helps. */
function schemaRows(schema: Schema, path: string, depth: number, needed = schema.else): string[][] {
  if (depth > 5) return [];
  const nested = [...(schema.anyOf ?? []), ...members(schema)].flatMap((each) =>
    schemaRows(each, schema.type === 'array' ? `${path}[]` : path, depth),
  );
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, each]) => {
    const name = path === '' ? key : `${path}.${key}`;
    const required = (schema.required ?? needed?.required)?.includes(key) ? '' : 'optional';
    return [
      [code(name), typeText(each), required, each.description ?? ''],
      ...schemaRows(each, name, depth + 1, needed?.properties?.[key]),
    ];
  });
  const seen = new Set<string>();
  return [...own, ...nested].filter((row) => {
    const key = row.join('\n');
    return !seen.has(key) && seen.add(key);
  });
}

const schemaSection = (name: string): string => {
  const schema = JSON.parse(schemaText(name)) as Schema;
  return `## ${name}\n\n${schema.description ? `${schema.description}\n\n` : ''}The schema itself: \`presend schema ${name}\`, or [${name}.schema.json](/schemas/${name}.schema.json).\n\n${markdownTable(['member', 'type', '', 'meaning'], schemaRows(schema, '', 0))}`;
};

/** Names of the schemas that describe experiment files, metrics, and other files. */
export function schemaGroups(): {
  readonly experiments: string[];
  readonly metrics: string[];
  readonly files: string[];
} {
  const names = Object.keys(schemas);
  const experiments = names.filter((name) => name === 'experiment' || Object.hasOwn(kinds, name));
  const metrics = names.filter((name) => name === 'metrics' || name.endsWith('-metrics'));
  return {
    experiments,
    metrics,
    files: names.filter((name) => !experiments.includes(name) && !metrics.includes(name) && name !== 'observation'),
  };
}

/** Pages of the schemas, by address. */
export function schemaPages(): [address: string, text: string][] {
  const { experiments, metrics, files } = schemaGroups();
  const page = (title: string, explains: string, names: readonly string[]): string =>
    `# ${title}\n\n${explains}\n\n${names.map(schemaSection).join('\n\n')}\n`;
  return [
    [
      'reference/experiment-files',
      page(
        'Experiment files',
        'What an experiment file of each kind may contain. `presend validate <file>` checks a file.',
        experiments,
      ),
    ],
    [
      'reference/metrics',
      page(
        'metrics.json',
        'What the metrics of a run contain, by kind of experiment. `metrics` is of the trade-off.',
        metrics,
      ),
    ],
    [
      'reference/files',
      page(
        'Other files',
        'Records of runs, files of detectors and models, inputs of the trade-off model, and reports to the curator. Columns of rows are in the [data dictionary](/reference/data-dictionary).',
        files,
      ),
    ],
  ];
}

/** Every schema as a file of the site. */
export const schemaFiles = (): [name: string, text: string][] =>
  Object.keys(schemas).map((name) => [name, schemaText(name)]);

// The HTTP API.

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description?: string; readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }
    >
  >;
}

/** The least value that fits a schema. */
function example(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return example(schema.anyOf[0]!);
  if (schema.type === 'object')
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, each]) => [key, example(each)]));
  if (schema.type === 'array') return members(schema).map(example);
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 0;
  if (schema.type === 'boolean') return false;
  return schema.type === 'null' ? null : '…';
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

function operationSection(method: string, path: string, operation: Operation): string {
  const [body] = Object.entries(operation.requestBody?.content ?? {});
  const filled = path.replace(/\{(\w+)\}/g, '<$1>');
  const query = (operation.parameters ?? []).filter((each) => each.in === 'query' && each.required);
  const url = `http://127.0.0.1:8642${filled}${query.length > 0 ? `?${query.map(({ name }) => `${name}=<${name}>`).join('&')}` : ''}`;
  const words = [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} '${url}'`,
    ...(operation.security ? ["-H 'Content-Digest: …' -H 'Signature-Input: …' -H 'Signature: …'"] : []),
    ...(body
      ? [
          `-H 'Content-Type: ${body[0]}'`,
          body[0] === 'application/json' ? `-d '${JSON.stringify(example(body[1].schema))}'` : '--data-binary @packet',
        ]
      : []),
  ];
  const answers = Object.entries(operation.responses).map(([status, { description = '', content = {} }]) => {
    const [answer] = Object.entries(content);
    const value =
      answer?.[0] === 'application/json' ? `\n\n\`\`\`json\n${json(example(answer[1].schema))}\n\`\`\`` : '';
    return `**${status}** ${answer?.[0] ?? ''} ${description === 'Default Response' ? '' : description}${value}`;
  });
  const parameters = (operation.parameters ?? []).map((each) => [
    code(each.name),
    each.in,
    typeText(each.schema),
    each.required ? '' : 'optional',
  ]);
  return `## ${method.toUpperCase()} ${path}

${operation.summary}. ${operation.description}

${parameters.length > 0 ? `${markdownTable(['parameter', 'in', 'type', ''], parameters)}\n\n` : ''}\`\`\`sh
${words.join(' \\\n  ')}
\`\`\`

${answers.join('\n\n')}`;
}

/** The API of `presend serve`, with an example of each request and answer that its document allows. */
export async function apiPage(): Promise<string> {
  const key = (): string => toHex(signingKeys(systemRandom).publicKey);
  const app = createApp({
    folder: '.',
    services: {
      store: memoryStore(),
      roleKeys: { provider: key(), curator: key(), court: key() },
      frankingKey: systemRandom(32),
      version,
      names: undefined,
      now: () => 0,
    },
  });
  await app.ready();
  const { info, paths } = app.swagger() as unknown as {
    readonly info: { readonly description: string };
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  await app.close();
  const sections = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, each]) => operationSection(method, path, each)),
  );
  return `# HTTP API

Made from the OpenAPI document of \`presend serve\` (\`http://127.0.0.1:8642/openapi.json\`). The examples show shapes: a value is the least that the document allows, and \`…\` is any text.
${info.description}

${sections.join('\n\n')}
`;
}
