/**
 * Rows to cells and back. A row comes back as JSON would give it back, with its keys in the order of the schema: -0 is 0, and a member that
 * is undefined is absent. What JSON cannot hold (NaN, infinity) and what the schema does not know is an error, not a loss.
 */
import type { Row } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import type { Column, Kind, Member, Place, Table } from './columns.ts';

/** One cell of each column, in the order of the columns; null where it is empty. */
export type Cells = unknown[];

/** Puts rows of one type into cells. */
export interface Encoder {
  /** Returns the cells of a row, and roughly how many bytes they need. Throws if the row does not fit the schema. */
  encode(row: Row): { readonly cells: Cells; readonly bytes: number };
}

/** An encoder for a type of row of the given name. */
export function encoderOf(name: string, { columns, members }: Table): Encoder {
  const at = new Map(columns.map((column, i) => [column.name, i]));
  let cells: Cells = [];
  let bytes = 0;

  const put = (column: string, value: unknown): void => {
    const i = at.get(column)!;
    const encoded = encodeCell(columns[i]!.kind, value);
    if (encoded === undefined) throw misfit(column, value);
    cells[i] = encoded;
    bytes += sizeOf(encoded);
  };
  const misfit = (column: string, value: unknown): Error =>
    typeof value === 'string'
      ? new UserError(`A row of type ${name} has a text with half a character in ${column}, which no file format keeps`)
      : new Error(`a row of type ${name} cannot keep ${String(value)} (${typeof value}) in the column ${column}`);

  const putMembers = (all: readonly Member[], object: Readonly<Record<string, unknown>>, skip?: string): void => {
    let left = 0;
    for (const key in object) if (object[key] !== undefined) left++;
    if (skip !== undefined) left--;
    for (const { key, place, optional, nullable } of all) {
      if (key === skip) continue;
      const value = object[key];
      if (value === undefined) {
        if (!optional) throw new Error(`a row of type ${name} has no ${key}`);
        continue;
      }
      left--;
      if (value === null && nullable && !(place.as === 'cell' && place.json)) continue;
      putValue(place, value, key);
    }
    if (left > 0) {
      const unknown = Object.keys(object).filter((key) => key !== skip && all.every((each) => each.key !== key));
      throw new Error(`a row of type ${name} has ${unknown.join(', ')}, which its schema does not know`);
    }
  };
  const putValue = (place: Place, value: unknown, key: string): void => {
    if (place.as === 'cell') put(place.column, value);
    else if (place.as === 'constant') {
      if (value !== place.value) throw new Error(`a row of type ${name} has another ${key} than ${place.value}`);
    } else {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new Error(`a row of type ${name} has no object as its ${key}`);
      const object = value as Readonly<Record<string, unknown>>;
      if (place.as === 'object') putMembers(place.members, object);
      else putVariant(place, object, key);
    }
  };
  const putVariant = (
    { tag: tagKey, column, variants }: Extract<Place, { as: 'union' }>,
    object: Readonly<Record<string, unknown>>,
    key: string,
  ): void => {
    const tag = object[tagKey];
    const variant = typeof tag === 'string' ? variants.get(tag) : undefined;
    if (!variant) throw new Error(`a row of type ${name} has a ${key} with the unknown ${tagKey} ${String(tag)}`);
    put(column, tag);
    putMembers(variant, object, tagKey);
  };

  return {
    encode(row) {
      cells = new Array(columns.length).fill(null);
      bytes = 0;
      putMembers(members, row as unknown as Readonly<Record<string, unknown>>);
      return { cells, bytes };
    },
  };
}

/** A surrogate without its partner: UTF-8 has no bytes for it. */
const halfCharacter = /\p{Surrogate}/u;

