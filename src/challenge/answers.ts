/** Answers to a challenge: a CSV file with one line per picture or per pair. A line that cannot be used is one sentence, and costs only itself. */
import { createHash } from 'node:crypto';
import { linesOf } from '../disk/read.ts';
import { isAbsent, MissingError, UserError } from '../util/errors.ts';
import { fromHex } from '../util/hex.ts';
import { pairName } from './pairs.ts';

/** The forms of answers, by their header line. */
export const forms = {
  'name,hash': 'hash',
  'name,hash,quality': 'hash',
  'name,vector': 'vector',
  'a,b,distance': 'distance',
  'a,b,score': 'score',
  'a,b,match': 'match',
} as const;
export type Form = (typeof forms)[keyof typeof forms];

/** Answers of any form. */
export interface Answers {
  readonly form: Form;
  readonly sha256: string;
  /** Lines after the header, without blank ones. */
  readonly lines: number;
  /** By the name of the file. */
  readonly hashes: ReadonlyMap<string, Uint8Array>;
  /** 0 to 100, by the name of the file; empty where the answers state none. */
  readonly qualities: ReadonlyMap<string, number>;
  readonly vectors: ReadonlyMap<string, Float64Array>;
  /** By the name of the pair: smaller is more similar; a score is negated, a match is 0, and no match 1. */
  readonly distances: ReadonlyMap<string, number>;
  /** Files or pairs with an empty value. */
  readonly refused: ReadonlySet<string>;
  readonly mistakes: Mistakes;
}

/** Sentences on lines that cannot be used: the first ones, and the number of all. */
export interface Mistakes {
  readonly count: number;
  readonly first: readonly string[];
}

/** So many sentences are kept; all are counted. */
const keptMistakes = 1000;

/** What may be answered: names of files, or of pairs. */
interface Asked {
  readonly names: ReadonlySet<string>;
  readonly pairs: ReadonlySet<string>;
}

/** Reads answers. Throws a UserError if there is no known header, or if no line can be used. */
export async function readAnswers(path: string, { names, pairs }: Asked): Promise<Answers> {
  const digest = createHash('sha256');
  const [hashes, vectors, distances] = [
    new Map<string, Uint8Array>(),
    new Map<string, Float64Array>(),
    new Map<string, number>(),
  ];
  /** The line on which each file or pair was first answered. */
  const answered = new Map<string, number>();
  const qualities = new Map<string, number>();
  const refused = new Set<string>();
  const mistakes = { count: 0, first: [] as string[] };
  let form: Form | undefined;
  let withQuality = false;
  let length: { readonly of: number; readonly line: number } | undefined;
  let [line, lines] = [0, 0];

  /** Throws a Mistake if all answers so far have another length. */
  const sameLength = (of: number, unit: string): void => {
    length ??= { of, line };
    if (of !== length.of)
      throw new Mistake(`expected ${length.of} ${unit}, as on line ${length.line}, but received ${of}`);
  };
  const take = (text: string): void => {
    const byPair = form !== 'hash' && form !== 'vector';
    const { keys, value: rest } = cellsOf(text, byPair ? 2 : 1);
    const { value, quality } = withQuality ? qualityOf(rest) : { value: rest, quality: undefined };
    const name = byPair ? pairName(keys[0]!, keys[1]!) : keys[0]!;
    if (!(byPair ? pairs : names).has(name))
      throw new Mistake(
        byPair ? `'${shown(name)}' is no pair of pairs.csv` : `'${shown(name)}' is no file of the challenge`,
      );
    const before = answered.get(name);
    if (before !== undefined)
      throw new Mistake(`'${name}' was answered already on line ${before}; the first answer counts`);
    if (value === '') refused.add(name);
    else if (form === 'hash') {
      const hash = hashOf(value);
      sameLength(8 * hash.length, 'bits');
      hashes.set(name, hash);
      if (quality !== undefined) qualities.set(name, quality);
    } else if (form === 'vector') {
      const vector = vectorOf(value);
      sameLength(vector.length, 'numbers');
      vectors.set(name, vector);
    } else distances.set(name, distanceOf(form!, value));
    answered.set(name, line);
  };

  try {
    for await (const { text, whole } of linesOf(path)) {
      line++;
      digest.update(whole ? `${text}\n` : text);
      const trimmed = (line === 1 ? text.replace(/^\ufeff/, '') : text).trim();
      if (trimmed === '') continue;
      if (form === undefined) {
        form = formOf(trimmed, path);
        withQuality = /quality/i.test(trimmed);
        continue;
      }
      lines++;
      try {
        take(trimmed);
      } catch (error) {
        if (!(error instanceof Mistake)) throw error;
        mistakes.count++;
        if (mistakes.first.length < keptMistakes) mistakes.first.push(`line ${line}: ${error.message}`);
      }
    }
  } catch (error) {
    if (isAbsent(error)) throw new MissingError(`There is no file of answers ${path}`);
    throw error;
  }
  if (form === undefined)
    throw new UserError(`${path} is empty; its first line is one of ${Object.keys(forms).join(' · ')}`);
  if (hashes.size + vectors.size + distances.size === 0)
    throw new UserError(`${path} has no answer that can be used${mistakes.count > 0 ? `; ${mistakes.first[0]}` : ''}`);
  return { form, sha256: digest.digest('hex'), lines, hashes, qualities, vectors, distances, refused, mistakes };
}

