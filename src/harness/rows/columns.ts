/**
 * The flat columns of a type of row, derived from its schema, so that every tool that reads Parquet can read rows.
 *
 * Nested objects are joined by `_` (`outcome_distanceBits`). Alternatives that a literal tells apart (`state: 'scored' | 'refused'`) share one
 * column for the literal; the members of each are empty in rows of the others. A literal that never varies has no column. Lists of numbers
 * or of strings are lists; everything freer is one column of JSON. An empty cell is null or absent, whichever the schema allows; where it
 * allows both, the column is JSON, in which null is a text.
 */
import type { RowType } from '../../schema/row.ts';

/** What a column contains. json: any value, as JSON text; the plural ones are lists. */
export type Kind = 'text' | 'flag' | 'int32' | 'int64' | 'double' | 'json' | 'texts' | 'int32s' | 'int64s' | 'doubles';

/** One column. */
export interface Column {
  readonly name: string;
  readonly kind: Kind;
  /** Whether a cell can be empty. */
  readonly optional: boolean;
}

/** Where a value of a row is kept. */
export type Place =
  /** Nowhere: it never varies. */
  | { readonly as: 'constant'; readonly value: string | number | boolean }
  | { readonly as: 'cell'; readonly column: string; readonly json: boolean }
  /** In the columns of its members. `mark`: a column that is empty only where there is no object. */
  | { readonly as: 'object'; readonly mark: string | undefined; readonly members: readonly Member[] }
  /** In the columns of the alternative that the column of the literal names. */
  | {
      readonly as: 'union';
      readonly tag: string;
      readonly column: string;
      readonly variants: ReadonlyMap<string, readonly Member[]>;
    };

/** A member of an object. */
export interface Member {
  readonly key: string;
  readonly place: Place;
  /** Whether it may be absent. */
  readonly optional: boolean;
  /** Whether it may be null. Only JSON may be both. */
  readonly nullable: boolean;
}

/** The columns of a type of row, and where its members are. */
export interface Table {
  readonly columns: readonly Column[];
  readonly members: readonly Member[];
}

/** The part of a JSON Schema that decides about columns. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema | readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: unknown;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A place and the columns that it needs. */
interface Planned {
  readonly place: Place;
  readonly columns: readonly Column[];
}

/** What columns are derived from: a type of row, whichever rows it has. */
export type RowShape = Pick<RowType, 'name' | 'schema'>;

/** The columns of a type of row. Throws if two members would have the same column, or if there is nothing to keep. */
export function tableOf(type: RowShape): Table {
  const { members, columns } = planMembers(type.schema as Schema, '');
  if (columns.length === 0) throw new Error(`rows of type ${type.name} have no members`);
  return { members, columns };
}

/** A part of a table: `chosen` are names of columns, or of members with all columns below them. */
export function tableWith({ columns, members }: Table, chosen: readonly string[]): Table {
  const isChosen = (name: string) => chosen.some((each) => name === each || name.startsWith(`${each}_`));
  for (const each of chosen)
    if (!columns.some(({ name }) => name === each || name.startsWith(`${each}_`)))
      throw new Error(`no column ${each}; there are ${columns.map(({ name }) => name).join(', ')}`);
  const needed = new Set<string>();
  const pruned = (all: readonly Member[]): Member[] =>
    all.flatMap((member) => {
      const { place } = member;
      if (place.as === 'constant') return [member];
      if (place.as === 'cell') {
        if (!isChosen(place.column)) return [];
        needed.add(place.column);
        return [member];
      }
      const before = needed.size;
      if (place.as === 'object') {
        const inner = pruned(place.members);
        if (needed.size === before) return [];
        if (place.mark !== undefined) needed.add(place.mark);
        return [{ ...member, place: { ...place, members: inner } }];
      }
      const variants = new Map([...place.variants].map(([tag, each]) => [tag, pruned(each)]));
      if (needed.size === before && !isChosen(place.column)) return [];
      needed.add(place.column);
      return [{ ...member, place: { ...place, variants } }];
    });
  const left = pruned(members);
  return { members: left, columns: columns.filter(({ name }) => needed.has(name)) };
}

/** Plans the members of an object, whose columns' names begin with `prefix`. */
function planMembers(schema: Schema, prefix: string): { members: Member[]; columns: Column[] } {
  const columns = new Map<string, Column>();
  const members: Member[] = [];
  for (const [key, each] of Object.entries(schema.properties ?? {})) {
    const optional = !schema.required?.includes(key);
    const alternatives = (each.anyOf ?? [each]).filter(({ type }) => type !== 'null');
    const nullable = each.type === 'null' || (each.anyOf?.length ?? 1) > alternatives.length;
    const { place, columns: added } = planValue(alternatives, `${prefix}${key}`, { optional, nullable });
    members.push({ key, place, optional, nullable });
    for (const column of added) {
      if (columns.has(column.name)) throw new Error(`two members of a row have the column ${column.name}`);
      columns.set(column.name, column);
    }
  }
  return { members, columns: [...columns.values()] };
}