/** The cell for a value; undefined if the column cannot hold it. */
function encodeCell(kind: Kind, value: unknown): unknown {
  switch (kind) {
    case 'text':
      return typeof value === 'string' && !halfCharacter.test(value) ? value : undefined;
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    case 'double':
      // -0 becomes 0, as in JSON.
      return Number.isFinite(value) ? (value as number) + 0 : undefined;
    case 'int32':
      return Number.isInteger(value) && (value as number) === ((value as number) | 0)
        ? (value as number) | 0
        : undefined;
    case 'int64':
      return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
    case 'json':
      return isJson(value) ? JSON.stringify(value) : undefined;
    default: {
      if (!Array.isArray(value)) return undefined;
      const item = kind.slice(0, -1) as Kind;
      const items = value.map((each) => encodeCell(item, each));
      return items.includes(undefined) ? undefined : items;
    }
  }
}

/** Whether JSON can hold a value without a loss. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null) return true;
  if (Array.isArray(value)) return value.every(isJson);
  return Object.values(value).every((each) => each === undefined || isJson(each));
}

/** Roughly the bytes of a cell. */
function sizeOf(cell: unknown): number {
  if (typeof cell === 'string') return cell.length;
  if (!Array.isArray(cell)) return 8;
  return typeof cell[0] === 'string' ? cell.reduce((sum, each) => sum + each.length, 0) : 8 * cell.length;
}

/** Column by column, the values of some rows; of a column that the file lacks, undefined. */
export type ColumnValues = readonly (ArrayLike<unknown> | undefined)[];

/** A function that returns the row at a place of columns' values. */
export function decoderOf({ columns, members }: Table): (values: ColumnValues, row: number) => Row {
  const at = new Map(columns.map((column, i) => [column.name, i]));
  type Read = (values: ColumnValues, row: number) => unknown;

  const cellAt = (name: string): Read => {
    const i = at.get(name)!;
    const decode = decodeCell((columns[i] as Column).kind);
    return (values, row) => {
      const cell = values[i]?.[row];
      return cell === null || cell === undefined ? undefined : decode(cell);
    };
  };
  // Undefined: the cells are empty.
  const readerOf = (place: Place): Read => {
    if (place.as === 'constant') return () => place.value;
    if (place.as === 'cell') return cellAt(place.column);
    if (place.as === 'object') {
      const [isThere, read] = [place.mark === undefined ? undefined : cellAt(place.mark), objectReader(place.members)];
      return (values, row) => (isThere && isThere(values, row) === undefined ? undefined : read(values, row));
    }
    const tagOf = cellAt(place.column);
    const variants = new Map([...place.variants].map(([tag, inner]) => [tag, objectReader(inner, place.tag, tag)]));
    return (values, row) => {
      const tag = tagOf(values, row);
      if (tag === undefined) return undefined;
      const read = variants.get(tag as string);
      if (!read) throw new Error(`${place.column} is ${String(tag)}, which is unknown`);
      return read(values, row);
    };
  };
  const objectReader = (all: readonly Member[], tag?: string, literal?: string): Read => {
    const readers = all.map(({ key, place, optional, nullable }) => {
      const read: Read = key === tag ? () => literal : readerOf(place);
      return { key, read, empty: nullable && !(place.as === 'cell' && place.json) ? null : undefined, optional };
    });
    return (values, row) => {
      const object: Record<string, unknown> = {};
      for (const { key, read, empty, optional } of readers) {
        const found = read(values, row);
        const value = found === undefined ? empty : found;
        if (value === undefined) {
          if (!optional) throw new Error(`the ${key} of a row is empty`);
        } else object[key] = value;
      }
      return object;
    };
  };
  const read = objectReader(members);
  return (values, row) => read(values, row) as Row;
}

/** From a cell that is not empty to its value. */
function decodeCell(kind: Kind): (cell: unknown) => unknown {
  if (kind === 'int64') return Number;
  if (kind === 'int64s') return (cell) => (cell as bigint[]).map(Number);
  return kind === 'json' ? (cell) => JSON.parse(cell as string) : (cell) => cell;
}