/** Why a line cannot be used. */
class Mistake extends Error {}

const shown = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text);

function formOf(header: string, path: string): Form {
  const name = header.replaceAll(/["\s]/g, '').toLowerCase();
  const known = Object.entries(forms).find(([each]) => each === name);
  if (!known)
    throw new UserError(
      `Expected one of ${Object.keys(forms).join(' · ')} as the first line of ${path} but received '${shown(header)}'`,
    );
  return known[1];
}

/** The names of a line, and the rest of it without quotation marks around. */
function cellsOf(text: string, count: number): { keys: string[]; value: string } {
  const keys: string[] = [];
  let rest = text;
  for (let i = 0; i < count; i++) {
    const comma = rest.indexOf(',');
    if (comma < 0) throw new Mistake(`expected ${count + 1} cells but received ${i + 1}`);
    keys.push(unquoted(rest.slice(0, comma)));
    rest = rest.slice(comma + 1);
  }
  return { keys, value: unquoted(rest) };
}

const unquoted = (cell: string): string =>
  cell
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim();

function hashOf(value: string): Uint8Array {
  if (!/^([0-9a-f]{2})+$/i.test(value)) throw new Mistake(`expected a hash in hex but received '${shown(value)}'`);
  return fromHex(value.toLowerCase());
}

/** The last cell of a line, and what is before it. An empty hash needs no quality. */
function qualityOf(rest: string): { value: string; quality: number | undefined } {
  const comma = rest.lastIndexOf(',');
  if (comma < 0) throw new Mistake('expected 3 cells but received 2');
  const [value, cell] = [unquoted(rest.slice(0, comma)), unquoted(rest.slice(comma + 1))];
  if (value === '') return { value, quality: undefined };
  const quality = numberOf(cell);
  if (!(quality >= 0 && quality <= 100))
    throw new Mistake(`expected a quality from 0 to 100 but received '${shown(cell)}'`);
  return { value, quality };
}

function vectorOf(value: string): Float64Array {
  const parts = value
    .replace(/^\[(.*)\]$/, '$1')
    .split(/[\s,;]+/)
    .filter(Boolean);
  const vector = Float64Array.from(parts, (part) => numberOf(part));
  if (vector.length === 0) throw new Mistake('expected numbers but received none');
  // Squares of larger ones can overflow, and then no distance is a number.
  if (!vector.every((each) => Number.isFinite(Math.fround(each))))
    throw new Mistake('expected numbers that 32-bit floats can hold but received a larger one');
  return vector;
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value))
    throw new Mistake(`expected a finite number but received '${shown(text)}'`);
  return value;
}

function distanceOf(form: Form, value: string): number {
  if (form !== 'match') return form === 'score' ? -numberOf(value) : numberOf(value);
  if (value !== '0' && value !== '1') throw new Mistake(`expected 1 or 0 but received '${shown(value)}'`);
  return value === '1' ? 0 : 1;
}
