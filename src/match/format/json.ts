/**
 * Shared parts of the JSON formats. The records of one array are read one by one, so a long document is never parsed as a whole. Only the
 * records and the values next to the array are parsed, each of bounded length. Everything between them is checked as strictly as in
 * JSON.parse.
 */
import { UserError } from '../../util/errors.ts';
import type { Gathered } from '../gathered.ts';
import type { ListReader } from './format.ts';
import { longestLine, textReader } from './text.ts';

/** Any JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A name or a number as text; anything else is not a name. */
export const nameOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** Location of the records: in the array under `key` of the outermost object or, with `array`, in an outermost array. */
interface RecordsPlace {
  readonly array: boolean;
  readonly key: string;
  /** Fields of which a stand-alone record has at least one. */
  readonly fields: readonly string[];
  /** A file without any record is an empty list. */
  readonly mayBeEmpty?: true;
  /** Counts a malformed record. */
  bad(number: number, reason: string): void;
  /** The error for a document without records there. */
  wrong(): UserError;
}

/** Maximum number of characters of a record or other value. */
const longestValue = 2 ** 20;

const damaged = (): UserError =>
  new UserError('Expected a JSON document for a hash list but the file is damaged or truncated; download it again');

/** What can come next. After a `first` state, the object or array can also end. */
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

/**
 * Reads consecutive documents: pages with their records in an array, or single records as in JSON Lines. `each` gets the records, numbered
 * from 1, and `done` gets the other values of the last page by key. A malformed line among JSON Lines is one bad record.
 */
export function jsonReader(
  place: RecordsPlace,
  each: (record: unknown, number: number) => void,
  done: (others: ReadonlyMap<string, unknown>) => Gathered,
): ListReader {
  let others = new Map<string, unknown>();
  /** Characters of the other values. */
  let held = 0;
  let state: State = 'start';
  let key = '';
  let inObject = false;
  let found = false;
  /** Whether a list or record was read. */
  let any = false;
  /** Whether whole lines were records. */
  let lines = false;
  let number = 0;

  /** Reads the token at the start of a value. Returns undefined for anything else, which is a value. */
  const mark = (char: string): State | undefined => {
    if (state === 'end' || state === 'start') {
      found = false;
      others = new Map();
      held = 0;
      if (char === '[' && place.array) {
        found = any = true;
        inObject = false;
        return 'firstRecord';
      }
      inObject = char === '{';
      if (!inObject) throw state === 'end' ? damaged() : place.wrong();
      return 'firstKey';
    }
    if (state === 'value' && char === '[' && key === place.key) {
      if (found) throw damaged();
      found = any = true;
      return 'firstRecord';
    }
    if (char === '}' && (state === 'firstKey' || state === 'afterValue')) {
      closeObject();
      return 'end';
    }
    if (char === ']' && (state === 'firstRecord' || state === 'afterRecord')) return inObject ? 'afterValue' : 'end';
    if (char === ',' && state === 'afterValue') return 'key';
    if (char === ',' && state === 'afterRecord') return 'record';
    if (char === ':' && state === 'colon') return 'value';
    if (state === 'colon' || state === 'afterValue' || state === 'afterRecord') throw damaged();
    return undefined;
  };
  /** At the end of an object: an object without an array of records is itself a record. */
  const closeObject = (): void => {
    if (found) return;
    if (others.has(place.key) || !place.fields.some((field) => others.has(field))) throw place.wrong();
    any = true;
    each(Object.fromEntries(others), ++number);
  };
  const value = (text: string): State => {
    const parsed = parse(text);
    if (state === 'firstKey' || state === 'key') {
      if (typeof parsed !== 'string') throw damaged();
      key = parsed;
      return 'colon';
    }
    if (state === 'value') {
      held += key.length + text.length;
      if (held > longestValue) throw tooLong();
      others.set(key, parsed);
      return 'afterValue';
    }
    each(parsed, ++number);
    return 'afterRecord';
  };
  /** Reads a line that is a JSON Lines record, or a malformed one among them; returns false for any other. */
  const takeLine = (text: string): boolean => {
    const record = parsedLine(text);
    if (
      isObject(record) &&
      !Object.hasOwn(record, place.key) &&
      place.fields.some((field) => Object.hasOwn(record, field))
    ) {
      each(record, ++number);
      any = lines = true;
      return true;
    }
    const damagedLine = record === undefined && (lines || /^\{.*\}\s*$/.test(text));
    if (damagedLine) place.bad(++number, 'a line that is not valid JSON');
    return damagedLine;
  };

  const take = (text: string, last: boolean): number => {
    let at = 0;
    for (;;) {
      while (isSpace(text.charCodeAt(at))) at++;
      if (at >= text.length) break;
      if ((state === 'start' || state === 'end') && (text[at] === '{' || lines)) {
        const end = lineEndIn(text, at);
        const stop = end < 0 ? text.length : end;
        if (end < 0 && !last && text.length - at <= longestLine) break;
        if (stop - at <= longestLine && takeLine(text.slice(at, stop))) {
          others = new Map();
          state = 'end';
          at = stop;
          continue;
        }
      }
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
    const nothing = place.mayBeEmpty === true && state === 'start';
    if (last && !nothing && (state !== 'end' || !any)) throw damaged();
    return at;
  };
  return textReader({ take, gathered: () => done(others) });
}

/** End of the line, or -1; searches only up to the maximum line length. */
function lineEndIn(text: string, from: number): number {
  const part = text.slice(from, from + longestLine + 1);
  const found = /[\n\r]/.exec(part)?.index ?? -1;
  return found < 0 ? (part.length > longestLine ? from + longestLine + 1 : -1) : from + found;
}

/** A line's value; undefined if it is invalid JSON. */
function parsedLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

const tooLong = (): UserError =>
  new UserError(`Expected JSON records of at most ${longestValue} characters for a hash list but one is longer`);

/** Space as JSON has it (RFC 8259, section 2). */
const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw error instanceof SyntaxError ? damaged() : error;
  }
}

/** End of the value that starts here, or -1 if the text ends before. JSON.parse checks it later. */
function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first !== '{' && first !== '[') {
    let at = start;
    while (at < text.length && !isSpace(text.charCodeAt(at)) && !',]}:'.includes(text[at]!)) at++;
    // At least one character, so that reading continues.
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

/** End of the string that starts here, after its quotation mark, or -1. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return -1;
}

/** Keys of the outermost object, or of the first object of the outermost array, as far as the head contains them. */
export function headKeys(text: string): {
  readonly array: boolean;
  readonly empty: boolean;
  readonly keys: ReadonlySet<string>;
} {
  const array = /^\s*\[/.test(text);
  const keys = new Set<string>();
  // The first of the JSON Lines can be malformed.
  for (const line of array ? [] : text.split(/[\r\n]+/).slice(0, 30)) {
    const record = line.startsWith('{') ? parsedLine(line) : undefined;
    if (isObject(record)) return { array, empty: false, keys: new Set(Object.keys(record)) };
  }
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === (array ? 2 : 1) && token.endsWith(':')) keys.add(token.slice(1, token.lastIndexOf('"')));
    if (depth === 0 || (array && depth === 1 && token === '}')) break;
  }
  return { array, empty: /^\s*\[\s*\]\s*$/.test(text), keys: /^\s*[[{]/.test(text) ? keys : new Set() };
}
