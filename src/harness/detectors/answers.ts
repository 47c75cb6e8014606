/** Reads what the program of a detector writes: one JSON object a line, with the hash, vector or score of a picture, or why it has none. */
import { seededHyperplanes, sidesOf } from '../../classify/hyperplanes.ts';
import type { ProgramFile } from '../../schema/detector-file.ts';
import { UserError } from '../../util/errors.ts';
import { fromHex } from '../../util/hex.ts';

/** Why a picture has no answer: one sentence. */
export interface RefusedPicture {
  readonly refused: string;
}

/** The hash of a picture. */
export interface HashAnswer {
  readonly hash: Uint8Array;
  readonly quality: number;
  /** Of detectors whose vectors are compared as they are. */
  readonly vector?: Float32Array;
}

/** The score of a picture. */
export interface ScoreAnswer {
  /** From 0 to 1. */
  readonly score: number;
}

/** The answer for one picture of a detector that hashes. */
export type Answer = HashAnswer | RefusedPicture;

/** Reads one line. Throws a UserError where it cannot be an answer for any picture. */
export type ReadLine<A> = (line: string) => { readonly id: string; readonly answer: A | RefusedPicture };

/** The bits of an answer, and its vector if that is compared as it is. */
type Found = Pick<HashAnswer, 'hash' | 'vector'>;

/** The facts that say what an answer must contain. */
type Expected = Pick<ProgramFile, 'name' | 'bits' | 'vector' | 'distance'>;

/**
 * A reader of the lines of one program. A line that is not JSON or names no picture is an error: the program and presend no longer agree.
 * Whatever else is wrong with an answer concerns only its picture, which is refused.
 */
export function answerReader({ name, bits, vector, distance }: Expected): ReadLine<HashAnswer> {
  const planes = vector && seededHyperplanes(bits, vector.dimensions, vector.seed);

  const hashOf = (hash: unknown): Found | string => {
    const digits = bits / 4;
    if (typeof hash !== 'string' || !/^[0-9a-f]*$/i.test(hash)) return `gave a hash that is not hex: ${shown(hash)}`;
    if (hash.length !== digits)
      return `gave a hash of ${4 * hash.length} bits (${hash.length} hex digits), and its file says ${bits}`;
    return { hash: fromHex(hash.toLowerCase()) };
  };
  const bitsOf = (values: unknown): Found | string => {
    if (!Array.isArray(values)) return `gave a vector that is not a list: ${shown(values)}`;
    if (values.length !== planes!.length)
      return `gave a vector of ${values.length} numbers, and its file says ${planes!.length}`;
    const wrong = values.findIndex((value) => typeof value !== 'number' || !Number.isFinite(value));
    if (wrong >= 0) return `gave a vector whose number ${wrong + 1} is ${shown(values[wrong])}, which is not a number`;
    if (values.every((value) => value === 0)) return 'gave a vector of zeros, which has no direction';
    const hash = sidesOf(planes!, values);
    if (distance === 'hamming') return { hash };
    const floats = Float32Array.from(values);
    if (!floats.every(Number.isFinite)) return 'gave a vector with a number that no 32-bit float can hold';
    return floats.every((value) => value === 0)
      ? 'gave a vector whose 32-bit floats are zeros, which has no direction'
      : { hash, vector: floats };
  };
  return lineReader(name, ({ hash, vector: values, quality = 100 }) => {
    const [given, key] = planes ? [values, 'vector'] : [hash, 'hash'];
    if (given === undefined) return `gave neither "${key}" nor "refused"`;
    const found = planes ? bitsOf(given) : hashOf(given);
    if (typeof found === 'string') return found;
    if (typeof quality !== 'number' || !Number.isInteger(quality) || quality < 0 || quality > 100)
      return `gave the quality ${shown(quality)}, which is not a whole number from 0 to 100`;
    return { ...found, quality };
  });
}

/** A reader of the lines of a program that gives scores, likewise. */
export const scoreReader = ({ name }: { readonly name: string }): ReadLine<ScoreAnswer> =>
  lineReader(name, ({ score }) => {
    if (score === undefined) return 'gave neither "score" nor "refused"';
    return typeof score === 'number' && score >= 0 && score <= 1
      ? { score }
      : `gave the score ${shown(score)}, which is not a number from 0 to 1`;
  });

/** A reader of lines. `answerOf`: the answer in the members of a line, or what is wrong with them. */
function lineReader<A extends object>(
  name: string,
  answerOf: (members: Readonly<Record<string, unknown>>) => A | string,
): ReadLine<A> {
  return (line) => {
    const value = parsed(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new UserError(
        `The program ${name} wrote a line that is not a JSON object: ${oneSentence(line)}; it must write answers only, and all else on standard error`,
      );
    const { id, refused, ...members } = value as Readonly<Record<string, unknown>>;
    if (typeof id !== 'string')
      throw new UserError(
        `The program ${name} wrote an answer without the "id" that it was given, a text: ${oneSentence(line)}`,
      );
    if (typeof refused === 'string')
      return { id, answer: { refused: `the program ${name} refused it: ${oneSentence(refused)}` } };
    const found = answerOf(members);
    return { id, answer: typeof found === 'string' ? { refused: `the program ${name} ${found}` } : found };
  };
}

/**
 * The value of a line; undefined if it is not JSON. JSON has no NaN, but Python's `json` writes NaN and Infinity: where the line is JSON
 * but for these, they become texts, so that the sentence can be about the number.
 */
function parsed(line: string): unknown {
  for (const text of [line, line.replace(/(?<=[[,:]\s*)-?(?:NaN|Infinity)(?=\s*[,\]}])/g, '"$&"')])
    try {
      return JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  return undefined;
}

/** Characters of a program that a sentence quotes. */
const mostQuoted = 200;

/** A text of a program on one line, at most `mostQuoted` characters of it. */
export function oneSentence(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const short = line.length > mostQuoted ? `${line.slice(0, mostQuoted - 1)}…` : line;
  // Half a character, which no file format keeps, becomes U+FFFD.
  return new TextDecoder().decode(new TextEncoder().encode(short));
}

const shown = (value: unknown): string => oneSentence(JSON.stringify(value) ?? 'nothing').slice(0, 80);
