/** Shared parts of writing text formats: the names that they can contain, and files in pieces. */
import { referenceDigits } from '../../hash/hash-text.ts';
import { utf8 } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import type { HashList } from '../hash-list.ts';
import { clip } from './text.ts';

/** Names that a format cannot contain, and what it requires instead. */
export type NameRule = readonly [bad: RegExp, wanted: string];
export const blank: NameRule = [/^$/, 'a name'];

/** Throws a UserError about the first entry whose name the format cannot contain. */
export function checkNames({ entries, name }: HashList, format: string, rules: readonly NameRule[]): void {
  for (let i = 0; i < entries.length; i++) {
    const id = entries.idAt(i);
    const broken = rules.find(([bad]) => bad.test(id));
    if (broken)
      throw new UserError(
        `Expected ${broken[1]} for entry ${i + 1} of '${name}' but received ${JSON.stringify(clip(id))}, which ${format} cannot contain; rename it or choose another format`,
      );
  }
}

/** Minimum number of characters of a piece, except for the last one. */
const leastPiece = 65_536;

/**
 * A text file in pieces: a beginning, the result of `line` for each entry (its name, the reference's text of its hash, and its index), and
 * an end.
 */
export function* textPieces(
  { entries, algorithm }: HashList,
  line: (id: string, hex: string, index: number) => string,
  beginning = '',
  end = '',
): Generator<Uint8Array> {
  let text = beginning;
  for (let i = 0; i < entries.length; i++) {
    text += line(entries.idAt(i), referenceDigits(algorithm, entries.hexAt(i)), i);
    if (text.length < leastPiece) continue;
    yield utf8(text);
    text = '';
  }
  yield utf8(text + end);
}
