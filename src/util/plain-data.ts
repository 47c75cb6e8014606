/**
 * Parses settings in YAML or JSON from untrusted files: returns a value, or throws one sentence. Limits are checked before any recursive
 * code reads the text: otherwise a few thousand brackets would end the whole process, because V8 cannot always throw when the stack
 * overflows.
 */
import { Composer, Lexer, LineCounter, Parser } from 'yaml';
import { reasonOf, UserError } from './errors.ts';

/** Maximum characters of a YAML text: the longest of this project has about ten thousand. */
const mostCharacters = 2 ** 20;
/** Maximum nesting of lists and maps. */
const mostDepth = 100;
/** Maximum number of keys per map, whose names are compared with each other. */
const mostKeys = 5000;
/** Maximum number of aliases (*name); each is searched for in the whole text. */
const mostAliases = 1000;
/** Maximum number of values in a text, including copies by aliases. */
const mostValues = 10 ** 6;

/** Parses YAML, of which JSON is a subset. Throws a UserError, which starts with `what`, if the text is invalid or exceeds a limit. */
export function yamlValue(text: string, what: string): unknown {
  if (text.length > mostCharacters) throw tooMuch(what, `${text.length} characters`, `${mostCharacters}`);
  const lines = new LineCounter();
  lines.addNewLine(0);
  const tokens = boundedTokens(text, what, lines);
  const options = { prettyErrors: false, logLevel: 'silent', intAsBigInt: true } as const;
  // Several documents are a separate error, which `compose` leaves to its caller.
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

/** Parses JSON. Throws a UserError, which starts with `what`, if the text is invalid or too deep. */
export function jsonValue(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${what} is not valid JSON: ${reasonOf(error)}`);
  }
  return bounded(value, what, Number.POSITIVE_INFINITY);
}

/** The tokens of a text. Lexer and parser have their own stack; later steps are recursive. */
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

/** The value, if its depth and size are within the limits. */
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

/** Converts whole numbers from BigInt to number. Throws a UserError if a number would round one. */
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
