/**
 * What the JSON formats share: records of one array, read one by one, so that a long document is never a value as a whole. Only the records
 * and what stands beside the array are values, each of bounded length; what is between them is checked as strictly as JSON.parse does.
 */
import { UserError } from '../../util/errors.ts';
import type { ListReader, ReadList } from './format.ts';
import { textReader } from './text.ts';

/** Any JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A name or a number as text; anything else is no name. */
export const nameOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** Where the records are: in the array under `key` of the outermost object or, with `array`, in an outermost array. */
export interface RecordsPlace {
  readonly array: boolean;
  readonly key: string;
  /** The error for a document that has none there. */
  wrong(): UserError;
}

/** Characters of the longest record, or other value. */
const longestValue = 2 ** 20;

const damaged = (): UserError =>
  new UserError('Expected a JSON document for a hash list but the file is damaged or cut off; get it again');

/** What may come next. `first` ones may also be the end of an object or array. */
type State =
  | 'start'
  | 'firstKey'
  | 'key'
  | 'colon'
  | 'value'
  | 'afterValue'
  | 'firstRecord'
  | 'record'
  | 'afterRecord'
  | 'end';

/** Reads a document; `each` gets the records, numbered from 1, and `done` the other values of the outermost object by their keys. */
export function jsonReader(
  place: RecordsPlace,
  each: (record: unknown, number: number) => void,
  done: (others: ReadonlyMap<string, unknown>) => ReadList,
): ListReader {
  const others = new Map<string, unknown>();
  let state: State = 'start';
  let key = '';
  let inObject = false;
  let found = false;
  let number = 0;

  /** Takes the mark at the beginning of a thing; what is not a mark is a value, and undefined. */
  const mark = (char: string): State | undefined => {
    if (state === 'start') {
      if (char === '[' && place.array) {
        found = true;
        return 'firstRecord';
      }
      inObject = char === '{';
      if (!inObject) throw place.wrong();
      return 'firstKey';
    }
    if (state === 'value' && char === '[' && key === place.key) {
      if (found) throw damaged();
      found = true;
      return 'firstRecord';
    }
    if (char === '}' && (state === 'firstKey' || state === 'afterValue')) return 'end';
    if (char === ']' && (state === 'firstRecord' || state === 'afterRecord')) return inObject ? 'afterValue' : 'end';
    if (char === ',' && state === 'afterValue') return 'key';
    if (char === ',' && state === 'afterRecord') return 'record';
    if (char === ':' && state === 'colon') return 'value';
    if (state === 'colon' || state === 'afterValue' || state === 'afterRecord' || state === 'end') throw damaged();
    return undefined;
  };
  const value = (text: string): State => {
    const parsed = parse(text);
    if (state === 'firstKey' || state === 'key') {
      if (typeof parsed !== 'string') throw damaged();
      key = parsed;
      return 'colon';
    }
    if (state === 'value') {
      others.set(key, parsed);
      return 'afterValue';
    }
    each(parsed, ++number);
    return 'afterRecord';
  };

  const take = (text: string, last: boolean): number => {
    let at = 0;
    for (;;) {
      while (isSpace(text.charCodeAt(at))) at++;
      if (at >= text.length) break;
      const next = mark(text[at]!);
      if (next) {
        state = next;
        at++;
        continue;
      }
      const end = valueEnd(text, at);
      if (end < 0) {
        if (text.length - at > longestValue) throw tooLong();
        break;
      }
      if (end - at > longestValue) throw tooLong();
      state = value(text.slice(at, end));
      at = end;
    }
    if (last && state !== 'end') throw damaged();
    if (last && !found) throw place.wrong();
    return at;
  };
  return textReader({ take, list: () => done(others) });
}

const tooLong = (): UserError =>
  new UserError(`Expected JSON records of at most ${longestValue} characters for a hash list but one is longer`);

/** Space as JSON has it (RFC 8259, section 2). */
const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged();
  }
}

/** Where the value that starts here ends, or -1 where the text ends before; whether it is a value, JSON.parse will say. */
function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first !== '{' && first !== '[') {
    let at = start;
    while (at < text.length && !isSpace(text.charCodeAt(at)) && !',]}:'.includes(text[at]!)) at++;
    // At least one character, so that reading goes on.
    return at === text.length ? -1 : Math.max(at, start + 1);
  }
  for (let at = start, depth = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      const end = stringEnd(text, at);
      if (end < 0) return -1;
      at = end - 1;
    } else if (code === 123 || code === 91) depth++;
    else if ((code === 125 || code === 93) && --depth === 0) return at + 1;
  }
  return -1;
}

/** Where the string that starts here ends, after its quotation mark, or -1. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return -1;
}

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
