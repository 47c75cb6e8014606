/** The data dictionary: every column of `rows/` and of `csv/`, with its sentence. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/disk/project.ts';
import { kinds } from '../../src/experiment/index.ts';
import { type RowShape, tableOf } from '../../src/harness/rows/columns.ts';
import { sqlTypes, viewName } from '../../src/harness/rows/sql.ts';
import { csvColumns } from '../../src/report/csv-columns.ts';
import { yamlValue } from '../../src/util/plain-data.ts';
import { code, markdownTable } from './markdown.ts';

/** The part of a JSON Schema that descriptions are in. */
interface Described {
  readonly description?: string;
  readonly anyOf?: readonly Described[];
  readonly properties?: Readonly<Record<string, Described>>;
}

/** Column → description, under the names that `tableOf` gives the columns; a member of a described object has the object's. */
function meanings(type: RowShape): {
  readonly own: ReadonlyMap<string, string>;
  readonly inherited: ReadonlyMap<string, string>;
} {
  const [own, inherited] = [new Map<string, string>(), new Map<string, string>()];
  const collect = (schema: Described, prefix: string, above?: string): void => {
    for (const each of schema.anyOf ?? [schema])
      for (const [key, member] of Object.entries(each.properties ?? {})) {
        const name = `${prefix}${key}`;
        const description = member.description ?? member.anyOf?.find((one) => one.description)?.description;
        if (description !== undefined) own.set(name, description);
        else if (above !== undefined) inherited.set(name, `${above} (${key})`);
        collect(member, `${name}_`, description ?? above);
      }
  };
  collect(type.schema as Described, '');
  return { own, inherited };
}

/** A column of a type of row. */
export interface RowColumn {
  readonly name: string;
  /** Type in SQL. */
  readonly type: string;
  readonly optional: boolean;
  /** Undefined if nothing says it: a test fails. */
  readonly meaning: string | undefined;
}

/** Sentences for columns whose schema has no description, by column or by `<type of row>.<column>`. */
export const plainMeanings = (): Readonly<Record<string, string>> => {
  const file = 'docs/reference/columns.yaml';
  return yamlValue(readFileSync(join(projectRoot, file), 'utf8'), file) as Record<string, string>;
};

/** Every type of row of every kind, once, with the kinds that have it. */
export function rowTypes(): { readonly type: RowShape; readonly kinds: string[] }[] {
  const types = new Map<string, { type: RowShape; kinds: string[] }>();
  for (const [kind, { rows }] of Object.entries(kinds))
    for (const type of rows as readonly RowShape[]) {
      // Two kinds can have a type of that name with other columns.
      const key = `${type.name} ${tableOf(type).columns.map(({ name }) => name)}`;
      types.set(key, { type, kinds: [...(types.get(key)?.kinds ?? []), kind] });
    }
  return [...types.values()];
}

/** The columns of a type of row. */
export function columnsOf(type: RowShape, plain = plainMeanings()): RowColumn[] {
  const { own, inherited } = meanings(type);
  return tableOf(type).columns.map(({ name, kind, optional }) => ({
    name,
    type: sqlTypes[kind],
    optional,
    meaning: own.get(name) ?? plain[`${type.name}.${name}`] ?? inherited.get(name) ?? plain[name],
  }));
}

/** The page. */
export function dictionaryPage(): string {
  const plain = plainMeanings();
  const sections = rowTypes().map(({ type, kinds: of }) => {
    const rows = columnsOf(type, plain).map((each) => [
      code(each.name),
      each.type + (each.optional ? ', may be empty' : ''),
      each.meaning ?? '',
    ]);
    return `### ${type.name}${of.length === 1 ? ` (${of[0]})` : ''}\n\nIn runs of: ${of.join(', ')}. View in SQL: ${code(viewName(type.name))}.\n\n${markdownTable(['column', 'type', 'meaning'], rows)}`;
  });
  return `# Data dictionary

Made from the schemas of the rows, and from the list of the columns of CSV files. A test fails if a column has no sentence.

## Rows

A finished run has one Parquet file a type of row, \`rows/<type>-00000.parquet\`, and more files beyond about a million rows. \`presend rows <run>\` lists types and columns.
Each type below has all columns that its files can have. Lists are Parquet lists; *JSON* is text.

${sections.join('\n\n')}

## CSV files

The files in \`csv/\` are in long form. Their number columns come last. A name means the same in every file.

${markdownTable(
  ['column', 'meaning'],
  Object.entries(csvColumns).map(([name, meaning]) => [code(name), meaning]),
)}
`;
}
