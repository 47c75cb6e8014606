/**
 * Settings in YAML or JSON, from files that strangers write: a value, or one sentence. What a text may hold is bounded before any recursive
 * code sees it: a few thousand brackets would otherwise end the whole process, because V8 cannot throw everywhere that the stack runs out.
 */
import { Composer, Lexer, LineCounter, Parser } from 'yaml';
import { reasonOf, UserError } from './errors.ts';

/** Most characters of a text in YAML: the longest of this project has some ten thousand. */
const mostCharacters = 2 ** 20;
/** How deep lists and maps may lie in one another. */
const mostDepth = 100;
/** Most keys of one map, whose names are compared with one another. */
const mostKeys = 5000;
/** Most aliases (*name), each of which is looked up in the whole text. */
const mostAliases = 1000;
/** Most values of a whole text, copies by aliases among them. */
const mostValues = 10 ** 6;

/** The value of a text in YAML, of which JSON is a part. A UserError, which begins with `what`, where it is neither or too much. */
export function yamlValue(text: string, what: string): unknown {
  if (text.length > mostCharacters) throw tooMuch(what, `${text.length} characters`, `${mostCharacters}`);
  const lines = new LineCounter();
  lines.addNewLine(0);
  const tokens = boundedTokens(text, what, lines);
  const options = { prettyErrors: false, logLevel: 'silent', intAsBigInt: true } as const;
  // More than one document is an error of its own, which `compose` leaves to its caller.
  const [document, second] = [...new Composer(options).compose(tokens, true, text.length)];
  const wrong = (place: number, reason: string): UserError => {
    const { line, col } = lines.linePos(place);
    return new UserError(`${what} is neither YAML nor JSON: ${reason} at line ${line}, column ${col}`);
  };
  const fault = document!.errors[0] ?? document!.warnings[0];
  if (fault) throw wrong(fault.pos[0], fault.message);
  if (second) throw wrong(second.range[0], 'a second document begins');
  let value: unknown;
  try {
    value = document!.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new UserError(`${what} is neither YAML nor JSON: ${reasonOf(error)}`);
  }
  return unrounded(bounded(value, what), what, '');
}

/** The value of a text in JSON. A UserError, which begins with `what`, if it is invalid or lies too deep. */
export function jsonValue(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${what} is not valid JSON: ${reasonOf(error)}`);
  }
  return bounded(value, what, Number.POSITIVE_INFINITY);
}

/** The tokens of a text. The lexer and the parser keep a stack of their own; what comes after them calls itself. */
function boundedTokens(text: string, what: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  const tokens = [];
  let aliases = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (lexeme.startsWith('*') && ++aliases > mostAliases) throw tooMuch(what, 'more aliases', `${mostAliases}`);
    if (parser.stack.length > mostDepth) throw tooDeep(what);
    const top = parser.stack.at(-1);
    const isMap = top?.type === 'block-map' || (top?.type === 'flow-collection' && top.start.source === '{');
    if (isMap && top.items.length > mostKeys) throw tooMuch(what, 'more keys in one map', `${mostKeys}`);
  }
  return [...tokens, ...parser.end()];
}

/** The value, if its lists and maps lie less deep than the bound, and hold no more. */
function bounded(value: unknown, what: string, most = mostValues): unknown {
  let values = 0;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostDepth) throw tooDeep(what);
    const next: unknown[] = [];
    for (const each of level) {
      if (++values > most) throw tooMuch(what, 'more values', `${most}`);
      if (typeof each === 'object' && each !== null)
        for (const inner of Object.values(each)) if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
  }
  return value;
}

/** Whole numbers, which come as BigInt, as numbers; a UserError for one that a number cannot hold and would round. */
function unrounded(value: unknown, what: string, place: string): unknown {
  if (typeof value === 'bigint') {
    if (Number.isSafeInteger(Number(value))) return Number(value);
    throw new UserError(
      `${what} at ${place || '/'}: the whole number ${value} is beyond ±${Number.MAX_SAFE_INTEGER} and would be rounded; use a smaller one`,
    );
  }
  if (Array.isArray(value)) return value.map((each, i) => unrounded(each, what, `${place}/${i}`));
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, unrounded(each, what, `${place}/${key}`)]),
  );
}

const tooDeep = (what: string): UserError =>
  new UserError(`${what}: its lists and maps are nested more than ${mostDepth} deep`);
const tooMuch = (what: string, found: string, limit: string): UserError =>
  new UserError(`${what} is too large: ${found}, limit ${limit}`);
