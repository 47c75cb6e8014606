/** Checks untrusted JSON against a schema, with one clear sentence if it does not fit. */
import type { Static, TSchema } from 'typebox';
// Not `typebox/value`: its Check and Errors are these two, and it loads 400 more modules.
import { Check, Compile, Errors } from 'typebox/schema';
import { UserError } from '../util/errors.ts';

/** The value, typed, if it fits; otherwise throws a UserError with the place, the expectation and the value. */
export function check<S extends TSchema>(schema: S, value: unknown, what: string): Static<S> {
  if (Check(schema, value)) {
    const rounded = roundedAt(schema, value);
    if (rounded === undefined) return value as Static<S>;
    throw new UserError(
      `${what} at ${rounded}: expected a whole number from −${Number.MAX_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}; larger ones are rounded`,
    );
  }
  // An unknown key is reported twice: first as 'schema is false', then with its name.
  const first = Errors(schema, untilDuplicate(value))[1].find(({ keyword }) => keyword !== 'boolean');
  const place = first?.instancePath ? ` at ${first.instancePath}` : '';
  throw new UserError(`${what}${place}: ${explain(first)}`);
}

/** The part of a JSON Schema that can contain whole numbers. */
interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly items?: Node | readonly Node[];
  readonly anyOf?: readonly Node[];
}

/**
 * Where a valid value contains a whole number that was rounded on reading. 9007199254740993.0 and 1e16 are whole numbers in JavaScript, but
 * the seed in use would differ from the given one.
 */
function roundedAt(schema: Node, value: unknown, place = ''): string | undefined {
  if (schema.type === 'integer')
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? place || '/' : undefined;
  const { properties = {}, patternProperties, items, anyOf } = schema;
  // With several alternatives, the one that fits determines which numbers are whole.
  const fitting = anyOf?.find((each) => Check(each as TSchema, value));
  if (fitting) return roundedAt(fitting, value, place);
  if (typeof value !== 'object' || value === null) return undefined;
  const [pattern] = Object.values(patternProperties ?? {});
  for (const [key, each] of Object.entries(value)) {
    const listed = Array.isArray(items) ? items[Number(key)] : items;
    const inner = Array.isArray(value) ? listed : Object.hasOwn(properties, key) ? properties[key] : pattern;
    const found = inner && roundedAt(inner as Node, each, `${place}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a value fits, without a reason. */
export const fits = <S extends TSchema>(schema: S, value: unknown): value is Static<S> => Check(schema, value);

/**
 * `fits` for a schema that is checked often: compiled on first use, which makes it thirty times as fast. Only in Node: a page's policy
 * forbids code from text, and even the attempt is reported as a violation.
 */
export function checker<S extends TSchema>(schema: S): (value: unknown) => value is Static<S> {
  if (!globalThis.process?.versions?.node) return (value): value is Static<S> => Check(schema, value);
  let compiled: { Check(value: unknown): boolean } | undefined;
  return (value): value is Static<S> => {
    compiled ??= Compile(schema);
    return compiled.Check(value);
  };
}

function explain(error: { keyword: string; message: string; params: unknown } | undefined): string {
  if (!error) return 'does not fit its schema';
  const params = error.params as Record<string, unknown>;
  if (error.keyword === 'additionalProperties') {
    const extra = (params.additionalProperties as string[] | undefined)?.join(', ') ?? '';
    return `unknown key ${extra}; remove it or correct its spelling`;
  }
  if (error.keyword === 'enum' && Array.isArray(params.allowedValues))
    return `expected one of ${(params.allowedValues as unknown[]).join(', ')}`;
  return error.message;
}

/** Length above which a list is cut for the search of a mistake, and the maximum depth of that search. */
const [longList, deepest] = [1000, 100];

/**
 * The value with every long list cut after its first duplicate: typebox takes quadratic time to name all duplicates, and only the first
 * mistake is reported.
 */
function untilDuplicate(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > deepest) return value;
  if (Array.isArray(value)) {
    const items = value.length > longList ? value.slice(0, firstDuplicate(value) + 1) : value;
    return items.map((each) => untilDuplicate(each, depth + 1));
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, untilDuplicate(each, depth + 1)]));
}

/** Index of the first duplicate item; the last index if there is none. */
function firstDuplicate(items: readonly unknown[]): number {
  const seen = new Set<unknown>();
  const found = items.findIndex((item, i) => {
    seen.add(typeof item === 'object' && item !== null ? JSON.stringify(item) : item);
    return seen.size <= i;
  });
  return found < 0 ? items.length - 1 : found;
}
