/** What the JSON formats share. */
import { UserError } from '../../util/errors.ts';
import { textOf } from './text.ts';

/** Any JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value that a JSON file spells. Throws a UserError when it spells none. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError('Expected a JSON document for a hash list but the file is damaged or cut off; get it again');
  }
}

/** A name or a number as text; anything else is no name. */
export const nameOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** Keys of the outermost object, or of the first object of the outermost array, as far as the head of a file goes. */
export function headKeys(text: string): { readonly array: boolean; readonly keys: ReadonlySet<string> } {
  const array = /^\s*\[/.test(text);
  const keys = new Set<string>();
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === (array ? 2 : 1) && token.endsWith(':')) keys.add(token.slice(1, token.lastIndexOf('"')));
    if (depth === 0 || (array && depth === 1 && token === '}')) break;
  }
  return { array, keys: /^\s*[[{]/.test(text) ? keys : new Set() };
}
