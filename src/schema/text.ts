/** YAML and JSON that people write: read once, in one way, with one sentence for what is wrong. */
import { parseDocument } from 'yaml';
import { reasonOf, UserError } from '../util/errors.ts';

/** Longest text that is read, in characters: an experiment has some thousands. */
const longest = 4 * 2 ** 20;
/** Deepest nesting that is read. */
const deepest = 100;

/** The value of a YAML (or JSON) text. A UserError, which begins with `what`, says where and why it is none. */
export function readYaml(text: string, what: string): unknown {
  if (text.length > longest)
    throw new UserError(`${what} is longer than ${longest} characters; nothing that presend reads has so many`);
  if (isDeep(text)) throw new UserError(`${what} is nested more than ${deepest} deep`);
  // Whole numbers come as BigInt, so that one beyond 2^53 − 1 is seen before it is rounded.
  const document = parseDocument(text, { intAsBigInt: true, prettyErrors: true });
  const [wrong] = document.errors;
  if (wrong) throw new UserError(`${what} is neither YAML nor JSON: ${firstSentence(wrong.message)}`);
  // A tag that nobody knows, say: its value would be taken for plain text.
  const [doubtful] = document.warnings;
  if (doubtful) throw new UserError(`${what}: ${firstSentence(doubtful.message)}; take it out`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    if (error instanceof ReferenceError) throw new UserError(`${what}: ${reasonOf(error)}`);
    throw error;
  }
  return plain(value, what, '');
}

/** The value of a JSON text. A UserError, which begins with `what`, says that it is none. */
export function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${what} is not JSON: ${error.message}`);
    throw error;
  }
}

/** Whether brackets nest too deeply for a parser that recurses. Those in strings count too, which no honest file notices. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 91 || code === 123) depth++;
    else if (code === 93 || code === 125) depth--;
    if (depth > deepest) return true;
  }
  return false;
}

/** BigInts as numbers; a UserError for one that a number cannot hold. */
function plain(value: unknown, what: string, place: string): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (!Number.isSafeInteger(number))
      throw new UserError(
        `${what} at ${place || '/'}: the whole number ${value} is beyond ±${Number.MAX_SAFE_INTEGER} and would be rounded; take a smaller one`,
      );
    return number;
  }
  if (Array.isArray(value)) return value.map((each, i) => plain(each, what, `${place}/${i}`));
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each, what, `${place}/${key}`)]));
}

/** The parser's own words up to the excerpt of the text. */
const firstSentence = (message: string): string => message.split('\n')[0]!.replace(/:$/, '');