/** Plans one value, which fits one of the alternatives. */
function planValue(
  alternatives: readonly Schema[],
  name: string,
  { optional, nullable }: { readonly optional: boolean; readonly nullable: boolean },
): Planned {
  const json = cell(name, 'json', optional);
  if (optional && nullable) return json;
  const canBeEmpty = optional || nullable;
  const [only] = alternatives;
  if (only && alternatives.length === 1) {
    if (isConstant(only) && !canBeEmpty) return { place: { as: 'constant', value: only.const }, columns: [] };
    if (isObject(only)) return planObject(only, name, canBeEmpty) ?? json;
  }
  const kind = kindOf(alternatives);
  if (kind) return cell(name, kind, canBeEmpty);
  return planUnion(alternatives, name, canBeEmpty) ?? json;
}

const cell = (name: string, kind: Kind, optional: boolean): Planned => ({
  place: { as: 'cell', column: name, json: kind === 'json' },
  columns: [{ name, kind, optional }],
});

/** Plans an object; undefined if nothing would tell an absent one from an empty one. */
function planObject(schema: Schema, name: string, canBeEmpty: boolean): Planned | undefined {
  const { members, columns } = planMembers(schema, `${name}_`);
  if (!canBeEmpty) return { place: { as: 'object', mark: undefined, members }, columns };
  const mark = columns.find((column) => !column.optional)?.name;
  return mark === undefined ? undefined : { place: { as: 'object', mark, members }, columns: columns.map(emptied) };
}

/** Plans alternatives that a literal tells apart; undefined if none does, or if one column would need two kinds. */
function planUnion(alternatives: readonly Schema[], name: string, canBeEmpty: boolean): Planned | undefined {
  if (alternatives.length < 2 || !alternatives.every(isObject)) return undefined;
  const tag = Object.keys(alternatives[0]?.properties ?? {}).find((key) => {
    const literals = alternatives.map(
      ({ properties, required }) => required?.includes(key) && properties?.[key]?.const,
    );
    return literals.every((each) => typeof each === 'string') && new Set(literals).size === literals.length;
  });
  if (tag === undefined) return undefined;
  const column: Column = { name: `${name}_${tag}`, kind: 'text', optional: canBeEmpty };
  const columns = new Map([[column.name, column]]);
  const variants = new Map<string, readonly Member[]>();
  for (const each of alternatives) {
    const planned = planMembers(each, `${name}_`);
    variants.set(String(each.properties?.[tag]?.const), planned.members);
    for (const added of planned.columns) {
      if ((columns.get(added.name)?.kind ?? added.kind) !== added.kind || added.name === column.name) return undefined;
      columns.set(added.name, emptied(added));
    }
  }
  return { place: { as: 'union', tag, column: column.name, variants }, columns: [...columns.values()] };
}

const emptied = (column: Column): Column => ({ ...column, optional: true });

const isObject = ({ type, properties, patternProperties }: Schema): boolean =>
  type === 'object' && patternProperties === undefined && Object.keys(properties ?? {}).length > 0;

const isConstant = (schema: Schema): schema is Schema & { const: string | number | boolean } =>
  ['string', 'number', 'boolean'].includes(typeof schema.const);

/** The kind of a column that can hold all alternatives; undefined if only JSON can. */
function kindOf(alternatives: readonly Schema[]): Kind | undefined {
  const [only] = alternatives;
  if (alternatives.length === 1 && only?.type === 'array') {
    if (only.items === undefined || Array.isArray(only.items)) return undefined;
    const item = scalarOf(only.items as Schema);
    return item === 'text' || item === 'int32' || item === 'int64' || item === 'double' ? `${item}s` : undefined;
  }
  const kinds = [...new Set(alternatives.map(scalarOf))];
  if (kinds.length === 1) return kinds[0];
  if (kinds.length === 0 || !kinds.every((kind) => kind === 'int32' || kind === 'int64' || kind === 'double'))
    return undefined;
  return kinds.includes('double') ? 'double' : 'int64';
}

/** The kind of a single value. */
function scalarOf(schema: Schema): 'text' | 'flag' | 'int32' | 'int64' | 'double' | undefined {
  const { type, minimum = -Infinity, maximum = Infinity } = schema;
  const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  const is = (name: string) => (values.length > 0 ? values.every((each) => typeof each === name) : type === name);
  if (is('string')) return 'text';
  if (is('boolean')) return 'flag';
  if (type === 'integer') return minimum >= -(2 ** 31) && maximum < 2 ** 31 ? 'int32' : 'int64';
  return is('number') ? 'double' : undefined;
}
